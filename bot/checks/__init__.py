"""What `python -m bot check` asks of each platform, live: one line for each thing, with the remedy where it fails."""

from typing import NamedTuple


class Line(NamedTuple):
    """Whether something works, what it is, and what to do if it does not (in the institution's language)."""

    ok: bool
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"✓ {self.what}" if self.ok else f"✗ {self.what}{': ' if self.remedy else ''}{self.remedy}"
