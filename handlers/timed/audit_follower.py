"""Follows the audit trail: makes the forms that a regime asks for, the summary's form and the archive, and keeps the
case library and the empty places of the roster up to date.

The trail is read line by line. What a line leads to and the cursor are written in one commit, so that a crash repeats
and loses nothing.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import structlog

from handlers.common import case_library, form_file
from handlers.common.archive_file import archive
from handlers.common.form_file import NumberedDocument
from handlers.common.office import Office
from handlers.documents.record import MatterRecord, RecordRow
from handlers.rules.incident.case import OPEN_STAGES, Case
from handlers.rules.language.messages import Reply
from handlers.timed import handover
from storage import audit, forms, incidents, routines
from storage.audit import AuditEntry
from storage.audit_cursor import CursorMoved, advance, position
from storage.database.database import FAULTS
from storage.forms import NumberTaken
from storage.outbox import OutgoingMessage, plan

log = structlog.get_logger(__name__)
LINES_AT_ONCE = 200
ASSIGNS = ("opened", "assigned", "led", "instructed", "bounced", "reopened")
CLOSES = ("resolved", "withdrawn", "merged")
CALMS = ("resolved", "calm")
LEARNS = ("opened", "joined", "reopened", "summarised", "undone", *CLOSES)
ROSTER = ("delegated", "delegation ended", "swapped")
FOLLOWED = frozenset((*ASSIGNS, *CLOSES, *CALMS, *LEARNS, *ROSTER))
DutySteps = Sequence[tuple[int, int, int]]
SetTimers = Callable[[DutySteps], Awaitable[None]]
Paper = tuple[NumberedDocument, Callable[[int], OutgoingMessage] | None]
"""A document, and the message that brings it once its file's number is known."""


class AuditFollower:
    """`arm` schedules the timers of duties that the roster opens."""

    def __init__(self, office: Office, arm: SetTimers) -> None:
        self._office = office
        self._arm = arm
        self._seen: int | None = None

    async def follow(self, now: datetime) -> int:
        """Do what the next lines ask for; return how many were read, 0 if another process was ahead."""
        seen = self._seen if self._seen is not None else await position()
        self._seen = None
        lines = await audit.after(seen, LINES_AT_ONCE)
        try:
            for line in lines:
                if line.kind in FOLLOWED:
                    await self._one(seen, line, now)
                    seen = line.id
            if lines and lines[-1].id > seen:
                await advance(seen, lines[-1].id)
                seen = lines[-1].id
        except CursorMoved:
            return 0
        self._seen = seen
        return len(lines)

    async def _one(self, seen: int, line: AuditEntry, now: datetime) -> None:
        """Do what one line asks for. What fails is logged and skipped, so that the next lines go on."""
        for _ in range(form_file.NUMBER_TRIES):
            try:
                await self._led_to(seen, line, now)
            except NumberTaken:
                continue
            except (CursorMoved, *FAULTS):
                raise
            except Exception:
                log.exception("audit line could not be followed", line=line.id, incident=line.incident)
                await advance(seen, line.id)
            return
        raise RuntimeError("no number was free for a document")

    async def _led_to(self, seen: int, line: AuditEntry, now: datetime) -> None:
        if line.incident is None:
            if line.kind in ROSTER and self._office.rosters:
                await self._arm(await routines.open_slots(await handover.slots(self._office, now)))
            await advance(seen, line.id)
            return
        number = line.incident
        papers = await self._papers(line, number, now)

        async def work() -> None:
            if line.kind in LEARNS:
                await case_library.learn(number)
            for made, message in papers:
                file = await made.keep("clock", now)
                if message is not None:
                    await plan([message(file)], now)
                await made.record(file, "clock", now)

        await advance(seen, line.id, work)

    async def _papers(self, line: AuditEntry, number: int, now: datetime) -> list[Paper]:
        """Make the documents that a line asks for."""
        if line.kind not in (*ASSIGNS, *CLOSES, *CALMS, "summarised"):
            return []
        record = await incidents.load(number)
        if record is None or record.incident.erased_at:
            return []
        if not self._may_ask(line, self._office.case(record)):
            return []
        about = await form_file.matter(self._office, number, now)
        papers = [await self._sent(kind, about, now) for kind in await self._kinds(line, about)]
        closed = about.case.incident.stage not in OPEN_STAGES
        if closed and line.kind in (*CLOSES, "summarised"):
            papers.append((await archive(self._office, about, "clock", now), None))
        return papers

    @staticmethod
    def _may_ask(line: AuditEntry, case: Case) -> bool:
        """Whether a line may ask for a document; most do not, and the whole record need not be loaded."""
        if line.kind in (*CLOSES, "summarised"):
            return True
        if line.kind in CALMS:
            return case.open_duty("summary") is not None
        return bool(case.regime.forms("assigned", case.incident.tier))

    async def _kinds(self, line: AuditEntry, about: MatterRecord) -> Sequence[str]:
        """Return the kinds of forms: on an assignment those that the regime names, and the summary when it is owed."""
        case = about.case
        kinds: list[str] = []
        if line.kind in ASSIGNS and case.incident.department and case.incident.stage in OPEN_STAGES:
            kinds += [kind for kind in case.regime.forms("assigned", case.incident.tier) if _is_news(kind, about)]
        key = form_file.key("summary", about, None)
        if line.kind in CALMS and case.open_duty("summary") and await forms.find("summary", key) is None:
            kinds.append("summary")
        return kinds

    async def _sent(self, kind: str, about: MatterRecord, now: datetime) -> Paper:
        office, case = self._office, about.case
        made = await form_file.form(office, kind, about, "clock", now)
        people = case.owners
        text = office.texts.say(f"form.{kind}", number=made.number, case=case, people=people)
        names = tuple(person.id for person in people)

        def outgoing(file: int) -> OutgoingMessage:
            reply = Reply(text=text, mentions=names, attachments=(made.attachment(file),))
            return office.outgoing(reply, case.incident.channel, case.incident.conversation, incident=case.number)

        return made, outgoing


def _is_news(kind: str, about: MatterRecord) -> bool:
    """Whether the department got the matter after the last form of that kind was made."""
    given = [n for n, line in enumerate(about.history) if _gives(line)]
    made = [n for n, line in enumerate(about.history) if line["kind"] == "form" and line["data"]["kind"] == kind]
    return not made or bool(given and given[-1] > made[-1])


def _gives(line: RecordRow) -> bool:
    data = line["data"]
    return (
        line["kind"] in ("opened", "assigned", "bounced", "reopened")
        or (line["kind"] == "led" and data.get("from") != data.get("to"))
        or (line["kind"] == "instructed" and bool(data.get("department")))
    )
