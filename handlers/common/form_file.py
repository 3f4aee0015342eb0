"""Make documents about a matter: load its whole record, format the facts, and render them in a thread."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from msgspec import Struct

from handlers.common.office import Office
from handlers.documents.forms.fields import FormFields
from handlers.documents.forms.render import render, template
from handlers.documents.labels import Labels
from handlers.documents.media_types import WORD
from handlers.documents.record import MatterRecord
from handlers.rules.language.messages import Attachment
from handlers.rules.refusal import Refusal
from storage import audit, files, forms, incidents, overruns, reports
from storage.forms import Document, Number

NUMBER_TRIES = 8


class NumberedDocument(Struct, frozen=True):
    """A document with its number, not stored yet."""

    document: Document
    number: Number

    @property
    def name(self) -> str:
        return self.document.name

    def attachment(self, file: int) -> Attachment:
        return Attachment(kind="file", name=self.document.name, id=file)

    async def keep(self, by: str, now: datetime) -> int:
        """Store it in the caller's transaction; return the file's id. NumberTaken if it has to be made again."""
        return await forms.keep(self.document, self.number, by, now)

    async def record(self, file: int, by: str, now: datetime) -> None:
        await forms.record(self.document, self.number, file, by, now)


async def matter(office: Office, number: int, now: datetime) -> MatterRecord:
    """Load an incident's whole record. Refusal if there is no such number."""
    record = await incidents.load(number)
    if record is None:
        raise Refusal("common.no_such", number=number)
    incident = record.incident
    return MatterRecord(
        office.case(record, now),
        incident.text,
        incident.platform,
        incident.posted_at,
        await reports.posts(number),
        await audit.history(number),
        await reports.holdings([number]),
        [file._asdict() for file in await files.of_incident(number)],
        await overruns.of_incident(number, now),
    )


async def form(office: Office, kind: str, about: MatterRecord, by: str, now: datetime) -> NumberedDocument:
    """Make a form about a matter."""
    facts = FormFields(Labels(office.texts, office.institution))
    day = now.astimezone(office.institution.zone).date()

    def filled(number: str) -> dict[str, Any]:
        owed = facts.owed(about, now) if kind == "reminder" else {}
        return {**facts.common(number, by, now), **facts.matter(about, now), **owed}

    return await made(office, kind, key(kind, about, day), about.number, filled, now)


def key(kind: str, about: MatterRecord, day: date | None) -> str:
    """Return the form's key: a reminder notice has a number each day, other forms one for each cycle of the matter."""
    return f"{about.number}/{day if kind == 'reminder' else about.case.incident.cycle}"


async def made(
    office: Office,
    kind: str,
    about: str,
    incident: int | None,
    filled: Callable[[str], dict[str, Any]],
    now: datetime,
    *,
    matters: Iterable[int] = (),
) -> NumberedDocument:
    """Make a form in a thread; `about` is its key, and `filled` gives its facts once its number is known.

    `matters` are the incidents that a form without an incident of its own names.
    """
    number = await forms.number_for(kind, about, now.astimezone(office.institution.zone).year)
    texts = office.texts
    written = texts.say("form.number", year=number.year, serial=number.serial)
    name = texts.say("form.file", kind=kind, year=number.year, serial=number.serial)
    file = template(kind, texts.language, office.forms)
    body = await asyncio.to_thread(render, file, filled(written))
    return NumberedDocument(Document(kind, about, incident, f"{name}.docx", WORD, body, frozenset(matters)), number)
