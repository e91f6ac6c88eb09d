"""Places, floors and counters as the guides print them, with a map where there is an address."""

from __future__ import annotations

from urllib.parse import unquote

from bot.book.guide import Guide
from bot.desk.place import MAP, places


def test_every_part_of_every_place_stands_word_for_word(book: dict[str, Guide]) -> None:
    for guide in book.values():
        text, found = guide.sections["location"].text, places(guide)
        assert found, guide.id
        for one in found:
            assert all(part in text for part in (one.text, one.address, one.floor, one.counter) if part), guide.id
            assert not one.map or unquote(one.map.removeprefix(MAP)) == one.address


def test_every_hall_is_taken_apart(book: dict[str, Guide]) -> None:
    halls = [one for guide in book.values() for one in places(guide) if "路" in one.text]
    assert len(halls) == 83
    assert all(one.address and one.floor and one.counter and one.map for one in halls)
    assert {one.address for one in halls} == {
        "山东省威海市环翠区塔山中路317号威海市政务服务中心",
        "威海市塔山中路317号威海市政务服务中心",
    }
    assert {one.counter for one in halls} >= {"综合窗口4号、6号、8号", "15-16窗口", "D厅", "工伤窗口", "215室"}


def test_bank_branches_have_no_map_of_their_own(book: dict[str, Guide]) -> None:
    hall, branches = places(book["g77"])
    assert hall.counter == "15-16窗口"
    assert (branches.text, branches.address, branches.map) == ("社会保障卡合作银行服务网点", None, None)
