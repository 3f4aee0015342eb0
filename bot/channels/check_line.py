"""A line of `python -m bot check`: one thing that has to work, with the remedy where it fails."""

from typing import NamedTuple

from yarl import URL

from bot.config.tables import WebTable

UNSET = (
    "密钥不写在配置里：在运行回音的窗口里设好环境变量，再来一次",
    "secrets are not in the configuration: set the variable in the window that runs Huiyin, and try again",
)
"""What to do about a missing secret, in Chinese and in English."""


WORKS, FAILS = "✓", "✗"


class CheckLine(NamedTuple):
    """`ok` says whether something works, `what` names it, `remedy` says what to do, in the institution's language."""

    ok: bool
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{WORKS} {self.what}" if self.ok else f"{FAILS} {self.what}{': ' if self.remedy else ''}{self.remedy}"


def local_address(web: WebTable) -> URL:
    """Return the address of a bot on this machine; the loopback for one that listens on all interfaces."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(web.host, web.host)  # noqa: S104 - read, not bound
    return URL.build(scheme="http", host=host, port=web.port)
