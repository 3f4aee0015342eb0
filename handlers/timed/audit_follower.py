"""Follow the audit trail: make the forms that a regime asks for, the summary's form and the archive, and keep the case
library and the roster's empty places up to date.

The trail is read entry by entry. The effects of an entry and the cursor's move are one commit, so that a crash neither
repeats nor loses any. An entry that fails is put off and done later.
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from handlers.common import case_library, form_file
from handlers.common.archive_file import archive
from handlers.common.duty_owners import owners_of
from handlers.common.form_file import NumberedDocument
from handlers.common.office import Office
from handlers.documents.record import MatterRecord, RecordRow
from handlers.rules.incident.case import OPEN_STAGES, Case
from handlers.rules.language.messages import Reply
from handlers.rules.people import recusal
from handlers.rules.people.institution import Person
from handlers.texts.filters import written_at
from handlers.timed import handover, key_period_turn
from storage import audit, forms, incidents, routines, setbacks
from storage.audit import AuditEntry
from storage.audit_cursor import CursorMoved, advance, position
from storage.database.faults import is_away
from storage.forms import NumberTaken
from storage.outbox import OutgoingMessage, plan

log = structlog.get_logger(__name__)
ENTRIES_AT_ONCE = 200
ENTRY = "entry"
"""The kind of setback that an entry is which is put off."""
PUT_OFF = timedelta(minutes=10)
"""The pause before an entry that failed is followed again; it is longer after each failure."""
ASSIGNS = ("opened", "assigned", "led", "instructed", "bounced", "reopened", "taken over", "handed to a unit")
CLOSES = ("resolved", "withdrawn", "merged")
CALMS = ("resolved", "calm")
LEARNS = ("opened", "joined", "reopened", "summarised", "undone", *CLOSES)
KEY_PERIODS = ("key period", "key period ended")
ROSTER = ("delegated", "delegation ended", "swapped", *KEY_PERIODS)
FOLLOWED = frozenset((*ASSIGNS, *CLOSES, *CALMS, *LEARNS, *ROSTER))
DutySteps = Sequence[tuple[int, int, int]]
SetTimers = Callable[[DutySteps], Awaitable[None]]
Commit = Callable[[Callable[[], Awaitable[None]] | None], Awaitable[None]]
"""Commit the effects of an entry together with what says that they are done."""
DocumentToSend = tuple[NumberedDocument, Callable[[int], list[OutgoingMessage]] | None]
"""A document, and the message that brings it once its file's number is known."""


class AuditFollower:
    """`arm` schedules the timers of duties that the roster opens."""

    def __init__(self, office: Office, arm: SetTimers) -> None:
        self._office = office
        self._arm = arm
        self._seen: int | None = None

    async def follow(self, now: datetime) -> int:
        """Do what the next entries ask for; return how many were read, 0 if another process has read them already."""
        written_at(now)
        seen = self._seen if self._seen is not None else await position()
        self._seen = None
        entries = await audit.after(seen, ENTRIES_AT_ONCE)
        try:
            for entry in entries:
                if entry.kind in FOLLOWED:
                    await self._follow_entry(seen, entry, now)
                    seen = entry.id
            if entries and entries[-1].id > seen:
                await advance(seen, entries[-1].id)
                seen = entries[-1].id
        except CursorMoved:
            return 0
        self._seen = seen
        return len(entries)

    async def follow_again(self, now: datetime) -> None:
        """Do what put off entries ask for; what fails again is put off once more."""
        written_at(now)
        for put_off in await setbacks.put_off(ENTRY, now, PUT_OFF):
            entry = await audit.entry(int(put_off.rsplit(" ", 2)[1]))
            if entry is None:
                await setbacks.forget(ENTRY, [put_off])
            else:
                await self._follow_put_off(put_off, entry, now)

    async def _follow_put_off(self, put_off: str, entry: AuditEntry, now: datetime) -> None:
        try:
            await self._apply(entry, now, lambda work: setbacks.settle(ENTRY, put_off, work))
        except setbacks.AlreadySettled:
            log.info("another process followed the audit entry", entry=entry.id)
        except Exception as error:
            if is_away(error):
                raise
            log.exception("audit entry could not be followed again", entry=entry.id, incident=entry.incident)
            await setbacks.record(ENTRY, put_off, error, now)

    async def _follow_entry(self, seen: int, entry: AuditEntry, now: datetime) -> None:
        """Do what one entry asks for. If that fails, put it off, so that the next entries are not held up."""
        try:
            await self._apply(entry, now, lambda work: advance(seen, entry.id, work))
        except CursorMoved:
            raise
        except Exception as failure:
            if is_away(failure):
                raise
            log.exception("audit entry could not be followed", entry=entry.id, incident=entry.incident)
            error, subject = failure, f"{entry.kind} {entry.id} #{entry.incident or 0}"
            await advance(seen, entry.id, lambda: setbacks.record(ENTRY, subject, error, now))

    async def _apply(self, entry: AuditEntry, now: datetime, commit: Commit) -> None:
        """Do what an entry asks for, again while others take the number of a document."""
        for _ in range(form_file.NUMBER_TRIES - 1):
            with suppress(NumberTaken):
                await self._apply_once(entry, now, commit)
                return
        await self._apply_once(entry, now, commit)

    async def _apply_once(self, entry: AuditEntry, now: datetime, commit: Commit) -> None:
        if entry.incident is None:
            if entry.kind in KEY_PERIODS:
                await self._arm(await key_period_turn.settle(self._office, now))
            if entry.kind in ROSTER and self._office.rosters:
                await self._arm(await routines.open_slots(await handover.slots(self._office, now)))
            await commit(None)
            return
        number = entry.incident
        documents = await self._documents(entry, number, now)

        async def work() -> None:
            if entry.kind in LEARNS:
                await case_library.learn(number)
            for made, message in documents:
                file = await made.keep("clock", now)
                if message is not None:
                    await plan(message(file), now)
                await made.record(file, "clock", now)

        await commit(work)

    async def _documents(self, entry: AuditEntry, number: int, now: datetime) -> list[DocumentToSend]:
        """Make the documents that an entry asks for."""
        if entry.kind not in (*ASSIGNS, *CLOSES, *CALMS, "summarised"):
            return []
        record = await incidents.load(number)
        if record is None or record.incident.erased_at:
            return []
        if not self._may_need_document(entry, self._office.case(record)):
            return []
        about = await form_file.matter(self._office, number, now)
        documents = [await self._form(kind, about, now) for kind in await self._kinds(entry, about)]
        closed = about.case.incident.stage not in OPEN_STAGES
        if closed and entry.kind in (*CLOSES, "summarised"):
            documents.append((await archive(self._office, about, "clock", now), None))
        return documents

    @staticmethod
    def _may_need_document(entry: AuditEntry, case: Case) -> bool:
        """Return whether an entry may ask for a document: a quick check before the whole record is loaded."""
        if entry.kind in (*CLOSES, "summarised"):
            return True
        if entry.kind in CALMS:
            return case.open_duty("summary") is not None
        return bool(case.regime.forms("assigned", case.incident.tier))

    async def _kinds(self, entry: AuditEntry, about: MatterRecord) -> Sequence[str]:
        """Return the kinds of forms to make: those that the regime names on an assignment, and the summary if owed."""
        case = about.case
        kinds: list[str] = []
        if entry.kind in ASSIGNS and case.incident.department and case.incident.stage in OPEN_STAGES:
            kinds += [kind for kind in case.regime.forms("assigned", case.incident.tier) if _is_outdated(kind, about)]
        key = form_file.key("summary", about, None)
        if entry.kind in CALMS and case.open_duty("summary") and await forms.find("summary", key) is None:
            kinds.append("summary")
        return kinds

    async def _form(self, kind: str, about: MatterRecord, now: datetime) -> DocumentToSend:
        office, case = self._office, about.case
        made = await form_file.form(office, kind, about, "clock", now)
        people = _asked_to_complete(office, kind, case)
        text = office.texts.say(f"form.{kind}", number=made.number, case=case, people=people)
        names = tuple(person.id for person in people)

        def outgoing(file: int) -> list[OutgoingMessage]:
            reply = Reply(text=text, mentions=names, attachments=(made.attachment(file),))
            place = (case.incident.channel, case.incident.conversation)
            return office.around(reply, place, case.incident.about, incident=case.number)

        return made, outgoing


def _asked_to_complete(office: Office, kind: str, case: Case) -> tuple[Person, ...]:
    """Return who is asked to add to a form: who owes the summary, else who works on the matter."""
    duty = case.open_duty("summary") if kind == "summary" else None
    if duty is None or duty.owner == "department":
        return case.owners
    told = owners_of(office.institution, duty.owner, duty.kind, case.incident.department)
    return recusal.told(told, case.incident.about, office.institution)


def _is_outdated(kind: str, about: MatterRecord) -> bool:
    """Return whether the department received the matter after the last form of that kind was made."""
    given = [n for n, line in enumerate(about.history) if _hands_over(line)]
    made = [n for n, line in enumerate(about.history) if line["kind"] == "form" and line["data"]["kind"] == kind]
    return not made or bool(given and given[-1] > made[-1])


def _hands_over(line: RecordRow) -> bool:
    data = line["data"]
    return (
        line["kind"] in ("opened", "assigned", "bounced", "reopened", "taken over", "handed to a unit")
        or (line["kind"] == "led" and data.get("from") != data.get("to"))
        or (line["kind"] == "instructed" and bool(data.get("department")))
    )
