"""What each connection to PostgreSQL asks of its server, so that a process that freezes holds nobody up.

A process that is stopped, or whose host loses its power or its network, in the middle of a transaction would hold its
locks until somebody ends it: no other process could claim a message. So the server ends a transaction of which it hears
nothing for IDLE_SECONDS. Who wakes up after that finds it gone, and starts again.
"""

import socket
from collections.abc import Iterable, Mapping
from typing import Any

IDLE_SECONDS = 5
"""How long a transaction may wait for its process; longer than any pause of one that works."""
LOCK_SECONDS = 10
"""How long a statement waits for a lock: longer than a transaction of a frozen process lasts."""
SILENT_SECONDS, PROBE_SECONDS, PROBES = 10, 5, 3
"""After which silence the other end of a connection is asked whether it is there, how often, and how many times."""

IN_TRANSACTION: Mapping[str, str] = {
    "idle_in_transaction_session_timeout": f"{IDLE_SECONDS}s",
    "lock_timeout": f"{LOCK_SECONDS}s",
}
"""What a transaction can ask for by itself: behind a pooler, which takes no settings for a connection."""
OF_CONNECTION: Mapping[str, str] = {
    "tcp_keepalives_idle": str(SILENT_SECONDS),
    "tcp_keepalives_interval": str(PROBE_SECONDS),
    "tcp_keepalives_count": str(PROBES),
    "tcp_user_timeout": f"{(SILENT_SECONDS + PROBE_SECONDS * PROBES) * 1000}",
}
"""What the server does about a process that does not take its answers. Not every server's system can."""


def set_local(settings: Iterable[tuple[str, str]]) -> str:
    """Return the statements that make settings for the running transaction."""
    return "; ".join(f"SET LOCAL {name} = '{value}'" for name, value in settings)


async def accepted(connection: Any, wanted: Mapping[str, str]) -> dict[str, str]:
    """Return those of the settings that a server accepts; the connection has to be closed then."""
    import asyncpg

    found = {}
    for name, value in wanted.items():
        try:
            await connection.execute(f"SET {name} = '{value}'")
        except asyncpg.PostgresError:
            continue
        found[name] = value
    return found


async def keep_alive(connection: Any) -> None:
    """Let the system ask, while a connection is silent, whether its server is still there."""
    used = connection._transport.get_extra_info("socket")
    if used is None or used.family not in (socket.AF_INET, socket.AF_INET6):
        return
    used.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    options = {"TCP_KEEPIDLE": SILENT_SECONDS, "TCP_KEEPINTVL": PROBE_SECONDS, "TCP_KEEPCNT": PROBES}
    for name, value in options.items():
        if hasattr(socket, name):
            used.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
