"""Download a file from an address that a platform names: https and public networks only, no redirects, limited size.

A file may take minutes while it flows; one that stands still is given up (see `base.download_time`).

`page_status` asks in the same way whether a page is there, over http too, and reads nothing of it.

The host name is resolved once, every address is checked, and the connection goes to a checked address, so that a
later change of the name has no effect. Hosts that the configuration names are trusted and not checked.
"""

import socket
from collections.abc import Iterable
from typing import NamedTuple

from aiohttp import ClientError, ClientSession, ClientTimeout, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from bot.channels.base import Outcome, SendError, download_time
from handlers.rules.posts.public_host import public_ip

LOOK_TIMEOUT = ClientTimeout(total=8, connect=4)


class PageStatus(NamedTuple):
    """The HTTP status of a page, and where it redirects to."""

    status: int
    location: str | None


class PublicOnly(AbstractResolver):
    """Resolve names to public addresses only; OSError for a name with a private one."""

    def __init__(self) -> None:
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        if not all(public_ip(one["host"]) for one in found):
            raise OSError(f"{host} is in a private network")
        return found

    async def close(self) -> None:
        await self._inner.close()


async def download(address: str, limit: int, trusted: Iterable[str] = ()) -> bytes:
    """Return the bytes behind an address. Addresses on a host of `trusted` (base addresses) are not checked.

    SendError: RETRY when it may work later, REFUSED when it cannot.
    """
    url, ours = _address(address, trusted, ("https",))
    async with _session(ours=ours, timeout=download_time()) as session:
        try:
            return await _read(session, url, limit)
        except ValueError as error:  # InvalidURL, or a name that cannot be looked up
            raise SendError("the address of the file cannot be read", Outcome.REFUSED) from error
        except (ClientError, OSError, TimeoutError) as error:
            raise SendError(f"the file at {url.host} did not come: {type(error).__name__}", Outcome.RETRY) from None


async def page_status(address: str, trusted: Iterable[str] = ()) -> PageStatus:
    """Return how a page's server answers; read no body and follow no redirect. SendError as `download` raises it."""
    url, ours = _address(address, trusted, ("http", "https"))
    async with _session(ours=ours, timeout=LOOK_TIMEOUT) as session:
        try:
            async with session.get(url, allow_redirects=False) as answer:
                return PageStatus(answer.status, answer.headers.get("Location"))
        except ValueError as error:
            raise SendError("the address of the page cannot be read", Outcome.REFUSED) from error
        except (ClientError, OSError, TimeoutError) as error:
            raise SendError(f"the page at {url.host} did not answer: {type(error).__name__}", Outcome.RETRY) from None


def _address(address: str, trusted: Iterable[str], schemes: tuple[str, ...]) -> tuple[URL, bool]:
    """Return an address that may be asked, and whether its host is trusted."""
    try:
        url = URL(address)
        ours = any(url.origin() == URL(base).origin() for base in trusted)
    except ValueError as error:
        raise SendError("the address cannot be read", Outcome.REFUSED) from error
    if not ours:
        _check(url, schemes)
    return url, ours


def _session(*, ours: bool, timeout: ClientTimeout) -> ClientSession:
    connector = TCPConnector() if ours else TCPConnector(resolver=PublicOnly(), use_dns_cache=False)
    return ClientSession(connector=connector, timeout=timeout, trust_env=False)


def _check(url: URL, schemes: tuple[str, ...]) -> None:
    if url.scheme not in schemes or not url.host or url.user or url.password:
        raise SendError(f"an address is asked over {' or '.join(schemes)} only", Outcome.REFUSED)
    try:
        allowed = public_ip(url.host)
    except ValueError:
        return  # a name: the resolver checks it
    if not allowed:
        raise SendError(f"{url.host} is in a private network", Outcome.REFUSED)


async def _read(session: ClientSession, url: URL, limit: int) -> bytes:
    async with session.get(url, allow_redirects=False) as answer:
        if answer.status != 200:
            outcome = Outcome.RETRY if answer.status >= 500 or answer.status == 429 else Outcome.REFUSED
            raise SendError(f"the file at {url.host} did not come: HTTP {answer.status}", outcome)
        body = bytearray()
        async for chunk in answer.content.iter_chunked(65_536):
            body += chunk
            if len(body) > limit:
                raise SendError(f"the file is over {limit // 1_000_000} MB", Outcome.REFUSED)
        return bytes(body)
