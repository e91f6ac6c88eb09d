"""WeChat over the real processes: every guide's code opens it, menus reach its sections, numbers choose."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import httpx
import pytest
from stack import Stack
from wechat_parts import AES_KEY, APP_ID, PROJECT, TOKEN, new_port

from bot.book.guide import Guide
from bot.cli.wechat_phone import Phone

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def wechat_url(stack: Stack) -> Iterator[str]:
    """A second edge of the running assistant, with the Official Account in safe mode."""
    port = new_port()
    account = {"WECHAT_TOKEN": TOKEN, "WECHAT_APP_ID": APP_ID, "WECHAT_AES_KEY": AES_KEY}
    environ = {**stack.environ, **account, "PYTHONPATH": str(PROJECT)}
    with (stack.folder / "wechat.log").open("wb") as log:
        command = [sys.executable, "-m", "bot.cli", "serve", "edge", "--port", str(port)]
        process = subprocess.Popen(command, cwd=stack.folder, env=environ, stdout=log, stderr=subprocess.STDOUT)
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                httpx.get(f"{url}/healthz", trust_env=False)
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield f"{url}/wechat"
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
async def phone(wechat_url: str) -> AsyncIterator[Phone]:
    async with httpx.AsyncClient(trust_env=False) as http:
        yield Phone(http, wechat_url, TOKEN, APP_ID, AES_KEY, "safe")


async def test_every_guide_s_code_opens_it_and_quotes_it(phone: Phone, guides: dict[str, Guide]) -> None:
    wrong = []
    for number, (name, guide) in enumerate(guides.items()):
        citizen = replace(phone, user=f"oScan{number:023d}")
        shown = await citizen.event("SCAN", name)
        texts = [shown.text]
        while "回复任意字接着看" in texts[-1]:
            texts.append((await citizen.say("好")).text)
        whole = "".join("".join(text.replace("（还有没说完的，回复任意字接着看）", "") for text in texts).split())
        process = guide.sections["process"].text if "process" in guide.sections else guide.title
        if not whole.startswith(f"《{guide.title}》") or "".join(process.split()) not in whole:
            wrong.append((name, shown.text[:60]))
    assert wrong == []


async def test_a_menu_s_keys_reach_sections(phone: Phone, guides: dict[str, Guide]) -> None:
    citizen = replace(phone, user="oMenu00000000000000000000001")
    shown = await citizen.event("CLICK", "section:g77:materials")
    assert guides["g77"].sections["materials"].text.splitlines()[0] in shown.text
    shown = await citizen.event("CLICK", "section:location")  # of the matter that is being talked about
    assert shown.text.startswith("《社会保障卡补领》办理地点")
    assert "12333" in (await citizen.event("CLICK", "handoff")).text


async def test_a_number_chooses_and_goes_on(phone: Phone) -> None:
    citizen = replace(phone, user="oNumber000000000000000000001")
    asked = await citizen.say("社保登记怎么办")
    assert "1. 企业" in asked.text
    answer = await citizen.say("1")
    assert answer.text.startswith("《企业社会保险登记》")
    numbered = next(line for line in answer.text.splitlines() if line.endswith(". 申请材料"))
    assert (await citizen.say(numbered.split(".")[0])).text.startswith("《企业社会保险登记》申请材料")
