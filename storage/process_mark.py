"""How a process marks what it has taken, so that the next one on this machine sees that it is dead."""

import os
import socket
from functools import cache

LONGEST_MARK = 120
"""Maximum length (characters) of a mark in the tables; a longer one is cut, and then never found dead."""


def own_mark() -> str:
    """Return this process's mark: its machine or container, and its process id."""
    return f"{here()}:{os.getpid()}"


@cache
def here() -> str:
    """Return an id of this machine or container: the scope in which a process id is valid."""
    try:
        space = os.stat("/proc/self/ns/pid").st_ino
    except OSError:
        space = 0
    return f"{socket.gethostname()}/{space}"


def is_dead(owner: str) -> bool:
    """Return whether the owner certainly ended: a process of this machine that does not exist any more."""
    where, _, rest = owner.partition(":")
    pid = rest.partition(":")[0]
    if where != here() or not pid.isdigit() or int(pid) == os.getpid():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
