"""A matter's archive: made when the matter is closed, and again under the same number when its record grows."""

import asyncio
from datetime import datetime
from typing import Any

from handlers.common.form_file import NumberedDocument
from handlers.common.office import Office
from handlers.documents.archive import bundle, page
from handlers.documents.forms.fields import FormFields
from handlers.documents.labels import Labels
from handlers.documents.media_types import ZIP
from handlers.documents.record import MatterRecord
from handlers.rules.language.masking import mask
from storage import files, forms
from storage.forms import Document

ARCHIVE = "archive"
HEADS = ("number", "source", "posted_at", "found_at", "forwarded_by", "tier", "kind", "stage", "department", "helpers",
         "acknowledged_at", "outcome", "proof")  # fmt: skip
PARTS = ("text", "address", "instruction", "findings", "due", "promises", "drafts", "approvals", "answer", "result",
         "timeline", "holders", "lessons", "files")  # fmt: skip


async def archive(office: Office, about: MatterRecord, by: str, now: datetime) -> NumberedDocument:
    """Make a zip of the matter's whole record: post, drafts, approvals, timeline, proof, forms and files."""
    key = str(about.number)
    number = await forms.number_for(ARCHIVE, key, now.astimezone(office.institution.zone).year)
    texts = office.texts
    written = texts.say("form.number", year=number.year, serial=number.serial)
    bodies = [found for file in about.files if (found := await files.read(file["id"])) and found[0].type != ZIP]
    name = texts.say("form.file", kind=ARCHIVE, year=number.year, serial=number.serial)
    named = [(mask(stored.name) or str(stored.id), body) for stored, body in bodies]
    body = await asyncio.to_thread(_bundle, office, about, written, named, by, now)
    return NumberedDocument(Document(ARCHIVE, key, about.number, f"{name}（#{about.number}）.zip", ZIP, body), number)


def _bundle(
    office: Office, about: MatterRecord, number: str, named: list[tuple[str, bytes]], by: str, now: datetime
) -> bytes:
    written = FormFields(Labels(office.texts, office.institution))
    facts = {**written.common(number, by, now), **written.matter(about, now), **written.drafts(about)}
    facts["files"] = "\n".join(name for name, _ in named)

    def labelled(names: tuple[str, ...]) -> list[tuple[str, Any]]:
        return [(office.texts.say("archive.label", name=name), facts[name]) for name in names]

    read = page(facts, labelled(HEADS), labelled(PARTS), office.texts.language)
    return bundle(about, facts, read, named, now)
