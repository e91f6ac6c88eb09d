"""Two thousand sentences with numbers in them, one half personal, the other public: drawn anew from one seed.

Nobody's number can be met: identity numbers name a region or a day that does not exist, mobile numbers a range that
no operator has, cards an issuer that is nobody or a wrong check digit. How they are typed is how people type.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

SEED = 20_261_125
SIZE = 2_000
_FREE_MOBILE_RANGES = ("154", "160", "161", "163", "164", "168", "169", "179")
_CHINESE = str.maketrans("0123456789X", "零一二三四五六七八九X")
_SPOKEN = str.maketrans("0123456789X", "〇幺二三四五六七八九X")
_FORMAL = str.maketrans("0123456789X", "零壹贰叁肆伍陆柒捌玖X")
_WIDE = str.maketrans("0123456789X-.:@", "０１２３４５６７８９Ｘ－．：＠")
_HIDDEN = ("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad")
_BEFORE = ("我的{}是", "{}：", "{}", "查一下{} ", "看看{}为", "2024年3月退休，{}", "我妈56岁，{}是", "打了12333，{}")
_AFTER = ("", "，谢谢", "能查到吗", "。", "还能用吗", "\n2023年交过", "，打0631-5198106吗", "号", "怎么办", "（本人）")


@dataclass(frozen=True)
class Case:
    """A sentence; `number` must not be readable any more, what stands around it must stay."""

    before: str
    number: str  # empty where there is none to mask
    after: str
    group: str

    @property
    def text(self) -> str:
        return self.before + self.number + self.after


_Draw = Callable[[random.Random], Sequence[str]]
_Typing = Callable[[random.Random, Sequence[str]], str]


def corpus(seed: int = SEED, size: int = SIZE) -> list[Case]:
    """`size` different cases, the personal ones first."""
    chance = random.Random(seed)
    half = size // 2
    return [*_distinct(_personal(chance), half), *_distinct(_public(chance), size - half)]


def _distinct(cases: Iterator[Case], count: int) -> list[Case]:
    found: dict[str, Case] = {}
    while len(found) < count:
        case = next(cases)
        found.setdefault(case.text, case)
    return list(found.values())


# Personal numbers, as the groups that people type them in.


def _digits(chance: random.Random, places: int) -> str:
    return "".join(chance.choices("0123456789", k=places))


def _identity(chance: random.Random) -> Sequence[str]:
    year, order = chance.randint(1930, 2005), _digits(chance, 3) + chance.choice("0123456789Xx")
    if chance.random() < 0.5:
        return "371002", f"{year}0230", order  # 30 February: nobody's birthday
    return "99" + _digits(chance, 4), f"{year}{_month(chance):02}{chance.randint(1, 28):02}", order


def _old_identity(chance: random.Random) -> Sequence[str]:
    return "371002", f"{chance.randint(30, 79)}0230", _digits(chance, 3)


def _mobile(chance: random.Random) -> Sequence[str]:
    return chance.choice(_FREE_MOBILE_RANGES), _digits(chance, 4), _digits(chance, 4)


def _card(chance: random.Random) -> Sequence[str]:
    return "9999", _digits(chance, 4), _digits(chance, 4), _digits(chance, 4), _digits(chance, chance.randint(0, 3))


def _plain(_chance: random.Random, parts: Sequence[str]) -> str:
    return "".join(parts)


def _separated(chance: random.Random, parts: Sequence[str]) -> str:
    return chance.choice((" ", "-", " - ", "\u3000", "—", "·", ".", "_", "\u00a0")).join(filter(None, parts))


def _wide(chance: random.Random, parts: Sequence[str]) -> str:
    return chance.choice((_plain, _separated))(chance, parts).translate(_WIDE)


def _hidden(chance: random.Random, parts: Sequence[str]) -> str:
    """A character that nobody sees between all digits, or between some."""
    between = chance.choice(_HIDDEN)
    often = chance.choice((1.0, 0.4))
    return "".join(digit + (between if chance.random() < often else "") for digit in "".join(parts)).rstrip(between)


def _digit_by_digit(chance: random.Random, parts: Sequence[str]) -> str:
    return chance.choice((" ", "-", ".")).join("".join(parts))


def _numerals(chance: random.Random, parts: Sequence[str]) -> str:
    return "".join(parts).upper().translate(chance.choice((_CHINESE, _SPOKEN)))


def _formal(_chance: random.Random, parts: Sequence[str]) -> str:
    return "".join(parts).upper().translate(_FORMAL)


def _mixed(chance: random.Random, parts: Sequence[str]) -> str:
    """Some digits full-width, as an input method leaves them."""
    return "".join(digit.translate(_WIDE) if chance.random() < 0.4 else digit for digit in "".join(parts))


def _key_caps(_chance: random.Random, parts: Sequence[str]) -> str:
    return "".join(digit + "\ufe0f\u20e3" if digit.isdecimal() else digit for digit in "".join(parts))


_TYPINGS: Sequence[tuple[str, _Typing, int]] = (
    ("plain", _plain, 5),
    ("separated", _separated, 4),
    ("wide", _wide, 3),
    ("hidden", _hidden, 4),
    ("digit by digit", _digit_by_digit, 1),
    ("numerals", _numerals, 2),
    ("formal", _formal, 1),
    ("mixed", _mixed, 2),
    ("key caps", _key_caps, 1),
)
_KINDS: Sequence[tuple[str, _Draw, Sequence[str], int]] = (
    ("identity", _identity, ("身份证", "身份证号", "证件号码", "居民身份证"), 8),
    ("old identity", _old_identity, ("老身份证", "一代证号"), 1),
    ("mobile", _mobile, ("手机", "手机号", "电话", "联系方式", "微信"), 8),
    ("card", _card, ("银行卡", "卡号", "工资卡", "社保卡里的银行账号"), 5),
)
_PREFIXED = "mobile, with a prefix"
_KNOWN_BY_THEMSELVES = {_PREFIXED, "mobile, plain", "mobile, separated", "identity, plain", "card, plain"}
_LABELS = ("社保卡号", "社会保障号码", "社会保障卡号", "个人编号", "电脑号", "医保卡号", "社保编号", "个人账号")


def _personal(chance: random.Random) -> Iterator[Case]:
    draws = (_typed_number, _typed_number, _typed_number, _typed_number, _typed_number, _prefixed, _labelled, _address)
    while True:
        label, number, group = chance.choice(draws)(chance)
        before = "" if group in _KNOWN_BY_THEMSELVES and chance.random() < 0.1 else chance.choice(_BEFORE).format(label)
        yield Case(before, number, chance.choice(_AFTER), group)


def _typed_number(chance: random.Random) -> tuple[str, str, str]:
    kind, draw, labels, _ = chance.choices(_KINDS, [weight for *_, weight in _KINDS])[0]
    name, typing, _ = chance.choices(_TYPINGS, [weight for *_, weight in _TYPINGS])[0]
    return chance.choice(labels), typing(chance, draw(chance)), f"{kind}, {name}"


def _prefixed(chance: random.Random) -> tuple[str, str, str]:
    typing = chance.choice((_plain, _hidden, _separated, _wide))
    prefix = chance.choice(("+86", "86", "0086", "+86 ", "+86-", "（+86）", "0"))
    return chance.choice(("手机", "电话")), prefix + typing(chance, _mobile(chance)), _PREFIXED


def _labelled(chance: random.Random) -> tuple[str, str, str]:
    """A number without a form of its own, known by what is said before it; or by its letter."""
    if chance.random() < 0.3:
        return "社保卡", chance.choice("ABKZ") + _digits(chance, 8), "letter card"
    typing = chance.choice((_plain, _wide, _hidden, _mixed))
    number = typing(chance, (_digits(chance, 4), _digits(chance, chance.choice((4, 5, 6)))))
    return chance.choice(_LABELS), number, "labelled card"


def _address(chance: random.Random) -> tuple[str, str, str]:
    name = chance.choice(("no.body", "nobody", "no_body+x", "n0b0dy"))
    host = chance.choice(("example.invalid", "mail.example.invalid", "e-x.example"))
    address = f"{name}@{host}"
    return "邮箱", address.translate(_WIDE) if chance.random() < 0.2 else address, "e-mail"


# Public numbers, as they stand in questions and in the guides.


def _year(chance: random.Random) -> int:
    return chance.randint(1955, 2029)


def _month(chance: random.Random) -> int:
    return chance.randint(1, 12)


def _landline(chance: random.Random) -> str:
    area, number = chance.choice(("0631", "010", "0532", "021")), _digits(chance, 7)
    number = chance.choice("2358") + number[1:] + (_digits(chance, 1) if area in ("010", "021") else "")
    shape = chance.choice(("{}-{}", "（{}）{}", "{} {}", "{}{}", "{}－{}", "({}){}", "{}—{}"))
    typed = shape.format(area, number)
    question = chance.choice(("咨询电话{}打不通", "{}是哪个部门", "打{}没人接", "区号{}对吗", "电话：{}、{}"))
    return question.replace("{}", typed)


def _local(chance: random.Random) -> str:
    number = "5" + _digits(chance, 6)
    parted = f"{number[:3]}-{number[3:]}是社保局吗"
    return chance.choice((f"座机{number}", f"电话{number}转{_digits(chance, 3)}", parted))


def _hotline(chance: random.Random) -> str:
    lines = ("12333", "12345", "12366", "12329", "12393", "12356", "12338", "110", "120", "119", "95588", "96388")
    one, other = chance.sample(lines, 2)
    formal = one.translate(chance.choice((_CHINESE, _SPOKEN, _WIDE)))
    question = chance.choice(("打{}还是{}", "{}和{}有什么区别", "{} {}都打不通", "拨{}、{}", "热线{}（{}）"))
    return question.format(chance.choice((one, formal)), other)


def _free_call(chance: random.Random) -> str:
    number = (chance.choice(("400", "800")), _digits(chance, 3), _digits(chance, 4))
    return f"打{chance.choice(('-', ' ', '')).join(number)}能问吗{chance.choice(('', '？', '，急'))}"


def _date(chance: random.Random) -> str:
    year, month, day = _year(chance), _month(chance), chance.randint(1, 28)
    numerals = str(year).translate(_CHINESE)
    shapes = (
        f"{year}-{month:02}-{day:02}",
        f"{year}.{month}.{day}",
        f"{year}/{month:02}/{day:02}",
        f"{year}{month:02}{day:02}",
        f"{year}年{month}月{day}日",
        f"{numerals}年{month}月",
        f"{year}年{month:02}月{day:02}日 {chance.randint(8, 17):02}:30",
        f"{year}-{month:02}-{day:02} {chance.randint(8, 17):02}:{chance.randint(0, 59):02}:00",
        f"{year}．{month}".translate(_WIDE),
    )
    return chance.choice(("{}退休的", "{}入职", "从{}开始交", "{}受的伤", "生日{}")).format(chance.choice(shapes))


def _span(chance: random.Random) -> str:
    year, month = _year(chance), _month(chance)
    shapes = (
        f"{year}-{year + 3}",
        f"{year}{month:02}-{year + 1}{month:02}",
        f"{year}.{month:02}-{year + 2}.{month:02}",
        f"{year}年{month}月至{year + 1}年{month}月",
        f"{year}{month:02}01-{year + 1}1231",
        f"{year}、{year + 1}、{year + 2}",
        f"{year} {year + 1} {year + 2} {year + 3}",
        f"{year}-{month:02}-01至{year + 1}-{month:02}-28",
        f"{year}到{year + 9}这{chance.randint(2, 9)}年",
    )
    return chance.choice(("{}断缴了", "补缴{}的", "{}在外地交的", "查{}的记录")).format(chance.choice(shapes))


def _hours(chance: random.Random) -> str:
    first, second = chance.randint(7, 9), chance.randint(13, 14)
    minute = chance.choice(("00", "15", "30"))
    shapes = (
        f"上午{first:02}:{minute}-12:00，下午{second}:{minute}-17:{minute}",
        f"{first}:{minute}—11:{minute} {second}:00—17:00",
        f"{first}.{minute}-12.00 {second}.{minute}-17.00",
        f"{first}点{minute}到17点",
        f"{first:02}：{minute}－12：00",
    )
    when = chance.choice(("周六", "工作日", "中午", "大厅", "周五下午"))
    return when + chance.choice(shapes) + chance.choice(("开门吗", "上班", "有人吗"))


def _amount(chance: random.Random) -> str:
    value = chance.randint(100, 9_999_999)
    shapes = (
        f"{value}元",
        f"{value:,}元",
        f"{value:,}.{_digits(chance, 2)}元",
        f"¥{value}.{_digits(chance, 2)}",
        f"{value // 100}.{_digits(chance, 2)}块",
        f"{value / 10_000:.2f}万",
        f"{chance.randint(1, 9)}万{chance.randint(1, 9)}千{chance.randint(1, 9)}",
        f"{'壹贰叁肆伍陆柒捌玖'[value % 9]}万{'贰叁肆伍'[value % 4]}仟{'伍陆柒'[value % 3]}佰元整",
        f"{'一二三四五'[value % 5]}万{'六七八九'[value % 4]}千{'二三四'[value % 3]}百元",
        f"{value % 40}.{value % 10}%",
        f"{value % 9000 + 1000}×12×{value % 30}",
    )
    return chance.choice(("基数{}", "一共{}", "补缴{}", "发了{}", "比例{}", "每月{}对吗")).format(chance.choice(shapes))


def _document(chance: random.Random) -> str:
    year, number = chance.randint(1998, 2025), chance.randint(1, 999)
    shapes = (
        f"鲁人社发〔{year}〕{number}号",
        f"人社部发[{year}]{number}号",
        f"国务院令第{number}号",
        f"（{year}）鲁10民终{number * 7}号",
        f"第{number % 60 + 1}条第{number % 4 + 1}款",
        f"《工伤保险条例》第{'一二三四五六'[number % 6]}十{'一二三四五'[number % 5]}条",
        f"威政发({year}){number}号",
        f"统一社会信用代码91371000MA3C{_digits(chance, 1)}ABC1D",
        f"GB/T {_digits(chance, 5)}-{year}",
        f"鲁劳社〔{year}〕{number}号第{number % 9}页",
    )
    return chance.choice(("按{}怎么办", "{}还有效吗", "依据{}", "{}说的是什么")).format(chance.choice(shapes))


def _place(chance: random.Random) -> str:
    a, b = chance.randint(1, 399), chance.randint(1, 30)
    shapes = (
        f"塔山中路{a}号{b}楼{chance.randint(1, 9)}号窗口",
        f"文化东路{a}-{b}号",
        f"{b}号楼{b % 4 + 1}单元{a + 100}室",
        f"邮编2642{_digits(chance, 2)}",
        f"坐{b}路、{b + 1}路、{a}路公交",
        f"A{a:03}号叫到几号了",
        f"东经122.{_digits(chance, 4)}北纬37.{_digits(chance, 4)}",
        f"窗口{b}、{b + 1}、{b + 2}、{b + 3}",
    )
    return chance.choice(("在{}办吗", "{}怎么走", "地址是{}", "我在{}")).format(chance.choice(shapes))


def _quantity(chance: random.Random) -> str:
    months, age = chance.randint(12, 420), chance.randint(16, 99)
    shapes = (
        f"交了{months}个月，{age}岁",
        f"{age}岁{months // 12}年工龄",
        f"材料1、2、3、4、5、6、7、8、9、10都要带吗，交{months}份",
        f"一共{months}人，{age}个女的",
        f"尾号{_digits(chance, 4)}的卡",
        f"{chance.randint(1, 9)}级伤残，治疗{months}天",
        f"1.身份证 2.户口本 3.照片{chance.randint(1, 4)}张 4.其他{age}",
        f"版本{age}.{months}.{age}",
        f"大约{'一二三四五六七八九'[age % 9]}十{'一二三四五六七八九'[months % 9]}岁，{months}天",
        f"验证码{_digits(chance, 6)}",
    )
    return chance.choice(("", "我", "请问", "单位")) + chance.choice(shapes) + chance.choice(("", "怎么办", "行吗"))


_PUBLIC: Sequence[tuple[str, Callable[[random.Random], str]]] = (
    ("landline", _landline),
    ("local", _local),
    ("hotline", _hotline),
    ("free call", _free_call),
    ("date", _date),
    ("span", _span),
    ("hours", _hours),
    ("amount", _amount),
    ("document", _document),
    ("place", _place),
    ("quantity", _quantity),
)


def _public(chance: random.Random) -> Iterator[Case]:
    while True:
        group, draw = chance.choice(_PUBLIC)
        text = draw(chance)
        if chance.random() < 0.2:
            text += "，" + chance.choice(_PUBLIC)[1](chance)
        yield Case(text, "", "", group)
