from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.learn.problem import LearnError
from bot.learn.score.diet import Diet, write_project
from index.corpus import Example

QUESTIONS = [Example("卡丢了", "g77"), Example("补卡[急](在线等)", "g77"), Example("改密码", "g81")]

# Stands for `python -m rasa`: trains by noting the intents, shows epochs as a bar does, serves Rasa's HTTP interface.
RASA = '''
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
'''


@pytest.fixture
def rasa(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "rasa"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "__main__.py").write_text(RASA, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return folder


def diet(heard: list[int], minutes: float = 1) -> Diet:
    return Diet(3, minutes, heard.append)


def test_the_project_has_an_intent_for_each_guide_and_no_annotations(tmp_path):
    write_project(tmp_path, QUESTIONS, epochs=7)
    config = yaml.safe_load((tmp_path / "config.yml").read_text(encoding="utf-8"))
    assert config["pipeline"][-1]["name"] == "DIETClassifier" and config["pipeline"][-1]["epochs"] == 7
    nlu = yaml.safe_load((tmp_path / "nlu.yml").read_text(encoding="utf-8"))["nlu"]
    assert nlu == [
        {"intent": "g77", "examples": "- 卡丢了\n- 补卡[急] (在线等)\n"},
        {"intent": "g81", "examples": "- 改密码\n"},
    ]


def test_it_is_trained_once_and_ranks_every_text(rasa):
    heard: list[int] = []
    assert diet(heard).rank(QUESTIONS, ["我要 g81", "g77 呢"]) == [["g81", "g77"], ["g77", "g81"]]
    assert heard == [1, 2, 3]


def test_training_that_takes_too_long_is_ended(rasa):
    (rasa / "hangs").touch()
    with pytest.raises(LearnError) as caught:
        diet([], minutes=0.005).rank(QUESTIONS, ["卡"])
    assert caught.value.code == "diet_slow"


def test_training_that_fails_says_why(rasa):
    (rasa / "breaks").touch()
    with pytest.raises(LearnError) as caught:
        diet([]).rank(QUESTIONS, ["卡"])
    assert caught.value.code == "diet_failed" and "no such component" in caught.value.words["tail"]
