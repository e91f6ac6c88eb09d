"""The cluster itself: every process started in its order, by hand ended or killed, and ended for certain."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from bot.cluster.problem import ClusterError
from bot.cluster.programs import Postgres, Redis
from bot.cluster.proxy import Proxy
from bot.learn.processes import LOCAL, free_ports

PROJECT = Path(__file__).resolve().parents[2]
COPIES = 2
OURS = ("actions", "rasa", "edge")
ENDPOINTS = Path("deploy/helm/guidebot/endpoints.yml")
STOP_S = 20.0
START_S = 600.0  # a minute is usual; a machine that does other things takes many
_GLANCE_S = 0.25
_TAIL = 15
_OWN = ("build", "endpoints.yml")  # not seen as they are in the project


class Cluster:
    """Two of each process in `folder`, with servers of their own; names are `postgres`, `redis`, `rasa-1` …

    Everything listens on loopback alone, on ports that were free, and every secret is made for this once. The folder
    begins empty: nothing of an earlier cluster is found again. `settings` are GUIDEBOT_* variables by their names.
    """

    def __init__(self, folder: Path, port: int | None = None, **settings: str) -> None:
        names = [f"{name}-{number}" for name in OURS for number in range(1, COPIES + 1)]
        doors = ["door-edge", "door-rasa", "door-actions"]
        wanted = ["postgres", "redis", *names, *doors]
        self.ports = dict(zip(wanted, free_ports(len(wanted)), strict=True))
        if port:
            self.ports["door-edge"] = port
        self.folder = folder.resolve()
        self.home = self.folder / "home"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.postgres = Postgres(self.folder / "postgres", self.ports["postgres"], secrets.token_hex(16))
        self.redis = Redis(self.folder / "redis", self.ports["redis"], secrets.token_hex(16))
        self._proxy = Proxy(self.folder / "nginx", {name: self.ports[f"door-{name}"] for name in OURS})
        self._patience_s = float(settings.get("turn_timeout_s", "10"))
        self.environ = self._environment(settings)

    @property
    def url(self) -> str:
        """Where citizens come in: nginx."""
        return self.root("door-edge")

    @property
    def names(self) -> list[str]:
        """Every process, in the order in which they are started."""
        return ["postgres", "redis", *(f"{one}-{n}" for one in OURS for n in range(1, COPIES + 1)), "nginx"]

    def root(self, name: str) -> str:
        """The address of one process, or of a `door-…`."""
        return f"http://{LOCAL}:{self.ports[name]}"

    def prepare(self) -> None:
        """Make the folder, the databases' data and the configurations."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._link_project()
        (self.folder / "logs").mkdir(exist_ok=True)
        self.postgres.prepare()
        self.redis.prepare()
        behind = {name: [self.ports[f"{name}-{n}"] for n in range(1, COPIES + 1)] for name in OURS}
        self._proxy.prepare(PROJECT, behind, self._patience_s)

    def start_all(self) -> None:
        """Start everything and return once each edge says that it is ready. ClusterError where that fails."""
        self.start("postgres")
        self.start("redis")
        self._wait("postgres", self.postgres.accepts)
        self._wait("redis", self.redis.accepts)
        self.postgres.create()
        for name in self.names[2:]:
            self.start(name)
        self.wait_ready()

    def start(self, name: str, cwd: Path | None = None, **settings: str) -> None:
        """Start one process; it writes to `logs/NAME.log`. Further settings are for it alone."""
        with (self.folder / "logs" / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                self._command(name),
                cwd="/" if name == "postgres" else cwd or self.home,
                env={**self.environ, **variables(settings)},
                user=self.postgres.user if name == "postgres" else None,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C comes to us alone: we end them in their order
            )

    def end(self, name: str, number: signal.Signals = signal.SIGTERM) -> None:
        """End one process by a signal, by force where it does not go in time; return once it is gone."""
        process = self.processes[name]
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
            self.send(name, signal.SIGINT if (name, number) == ("postgres", signal.SIGTERM) else number)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.send(name, signal.SIGKILL)
            process.wait(STOP_S)

    def send(self, name: str, number: signal.Signals) -> None:
        """Send a signal to one process; SIGKILL also to its own children, which would go on without it."""
        process = self.processes[name]
        if number == signal.SIGKILL and process.poll() is None:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)

    def stop(self) -> None:
        """End everything, the doors first and the databases last."""
        for name in reversed([name for name in self.names if name in self.processes]):
            self.end(name)

    def wait_ready(self, *names: str) -> None:
        """Return once the processes (by default all) could serve. ClusterError where one ends or takes too long."""
        for name in names or self.names:
            self._wait(name, self._sign(name))

    def ended(self) -> str | None:
        """A process that should run and does not; None where all do."""
        return next((name for name, process in self.processes.items() if process.poll() is not None), None)

    def tail(self, name: str) -> str:
        """The end of what a process wrote."""
        text = (self.folder / "logs" / f"{name}.log").read_text(encoding="utf-8", errors="replace")
        return "\n".join(text.splitlines()[-_TAIL:])

    def _sign(self, name: str) -> Callable[[], bool]:
        """What shows that a process could serve."""
        if name == "postgres":
            return self.postgres.accepts
        if name == "redis":
            return self.redis.accepts
        key = {"Authorization": f"Bearer {self.environ['GUIDEBOT_INTERNAL_KEY']}"}
        paths = {"actions": "/health", "rasa": "/webhooks/rest/", "edge": "/readyz", "nginx": "/healthz"}
        url = self.root("door-edge" if name == "nginx" else name) + paths[name.partition("-")[0]]
        return lambda: answers(url, key)

    def _wait(self, name: str, sign: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START_S
        while not sign():
            if self.processes[name].poll() is not None or time.monotonic() > deadline:
                raise ClusterError("cluster_not_started", name=name, tail=self.tail(name))
            time.sleep(_GLANCE_S)

    def _command(self, name: str) -> list[str]:
        servers: dict[str, Postgres | Redis | Proxy]
        servers = {"postgres": self.postgres, "redis": self.redis, "nginx": self._proxy}
        if name in servers:
            return servers[name].command
        kind = name.partition("-")[0]
        return [sys.executable, "-m", "bot.cli", "serve", kind, "--port", str(self.ports[name])]

    def _environment(self, settings: Mapping[str, str]) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GUIDEBOT_")}
        own = {
            "secret": secrets.token_hex(32),
            "internal_key": secrets.token_hex(32),
            "database_url": self.postgres.url("journal"),
            "redis_url": self.redis.url,
            "rasa_url": self.root("door-rasa"),
            "actions_url": self.root("door-actions"),
        }
        return {
            **kept,
            **variables({**own, **settings}),
            "TRACKER_DATABASE_URL": self.postgres.url("tracker"),
            "PYTHONPATH": str(PROJECT),
            "PYTHONUNBUFFERED": "1",
        }

    def _link_project(self) -> None:
        """The project seen from `home`, with a `build` of its own and conversations kept where all Rasas look.

        What stands there already stays.
        """
        build = self.home / "build"
        build.mkdir(parents=True, exist_ok=True)
        shown = [(path, self.home / path.name) for path in PROJECT.iterdir() if path.name not in _OWN]
        shown += [(PROJECT / "build" / name, build / name) for name in ("nlu", "releases")]
        for path, link in shown:
            if path.exists() and not path.name.startswith(".") and not os.path.lexists(link):
                link.symlink_to(path)
        endpoints = (PROJECT / ENDPOINTS).read_text(encoding="utf-8").partition("event_broker:")[0]
        (self.home / "endpoints.yml").write_text(endpoints, encoding="utf-8")


@contextmanager
def running_cluster(folder: Path, port: int | None = None, **settings: str) -> Iterator[Cluster]:
    """A cluster that is ready, ended in the end whatever happens."""
    cluster = Cluster(folder, port, **settings)
    cluster.prepare()
    try:
        cluster.start_all()
        yield cluster
    finally:
        cluster.stop()


def variables(settings: Mapping[str, str]) -> dict[str, str]:
    """Settings by their names as environment variables."""
    return {f"GUIDEBOT_{name.upper()}": value for name, value in settings.items()}


def answers(url: str, headers: Mapping[str, str]) -> bool:
    """Whether something says there that it is fine."""
    try:
        with httpx.Client(trust_env=False, timeout=5) as client:
            return client.get(url, headers=headers).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False
