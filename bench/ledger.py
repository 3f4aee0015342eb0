"""Measure the ledger of a hundred thousand incidents as a workbook: `make bench-ledger`. Seconds and peak memory.

Each incident has a post, three duties, four holdings and two reminders, as a month of rehearsal leaves them. The
workbook is written by `python -m bot ledger` in a process of its own, from a database in the working directory.
"""

import asyncio
import os
import platform
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.config import read_installation
from handlers.common.office import Office
from storage.database import sql
from storage.database.database import close_database, open_database
from storage.database.transaction import transact
from storage.tables import Policy, to_ms

ROOT = Path(__file__).parents[1]
COUNT = int(os.environ.get("HUIYIN_INCIDENTS", "100000"))
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
TITLES = (
    "食堂饭菜有异物，希望给个说法",
    "放学时校门口拥堵，电动车乱停",
    "=1+1 作业太多，孩子写到十一点",
    "转学后餐费退费三个月没有到账",
)
INCIDENTS = (
    "number", "version", "title", "text", "tier", "stage", "department", "holder", "channel", "conversation",
    "platform", "posted_at", "found_at", "forwarded_by", "policy_id", "helpers", "about", "bounces",
    "outcome", "result", "proof", "acknowledged_at", "replied_at", "resolved_at",
)  # fmt: skip
DUTIES = (
    "incident_id", "cycle", "kind", "owner", "state", "started_at", "due_at", "first_due_at", "met_at", "provisional",
    "reckoning",
)  # fmt: skip
POSTS = ("incident_id", "fingerprint", "url", "platform", "found_at", "forwarded_by")
HOLDINGS = ("incident_id", "holder", "since", "until")
OUTBOX = ("channel", "conversation", "incident", "duty", "body", "urgency", "planned_at", "not_before", "state")


async def fill(office: Office, count: int) -> None:
    now = datetime.now(UTC)
    policy = await Policy.create(name="standard", digest=office.policy_digest, body=office.policy, created_at=now)
    for first in range(1, count + 1, 5000):
        rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in ("i", "d", "p", "h", "o")}
        for number in range(first, min(first + 5000, count + 1)):
            _incident(rows, number, count, office, policy.id)

        async def work(rows: dict[str, list[tuple[Any, ...]]] = rows) -> None:
            await sql.insert("incidents", INCIDENTS, rows["i"])
            await sql.insert("duties", DUTIES, rows["d"])
            await sql.insert("posts", POSTS, rows["p"])
            await sql.insert("holdings", HOLDINGS, rows["h"])
            await sql.insert("outbox", OUTBOX, rows["o"])

        await transact(work)


def _incident(rows: dict[str, list[tuple[Any, ...]]], number: int, count: int, office: Office, policy: int) -> None:
    chance = random.Random(number)
    found = BEGIN + timedelta(days=300) * (number / count)
    times = [
        to_ms(found + timedelta(hours=hours)) for hours in (0, 0.4, 9 * chance.random(), 60 * chance.random() + 9, 72)
    ]
    at, acknowledged, replied, resolved, due = times
    department = office.institution.departments[number % 6].name
    title = f"{TITLES[number % 4]}（{number}）"
    rows["i"].append((
        number, 5, title, title, "general", "resolved", department, "closed", "local", "work", "weibo", at - 3_600_000,
        at, "zhou", policy, "[]", "[]", "[]", "remedied", "更换供货商，现场已恢复", f"https://weibo.com/1234567890/R{number}",
        acknowledged, replied, resolved,
    ))  # fmt: skip
    for kind, ends, met in (
        ("acknowledge", at + 1_800_000, acknowledged),
        ("reply", due, replied),
        ("resolve", due, resolved),
    ):
        rows["d"].append((number, 1, kind, "department", "met", at, ends, ends, met, False, "{}"))
    url = f"https://weibo.com/1234567890/P{number}"
    rows["p"].append((number, f"weibo:{number}", url, "weibo", at, "zhou"))
    for holder, since, until in (
        (f"department:{department}", at, replied), ("approver:qian", replied, replied + 60_000),
        (f"department:{department}", replied + 60_000, resolved), ("closed", resolved, None),
    ):  # fmt: skip
        rows["h"].append((number, holder, since, until))
    for _ in range(2):
        rows["o"].append(("local", "work", number, 1, "{}", 0, at, at, "accepted"))


def export(database: str, file: Path) -> tuple[float, float, float]:
    """Return the seconds, CPU seconds and peak MB of the whole command."""
    config = Path(file.parent / "config.toml")
    text = (ROOT / "config.toml").read_text(encoding="utf-8").replace("sqlite:///var/huiyin.db", database)
    config.write_text(text, encoding="utf-8")
    began = time.perf_counter()
    command = [sys.executable, "-m", "bot", "ledger", "--config", str(config), "-o", str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    print(done.stdout.strip())
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


async def fill_database(database: str) -> None:
    installation = read_installation(ROOT / "config.toml")
    await open_database(database, synchronous="normal")
    try:
        await fill(Office(installation.institution, installation.regime), COUNT)
    finally:
        await close_database()


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-ledger-", dir=".") as directory:
        place = Path(directory).resolve()
        database = f"sqlite:///{place}/bench.db"
        asyncio.run(fill_database(database))
        seconds, cpu, memory = export(database, place / "ledger.xlsx")
        size = (place / "ledger.xlsx").stat().st_size / 1e6
    text = report(seconds, cpu, memory, size)
    print(text)
    if COUNT >= 100_000:
        results = ROOT / "bench" / "results"
        results.mkdir(exist_ok=True)
        (results / "ledger.md").write_text(text + "\n", encoding="utf-8")


def report(seconds: float, busy: float, memory: float, size: float) -> str:
    cpu = next((line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), "")
    name = cpu.partition(":")[2].strip() or platform.machine()
    machine = f"{name}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return (
        f"# The ledger as a workbook\n\n`make bench-ledger`, {datetime.now(UTC):%Y-%m-%d}: {machine}.\n\n"
        f"{COUNT:,} incidents (3 duties, 4 holdings, a post, 2 reminders each), start of the process included:\n"
        f"**{seconds:.1f} s** ({busy:.1f} s of CPU), peak memory {memory:.0f} MB, file {size:.1f} MB."
    )


if __name__ == "__main__":
    main()
