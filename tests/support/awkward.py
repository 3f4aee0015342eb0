"""The sample data of the contact sheet, with what people wrote ending in a stop of its own."""

from types import SimpleNamespace
from typing import Any

from msgspec import Struct, structs

from handlers.rules.people.institution import Institution
from handlers.rules.regime.regime import Regime
from handlers.rules.time.calendar import Calendar

WRITTEN = frozenset(
    ("text", "reason", "words", "remark", "rest", "title", "opinion", "result", "said", "objection", "asked", "cause",
     "answer", "decision", "unanswerable")
)  # fmt: skip
"""The names of facts that people wrote."""
STOPS = "。！？…；，."
DEEP = 6


def awkward(value: Any, end: str, name: str = "", deep: int = DEEP) -> Any:
    """Return the facts with `end` behind each text that somebody wrote."""
    if isinstance(value, str):
        written = name in WRITTEN and len(value) > 1 and not value.isascii()
        return f"{value.rstrip(STOPS)}{end}" if written else value
    if not deep or isinstance(value, Institution | Regime | Calendar):
        return value
    if isinstance(value, dict):
        return {key: awkward(one, end, str(key), deep - 1) for key, one in value.items()}
    if isinstance(value, SimpleNamespace):
        return SimpleNamespace(**awkward(vars(value), end, name, deep - 1))
    if isinstance(value, Struct):
        return structs.replace(value, **awkward(structs.asdict(value), end, name, deep - 1))
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return value._replace(**awkward(value._asdict(), end, name, deep - 1))
    if isinstance(value, list | tuple):
        return type(value)(awkward(one, end, "", deep - 1) for one in value)
    return value
