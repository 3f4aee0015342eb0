"""Measure the rate of incoming messages: `make bench-ingest`. One run, one core, beside bare aiohttp on the same core.

1. Bare aiohttp: a handler that reads the body and answers `{}`; echoes on wechatpy and on nonebot2.
2. Signed DingTalk callbacks and encrypted WeCom callbacks: verified, parsed, stored (SQLite, WAL, synchronous FULL,
   group commit), acknowledged.
3. DingTalk callbacks at 1,500 a second, and at half of the measured rate: latency of the answers.
4. Forwarded posts handled: incident, duties, audit, timers, and the answer in the outbox; on one core, and on all.
5. The whole bot in a process of its own: time until it answers, memory, and CPU in an idle minute.

The load comes from bench/load.py on another core. The database is a file in the working directory.
"""

import asyncio
import json
import os
import platform
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from bench import standing
from bench.echoes import AES_KEY, CORP, TOKEN, envelopes, nonebot, wechatpy_echo
from bench.standing import IdleCost
from bot.app import build
from bot.channels.dingtalk.callbacks import dingtalk_routes
from bot.channels.dingtalk.channel import DingTalkSettings
from bot.channels.dingtalk.deliveries import Deliveries
from bot.channels.dingtalk.quota import Quota
from bot.channels.dingtalk.quota_notices import QuotaNotices
from bot.channels.dingtalk.wire import sign
from bot.channels.wecom.app import AppSettings
from bot.channels.wecom.callbacks import app_routes
from bot.channels.wecom.inbound import Identities, InboundMessages
from bot.clock import Clock
from bot.config import parse_installation
from bot.runtime import Bot
from handlers.rules.language.messages import Message
from storage.database.database import close_database, open_database
from storage.tables import Inbox, Incident, Outbox
from storage.timers import embedded
from storage.timers.timers import Timers, connect

ROOT = Path(__file__).parents[1]
SECONDS = 6.0
RUNS = 3
POSTS = 1500
STEADY = 1500.0
"""Callbacks a second: half of the 3,000 that an installation has to handle."""
ENVELOPES = 60_000
NONEBOT_PORT = 18_771
CALLBACK = {
    "conversationId": "work",
    "conversationType": "2",
    "msgId": "MESSAGE-ID",
    "msgtype": "text",
    "text": {"content": " 食堂饭菜有异物 https://weibo.com/1234567890/Ab1cD2eF3"},
    "senderId": "$:LWCP_v1:$u",
    "senderStaffId": "zhou",
    "senderNick": "周晓",
    "createAt": 1_764_000_000_000,
}
SETTINGS = DingTalkSettings(app_key="k", app_secret="bench-secret", robot_code="r")
SERVER_CORE, LOAD_CORE = 0, (os.cpu_count() or 1) - 1


class Results:
    """Results by name, one for each run."""

    def __init__(self) -> None:
        self.runs: dict[str, list[dict[str, Any]]] = {}

    def add(self, name: str, result: dict[str, Any]) -> None:
        self.runs.setdefault(name, []).append(result)

    def rate(self, name: str) -> float:
        """Return the median rate per second; 0 if it was not measured."""
        return statistics.median([one["per_second"] for one in self.runs.get(name, ())] or [0])

    def answers(self, name: str) -> int:
        return sum(one["answers"] for one in self.runs[name])


@asynccontextmanager
async def serve(routes: list[web.RouteDef]) -> AsyncIterator[int]:
    app = web.Application()
    app.add_routes(routes)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def run_load(port: int, path: str, rate: float = 0, envelopes: Path | None = None) -> dict[str, Any]:
    """Run the load generator; return what it measured."""
    timestamp = str(Clock().now_ms())
    options = {"port": port, "path": path, "timestamp": timestamp, "sign": sign(timestamp, SETTINGS.app_secret)}
    options |= {"seconds": SECONDS, "rate": rate} | ({"envelopes": envelopes} if envelopes else {})
    arguments = [f"--{name}={value}" for name, value in options.items()]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(ROOT / "bench" / "load.py"),
        *arguments,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        preexec_fn=lambda: os.sched_setaffinity(0, {LOAD_CORE}),
    )
    out, _ = await process.communicate(json.dumps(CALLBACK).encode())
    result: dict[str, Any] = json.loads(out)
    assert not result["failed"], result
    return result


async def bare(_request: web.Request) -> web.Response:
    await _request.read()
    return web.json_response({})


async def callbacks(bot: Bot, directory: Path) -> Results:
    """Measure all servers in turns, so that a slow moment of the machine affects all; then ours at half its rate."""
    identities = Identities(None, None, lambda _id: True)
    inbound = InboundMessages(bot.dispatcher.store, identities, None, bot.clock.now)
    app = AppSettings(corp_id=CORP, agent_id=1, secret="bench", token=TOKEN, aes_key=AES_KEY)
    routes = [
        web.post("/bare", bare),
        web.post("/wechatpy", wechatpy_echo),
        *dingtalk_routes(SETTINGS, bot.dispatcher.store, bot.clock.now, _deliveries(bot)),
        *app_routes(app, inbound, bot.clock.now),
    ]
    sealed, found = directory / "envelopes", Results()
    with nonebot(SERVER_CORE, NONEBOT_PORT) as has_nonebot:
        async with serve(routes) as port:
            await run_load(port, "/bare")
            for _ in range(RUNS):
                found.add("bare", await run_load(port, "/bare"))
                found.add("dingtalk", await run_load(port, "/dingtalk/robot"))
                envelopes(sealed, ENVELOPES, bot.clock.now())
                found.add("wecom", await run_load(port, "/wecom/app", envelopes=sealed))
                found.add("wechatpy", await run_load(port, "/wechatpy", envelopes=sealed))
                if has_nonebot:
                    found.add("nonebot", await run_load(NONEBOT_PORT, "/echo"))
            found.add("steady", await run_load(port, "/dingtalk/robot", rate=STEADY))
            found.add("half", await run_load(port, "/dingtalk/robot", rate=found.rate("dingtalk") / 2))
    stored = await Inbox.all().count()
    assert stored >= found.answers("dingtalk") + found.answers("wecom") + found.answers("steady") + found.answers(
        "half"
    )
    return found


def _deliveries(bot: Bot) -> Deliveries:
    quota = Quota("deliveries", ENVELOPES, bot.office.institution.zone, bot.clock.now)
    return Deliveries(quota, QuotaNotices(bot.office, bot.clock.now))


async def posts(bot: Bot, run: int) -> float:
    """Return how many forwarded posts are handled in a second, not counting the sending of the answers."""
    await Inbox.all().delete()
    now = bot.clock.now()
    texts = (f"食堂饭菜有异物 https://weibo.com/1234567890/B{run}{n:08}" for n in range(POSTS))
    await asyncio.gather(
        *(
            bot.dispatcher.store(
                Message(channel="local", id=f"p{run}-{n}", conversation="work", sender="zhou", sent_at=now, text=text)
            )
            for n, text in enumerate(texts)
        )
    )
    began = time.perf_counter()
    await bot.dispatcher.drain()
    took = time.perf_counter() - began
    assert await Incident.all().count() == POSTS * (run + 1)
    assert await Outbox.filter(incident__isnull=False).count() == POSTS * (run + 1)
    return POSTS / took


@asynccontextmanager
async def open_bot(directory: str) -> AsyncIterator[Bot]:
    text = (ROOT / "config.toml").read_text(encoding="utf-8")
    async with AsyncExitStack() as stack:
        await open_database(f"sqlite:///{directory}/bench.db", synchronous="full")
        stack.push_async_callback(close_database)
        valkey = await embedded.start(f"{directory}/valkey")
        stack.push_async_callback(valkey.stop)
        redis = await stack.enter_async_context(connect(valkey.url))
        timers = Timers(redis)
        stack.push_async_callback(timers.aclose)
        yield build(parse_installation(text, ROOT / "config.toml"), Clock(), timers)


def machine() -> str:
    cpu = next((line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), "")
    name = cpu.partition(":")[2].strip() or platform.processor() or platform.machine()
    system = f"{platform.system()} {platform.release()}"
    return (
        f"{name}, {os.cpu_count()} cores, {system}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )


def report(found: Results, handled: list[float], idle: IdleCost) -> str:
    def line(what: str, name: str) -> str:
        rate = found.rate(name)
        return (
            f"| {what} | {rate:,.0f} | {rate / found.rate('bare'):.2f} |" if rate else f"| {what} | not installed | |"
        )

    steady, half = found.runs["steady"][0], found.runs["half"][0]
    one_core, all_cores = statistics.median(handled[:RUNS]), statistics.median(handled[RUNS:])
    return f"""# Messages in

`make bench-ingest`, {Clock().now():%Y-%m-%d}: {machine()}.
Server and SQLite's thread on one core, the load (bench/load.py, 64 keep-alive connections) on another.
Medians of {RUNS} runs of {SECONDS:.0f} s, all in turns. "Stored" is SQLite in WAL mode with `synchronous = FULL`: every
answer follows its commit. The echoes store nothing.

| | per second | against bare aiohttp |
|---|---|---|
{line("bare aiohttp: reads the body, answers an empty object", "bare")}
{line("Huiyin: signed DingTalk callback verified, stored, acknowledged", "dingtalk")}
{line("nonebot2 on FastAPI: echoes the same body", "nonebot")}
{line("Huiyin: encrypted WeCom callback decrypted, stored, acknowledged", "wecom")}
{line("wechatpy on aiohttp: decrypts the same, answers it encrypted", "wechatpy")}

Forwarded posts are handled – incident, duties, audit, timers, answer queued – {one_core:,.0f} a second with
everything, Valkey too, on that one core, and {all_cores:,.0f} a second on the machine's {os.cpu_count()} cores
(medians of {RUNS} runs of {POSTS:,}, one post after the other).

How long a signed DingTalk callback waits for its answer, in ms (due times kept whatever the answers do):

| callbacks a second | median | 99 % | 99.9 % |
|---|---|---|---|
{waits(steady)}
{waits(half)}

The whole bot answers {idle.ready:.1f} s after its start, holds {idle.megabytes:.0f} MB, and takes {idle.cpu:.2f} s
of CPU in a minute of silence, its Valkey {idle.valkey:.2f} s.
"""


def waits(run: dict[str, Any]) -> str:
    p50, p99, p999 = (f"{run[name] * 1000:.1f}" for name in ("p50", "p99", "p999"))
    return f"| {run['per_second']:,.0f} | {p50} | {p99} | {p999} |"


def use_all_cores() -> None:
    """Use every core from now on."""
    os.sched_setaffinity(0, range(os.cpu_count() or 1))


async def main() -> None:
    os.sched_setaffinity(0, {SERVER_CORE})
    with tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT) as directory:
        async with open_bot(directory) as bot:
            found = await callbacks(bot, Path(directory))
            handled = [await posts(bot, run) for run in range(RUNS)]
        use_all_cores()
        async with open_bot(directory + "/all") as bot:
            handled += [await posts(bot, run) for run in range(RUNS)]
    text = report(found, handled, await standing.measure())
    (ROOT / "bench" / "results").mkdir(exist_ok=True)
    (ROOT / "bench" / "results" / "ingest.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    asyncio.run(main())
