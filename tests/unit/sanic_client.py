"""A client that talks to a Sanic app in this process, without a port."""

from __future__ import annotations

from uuid import uuid4

import httpx
import sanic


def new_app() -> sanic.Sanic:
    """An app of a name that none had before, as Sanic wants it."""
    return sanic.Sanic(f"app{uuid4().hex}", configure_logging=False)


async def client_of(app: sanic.Sanic) -> httpx.AsyncClient:
    """A client of an app that has all its routes."""
    sanic.Sanic.test_mode = True  # else only one app of a process can be made ready
    await app._startup()
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://app")
