"""Minimal callback echoes for comparison: one on wechatpy and aiohttp, one on nonebot2."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from aiohttp import web
from wechatpy.enterprise import create_reply, parse_message
from wechatpy.enterprise.crypto import WeChatCrypto

from bot.channels.wecom.crypto import Envelope

ROOT = Path(__file__).parents[1]
NONEBOT = ("nonebot2[fastapi]==2.5.0",)
TOKEN, CORP = "bench-token", "wwbench"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
XML = (
    "<xml><ToUserName>wwbench</ToUserName><FromUserName>zhou</FromUserName><CreateTime>{at}</CreateTime>"
    "<MsgType>text</MsgType><Content>食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2eF3</Content>"
    "<MsgId>{id}</MsgId><AgentID>1</AgentID></xml>"
)


async def wechatpy_echo(request: web.Request) -> web.Response:
    """Echo a callback as wechatpy's documentation shows it: check, decrypt, parse, answer the same text encrypted."""
    crypto = WeChatCrypto(TOKEN, AES_KEY, CORP)
    query = request.query
    body = await request.text()
    plain = crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
    message = parse_message(plain)
    reply = create_reply(message.content, message).render()
    return web.Response(text=crypto.encrypt_message(reply, query["nonce"], query["timestamp"]))


def envelopes(file: Path, count: int, now: datetime) -> None:
    """Write `count` encrypted callbacks with different messages to `file`: a query and a body on each line."""
    envelope, at, run = Envelope(TOKEN, AES_KEY, CORP), str(int(now.timestamp())), time.monotonic_ns()
    with file.open("w", encoding="utf-8") as out:
        for n in range(count):
            sealed, signature = envelope.seal(XML.format(at=at, id=f"{run}{n}"), at, str(n))
            body = f"<xml><ToUserName>{CORP}</ToUserName><AgentID>1</AgentID><Encrypt>{sealed}</Encrypt></xml>"
            out.write(f"msg_signature={signature}&timestamp={at}&nonce={n} {body}\n")


@contextmanager
def nonebot(core: int, port: int) -> Iterator[bool]:
    """Run a nonebot2 echo on `port`; yield whether it could be installed and answers."""
    python = ROOT / ".venv" / "peers" / "nonebot" / "bin" / "python"
    if not python.exists() and not _installed(python):
        yield False
        return
    script = str(ROOT / "bench" / "nonebot_echo.py")
    pinned = {"preexec_fn": lambda: os.sched_setaffinity(0, {core})}
    process = subprocess.Popen(
        [str(python), script, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **pinned
    )
    try:
        yield _answers(port)
    finally:
        process.kill()
        process.wait()


def _installed(python: Path) -> bool:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(python.parents[1])], check=True)
    pip = ["python3", "-m", "pip", "--disable-pip-version-check", "--quiet", "--python", str(python), "install"]
    return subprocess.run([*pip, *NONEBOT], capture_output=True, check=False).returncode == 0


def _answers(port: int) -> bool:
    for _ in range(200):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=1):
                return True
        except OSError:
            time.sleep(0.05)
    return False
