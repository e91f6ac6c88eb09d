"""Stands for `python -m rasa`: notes the intents as training, shows epochs as a bar does, serves Rasa's interface."""

from __future__ import annotations

from pathlib import Path

import pytest

RASA = """
import json, pathlib, sys, time, yaml
from http.server import BaseHTTPRequestHandler, HTTPServer
def value(name):
    return sys.argv[sys.argv.index(name) + 1]
if sys.argv[1] == "train":
    if pathlib.Path(__file__).with_name("breaks").exists():
        sys.exit("no such component")
    if pathlib.Path(__file__).with_name("hangs").exists():
        time.sleep(60)
    epochs = yaml.safe_load(open(value("--config")))["pipeline"][-1]["epochs"]
    for epoch in range(epochs + 1):
        sys.stderr.write(f"\\rEpochs: {epoch:3}%|##  | {epoch}/{epochs} [00:01<00:02, 1.2s/it, t_loss=3.1]")
    intents = [one["intent"] for one in yaml.safe_load(open(value("--nlu"), encoding="utf-8"))["nlu"]]
    pathlib.Path(value("--out"), value("--fixed-model-name") + ".tar.gz").write_text(json.dumps(intents))
    sys.exit()
class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.reply({"model_id": "x"})
    def do_POST(self):
        text = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["text"]
        intents = json.loads(pathlib.Path(value("--model")).read_text())
        ranked = sorted(intents, key=lambda intent: intent not in text)
        self.reply({"text": text, "intent_ranking": [{"name": name, "confidence": 0.5} for name in ranked]})
    def reply(self, body):
        content = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
    def log_message(self, *_):
        pass
HTTPServer((value("--interface"), int(value("--port"))), Handler).serve_forever()
"""


def install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let processes started from here find it as the package `rasa`; files "breaks" or "hangs" in it make it so."""
    package = folder / "rasa"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(RASA, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(folder))
    return package
