"""The addresses of the service: whether they are free, and who answers there."""

from __future__ import annotations

import errno
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from bot.settings import Settings

LOCAL = "127.0.0.1"
LOCAL_NAMES = ("localhost", "0.0.0.0", "::", "::1")
PATIENCE_S = 2.0
_OBSTACLES = {errno.EADDRINUSE: "busy_port", errno.EACCES: "denied_port"}
_PATHS = {"actions": "/health", "rasa": "/", "edge": "/healthz", "console": "/healthz"}
_SIGNS = {"actions": '"status":"ok"', "rasa": "HellofromRasa", "edge": '"status":"ok"', "console": '"status":"ok"'}


@dataclass(frozen=True)
class Place:
    """One of the service's processes and the address where the others look for it."""

    name: str
    host: str
    port: int

    @property
    def url(self) -> str:
        """The root of its address."""
        return root(self.host, self.port)

    def is_local(self) -> bool:
        """Whether the address is one of this machine's."""
        return self.host in LOCAL_NAMES or self.host.startswith("127.")

    def obstacle(self) -> str:
        """Why no server could listen there: `busy_port`, `denied_port`, `bad_host`; empty where one could."""
        try:
            family, kind, _, _, address = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)[0]
            with socket.socket(family, kind) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do after a restart
                probe.bind(address)
        except OSError as error:
            return _OBSTACLES.get(error.errno or 0, "bad_host")
        return ""

    def answers(self) -> bool:
        """Whether our own process of that name answers there."""
        import httpx

        try:
            with httpx.Client(trust_env=False, timeout=PATIENCE_S) as client:
                reply = client.get(self.url + _PATHS[self.name])
        except (httpx.HTTPError, httpx.InvalidURL):
            return False
        return reply.status_code == httpx.codes.OK and _SIGNS[self.name] in reply.text.replace(" ", "")


def places(settings: Settings) -> tuple[Place, ...]:
    """actions, rasa, edge, and the console where there is one, in the order in which they are started."""
    console = (Place("console", *_address(settings.console_url)),) if settings.console_url else ()
    return (
        Place("actions", *_address(settings.actions_url)),
        Place("rasa", *_address(settings.rasa_url)),
        Place("edge", settings.edge_host, settings.edge_port),
        *console,
    )


def public_url(settings: Settings) -> str:
    """Where this machine reaches the edge: at the loopback address, if the edge listens everywhere."""
    host = LOCAL if settings.edge_host in ("0.0.0.0", "::", "") else settings.edge_host
    return root(host, settings.edge_port)


def root(host: str, port: int) -> str:
    """The address of a server's root; an IPv6 address goes into brackets."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or LOCAL, parts.port or (443 if parts.scheme == "https" else 80)
