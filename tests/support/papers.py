"""Files that the bot sent: the bytes, the text of a Word document, what is wrong in an archive."""

import zipfile
from hashlib import sha256
from io import BytesIO
from typing import Any

from docx import Document

from handlers.documents.archive import CHECKSUMS
from storage import files
from tests.support.story import BotMessage


async def received(sent: BotMessage) -> tuple[str, bytes]:
    """Return the name and the bytes of a message's file."""
    (attachment,) = sent.say.attachments
    assert attachment.id is not None
    found = await files.read(attachment.id)
    assert found
    return attachment.name, found[1]


async def words(sent: BotMessage) -> str:
    """Return the text of the message's Word document."""
    name, body = await received(sent)
    assert name.endswith(".docx")
    return said_in(body)


def said_in(body: bytes) -> str:
    document: Any = Document(BytesIO(body))
    lines = [paragraph.text for paragraph in document.paragraphs]
    for table in document.tables:
        for row in table.rows:
            cells: list[str] = []
            for cell in row.cells:
                if not cells or cells[-1] != cell.text:
                    cells.append(cell.text)
            lines.append(" | ".join(cells))
    return "\n".join(lines)


def broken(body: bytes) -> list[str]:
    """Return the names in an archive whose checksum is wrong, that are missing, or that were added."""
    with zipfile.ZipFile(BytesIO(body)) as archive:
        names = set(archive.namelist())
        lines = archive.read(CHECKSUMS).decode().splitlines()
        expected = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
        wrong = [n for n in sorted(expected.keys() & names) if sha256(archive.read(n)).hexdigest() != expected[n]]
    return [*wrong, *sorted((names - {CHECKSUMS}) ^ expected.keys())]
