"""Headers that go on every response: what a browser may do with it."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = (
    # Own files only, nothing inline: text that slips into the page cannot run. The style sheet that is named by its
    # hash is the widget's own, for browsers that cannot construct one.
    "default-src 'none'; script-src 'self'; style-src 'self' '{style_hash}'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",  # the microphone is for speaking a question
    "Cross-Origin-Opener-Policy": "same-origin",
}
# Only where operators say that citizens come by HTTPS: a browser that was told so once asks no other way for a year.
_HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000"}
_PAGES = ("/", "/examples", "/worker.js", "/widget.js")
_STATIC = "/static/"
_VERSIONED = "/static/widget-"


class SecurityHeaders:
    """ASGI middleware. Conversations are never cached; files with a hash in their name always, others asked for anew.

    Pages may be framed by themselves and by `origins`; the widget's files may be loaded by any page, since it is the
    interface behind them that knows whom it serves.
    """

    def __init__(self, app: ASGIApp, style_hash: str, origins: str = "", https: bool = False) -> None:
        self._app = app
        ancestors = ["'self'", *(origin for origin in origins.split() if origin != "null")]
        policy = _POLICY.format(style_hash=style_hash, ancestors=" ".join(ancestors))
        self._headers = {"Content-Security-Policy": policy, **_HEADERS, **(_HTTPS_ONLY if https else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the headers to its response."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in {**self._headers, **_of_file(scope["path"])}.items():
                    headers.setdefault(name, value)  # the console's pages bring a policy of their own
                headers.setdefault("Cache-Control", _caching(scope["path"], message["status"]))
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _of_file(path: str) -> dict[str, str]:
    if path.startswith(_STATIC) or path == "/widget.js":
        return {"Cross-Origin-Resource-Policy": "cross-origin", "Access-Control-Allow-Origin": "*"}
    return {"Cross-Origin-Resource-Policy": "same-origin"}


def _caching(path: str, status: int) -> str:
    if path.startswith(_VERSIONED) and status == 200:
        return "public, max-age=31536000, immutable"
    return "no-cache" if path in _PAGES or path.startswith(_STATIC) else "no-store"
