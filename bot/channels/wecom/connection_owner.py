"""Which process holds the robot's connection, by a lease, and the connection's state.

A process that cannot connect leaves the lease to the others; one that was kicked connects again only while it holds it.

While Redis is away for all, the owner keeps the connection, and may open it again: nobody else can become the owner. If
the owner alone has lost Redis, another process takes the lease when it has run out, and connects. WeCom allows one
connection and kicks the owner's; as it does not know that the lease is its own, it stays away until Redis tells it so.
A kick that it did not hear of, because its line was down at that moment, is met by connecting again: that kicks the new
owner, which knows its lease, comes back, and kicks it once more. So there is one connection in the end, and never two;
what is sent by either is claimed in the tables, and goes out once. Without Redis, a kick by somebody else leaves no
connection until Redis is back: two that cannot agree would kick each other for ever.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

from bot.backoff import Backoff
from bot.channels.contact import StreamState
from bot.channels.reconnect import RECONNECT
from bot.channels.wecom.config import CHANNEL
from storage.timers.connection_lease import Lease, LeaseState

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketPace:
    """Times in seconds. `lease` is how long another machine waits for one that died.

    Two pings in a row without an acknowledgement end a connection. A process that cannot connect for `give_up` leaves
    the connection to the others.
    """

    ping: float = 30.0
    patience: float = 10.0
    reconnect: Backoff = RECONNECT
    lease: float = 15.0
    give_up: float = 30.0


@dataclass
class State:
    """The connection's state. `since` is when it was lost, on the loop's clock; `why` is the last reason.

    `connected`: subscribed, and the last ping was acknowledged. `known`: it was connected once, or failed once.
    `ours`: this process may connect. `elsewhere`: another process has the lease. `held`: the seconds since the
    subscription of a connection that ended.
    """

    connected: asyncio.Event = field(default_factory=asyncio.Event)
    known: asyncio.Event = field(default_factory=asyncio.Event)
    ours: asyncio.Event = field(default_factory=asyncio.Event)
    since: float = 0.0
    why: str = "not connected yet"
    kicked: bool = False
    elsewhere: bool = False
    held: float = 0.0

    @property
    def stream(self) -> StreamState:
        """Where the connection is: here, with another process, or nowhere that this process knows of."""
        if self.connected.is_set():
            return "connected"
        return "with another process" if self.elsewhere and not self.ours.is_set() else "away"


class ConnectionOwner:
    """`state.ours` is set while this process may connect. `close` closes the connection, if there is one."""

    def __init__(
        self, lease: Lease | None, state: State, pace: SocketPace, close: Callable[[], Awaitable[None]]
    ) -> None:
        self._lease, self._state, self._pace, self._close = lease, state, pace, close
        self._away_since, self._tried = 0.0, False  # without a connection although it is ours; was one tried since?

    @property
    def ours(self) -> bool:
        return self._state.ours.is_set()

    def tries(self) -> None:
        """Note that a connection is tried."""
        self._tried = True

    def lost(self) -> None:
        """Note that the connection is lost from now on."""
        self._state.since = self._away_since = asyncio.get_running_loop().time()

    async def kicked(self) -> None:
        """Stop connecting after a kick by another connection, unless the lease is certainly ours."""
        if self._lease is not None and (hold := await self._lease.take()) is not LeaseState.OURS:
            self._state.ours.clear()
            if hold is LeaseState.UNKNOWN:
                self._state.why = "another connection took over, and Redis cannot be asked whose it is"
                log.error("kicked without Redis: not connecting until it can be asked", platform=CHANNEL)

    async def give_up(self) -> None:
        """Give the lease up for good."""
        if self._lease is not None:
            await self._lease.release()
        self._state.ours.clear()

    async def keep(self) -> None:
        """Renew the lease, or wait for it, until cancelled. Without Redis the present owner goes on until it is kicked.

        Return at once if there is no lease: then the connection is ours.
        """
        loop = asyncio.get_running_loop()
        while self._lease is not None:
            hold = await self._lease.take()
            self._state.elsewhere = hold is LeaseState.ANOTHERS
            if hold is LeaseState.OURS and self._cannot_connect():
                await self._leave_to_others(self._lease)
                continue
            if hold is LeaseState.OURS and not self.ours:
                self._away_since, self._tried = loop.time(), False
                self._state.ours.set()
            elif hold is LeaseState.ANOTHERS and self.ours:
                self._state.ours.clear()
                self._state.why = "another process has the connection"
                await self._close()
            await asyncio.sleep(self._pace.lease / 3)
        self._state.ours.set()

    def _cannot_connect(self) -> bool:
        away = asyncio.get_running_loop().time() - self._away_since
        idle = self.ours and not self._state.connected.is_set()
        return idle and self._tried and away > self._pace.give_up

    async def _leave_to_others(self, lease: Lease) -> None:
        """Give the lease up for long enough that another process takes it, if there is one."""
        log.warning("cannot connect: another process may", platform=CHANNEL, reason=self._state.why)
        self._state.ours.clear()
        await self._close()
        await lease.release()
        await asyncio.sleep(self._pace.lease)
