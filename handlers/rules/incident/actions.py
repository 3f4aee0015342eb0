"""Action items (整改事项) of a matter: each owed by a department or a person by a time, and confirmed by others.

They come out of a summary, a meeting or an instruction, belong to no cycle of their matter, and stay owed when it is
opened again. Who owes one says what was done; somebody else confirms it, or says why it is not done.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from handlers.rules.incident.case import AuditEvent, Case, Decision, DutyRow, NewDuty
from handlers.rules.incident.counted import count
from handlers.rules.incident.duties import ACTION, CONFIRM, INQUIRY, MINUTES, due_of, given, ladder_to, of_kinds
from handlers.rules.incident.part_words import tells_no_deed
from handlers.rules.incident.permissions import DESK_ROLES, LEADERS, permit
from handlers.rules.language.letters import letters
from handlers.rules.lazy_pattern import LazyPattern
from handlers.rules.people import recusal
from handlers.rules.people.institution import Person
from handlers.rules.refusal import Refusal
from handlers.rules.regime.ladder import Ladder
from handlers.rules.time.periods import parse

ADDED, DONE, CONFIRMED, REFUSED = "action", "action done", "action confirmed", "action refused"
ACTIONS = (ADDED, DONE, CONFIRMED, REFUSED)
"""Kinds of the events that tell of action items."""
Source = Literal["summary", "meeting", "instruction"]
SHORTEST = 2
_KEY = LazyPattern(r"(\d+)-(\d+)")
_PERSON, _DEPARTMENT = "person:", "department:"


class Item(NamedTuple):
    """An item that is owed, or waits to be confirmed: its duty, its number in the matter, and its key ("12-1")."""

    duty: DutyRow
    n: int
    key: str

    @property
    def matter(self) -> int:
        """The number of the matter in which it was set: it may have been merged into this one."""
        return int(self.key.partition("-")[0])


class ItemNamed(NamedTuple):
    """Which item words name: its number, and the matter in which it was set; None for what they do not say."""

    matter: int | None = None
    n: int | None = None


class NewAction(Struct, frozen=True):
    """What is to be done by whom ("department:…" or "person:…") until when; `words` are those that named the time."""

    owner: str
    at: datetime
    words: str
    text: str
    source: Source = "summary"


def add(case: Case, actor: Person, new: NewAction, now: datetime) -> Decision:
    """Record an action item, of an open matter or of one that has ended. Refusal if its time has passed."""
    return add_all(case, actor, (new,), now)


def add_all(case: Case, actor: Person, every: Sequence[NewAction], now: datetime) -> Decision:
    """Record action items, all or none; their numbers follow those that the matter has."""
    permit(case, actor, "action")
    if case.incident.stage in ("merged", "withdrawn"):
        raise Refusal("common.closed", case=case)
    found = [_added(case, new, n, now) for n, new in enumerate(every, _next(case))]
    return Decision(events=tuple(event for event, _ in found), opened=tuple(duty for _, duty in found))


def _added(case: Case, new: NewAction, n: int, now: datetime) -> tuple[AuditEvent, NewDuty]:
    if letters(new.text) < SHORTEST:
        raise Refusal("action.what", case=case)
    _must_take_new(case, new.owner)
    if new.at <= now:
        raise Refusal("action.past", case=case, limit=new.words)
    key = f"{case.number}-{n}"
    data = {"item": key, "owner": new.owner, "due": new.at.isoformat(), "source": new.source, "text": new.text}
    return AuditEvent(ADDED, data), _duty(case, new.owner, new.at, key, now)


def _must_take_new(case: Case, owner: str) -> None:
    """Raise Refusal if a suspended unit, or somebody of it, would owe an item: it is given nothing new."""
    institution = case.institution
    person = institution.person(owner.removeprefix(_PERSON)) if owner.startswith(_PERSON) else None
    unit = institution.department(person.department or "" if person else owner.removeprefix(_DEPARTMENT))
    if unit and unit.suspended:
        people = recusal.desk(case.incident.about, institution)
        raise Refusal("unit.suspended_owner", case=case, unit=unit.name, people=people)


def _next(case: Case) -> int:
    keys = [_KEY.search(str(duty.reckoning.get("words", ""))) for duty in case.duties if duty.kind == ACTION]
    return max((int(one[2]) for one in keys if one and int(one[1]) == case.number), default=0) + 1


def _duty(case: Case, owner: str, at: datetime, key: str, now: datetime) -> NewDuty:
    """Return the duty of an item. Its key stands in the words of its trace, by which it is found again."""
    return NewDuty(ACTION, owner, now, given(case, at, now, key), ladder_to(case, at, now).first_at())


def items(case: Case, kind: str = ACTION) -> tuple[Item, ...]:
    """Return the items that are owed, or with CONFIRM those that wait to be confirmed, the earliest due first."""
    found = []
    for duty in sorted(case.duties, key=lambda one: (one.due_at, one.id)):
        key = _KEY.search(str(duty.reckoning.get("words", "")))
        if duty.kind == kind and duty.state == "open" and key:
            found.append(Item(duty, int(key[2]), key[0]))
    return tuple(found)


def done(case: Case, actor: Person, named: ItemNamed, text: str, now: datetime) -> tuple[Item, Decision]:
    """Record that an item is done, by who owes it. The desk confirms it; of the desk's own a leader does."""
    own = [one for one in items(case) if _owes(case, actor, one.duty.owner)]
    if not own:
        raise Refusal("acted.not_yours", case=case, items=items(case))
    item = _meant(case, own, named, judging=False)
    if tells_no_deed(text):
        raise Refusal("acted.empty", case=case)
    due = count(case.regime, case.institution, parse(case.regime.after.confirm_within), now)
    owner = "leader" if _is_desks(case, item.duty.owner) else "desk"
    ladder = Ladder(case.regime, case.incident.tier, case.institution.calendar, now, due.at)
    waits = replace(due, trace=replace(due.trace, words=item.key))
    event = AuditEvent(
        DONE, {"item": item.key, "owner": item.duty.owner, "due": item.duty.due_at.isoformat(), "text": text}
    )
    opened = (NewDuty(CONFIRM, owner, now, waits, ladder.first_at()),)
    return item, Decision(events=(event,), met=(item.duty.id,), opened=opened)


def _owes(case: Case, actor: Person, owner: str) -> bool:
    selves = case.reporting_selves(actor)
    if owner.startswith(_PERSON):
        return owner.removeprefix(_PERSON) in [one.id for one in selves]
    return owner.removeprefix(_DEPARTMENT) in [one.department for one in selves]


def _is_desks(case: Case, owner: str) -> bool:
    person = case.institution.person(owner.removeprefix(_PERSON)) if owner.startswith(_PERSON) else None
    return person is not None and person.has(*DESK_ROLES)


def judge(
    case: Case, actor: Person, named: ItemNamed, text: str, reports: Mapping[str, Mapping[str, Any]], now: datetime, *,
    confirmed: bool,
) -> tuple[Item, Decision]:  # fmt: skip
    """Confirm that an item is done, or say why not: then it is owed again, by the same time.

    `reports` are the lines that said so, by the item's key. Nobody judges what they, or their department, did.
    """
    permit(case, actor, "action")
    waiting = items(case, CONFIRM)
    if not waiting:
        raise Refusal("action.nothing_waits", case=case)
    item = _meant(case, waiting, named, judging=True)
    report = reports.get(item.key)
    owner = report["data"]["owner"] if report else ""
    if report is None:
        raise Refusal("action.nothing_waits", case=case)
    if _owes(case, actor, owner) or report["actor"] == actor.id:
        raise Refusal("action.own", case=case)
    if item.duty.owner == "leader" and not actor.has(*LEADERS):
        raise Refusal("action.leader", case=case)
    kind, data = (CONFIRMED if confirmed else REFUSED), {"item": item.key, "reason": text}
    decision = Decision(events=(AuditEvent(kind, data),), met=(item.duty.id,))
    if confirmed:
        return item, decision
    if letters(text) < SHORTEST:
        raise Refusal("action.why_not", case=case)
    at = datetime.fromisoformat(report["data"]["due"])
    return item, replace(decision, opened=(_duty(case, owner, at, item.key, now),))


def _meant(case: Case, found: Sequence[Item], named: ItemNamed, *, judging: bool) -> Item:
    """Return the item that is meant: by its number and matter, or the only one. Refusal if that is not certain."""
    fitting = [one for one in found if named.n in (None, one.n) and named.matter in (None, one.matter)]
    if len(fitting) != 1:
        raise Refusal("acted.which", case=case, items=tuple(fitting or found), judging=judging)
    return fitting[0]


def latest_by_item(kept: Iterable[Mapping[str, Any]], kind: str) -> dict[str, Mapping[str, Any]]:
    """Return the latest line of a kind about each item, among lines that stand."""
    return {line["data"]["item"]: line for line in kept if line["kind"] == kind}


class ItemOnRecord(NamedTuple):
    """An item as those read it who look the matter up: its number, owner, due time, text, and how far it is."""

    n: int
    owner: str
    due: datetime
    text: str
    state: str


def items_of(kept: Iterable[Mapping[str, Any]]) -> tuple[ItemOnRecord, ...]:
    """Return the items of one matter from its lines that stand, in order: "open", "done" or "confirmed"."""
    found: dict[str, ItemOnRecord] = {}
    states = {DONE: "done", CONFIRMED: "confirmed", REFUSED: "open"}
    for line in kept:
        data = line["data"]
        if line["kind"] == ADDED:
            due = datetime.fromisoformat(data["due"])
            n = int(data["item"].partition("-")[2])
            found[data["item"]] = ItemOnRecord(n, data["owner"], due, data.get("text") or "", "open")
        elif line["kind"] in states and data["item"] in found:
            found[data["item"]] = found[data["item"]]._replace(state=states[line["kind"]])
    return tuple(found.values())


def carried(case: Case, into: Case, now: datetime) -> tuple[NewDuty, ...]:
    """Return what a matter that is merged into another owes the desk and the press in any cycle, as it is."""
    return tuple(
        NewDuty(duty.kind, duty.owner, now, due_of(duty), ladder_to(into, duty.due_at, now).first_at())
        for duty in case.duties
        if duty.id in of_kinds(case, ACTION, CONFIRM, MINUTES, INQUIRY)
    )
