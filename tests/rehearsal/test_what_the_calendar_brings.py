"""A rehearsal under a regime of patrols and reports: they are given, and issued digests agree with the ledger."""

import asyncio
import sqlite3
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from bot.rehearsal import play
from tests.rehearsal.test_rehearsal import file, line, options
from tests.support.story import DEMONSTRATION, demonstration

ROOT = DEMONSTRATION.parent
ROSTER = '[[roster]]\npeople = ["zhou", "li"]\nsince = "2026-11-02"\n\n[web]\n'


@pytest.fixture(name="kept")
async def _kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Rehearse two days of the regime `watch` with a prompt staff; return its directory."""
    kept = tmp_path / "kept"
    changed = {'regime = "standard"': 'regime = "watch"', "[web]\n": ROSTER}
    messages = file(tmp_path, map(line, range(8)))
    status = await play(
        demonstration(tmp_path, **changed), options(messages, days=2, prompt=1.0, absent=0.0, keep=kept)
    )
    assert (status, "≠" in capsys.readouterr().out) == (0, False)
    return kept


async def test_patrols_are_given_and_digests_are_those_of_the_ledger(kept: Path, tmp_path: Path) -> None:
    with sqlite3.connect(kept / "huiyin.db") as database:
        slots = dict(
            database.execute("SELECT kind || ' ' || state, count(*) FROM duties WHERE incident_id IS NULL GROUP BY 1")
        )
        texts = [text for (text,) in database.execute("SELECT text FROM digests WHERE kind = 'daily' ORDER BY id")]
    assert slots["check-in met"] >= 5
    assert slots["daily report met"] >= 1
    assert texts
    assert "巡查：应交" in texts[-1]
    assert not [text for text in texts if "handover" in text or "率" in text]  # the regime asks for no reply by a time
    config = tmp_path / "watch.toml"
    config.write_text(DEMONSTRATION.read_text("utf-8").replace('regime = "standard"', 'regime = "watch"'), "utf-8")
    status, printed, errors = await recounted(config, kept)
    assert (status, errors) == (0, "")
    assert "received 4 = 4" in printed
    assert printed.endswith("unequal 0\n")


async def recounted(config: Path, kept: Path) -> tuple[int | None, str, str]:
    command = (sys.executable, "tools/recount.py", "--config", str(config), str(kept))
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE, stderr=PIPE)
    printed, errors = await process.communicate()
    return process.returncode, printed.decode(), errors.decode()
