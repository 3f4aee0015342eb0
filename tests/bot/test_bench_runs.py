"""The measurement of incoming messages still fits the product: its servers answer, and its posts are handled."""

import os
from pathlib import Path

import pytest

from bench import ingest

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]


async def test_callbacks_and_posts_are_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"SECONDS": 0.3, "RUNS": 1, "POSTS": 20, "ENVELOPES": 4000}.items():
        monkeypatch.setattr(ingest, name, value)
    cores = os.sched_getaffinity(0)
    try:
        async with ingest.open_bot(str(tmp_path)) as bot:
            found = await ingest.callbacks(bot, tmp_path)
            assert await ingest.posts(bot, 0) > 0
    finally:
        os.sched_setaffinity(0, cores)
    assert min(found.rate("dingtalk"), found.rate("wecom")) > 0
