"""The edge does what docs/openapi.yml says, for requests that keep to it and for those that break it (schemathesis)."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import schemathesis
import uvicorn
from fake_rasa import FakeRasa, serving
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from bot.edge.app import create_app
from bot.settings import Settings

PROJECT = Path(__file__).resolve().parents[2]
INPUTS = int(os.environ.get("FUZZ_INPUTS", "400"))
OPERATIONS = 7
CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance]

schema = schemathesis.openapi.from_path(PROJECT / "docs" / "openapi.yml")


@pytest.fixture(scope="module")
def rasa() -> Iterator[FakeRasa]:
    with serving() as fake:
        yield fake


@pytest.fixture(scope="module")
def edge(rasa: FakeRasa, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an edge on a port of this machine."""
    app = create_app(
        Settings(
            rasa_url=rasa.url,
            actions_url=rasa.url,
            database_url=f"sqlite:///{tmp_path_factory.mktemp('openapi')}/journal.db",
            data_dir=PROJECT / "data",
            secret="the secret of these tests",
            rate_limit="999999/second",
        )
    )
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.05)
        assert thread.is_alive()
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(20)


@pytest.fixture(scope="module")
def token(edge: str) -> str:
    return str(httpx.post(f"{edge}/api/session", trust_env=False).json()["token"])


@schema.parametrize()
@settings(
    max_examples=max(20, INPUTS // 10 // OPERATIONS),
    deadline=None,
    database=None,
    derandomize=INPUTS < 1000,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_the_edge_does_what_its_description_says(case: schemathesis.Case, edge: str, token: str) -> None:
    shown = case.path.startswith("/api/") and case.operation.method == "post"
    headers = {"Authorization": f"Bearer {token}"} if shown else None
    case.call_and_validate(base_url=edge, headers=headers, checks=CHECKS)
