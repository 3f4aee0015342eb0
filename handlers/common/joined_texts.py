"""Load the texts of posts and matters that joined a matter, where the regime looks for words in them."""

from handlers.rules.incident.case import Case
from storage import audit

JOINS = ("joined", "merged in")
"""Kinds of events that bring another text to a matter."""


def looks_for_words(case: Case) -> bool:
    plan = (case.regime.plan,) if case.regime.plan else ()
    return any(step.words for step in (*case.regime.approval, *plan))


async def joined_texts(case: Case) -> tuple[str, ...]:
    """Return what posts and matters said that joined this one; nothing where no step of approval depends on words."""
    if not looks_for_words(case):
        return ()
    lines = [line["data"] for line in await audit.history(case.number) if line["kind"] in JOINS]
    return tuple(str(data["text"]) for data in lines if data.get("text"))
