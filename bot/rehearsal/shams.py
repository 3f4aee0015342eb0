"""What dishonest staff try in place of what they owe, and what became of a try."""

from datetime import datetime
from typing import Literal, NamedTuple

from bot.rehearsal.behaviour import Action

Sham = Literal[
    "words", "remedy", "holding", "home page", "own page", "private page", "another's page", "not yet", "excuse",
    "meddling", "another's yes", "false alarm", "bounce", "reassign", "merge",
]  # fmt: skip
SHAMS: dict[Sham, str | None] = {
    "words": None, "remedy": None, "holding": None, "home page": None, "own page": None, "private page": None,
    "another's page": None, "not yet": None, "excuse": None, "meddling": None, "another's yes": None,
    "false alarm": "withdrawn", "bounce": "bounced", "reassign": "reassigned", "merge": "merged",
}  # fmt: skip
"""What is tried. Some of it is a command that may be right: it stands, and counts in the figures as this act."""
_DODGES: tuple[Sham, ...] = ("bounce", "words", "remedy", "excuse")
_PAGES: tuple[Sham, ...] = ("home page", "own page", "private page", "another's page", "not yet", "words")
_OF_THE_DEPARTMENT: dict[Action, tuple[Sham, ...]] = {
    "acknowledge": _DODGES,
    "draft": ("words", "remedy", "excuse", "not yet"),
    "publish": _PAGES,
    "extend": ("holding", "remedy"),
    "answer": ("holding", "words", "remedy"),
    "resolve": ("words",),
    "decide": ("another's yes",),
}
_OF_THE_DESK: dict[Action, tuple[Sham, ...]] = {
    "assign": ("false alarm", "merge", "words"),
    "draft": ("reassign", "false alarm", "merge", "excuse"),
    "publish": _PAGES,
    "answer": ("merge", "holding", "reassign"),
}


class Attempt(NamedTuple):
    """A sham that was tried. `changed` if anything of the matter is otherwise afterwards, else it was refused."""

    at: datetime
    person: str
    number: int
    sham: Sham
    changed: bool

    @property
    def through(self) -> bool:
        """Return whether the bot certified a sham."""
        return self.changed and SHAMS[self.sham] is None

    @property
    def stands(self) -> bool:
        """Return whether it is a command that may be right and was obeyed."""
        return self.changed and SHAMS[self.sham] is not None


def fitting(action: Action, *, desk: bool) -> tuple[Sham, ...]:
    """Return what somebody of the desk, or of a department, may try in place of an action."""
    table = _OF_THE_DESK if desk and action in _OF_THE_DESK else _OF_THE_DEPARTMENT
    return table.get(action, ())
