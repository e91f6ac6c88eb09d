"""The chat page as a test drives it: what a citizen does, what is shown, and what went wrong meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import ConsoleMessage, Locator, Page, Request, Route, expect

from bot.outcome import Outcome

MESSAGES = "**/api/messages"
HISTORY = "**/api/session/history"
TURN_MS = 30_000  # of a first turn on a machine that does much else
_TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`);
});
"""


@dataclass
class Watch:
    """What a page must not do. `tolerated` are parts of messages that a test brings about itself."""

    own: str
    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    tolerated: list[str] = field(default_factory=list)

    def attach(self, page: Page) -> None:
        """From now on, see what the page's scripts complain of and whom the page asks."""
        page.add_init_script(_TELL_VIOLATIONS)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._request)

    @property
    def complaints(self) -> list[str]:
        """Errors that nobody expected, and requests to other servers."""
        unexpected = [one for one in self.errors if not any(part in one for part in self.tolerated)]
        return unexpected + self.strangers

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(f"{message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.own, "data:", "blob:")):
            self.strangers.append(request.url)


@dataclass
class ChatPage:
    """A citizen's page at `url`. What is asked returns the outcome that the service sent for it."""

    page: Page
    url: str
    watch: Watch

    def open(self, query: str = "") -> ChatPage:
        """Open the page, ready to type."""
        self.page.goto(self.url + query)
        expect(self.input).to_be_visible()
        self.wait_done()
        return self

    @property
    def widget(self) -> Locator:
        return self.page.locator("guide-assistant")

    @property
    def input(self) -> Locator:
        return self.page.get_by_label("您的问题")

    @property
    def send_button(self) -> Locator:
        return self.page.get_by_role("button", name="发送", exact=True)

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    @property
    def suggestions(self) -> Locator:
        return self.page.get_by_role("complementary", name="大家常问").get_by_role("button")

    @property
    def said(self) -> Locator:
        """What the citizen has said, as shown."""
        return self.log.locator(".message.user")

    @property
    def turns(self) -> Locator:
        """Each thing said with all that came of it, oldest first."""
        return self.log.locator(".turn")

    @property
    def last_turn(self) -> Locator:
        """The last thing said and all that came of it."""
        return self.turns.last

    @property
    def choices(self) -> Locator:
        """Buttons of the last turn that can still be pressed."""
        return self.last_turn.locator(".options:not(.related .options) button[aria-disabled=false]")

    @property
    def card(self) -> Locator:
        """The quoted section, be it folded under a card that shows the same."""
        return self.last_turn.locator("article.card")

    @property
    def quote(self) -> Locator:
        return self.card.locator("blockquote")

    def send(self, text: str) -> None:
        """Type and press the button, whatever comes of it."""
        self.input.fill(text)
        self.send_button.click()

    def ask(self, text: str) -> Outcome:
        """Type and press the button; the outcome, once it is shown."""
        return self.outcome_of(lambda: self.send(text))

    def press(self, choice: Locator) -> Outcome:
        """Press a choice or a suggestion."""
        return self.outcome_of(choice.click)

    def outcome_of(self, act: Callable[[], Any]) -> Outcome:
        """The outcome of the one message that `act` sends, once the page has shown it."""
        with self.page.expect_response(MESSAGES, timeout=TURN_MS) as caught:
            act()
        outcome = Outcome.from_custom(caught.value.json()["outcome"])
        self.wait_done()
        return outcome

    def wait_done(self) -> None:
        """Return once nothing is under way."""
        expect(self.log).to_have_attribute("aria-busy", "false", timeout=TURN_MS)

    def phone_links(self, within: Locator) -> dict[str, str | None]:
        """Numbers that can be tapped, with where they lead."""
        links = within.locator("a.tel").all()
        return {link.inner_text(): link.get_attribute("href") for link in links}


Visit = Callable[..., ChatPage]
"""Opens the page as somebody who has never been here: `visit(width, height, touch=…)`."""


def answer(route: Route, text: str | list[str], outcome: Outcome | Mapping[str, Any], **more: Any) -> None:
    """Answer a message in the service's place; `more` are keys of the outcome that come with it."""
    custom = outcome.to_custom() if isinstance(outcome, Outcome) else dict(outcome)
    texts = [text] if isinstance(text, str) else text
    body = {
        "id": route.request.post_data_json["id"],
        "messages": [{"text": one, "buttons": []} for one in texts],
        "outcome": {**custom, **more},
        "token": route.request.headers["authorization"].removeprefix("Bearer "),
        "expires": 4_000_000_000,
    }
    route.fulfill(json=body)
