"""The report at a change of shifts: what is open, and what is due in the next shift. `值班报告` asks for one.

Each of several rosters has its own changes and reports: `值班报告 网信值班`. An empty place in a shift
is a duty from the day before on: the desk is told at once, then the leaders, until somebody takes the shift.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from handlers.common import form_file
from handlers.common.form_file import NumberedDocument
from handlers.common.office import Office
from handlers.common.on_duty import called, current_rosters, people
from handlers.documents.forms.fields import FormFields
from handlers.documents.labels import Labels
from handlers.rules.language.messages import Reply
from handlers.rules.people.institution import Person
from handlers.rules.people.roster import CurrentRoster, Shift
from handlers.rules.refusal import Refusal
from handlers.rules.regime.roster_ladders import empty_place
from handlers.rules.regime.routines import Slot
from handlers.rules.time.calendar import ONE_DAY
from storage import duties
from storage import roster as stored
from storage.duties import DueRow, Step
from storage.forms import NumberTaken
from storage.outbox import OutgoingMessage

HANDOVER, EMPTY, OFFICE = "handover", "shift", "office"
ONE_HOUR, ONE_SECOND = timedelta(hours=1), timedelta(seconds=1)


async def slots(office: Office, now: datetime) -> list[tuple[Slot, datetime | None]]:
    """Return the changes of today and tomorrow and the next day's empty places, each with its first step's time."""
    found: list[tuple[Slot, datetime | None]] = []
    for one in await current_rosters(office, now):
        today = one.calendar.local(now).date()
        for shift in one.between(today, today + ONE_DAY * 2):
            if shift.begins > now:
                found.append((Slot(HANDOVER, one.roster.name or HANDOVER, now, shift.begins), shift.begins))
            if shift.begins > now and (shift.missing or not shift.people):
                slot = Slot(EMPTY, one.roster.name or OFFICE, min(now, shift.begins - ONE_DAY) - ONE_HOUR, shift.begins)
                found.append((slot, max(now + ONE_SECOND, shift.begins - ONE_DAY)))
    return list({(slot.kind, slot.owner, slot.due_at): (slot, at) for slot, at in found}.values())


async def on_due(office: Office, row: DueRow, now: datetime) -> list[tuple[int, int, int]]:
    """Send the report of a change of shifts to the group once, and mention the people coming on duty.

    Return no further steps. Do nothing for a roster that is no longer configured.
    """
    one = next((one for one in await current_rosters(office, now) if (one.roster.name or HANDOVER) == row.person), None)
    if one is None:
        await stored.take(row.id, row.next_at, (), (), now)
        return []
    for _ in range(form_file.NUMBER_TRIES):
        made, facts = await _report(office, one, "clock", row.due_at, now)
        coming = people(office, facts["coming"].people)
        going = people(office, facts["ending"].people) if facts["ending"] else ()
        effect = _effect(office, made, facts, coming, going, now)
        with suppress(NumberTaken):
            await stored.take(row.id, row.next_at, (), (), now, effect)
            return []
    raise RuntimeError("no number was free for a hand-over report")


def _effect(
    office: Office,
    made: NumberedDocument,
    facts: dict[str, Any],
    coming: tuple[Person, ...],
    going: tuple[Person, ...],
    now: datetime,
) -> Any:
    async def store_and_announce() -> list[OutgoingMessage]:
        file = await made.keep("clock", now)
        counted = {name: len(facts[name]) for name in ("open", "due_next")}
        until, name = facts["coming"].ends, facts["roster"]
        text = office.texts.say("roster.handover", name=name, coming=coming, going=going, until=until, **counted)
        reply = Reply(text=text, mentions=tuple(p.id for p in coming), attachments=(made.attachment(file),))
        await made.record(file, "clock", now)
        return [office.to_group(reply)]

    return store_and_announce


async def on_empty(office: Office, row: DueRow, now: datetime) -> list[tuple[int, int, int]] | None:
    """Say nothing where somebody is back, and end the duty when the shift begins; return None for a reminder."""
    rosters = await current_rosters(office, now)
    one = next((one for one in rosters if (one.roster.name or OFFICE) == row.person), None)
    shift = one.at(row.due_at) if one else None
    if shift and (shift.missing or not shift.people):
        return None
    step = empty_place(office.regime, one.calendar, row.started_at, row.due_at).fire(row.rung, now) if one else None
    if step is None or step.next_at is None:
        await stored.take(row.id, row.next_at, (), (), now)
        return []
    quiet = Step(row.id, 0, row.next_at, step.rung, step.next_at, (), (), sounds=False)
    return (await duties.fire([quiet], (), now)).armed


async def report(office: Office, name: str, by: str, now: datetime) -> NumberedDocument:
    """Make the report of the present shift of roster `name`. Refusal without a roster, or if several may be meant."""
    found = await current_rosters(office, now)
    if not found:
        raise Refusal("roster.not_set")
    named, other = called(found, (name,) if name else ())
    if other or len(named) > 1:
        raise Refusal("roster.which", name=name, rosters=[one.roster.name for one in found])
    made, _ = await _report(office, named[0], by, now, now)
    return made


async def _report(
    office: Office, one: CurrentRoster, by: str, at: datetime, now: datetime
) -> tuple[NumberedDocument, dict[str, Any]]:
    """Make the report as of `at`: of the shift that ended just before `at` or is on, and of the next one."""
    facts = await _facts(one, office, at, now)
    written = FormFields(Labels(office.texts, office.institution))

    def filled(number: str) -> dict[str, Any]:
        known = {**written.common(number, by, now), **written.shift(facts)}
        return known | {"shift": f"{one.roster.name} {known['shift']}".strip()}

    key = f"{one.roster.name} {facts['since'].isoformat()}".strip()
    named = (*facts["open"], *facts["due_next"], *facts["patrols"])
    matters = [number for row in named if (number := row.get("number") or row.get("data", {}).get("found"))]
    return await form_file.made(office, "duty", key, None, filled, now, matters=matters), facts


async def _facts(one: CurrentRoster, office: Office, at: datetime, now: datetime) -> dict[str, Any]:
    ending = one.at(at - timedelta(milliseconds=1))
    coming = _coming(one, at)
    since = ending.begins if ending else at - ONE_DAY
    until = ending.ends if ending else at
    received, closed = await stored.counts(since, min(now, until))
    return {
        "roster": one.roster.name,
        "since": since,
        "until": until,
        "ending": ending,
        "coming": coming,
        "on_duty": people(office, ending.people) if ending else (),
        "next_on_duty": people(office, coming.people),
        "received": received,
        "closed": closed,
        "patrols": await _patrols(office, since, until),
        "open": await stored.open_now(),
        "due_next": await stored.due_by(coming.ends),
    }


async def _patrols(office: Office, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """Load the patrols of a shift; the text of one that found a matter names it."""
    lines = await stored.patrols(since, until)
    titles = await stored.titles([line["data"]["found"] for line in lines if line["data"].get("found")])
    for line in lines:
        if number := line["data"].get("found"):
            line["data"]["text"] = office.texts.say("roster.found", number=number, title=titles.get(number, ""))
    return lines


def _coming(one: CurrentRoster, at: datetime) -> Shift:
    """Return the shift that begins at `at`, else the next one."""
    on = one.at(at)
    return on if on and on.begins == at else one.next(at)
