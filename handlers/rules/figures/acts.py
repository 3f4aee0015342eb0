"""Acts that change figures (谁动了指标): who withdrew, merged, passed on, reopened, raised or closed without an answer.

Each may be right; none stays unseen. They are counted by the person who did it and the party that the person acts for.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from handlers.rules.figures.booking import side
from handlers.rules.people.institution import Institution

EventRow = Mapping[str, Any]
BY_EVENT = {
    "withdrawal asked": "withdrawn", "merged": "merged", "assigned": "reassigned", "led": "reassigned",
    "instructed": "reassigned", "bounced": "bounced", "reopened": "reopened", "transferred": "transferred",
    "tier": "tier", "resolved": "unanswered", "positive": "positive",
    "taken over": "reassigned", "handed to a unit": "reassigned",
}  # fmt: skip
"""The acts by the kind of their audit event."""
ENDINGS = ("undone", "rejected")
"""Kinds of events that take an act back."""
ACTS = tuple(dict.fromkeys(BY_EVENT.values()))
AUTOMATIC = ("clock", "calendar")


class Act(NamedTuple):
    """How often a person did one thing, and with which matters. `party` is whom the person acts for."""

    party: str
    person: str
    act: str
    numbers: tuple[int, ...]

    @property
    def times(self) -> int:
        return len(self.numbers)


class _Done(NamedTuple):
    number: int
    person: str
    event: str


def acts_of(events: Iterable[EventRow], institution: Institution) -> tuple[Act, ...]:
    """Count the acts among audit events, which are in order: by party, person and act.

    A report that its sender takes back counts as withdrawn: the matter leaves the figures.
    A row has incident, actor, kind, data, and `answered`: whether the public was answered before, in the same cycle.
    """
    done: list[_Done] = []
    for row in events:
        one = _Done(row["incident"], row["actor"], row["kind"])
        if "opened" in row["data"].get("kinds", ()):
            done.append(one._replace(event="withdrawal asked"))
        elif row["kind"] in ENDINGS:
            done = _taken_back(done, row)
        elif row["actor"] not in AUTOMATIC and _changes(row):
            done.append(one)
    found: dict[tuple[str, str, str], list[int]] = {}
    for one in done:
        party = side(institution.person(one.person))
        found.setdefault((party, one.person, BY_EVENT[one.event]), []).append(one.number)
    acts = (Act(*key, tuple(numbers)) for key, numbers in found.items())
    return tuple(sorted(acts, key=lambda act: (act.party, act.person, ACTS.index(act.act))))


def _changes(row: EventRow) -> bool:
    """Return whether an event changes figures: a first assignment does not, nor a closing after an answer."""
    data = row["data"]
    if row["kind"] == "resolved":
        return not row["answered"]
    if row["kind"] in ("assigned", "led"):
        return bool(data.get("from")) and data["from"] != data["to"]
    return row["kind"] != "instructed" or bool(data.get("department") and data.get("from"))


def _taken_back(done: list[_Done], row: EventRow) -> list[_Done]:
    """Return the acts without what was undone by its person, or a withdrawal that was not approved."""
    data = row["data"]
    if row["kind"] == "rejected":
        gone = [one for one in done if one.event == "withdrawal asked" and data.get("kind") == "withdrawal"]
    else:
        gone = [one for one in done if one.person == row["actor"] and one.event in data.get("kinds", ())]
    last = next((one for one in reversed(gone) if one.number == row["incident"]), None)
    if last is None:
        return done
    at = len(done) - 1 - done[::-1].index(last)
    return [*done[:at], *done[at + 1 :]]
