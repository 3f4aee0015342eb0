"""The HTTP server: the probes of `health`, `/metrics`, the group page and the callbacks of the configured platforms."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from socket import getfqdn, gethostname

from aiohttp import web

from bot.channels.base import MESSAGE_LIMIT
from bot.runtime import Bot
from bot.web import health
from bot.web.connection_limits import LimitedSite, at_work
from bot.web.group import setup
from bot.web.group_backend import LocalGroup
from bot.web.page_origin import ANY_ADDRESS

EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 - read, not bound


ANSWER_SECONDS = 4.0
"""How long a stop waits for requests under way: longer than a person on the page waits to hear what became of a word,
and far shorter than a stop may take."""


class PortTaken(Exception):
    """The address to listen on cannot be used; the text names it."""


def application(bot: Bot) -> web.Application:
    """Return the application with the routes that the configuration asks for."""
    app = web.Application(client_max_size=MESSAGE_LIMIT, middlewares=[at_work])
    app.add_routes(health.routes(bot))
    if bot.local:
        movable = bool(bot.config.channel.local and bot.config.channel.local.clock_may_move)
        backend = LocalGroup(
            bot.office,
            bot.local,
            bot.clock,
            movable=movable,
            health=bot.page_health,
            settle=bot.drain,
        )
        setup(app, backend, hosts=_names(bot.config.web.host), storage=bot.outage)
    for routes in bot.callbacks:
        app.add_routes(routes)
    return app


def _names(host: str) -> tuple[str, ...]:
    """Return the names, beside this machine's own loopback, under which the group page may be reached."""
    if host in EVERYWHERE:
        return ANY_ADDRESS, gethostname().lower(), getfqdn().lower()
    return () if host in {"127.0.0.1", "::1", "localhost"} else (host,)


@asynccontextmanager
async def serve(bot: Bot) -> AsyncIterator[str]:
    """Listen at the address of `[web]`; yield the URL. Raise PortTaken if the address cannot be used."""
    runner = web.AppRunner(application(bot), access_log=None, shutdown_timeout=ANSWER_SECONDS)
    await runner.setup()
    try:
        site = LimitedSite(runner, bot.config.web.host, bot.config.web.port)
        try:
            await site.start()
        except OSError as error:
            raise PortTaken(f"{bot.config.web.host}:{bot.config.web.port}: {error.strerror}") from error
        port = runner.addresses[0][1]
        yield f"http://{bot.config.web.host}:{port}"
    finally:
        await runner.cleanup()
