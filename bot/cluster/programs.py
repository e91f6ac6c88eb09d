"""The servers that are not ours: where Debian's packages put them, and how each is started for us alone."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bot.cluster.problem import ClusterError
from bot.learn.processes import LOCAL

POSTGRES_USER = "postgres"  # whom Debian's package makes: the server refuses to run as root
DATABASES = ("journal", "tracker")
_VERSIONS = Path("/usr/lib/postgresql")
_PLACES = os.pathsep.join(("/usr/local/sbin", "/usr/sbin", "/sbin"))  # not on everyone's PATH
_WAIT_S = 60


def program(name: str) -> str:
    """Where a program is. ClusterError that says how to install it."""
    newest = sorted(_VERSIONS.glob("*/bin"), key=lambda path: float(path.parent.name))[-1:]
    path = os.pathsep.join((*map(str, newest), os.environ.get("PATH", ""), _PLACES))
    if found := shutil.which(name, path=path):
        return found
    raise ClusterError("no_program", name=name)


@dataclass(frozen=True)
class Postgres:
    """A PostgreSQL on a port of loopback, its data under `folder`, with one password."""

    folder: Path
    port: int
    password: str

    @property
    def user(self) -> str | None:
        """Whom it has to run as, None for whoever starts it."""
        return POSTGRES_USER if os.geteuid() == 0 else None

    @property
    def command(self) -> list[str]:
        """What starts it."""
        where = ["-h", LOCAL, "-p", str(self.port), "-k", ""]
        return [program("postgres"), "-D", str(self.folder / "data"), *where]

    def url(self, database: str) -> str:
        """What clients connect to."""
        return f"postgresql://{POSTGRES_USER}:{self.password}@{LOCAL}:{self.port}/{database}"

    def prepare(self) -> None:
        """Make its data anew. ClusterError where its user cannot get there."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        if self.user:
            shutil.chown(self.folder, self.user)
        word = self.folder / "password"
        word.write_text(self.password)
        word.chmod(0o644 if self.user else 0o600)  # in a folder that is closed from here on
        access = ["-U", POSTGRES_USER, "-A", "scram-sha-256", "--pwfile", str(word)]
        try:
            self._run("initdb", "-D", str(self.folder / "data"), *access, "-E", "UTF8", "--locale=C", "--no-sync")
        except subprocess.CalledProcessError as error:
            words = {"folder": self.folder, "user": self.user, "problem": error.stderr}
            raise ClusterError("no_cluster_database", **words) from error
        finally:
            word.unlink()
            self.folder.chmod(0o700)

    def create(self) -> None:
        """Create the databases, once it runs."""
        for name in DATABASES:
            self._run("createdb", "-h", LOCAL, "-p", str(self.port), "-U", POSTGRES_USER, name)

    def accepts(self) -> bool:
        """Whether it takes connections now."""
        command = [program("pg_isready"), "-q", "-h", LOCAL, "-p", str(self.port)]
        return subprocess.run(command, check=False, timeout=_WAIT_S).returncode == 0

    def _run(self, name: str, *arguments: str) -> None:
        environ = {**os.environ, "PGPASSWORD": self.password}
        command = [program(name), *arguments]
        subprocess.run(
            command, user=self.user, cwd="/", env=environ, check=True, capture_output=True, text=True, timeout=_WAIT_S
        )


@dataclass(frozen=True)
class Redis:
    """A Redis on a port of loopback, its data under `folder`, with a password."""

    folder: Path
    port: int
    password: str

    @property
    def command(self) -> list[str]:
        """What starts it; the password stands in a file, not where every user sees it."""
        return [program("redis-server"), str(self.folder / "redis.conf")]

    @property
    def url(self) -> str:
        """What clients connect to."""
        return f"redis://:{self.password}@{LOCAL}:{self.port}/0"

    def prepare(self) -> None:
        """Make its folder anew."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True, mode=0o700)
        lines = [
            f"bind {LOCAL}",
            f"port {self.port}",
            f"dir {self.folder}",
            f"requirepass {self.password}",
            "appendonly yes",
            "save ''",
            "maxmemory-policy noeviction",
        ]
        (self.folder / "redis.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def accepts(self) -> bool:
        """Whether it answers now."""
        import redis

        try:
            with redis.Redis.from_url(self.url, socket_timeout=1) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False
