"""What is deployed: nothing of ours runs as root or writes to its image, and nothing inside is published."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

import actions.guarded
import bot.edge.metrics
import bot.learn.nightly.metrics
from bot.cli.project import LANDMARKS
from bot.cluster.cluster import Cluster
from bot.cluster.proxy import Proxy
from bot.learn.release.gate import GateConfig
from bot.settings import SETTINGS_HELP

PROJECT = Path(__file__).resolve().parents[2]
DEPLOY = PROJECT / "deploy"
CHART = DEPLOY / "helm" / "guidebot"
OURS = ("edge", "rasa", "actions")
TEMPLATES = sorted((CHART / "templates").iterdir())
SETTING = re.compile(r"\b(?:GUIDEBOT|WECHAT|WECOM)_[A-Z][A-Z_]*[A-Z]")
ENDS = ("", "_total", "_bucket", "_count", "_sum")
OUTSIDE = {"GUIDEBOT_RELEASE", "GUIDEBOT_PORT"}  # of compose alone


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yml").read_text(encoding="utf-8"))
    return loaded


@pytest.mark.parametrize("name", OURS)
def test_our_processes_may_do_little(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]
    assert service["read_only"] is True
    assert not str(service["user"]).startswith("0")
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["healthcheck"]["test"]
    assert service["deploy"]["resources"]["limits"]["memory"]
    assert service["command"][0] == name


def test_only_the_proxy_is_published_and_what_is_inside_reaches_nothing(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["nginx"]
    assert {name for name, service in services.items() if "outside" in service["networks"]} == {"nginx", "edge"}
    assert compose["networks"]["inside"] == {"internal": True}


def test_no_secret_has_a_value_in_the_file(compose: dict[str, Any]) -> None:
    text = (DEPLOY / "compose.yml").read_text(encoding="utf-8")
    passwords = [f"{name}_PASSWORD" for name in ("POSTGRES", "REDIS", "RABBITMQ")]
    for name in ("GUIDEBOT_SECRET", "GUIDEBOT_INTERNAL_KEY", *passwords):
        assert f"${{{name}:?" in text, "it does not start without"
        assert f"${{{name}:-" not in text


def test_settings_that_are_named_exist() -> None:
    files = [DEPLOY / "compose.yml", DEPLOY / "Dockerfile", CHART / "values.yaml", *TEMPLATES]
    named = {name for file in files for name in SETTING.findall(file.read_text(encoding="utf-8"))}
    assert named - set(SETTINGS_HELP) - OUTSIDE == set()


def test_the_image_runs_as_nobody_and_holds_no_secret() -> None:
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER")]
    assert users == ["10001:10001"]
    assert [line for line in lines if re.search(r"SECRET|PASSWORD|_KEY", line)] == []
    assert 'ENTRYPOINT ["guidebot", "serve"]' in lines


def test_several_machines_keep_conversations_as_one_does() -> None:
    one = yaml.safe_load((PROJECT / "endpoints.yml").read_text(encoding="utf-8"))
    several = yaml.safe_load((CHART / "endpoints.yml").read_text(encoding="utf-8"))
    assert several["action_endpoint"] == one["action_endpoint"]
    for key in ("type", "max_events"):
        assert several["tracker_store"][key] == one["tracker_store"][key]
    assert several["lock_store"]["type"].endswith(".LeaseLockStore"), "or two workers take one conversation at once"
    assert several["lock_store"]["url"] == "${GUIDEBOT_REDIS_URL}", "where the edges line up too"


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda path: path.name)
def test_a_template_of_the_chart_is_closed_and_names_values_that_exist(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    opened = re.findall(r"\{\{-? *(?:if|range|with|define)\b", text)
    assert len(opened) == len(re.findall(r"\{\{-? *end\b", text))
    values = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
    for path in re.findall(r"\.Values\.([A-Za-z.]+)", text):
        at = values
        for part in path.split("."):
            assert part in at, path
            at = at[part]
    for field in re.findall(r"\$process\.([A-Za-z]+)", text):
        assert all(field in process for process in values["processes"].values()), field


def test_the_chart_has_the_processes_of_the_procfile() -> None:
    values = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
    procfile = (PROJECT / "Procfile").read_text(encoding="utf-8")
    assert set(values["processes"]) == set(OURS) == set(re.findall(r"^(\w+):", procfile, re.MULTILINE))
    assert yaml.safe_load((CHART / "Chart.yaml").read_text(encoding="utf-8"))["name"] == "guidebot"


def test_the_night_runs_our_command_as_nobody_and_one_at_a_time() -> None:
    cron = (CHART / "templates" / "nightly.yaml").read_text(encoding="utf-8")
    for line in ("concurrencyPolicy: Forbid", "runAsNonRoot: true", "readOnlyRootFilesystem: true"):
        assert line in cron
    copied = set(re.findall(r"[\w./]+", re.search(r"for name in (.*?); do", cron, re.DOTALL)[1].replace("\\", " ")))
    sets = GateConfig.load(PROJECT / "data" / "gate.yml").sets
    assert copied >= {*LANDMARKS, "data", "guides", "models", "index/build", *sets}
    unit = (DEPLOY / "systemd" / "guidebot-nightly.service").read_text(encoding="utf-8")
    assert "User=guidebot" in unit and "SuccessExitStatus=3" in unit
    for text in (cron, unit):
        assert "guidebot learn nightly" in text


@pytest.mark.parametrize("file", ["dashboard.json", "alerts.yml"])
def test_figures_that_are_shown_are_measured(file: str) -> None:
    assert actions.guarded.ACTION_SECONDS
    assert bot.edge.metrics.TURNS
    text = (DEPLOY / "monitoring" / file).read_text(encoding="utf-8")
    assert json.loads(text)["panels"] if file.endswith(".json") else yaml.safe_load(text)["groups"]
    families = [*REGISTRY.collect(), *bot.learn.nightly.metrics.REGISTRY.collect()]
    measured = {sample + end for family in families for sample in [family.name] for end in ENDS}
    named = set(re.findall(r"guidebot_[a-z_]+", text))
    assert named
    assert named <= measured


NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")


@pytest.mark.skipif(not NGINX, reason="nginx is not installed")
def test_nginx_takes_its_configuration(tmp_path: Path) -> None:
    own = (DEPLOY / "nginx" / "guidebot.conf").read_text(encoding="utf-8").replace("edge:8000", "127.0.0.1:8000")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"{kind}_temp_path {tmp_path}/{kind};" for kind in kinds)
    whole = f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ {places} {own} }}"
    (tmp_path / "nginx.conf").write_text(whole, encoding="utf-8")
    checked = subprocess.run(
        [str(NGINX), "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")], capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stderr


@pytest.mark.skipif(not NGINX, reason="nginx is not installed")
def test_nginx_takes_the_cluster_s_configuration(tmp_path: Path) -> None:
    ports = {"edge": 18080, "rasa": 18081, "actions": 18082}
    proxy = Proxy(tmp_path / "nginx", ports)
    proxy.prepare(PROJECT, {name: [19000, 19001] for name in OURS}, 10.0)
    written = (tmp_path / "nginx" / "nginx.conf").read_text(encoding="utf-8")
    assert written.count("127.0.0.1:19001") == len(OURS)
    listening = set(re.findall(r"^ +listen ([^;]+);", written, re.MULTILINE))
    assert listening == {f"127.0.0.1:{port}" for port in ports.values()}
    checked = subprocess.run([*proxy.command, "-t"], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr


def test_cluster_keeps_what_stands_in_its_home_already(tmp_path: Path) -> None:
    """Releases of its own, as the fault tests make them, are not those of the project."""
    cluster = Cluster(tmp_path)
    own = cluster.home / "build" / "releases"
    own.mkdir(parents=True)
    for _ in range(2):  # a home is gone into again
        cluster._link_project()
    assert not own.is_symlink()
    assert (cluster.home / "domain.yml").is_symlink()
