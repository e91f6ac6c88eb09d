"""nginx's configuration: the door of `deploy/nginx`, on loopback, and inside the doors to Rasa and the actions."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.cluster.programs import program
from bot.learn.processes import LOCAL

PUBLIC, INSIDE = Path("deploy/nginx/guidebot.conf"), Path("deploy/nginx/inside.conf")
_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@dataclass(frozen=True)
class Proxy:
    """An nginx under `folder`; `ports` are those of its doors: `edge` for citizens, `rasa` and `actions` inside."""

    folder: Path
    ports: Mapping[str, int]

    @property
    def command(self) -> list[str]:
        """What starts it."""
        return [program("nginx"), "-e", "stderr", "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")]

    def prepare(self, project: Path, behind: Mapping[str, Sequence[int]], patience_s: float) -> None:
        """Write its configuration; `behind` are the ports of the processes behind each door."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        public = (project / PUBLIC).read_text(encoding="utf-8")
        inside = (project / INSIDE).read_text(encoding="utf-8")
        for name, ports in behind.items():
            public, inside = (_with_servers(text, name, ports) for text in (public, inside))
        public = public.replace("listen 8080;", f"listen {LOCAL}:{self.ports['edge']};")
        public = public.replace("/dev/stdout", str(self.folder / "access.log"))
        for name in ("rasa", "actions"):
            inside = inside.replace(f"listen {name};", f"listen {LOCAL}:{self.ports[name]};")
        inside = inside.replace("{turn}", f"{1000 * patience_s - 500:.0f}ms")
        inside = inside.replace("{action}", f"{1000 * patience_s / 3:.0f}ms")
        places = "".join(f"{name}_temp_path {self.folder}/{name};\n" for name in _TEMPORARY)
        head = f"daemon off;\npid {self.folder}/pid;\nworker_processes 1;\nevents {{}}\n"
        (self.folder / "nginx.conf").write_text(f"{head}http {{\n{places}{public}\n{inside}\n}}\n", encoding="utf-8")


def _with_servers(text: str, name: str, ports: Sequence[int]) -> str:
    """Each `server NAME:PORT …;` line once for every process."""
    lines = []
    for line in text.splitlines():
        head, found, rest = line.partition(f"server {name}:")
        if found:
            lines += [f"{head}server {LOCAL}:{port} {rest.partition(' ')[2]}" for port in ports]
        else:
            lines.append(line)
    return "\n".join(lines)
