"""What `python -m bot check` asks of each platform, live: one line for each thing, with the remedy where it fails."""

from typing import NamedTuple

from yarl import URL

from bot.config.tables import WebTable

UNSET = (
    "密钥不写在配置里：在运行回音的窗口里设好环境变量，再来一次",
    "secrets are not in the configuration: set the variable in the window that runs Huiyin, and try again",
)
"""What to do about a secret that is not there, in Chinese and in English."""


class CheckLine(NamedTuple):
    """Whether something works, what it is, and what to do if it does not (in the institution's language)."""

    ok: bool
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"✓ {self.what}" if self.ok else f"✗ {self.what}{': ' if self.remedy else ''}{self.remedy}"


def local_address(web: WebTable) -> URL:
    """Where a bot that runs on this machine answers: one that listens everywhere answers on the loopback."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(web.host, web.host)  # noqa: S104 - read, not bound
    return URL.build(scheme="http", host=host, port=web.port)
