"""A process that is killed in a container is taken over from at once in the same container, by the lease in another.

Each container is a space of process ids of its own, in which the next process gets the id of the one that was killed.
"""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from storage import inbox, inbox_claims, outbox_claims, takeover
from tests.bot.test_stop_and_start import HOLDER, planned
from tests.support.rows import NOW

ROOT = Path(__file__).parents[2]
LONGEST_LEASE = timedelta(seconds=60)
NEXT = """
import asyncio, os, sys
from storage import takeover
from storage.database.database import open_database
from tests.support.rows import NOW

async def main():
    await open_database(sys.argv[1], synchronous="normal")
    print(os.getpid(), await takeover.from_the_dead(NOW), flush=True)
    os._exit(0)

asyncio.run(main())
"""
INIT = """
import os, signal, subprocess, sys
url, holder, following = sys.argv[1:]
first = subprocess.Popen([sys.executable, "-c", holder, url], stdout=subprocess.PIPE)
first.stdout.readline()
first.send_signal(signal.SIGKILL)
first.wait()
with open("/proc/sys/kernel/ns_last_pid", "w") as last:
    last.write(str(first.pid - 1))
print(first.pid, flush=True)
if following:
    subprocess.run([sys.executable, "-c", following, url])
"""


def in_a_container(url: str, following: str) -> list[str]:
    """Run a process that claims a message and a send, kill it, and run the following one; return what they print."""
    container = ["unshare", "--pid", "--fork", "--mount-proc"]
    if subprocess.run([*container, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no spaces of process ids can be made here: run it as root on Linux")
    command = [*container, sys.executable, "-c", INIT, url, HOLDER, following]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    return done.stdout.split()


async def claims(url: str) -> None:
    await inbox.store("local", "m", "{}", NOW)
    await planned("a")


async def test_in_the_same_container_nobody_waits_though_the_process_id_is_the_same(tables: str) -> None:
    await claims(tables)
    first, following, released = in_a_container(tables, NEXT)
    assert (following, released) == (first, "2")
    assert (
        len(await inbox_claims.claim(NOW, LONGEST_LEASE))
        == len(await outbox_claims.claim("local", NOW, LONGEST_LEASE))
        == 1
    )


async def test_in_another_container_the_leases_run_out(tables: str) -> None:
    await claims(tables)
    in_a_container(tables, "")
    assert await takeover.from_the_dead(NOW) == 0
    assert await inbox_claims.claim(NOW, LONGEST_LEASE) == []
    later = NOW + LONGEST_LEASE
    assert (
        len(await inbox_claims.claim(later, LONGEST_LEASE))
        == len(await outbox_claims.claim("local", later, LONGEST_LEASE))
        == 1
    )
