"""`guidebot ask`: one question to the running service."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.text import Text

from bot.cli.console import print_json, stdout
from bot.cli.ports import public_url
from bot.cli.problem import FAILED
from bot.cli.project import settings
from bot.cli.words import find, say


def add_to(app: typer.Typer) -> None:
    """Add the command `ask`."""
    app.command("ask")(ask)


def ask(
    question: Annotated[str, typer.Argument(show_default=False)],
    sender: Annotated[str | None, typer.Option("--sender")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
    url: Annotated[str | None, typer.Option("--url")] = None,
) -> None:
    """Ask the running service and print its answer; ends with 1 where it has none."""
    from bot.cli.client import Assistant, first_key
    from bot.outcome import Act, OutcomeError, outcome_of

    here = settings()
    with Assistant(url or public_url(here), "" if url else first_key(here)) as assistant:
        messages = assistant.say(sender or f"ask-{uuid.uuid4().hex}", question)
    if as_json:
        print_json(messages)
    else:
        show(messages)
    try:
        failed = outcome_of(messages).act is Act.ERROR
    except OutcomeError:
        failed = True  # against the contract of a reply: nothing was answered
    if failed:
        raise typer.Exit(FAILED)


def show(messages: Sequence[dict[str, Any]]) -> None:
    """Print the texts, the buttons with numbers, and in faint letters what the turn came to."""
    console = stdout()
    for message in messages:
        if message.get("text"):
            console.print(Text(message["text"]))
        for number, button in enumerate(message.get("buttons") or (), 1):
            console.print(Text(f"  {number}. {button.get('title', '')}", style="cyan"))
    custom = next((message["custom"] for message in messages if isinstance(message.get("custom"), dict)), None)
    if custom is not None:
        console.print(Text(outcome_line(custom), style="dim"))


def outcome_line(custom: dict[str, Any]) -> str:
    """What a turn came to, in a line."""
    act = custom.get("act")
    parts = [find(f"acts.{act}") or str(act)]
    source = custom.get("source")
    if custom.get("guide"):
        parts.append(say("ask.guide", guide=custom["guide"]))
    if isinstance(source, dict):
        parts.append(say("ask.source", title=source.get("title"), page=source.get("page")))
    if custom.get("section"):
        parts.append(find(f"sections.{custom['section']}") or custom["section"])
    if custom.get("slot"):
        parts.append(say("ask.slot", slot=custom["slot"]))
    return say("ask.outcome", parts=" · ".join(parts))
