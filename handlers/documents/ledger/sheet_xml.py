"""Write the lines of a long sheet directly as XML, and put them into a workbook that xlsxwriter made without them.

Calling xlsxwriter for each of millions of cells would take most of the time of a long ledger. The workbook is made with
one specimen line, which shows the number of each format in the file; the lines written here replace it.
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
COMPRESSION_LEVEL = 4
"""The default, 6, takes twice as long and saves a twelfth of the size."""
PARTS_IN_MEMORY = 500
_CELL = re.compile(rb'<c r="([A-Z]+)2" s="(\d+)"')
_BEGIN, _END = b"<sheetData>", b"</sheetData>"
Cells = Sequence[tuple[float | str, str] | None]


class SheetRows:
    """The lines of a sheet after its head. `formats` has the number of each format in the file, by its name."""

    def __init__(self, columns: int, formats: Mapping[str, int]) -> None:
        self._columns = [xl_col_to_name(n) for n in range(columns)]
        self._formats = formats
        self._file: IO[bytes] = TemporaryFile()  # noqa: SIM115 - closed by `put_into`
        self._parts: list[str] = []

    def add(self, row: int, cells: Cells) -> None:
        """Write the line number `row` (the head is 1): numbers and texts, each with the name of its format."""
        self._parts.append(f'<row r="{row}">')
        for column, cell in zip(self._columns, cells, strict=True):
            if cell is not None:
                value, cell_format = cell
                place = f'<c r="{column}{row}" s="{self._formats[cell_format]}"'
                if isinstance(value, str):
                    self._parts.append(f'{place} t="inlineStr"><is>{_text(value)}</is></c>')
                else:
                    self._parts.append(f"{place}><v>{value}</v></c>")
        self._parts.append("</row>")
        if len(self._parts) > PARTS_IN_MEMORY:
            self._flush()

    def _flush(self) -> None:
        self._file.write("".join(self._parts).encode())
        self._parts.clear()

    def put_into(self, workbook: bytes, target: Path | BytesIO, last: str) -> None:
        """Write the workbook to `target`, with these lines after the head of its first sheet.

        `last` is the name of the sheet's last cell.
        """
        self._flush()
        self._file.seek(0)
        with (
            zipfile.ZipFile(BytesIO(workbook)) as old,
            zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION_LEVEL) as new,
        ):
            for entry in old.infolist():
                body = old.read(entry)
                if entry.filename == SHEET:
                    self._sheet(new, body, last)
                else:
                    new.writestr(entry, body, compresslevel=COMPRESSION_LEVEL)
        self._file.close()

    def _sheet(self, new: zipfile.ZipFile, body: bytes, last: str) -> None:
        front, data, rest = _parted(body)
        head = data[: data.index(b"</row>") + len(b"</row>")]
        front = re.sub(rb'<dimension ref="[^"]*"/>', f'<dimension ref="A1:{last}"/>'.encode(), front)
        with new.open(SHEET, "w", force_zip64=True) as sheet:
            sheet.write(front + head)
            copyfileobj(self._file, sheet, 1 << 20)
            sheet.write(rest)


def format_numbers(workbook: bytes, names: Sequence[str]) -> dict[str, int]:
    """Return the numbers of the formats in the specimen line, row 2 of the first sheet: one cell per name, in order."""
    with zipfile.ZipFile(BytesIO(workbook)) as file:
        _, data, _ = _parted(file.read(SHEET))
    found = {column: int(cell_format) for column, cell_format in _CELL.findall(data)}
    return {name: found[xl_col_to_name(n).encode()] for n, name in enumerate(names)}


def _parted(sheet: bytes) -> tuple[bytes, bytes, bytes]:
    """Return a sheet's XML in three parts: before the lines, the lines, after them."""
    begin, end = sheet.index(_BEGIN) + len(_BEGIN), sheet.index(_END)
    return sheet[:begin], sheet[begin:end], sheet[end:]


def _text(text: str) -> str:
    if "&" in text or "<" in text or ">" in text:
        text = escape(text, quote=False)
    if "\n" in text or text[0] <= " " or text[-1] <= " ":
        return f'<t xml:space="preserve">{text}</t>'
    return f"<t>{text}</t>"
