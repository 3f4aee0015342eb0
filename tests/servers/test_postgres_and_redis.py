"""The same stories on PostgreSQL and on Debian's Redis, in a process of their own."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support.servers import postgres, postgres_binaries, redis, redis_binary

ROOT = Path(__file__).parents[2]
STORIES = [
    "tests/stories/test_main_loop.py",
    "tests/stories/test_ladder_reply.py",
    "tests/stories/test_extension.py",
    "tests/stories/test_same_post.py",
    "tests/stories/test_approval_ways.py",
]


def test_the_stories_are_the_same_there() -> None:
    postgres_binaries()
    redis_binary()
    with postgres() as database, redis() as address:
        environment = {**os.environ, "HUIYIN_TEST_DATABASE": database, "HUIYIN_TEST_REDIS": address}
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-x", *STORIES]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
    assert " passed" in done.stdout
