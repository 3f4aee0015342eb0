"""The lines of a long sheet as its XML, written as they come and put into a workbook that is otherwise whole.

A library's call for each of millions of cells takes most of the time of a long ledger. So the workbook is made with one
specimen line, which shows what each format is called in the file, and the lines themselves take its place.
"""

import re
import zipfile
from collections.abc import Mapping, Sequence
from html import escape
from io import BytesIO
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO

from xlsxwriter.utility import xl_col_to_name

SHEET = "xl/worksheets/sheet1.xml"
LEVEL = 4
"""Of compression: the usual 6 takes twice as long for a twelfth of the size."""
GATHERED = 500
_CELL = re.compile(rb'<c r="([A-Z]+)2" s="(\d+)"')
_BEGIN, _END = b"<sheetData>", b"</sheetData>"
Cells = Sequence[tuple[float | str, str] | None]


class SheetRows:
    """Lines of a sheet behind its head. `looks` maps the name of a format to its number in the file."""

    def __init__(self, columns: int, looks: Mapping[str, int]) -> None:
        self._columns = [xl_col_to_name(n) for n in range(columns)]
        self._looks = looks
        self._file: IO[bytes] = TemporaryFile()  # noqa: SIM115 - closed by `put_into`
        self._parts: list[str] = []

    def add(self, row: int, cells: Cells) -> None:
        """A line at `row`, the head being 1: numbers and texts, each with its format."""
        self._parts.append(f'<row r="{row}">')
        for column, cell in zip(self._columns, cells, strict=True):
            if cell is not None:
                value, look = cell
                place = f'<c r="{column}{row}" s="{self._looks[look]}"'
                if isinstance(value, str):
                    self._parts.append(f'{place} t="inlineStr"><is>{_text(value)}</is></c>')
                else:
                    self._parts.append(f"{place}><v>{value}</v></c>")
        self._parts.append("</row>")
        if len(self._parts) > GATHERED:
            self._flush()

    def _flush(self) -> None:
        self._file.write("".join(self._parts).encode())
        self._parts.clear()

    def put_into(self, workbook: bytes, target: Path | BytesIO, last: str) -> None:
        """Writes the workbook with these lines behind the head of its first sheet; `last` is its last cell."""
        self._flush()
        self._file.seek(0)
        with (
            zipfile.ZipFile(BytesIO(workbook)) as old,
            zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as new,
        ):
            for entry in old.infolist():
                body = old.read(entry)
                if entry.filename == SHEET:
                    self._sheet(new, body, last)
                else:
                    new.writestr(entry, body, compresslevel=LEVEL)
        self._file.close()

    def _sheet(self, new: zipfile.ZipFile, body: bytes, last: str) -> None:
        front, data, rest = _parted(body)
        head = data[: data.index(b"</row>") + len(b"</row>")]
        front = re.sub(rb'<dimension ref="[^"]*"/>', f'<dimension ref="A1:{last}"/>'.encode(), front)
        with new.open(SHEET, "w", force_zip64=True) as sheet:
            sheet.write(front + head)
            copyfileobj(self._file, sheet, 1 << 20)
            sheet.write(rest)


def looks_of(workbook: bytes, names: Sequence[str]) -> dict[str, int]:
    """What the formats of a specimen line, row 2 of the first sheet, are called: one cell for each name, in order."""
    with zipfile.ZipFile(BytesIO(workbook)) as file:
        _, data, _ = _parted(file.read(SHEET))
    found = {column: int(look) for column, look in _CELL.findall(data)}
    return {name: found[xl_col_to_name(n).encode()] for n, name in enumerate(names)}


def _parted(sheet: bytes) -> tuple[bytes, bytes, bytes]:
    """A sheet's XML before its lines, its lines, and after them."""
    begin, end = sheet.index(_BEGIN) + len(_BEGIN), sheet.index(_END)
    return sheet[:begin], sheet[begin:end], sheet[end:]


def _text(text: str) -> str:
    if "&" in text or "<" in text or ">" in text:
        text = escape(text, quote=False)
    if "\n" in text or text[0] <= " " or text[-1] <= " ":
        return f'<t xml:space="preserve">{text}</t>'
    return f"<t>{text}</t>"
