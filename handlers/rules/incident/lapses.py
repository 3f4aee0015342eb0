"""Reports that were missed (漏报), false (谎报) or concealed (瞒报), as a leader has recorded them against a unit.

The unit may object once, with reasons; a leader then upholds or lifts the record. A unit is a department, or the desk.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal, get_args

from msgspec import Struct
from msgspec.structs import replace

from handlers.rules.incident.permissions import DESK_ROLES, LEADERS
from handlers.rules.language.letters import letters
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal

RECORDED, OBJECTED, DECIDED = "lapse", "lapse objected", "lapse decided"
LAPSES = (RECORDED, OBJECTED, DECIDED)
"""Kinds of the events that tell of a lapse."""
LapseKind = Literal["missed", "false", "concealed"]
LAPSE_KINDS: tuple[LapseKind, ...] = get_args(LapseKind)
SHORTEST_REASON = 4


class Lapse(Struct, frozen=True):
    """A record: its number, the kind, the department (None: the desk), the matter if it is about one, and why.

    `upheld` is the leader's decision, None before one. `objection` is what the unit said against it.
    """

    id: int
    kind: str
    department: str | None
    number: int | None
    text: str
    by: str
    at: datetime
    objection: str | None = None
    objected_by: str | None = None
    upheld: bool | None = None
    decided_by: str | None = None
    reason: str | None = None

    @property
    def stands(self) -> bool:
        """Return whether it counts: it is not lifted."""
        return self.upheld is not False


def lapses_of(lines: Iterable[Mapping[str, Any]]) -> dict[int, Lapse]:
    """Return the records of audit lines, by number, each as the latest line leaves it."""
    found: dict[int, Lapse] = {}
    for line in lines:
        data = line["data"]
        one = found.get(data.get("lapse", 0))
        if line["kind"] == RECORDED:
            found[data["lapse"]] = Lapse(
                data["lapse"],
                data["what"],
                data["department"],
                data["number"],
                data.get("text") or "",
                line["actor"],
                line["at"],
            )
        elif one and line["kind"] == OBJECTED:
            found[one.id] = replace(one, objection=data.get("reason") or "", objected_by=line["actor"])
        elif one and line["kind"] == DECIDED:
            decided = {"upheld": data["upheld"], "decided_by": line["actor"], "reason": data.get("reason") or ""}
            found[one.id] = replace(one, **decided)
    return found


def must_record(actor: Person, department: str | None, text: str) -> None:
    """Raise Refusal if the actor may not record a lapse of a department (None: the desk), or gives no reason.

    A leader does, and none about their own unit: neither does the desk about itself.
    """
    if not actor.has(*LEADERS):
        raise Refusal("lapse.not_allowed")
    if department is not None and actor.department == department:
        raise Refusal("lapse.own")
    if department is None and actor.has(*DESK_ROLES):
        raise Refusal("lapse.own")
    if letters(text) < SHORTEST_REASON:
        raise Refusal("lapse.reason")


def must_object(lapse: Lapse | None, actor: Person, reason: str) -> Lapse:
    """Return the record that the actor's unit objects to. Refusal if it is another's, or was objected to before."""
    if lapse is None:
        raise Refusal("lapse.unknown")
    if not is_of(actor, lapse):
        raise Refusal("lapse.not_yours", lapse=lapse)
    if lapse.objection is not None:
        raise Refusal("lapse.objected_before", lapse=lapse)
    if lapse.upheld is False:
        raise Refusal("lapse.over", lapse=lapse)
    if letters(reason) < SHORTEST_REASON:
        raise Refusal("lapse.why", lapse=lapse)
    return lapse


def must_decide(lapse: Lapse | None, actor: Person, reason: str, *, upheld: bool) -> Lapse:
    """Return the record that a leader upholds or lifts, with a reason. Refusal if it is of their own unit."""
    if not actor.has(*LEADERS):
        raise Refusal("lapse.not_allowed")
    if lapse is None:
        raise Refusal("lapse.unknown")
    if is_of(actor, lapse):
        raise Refusal("lapse.own")
    if lapse.upheld is False:
        raise Refusal("lapse.over", lapse=lapse)
    if upheld and lapse.objection is None:
        raise Refusal("lapse.nothing_said", lapse=lapse)
    if letters(reason) < SHORTEST_REASON:
        raise Refusal("lapse.why", lapse=lapse)
    return lapse


def is_of(person: Person, lapse: Lapse) -> bool:
    """Return whether the person belongs to the unit that a record names."""
    if lapse.department is None:
        return person.has(*DESK_ROLES)
    return person.department == lapse.department


def may_see(person: Person, lapse: Lapse) -> bool:
    """Return whether the record is listed for the person: the desk and leaders see all, a unit its own."""
    return person.has(*DESK_ROLES, *LEADERS) or is_of(person, lapse)
