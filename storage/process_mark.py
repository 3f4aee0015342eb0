"""How a process marks what it has taken, so that the next one on this machine sees that it is dead.

A process id alone says little: after a restart the next process may have the same, above all in a container. So the
mark names the boot of the machine, the space in which the id is valid, and when the process began. The space of a
container that was started again is another one: of a process there nothing is known, and its leases have to run out.
"""

import os
import socket
from functools import cache
from pathlib import Path

LONGEST_MARK = 120
"""Maximum length (characters) of a mark in the tables; a longer one is cut, and then never found dead."""
LONGEST_HOST = 40
ENDED = ("Z", "X")
"""States of a process that has ended and that its parent has not asked about yet."""
_BEGAN = 18
"""The place of the time of beginning, in clock ticks since the boot, behind the state in /proc/<pid>/stat."""


def own_mark() -> str:
    """Return this process's mark: its machine or container, its process id, and when it began."""
    return _mark_of(os.getpid())


@cache
def _mark_of(pid: int) -> str:
    """Return the mark of this process, which a fork is not: its id differs."""
    return f"{here()}:{pid}:{began(pid)}"


@cache
def here() -> str:
    """Return an id of this boot of this machine or container: the scope in which a process id is valid."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        space = os.stat("/proc/self/ns/pid").st_ino
    except OSError:
        boot, space = "", 0
    return f"{socket.gethostname()[:LONGEST_HOST]}/{boot.partition('-')[0]}/{space}"


def began(pid: int) -> str:
    """Return when a process of this machine began, in ticks since its boot; "ended" or, if it is not shown, ""."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    state, *rest = stat.rpartition(")")[2].split()
    return "ended" if state in ENDED else rest[_BEGAN]


def is_dead(owner: str) -> bool:
    """Return whether the owner certainly ended: a process of this machine that does not exist any more.

    A process that began at another time is another one, though it has the same id.
    """
    where, _, rest = owner.partition(":")
    pid, began_at = (*rest.split(":"), "")[:2]
    if where != here() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        pass  # it exists, and is another user's
    return began_at.isdigit() and began(int(pid)) not in ("", began_at)
