"""The contenders: ours, the floor as Rasa comes, the floor behind our own channel and store, and a stock assistant."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from bench.measure import BARE, FLOOR, OURS, PEER
from bench.processes import Plan, run_timed
from bench.stock import write_stock
from bot.cli.serve import environment
from bot.learn.processes import LOCAL, free_ports
from bot.learn.quiet import quiet_environment
from bot.settings import Settings
from index.manifest import inputs_hash

PROJECT = Path(__file__).resolve().parents[1]
FLOOR_FILES = Path(__file__).with_name("floor")
KEPT = Path("build/benchmarks")  # models of the floor and of the stock assistant, by what they were trained from
SETTINGS = ("GUIDEBOT_", "WECHAT_", "WECOM_")
OWN = ("build", "models")  # what a linked project has to itself
NAMES = {
    OURS: "the assistant",
    FLOOR: "a rule and an action that says a constant, Rasa as it comes",
    BARE: "the same with our channel and our store of conversations",
    PEER: "a stock assistant: jieba, DIET, ResponseSelector",
}
RASA_READY, ACTIONS_READY, EDGE_READY = "/webhooks/rest/", "/actions", "/healthz"


def plan(name: str, folder: Path) -> Plan:
    """How the contender is started out of an empty `folder`."""
    actions, rasa, edge = free_ports(3)
    linked(folder)
    urls = {part: f"http://{LOCAL}:{port}" for part, port in (("actions", actions), ("rasa", rasa), ("edge", edge))}
    environ = _environ(urls, edge)
    commands = _own() if name == OURS else _others(name, folder, {"rasa": rasa, "actions": actions})
    ready = [urls["rasa"] + RASA_READY, urls["edge"] + EDGE_READY]
    ready += [urls["actions"] + ACTIONS_READY] if "actions" in commands else []
    headers = {"Authorization": f"Bearer {environ['GUIDEBOT_INTERNAL_KEY']}"}
    return Plan(name, folder, environ, commands, ready, headers, urls["edge"])


def linked(folder: Path) -> Path:
    """The project's files seen from `folder`, with a `build` of its own: what runs there writes only there."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in PROJECT.iterdir():
        if path.name not in OWN and not path.name.startswith("."):
            (folder / path.name).symlink_to(path)
    (folder / "models").symlink_to(PROJECT / "models")
    (folder / "build").mkdir()
    (folder / "build" / "nlu").symlink_to(PROJECT / "build" / "nlu")
    return folder


def floor_model() -> Path:
    """The floor's model, trained where that is not done yet."""
    files = [FLOOR_FILES / name for name in ("config.yml", "domain.yml", "data.yml")]
    return kept_model(FLOOR, inputs_hash(files, ""), lambda folder: [shutil.copy(path, folder) for path in files])


def stock_model() -> Path:
    """The stock assistant's, with one epoch each where none is there: how long it learnt does not change its speed."""
    sources = [*(PROJECT / "data/questions").glob("g*.txt"), Path(__file__).with_name("stock.py")]
    return kept_model(PEER, inputs_hash(sources, ""), lambda folder: write_stock(folder, PROJECT, 1))


def kept_model(name: str, inputs: str, write: Callable[[Path], object]) -> Path:
    """A Rasa model of the project that `write` writes; trained once for the same inputs."""
    folder = (PROJECT / KEPT / f"{name}-{inputs[:8]}").resolve()
    model = folder / "model.tar.gz"
    if not model.is_file():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        write(folder)
        run_timed(train_command(), folder, project_environment({}))
    return model


def train_command() -> list[str]:
    """`rasa train` over config.yml, domain.yml and data.yml of a folder."""
    files = ("--config", "config.yml", "--domain", "domain.yml", "--data", "data.yml")
    return ["-m", "rasa", "train", "--force", *files, "--out", ".", "--fixed-model-name", "model"]


def project_environment(more: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process over this project's code, without settings of the operator's."""
    given = {name: value for name, value in os.environ.items() if not name.startswith(SETTINGS)}
    return quiet_environment({**given, "PYTHONPATH": str(PROJECT), "PYTHONUNBUFFERED": "1", **more})


def _environ(urls: Mapping[str, str], edge: int) -> dict[str, str]:
    own = {
        "GUIDEBOT_ACTIONS_URL": urls["actions"],
        "GUIDEBOT_RASA_URL": urls["rasa"],
        "GUIDEBOT_EDGE_PORT": str(edge),
        "GUIDEBOT_DATABASE_URL": "sqlite:///build/journal.db",
        "GUIDEBOT_TURN_TIMEOUT_S": "60",  # how long a crowd waits is measured, not cut off
        "GUIDEBOT_LOG_LEVEL": "warning",
        "GUIDEBOT_INTERNAL_KEY": secrets.token_hex(16),
    }
    served = environment(Settings.from_env(own))
    return project_environment({name: value for name, value in served.items() if name in own or "_NUM_" in name} | own)


def _own() -> dict[str, list[str]]:
    lines = (line.split() for line in (PROJECT / "Procfile").read_text().splitlines())
    return {name.rstrip(":"): ["-m", "bot.cli", *rest] for name, _guidebot, *rest in lines}


def _others(name: str, folder: Path, ports: Mapping[str, int]) -> dict[str, list[str]]:
    model = stock_model() if name == PEER else floor_model()
    settings = PROJECT if name == BARE else FLOOR_FILES
    files = ("--endpoints", str(settings / "endpoints.yml"), "--credentials", str(settings / "credentials.yml"))
    place = ("-i", LOCAL, "-p", str(ports["rasa"]))
    served = ["-m", "bench.floor.serve", str(ports["actions"])]
    return {
        **({} if name == PEER else {"actions": served}),
        "rasa": ["-m", "rasa", "run", *place, "--model", str(model), *files],
        "edge": ["-m", "bot.cli", "serve", "edge"],
    }
