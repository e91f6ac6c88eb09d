"""`guidebot wechat`: the account's menu and codes, and a phone for trying without an account."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.console import print_json, table, tell
from bot.cli.console import stdout as console
from bot.cli.ports import public_url
from bot.cli.problem import CliError
from bot.cli.project import project_settings, settings
from bot.cli.words import say

if TYPE_CHECKING:
    from bot.edge.wechat.api import Api
    from bot.edge.wechat.asks import Asks
    from bot.settings import Settings

CODE_ADDRESS = "https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket="


def add_to(app: typer.Typer) -> None:
    """Add the group `wechat`."""
    group = typer.Typer(no_args_is_help=True)
    for command in (menu, qrcode, simulate):
        group.command(command.__name__)(command)
    app.add_typer(group, name="wechat")


def menu(
    check: Annotated[bool, typer.Option("--check")] = False, as_json: Annotated[bool, typer.Option("--json")] = False
) -> None:
    """Make the account's menu out of data/wechat.yml, or only see whether that could be done."""
    from bot.edge.wechat.menu import build_menu
    from bot.edge.wechat.words import load_words

    given = project_settings()
    body = build_menu(load_words(given).menu, _asks(given))
    if as_json:
        print_json(body)
    else:
        for button in body["button"]:
            console().print(say("wechat.button", name=button["name"], does=_does(button)))
            for item in button.get("sub_button", ()):
                console().print(say("wechat.item", name=item["name"], does=_does(item)))
    if not check:
        with _calling(given) as api:
            api.post("menu/create", body)
        if not as_json:
            tell("wechat.menu_made")


def qrcode(
    scenes: Annotated[list[str], typer.Argument(show_default=False)],
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Make a lasting QR code for each scene, and print where its picture is."""
    from bot.edge.wechat.menu import build_code

    given = project_settings()
    asks = _asks(given)
    for scene in scenes:
        if not asks.knows_scene(scene):
            raise CliError.of("bad_scene", scene=scene)
    with _calling(given) as api:
        made = [(scene, api.post("qrcode/create", build_code(scene))) for scene in scenes]
    rows = [(scene, str(answer["url"]), CODE_ADDRESS + str(answer["ticket"])) for scene, answer in made]
    if as_json:
        print_json([dict(zip(("scene", "url", "picture"), row, strict=True)) for row in rows])
    else:
        console().print(table(say("wechat.code_columns").split("、"), rows))


def simulate(
    url: Annotated[str | None, typer.Option("--url")] = None,
    user: Annotated[str | None, typer.Option("--user")] = None,
    wecom: Annotated[bool, typer.Option("--wecom")] = False,
) -> None:
    """A terminal phone that writes to the running edge as the platform would."""
    from bot.cli.wechat_terminal import run_terminal

    given = settings()
    if not (given.wecom_token if wecom else given.wechat_token):
        raise CliError.of("wechat_off", variable="WECOM_TOKEN" if wecom else "WECHAT_TOKEN")
    run_terminal(given, (url or public_url(given)).rstrip("/"), user, wecom)


def _asks(given: Settings) -> Asks:
    from bot.edge.wechat.asks import Asks
    from bot.edge.wechat.channel import load_catalogue
    from bot.edge.wechat.words import load_words

    return Asks(load_words(given), load_catalogue(given))


@contextmanager
def _calling(given: Settings) -> Iterator[Api]:
    """The account's API with the workers' token; its refusals as sentences."""
    from bot.edge.wechat.api import ApiError, wechat_api
    from bot.edge.wechat.channel import open_store
    from bot.edge.wechat.state import StateError
    from bot.edge.wechat.words import load_words

    if not (given.wechat_app_id and given.wechat_app_secret):
        raise CliError.of("wechat_off", variable="WECHAT_APP_ID、WECHAT_APP_SECRET")
    store = open_store(given)
    try:
        yield wechat_api(given.wechat_api_base, given.wechat_app_id, given.wechat_app_secret, store)
    except ApiError as error:
        hint = load_words(given).errors.get(str(error.code), "")
        raise CliError.of("wechat_refused", code=error.code or say("wechat.no_answer"), hint=hint) from None
    except StateError as error:
        raise CliError.of("wechat_state", problem=error) from None
    finally:
        store.close()


def _does(button: dict[str, Any]) -> str:
    return str(button.get("key") or button.get("url") or "")
