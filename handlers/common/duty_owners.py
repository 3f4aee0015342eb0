"""Who owes a duty, by the owner that it names: one table for the call when it begins and for its reminders."""

from handlers.rules.incident.permissions import LEADERS
from handlers.rules.people.institution import Institution, Person
from handlers.rules.regime.listeners import listening
from handlers.rules.regime.regime_parts import Listener

OWNERS: dict[str, Listener] = {
    "department": "owner", "desk": "office", "officer": "office",
    "leader": "leader", "group": "group", "chief": "chief",
}  # fmt: skip
INSTRUCTING = ("office", *LEADERS)


def owners_of(institution: Institution, owner: str, kind: str, department: str | None) -> tuple[Person, ...]:
    """Return who owes a duty of this kind in a matter of `department`, or their deputies; `owner` is one of OWNERS.

    The instruction that the desk owes is the office's: an officer on duty cannot give it.
    """
    found = listening(institution, (OWNERS[owner],), department)
    if (owner, kind) != ("desk", "instruct"):
        return found
    able = (*(one for one in found if one.has(*INSTRUCTING)), *institution.present(institution.office()))
    return tuple(dict.fromkeys(able))
