"""A file's type is detected from its bytes, its name is made safe, and nothing is stored twice."""

import io
import zipfile

import pytest

from bot.channels.base import FILE_LIMIT, Outcome, SendError
from bot.engine import attachments
from bot.engine.attachments import MediaType, safe_name, sniff
from handlers.rules.language.messages import Attachment
from storage import files
from tests.support.rows import NOW

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def zipped(*names: str) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return body.getvalue()


@pytest.mark.parametrize(
    ("body", "ending"),
    [
        (PNG, "png"),
        (b"\xff\xd8\xff\xe0rest", "jpg"),
        (b"GIF89a rest", "gif"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "webp"),
        (b"%PDF-1.7 ...", "pdf"),
        (b"\0\0\0\x18ftypmp42", "mp4"),
        (zipped("[Content_Types].xml", "word/document.xml"), "docx"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        (zipped("word/document.xml"), "zip"),
        (zipped("[Content_Types].xml", "word/document.xml") + b"PK\x01\x02" * 10_001, "zip"),  # too many entries
        (b"PK\x03\x04 broken", "bin"),
        ("通知：明日停水".encode(), "txt"),
        (b"MZ\x90\0\x03", "bin"),
        (b"", "bin"),
        (b"<html><script>", "txt"),
    ],
)
def test_what_bytes_are(body: bytes, ending: str) -> None:
    assert sniff(body).ending == ending


@pytest.mark.parametrize(
    ("claimed", "ending", "name"),
    [
        ("公告.pdf", "pdf", "公告.pdf"),
        ("../../etc/公告.exe", "pdf", "公告.pdf"),
        ("C:\\temp\\a.PNG", "png", "a.png"),
        ("gpj\u202e.exe", "jpg", "gpj.jpg"),
        ('<img src="x">.png', "png", "_img src=_x__.png"),
        ("", "png", "picture.png"),
        ("...", "png", "picture.png"),
        ("photo.jpeg", "jpg", "photo.jpeg"),
        ("表.xls", "doc", "表.xls"),
        ("长" * 300 + ".pdf", "pdf", "长" * 80 + ".pdf"),
    ],
)
def test_a_name_is_made_safe(claimed: str, ending: str, name: str) -> None:
    assert safe_name(claimed, MediaType("x/y", ending), "picture") == name


def test_what_cannot_be_known_does_not_look_like_a_program() -> None:
    assert safe_name("setup.exe", MediaType(*attachments.UNKNOWN_TYPE), "file") == "setup.exe.bin"


async def fetch(attachment: Attachment) -> bytes:
    return b"x" * (FILE_LIMIT + 1) if attachment.source == "huge" else PNG + attachment.source.encode()


async def test_what_comes_is_kept_once(tables: str) -> None:
    came = Attachment(kind="picture", name="a.png", source="a")
    first = await attachments.keep(came, fetch, "u1", NOW)
    again = await attachments.keep(came, fetch, "u1", NOW)
    assert first.id == again.id == 1
    stored = await files.read(1)
    assert stored
    assert (stored[0].type, stored[0].by, stored[1]) == ("image/png", "u1", PNG + b"a")


async def test_what_is_too_big_is_not_kept(tables: str) -> None:
    with pytest.raises(SendError) as caught:
        await attachments.keep(Attachment(kind="file", source="huge"), fetch, "u1", NOW)
    assert caught.value.outcome is Outcome.REFUSED
    assert await files.read(1) is None
