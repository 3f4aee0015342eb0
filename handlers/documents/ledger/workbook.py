"""The ledger as an Excel workbook: a line per matter, a summary with charts, and the overruns and acts on record.

Lines are written as they are added, so that the memory does not grow with them. Every text is written as text; one
that begins like a formula is marked as quoted, so that Excel never computes it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name

from handlers.documents.labels import Labels
from handlers.documents.ledger.columns import Cell, CountedRow, cells, columns_of
from handlers.documents.ledger.record_sheets import add_records, add_said
from handlers.documents.ledger.sheet_xml import SheetRows, format_numbers
from handlers.documents.ledger.summary_sheet import add_summary, add_units
from handlers.documents.xml_text import xml_text
from handlers.rules.figures.acts import Act
from handlers.rules.figures.booking import OverrunFacts
from handlers.rules.figures.digest_figures import DayFigures
from handlers.rules.figures.statistics import Statistics
from handlers.rules.figures.unit_sums import Units
from handlers.rules.incident.lapses import Lapse

MOST_LINKS = 10_000
"""Further addresses are written as text: Excel allows 65,530 links in a sheet, and each takes memory here."""
LONGEST_LINK, LONGEST_TEXT = 2000, 4000
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
EXCEL_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
DAY = timedelta(days=1)
FORMATS: dict[str, dict[str, Any]] = {
    "text": {},
    "quoted": {"quote_prefix": True},
    "number": {"num_format": "0"},
    "hours": {"num_format": "0.00"},
    "date": {"num_format": "yyyy-mm-dd hh:mm"},
    "link": {"font_color": "#0563C1", "underline": 1},
}
HEAD = {"bold": True, "bg_color": "#1B4F72", "font_color": "#FFFFFF", "text_wrap": True, "align": "center", "border": 1}
COLOURS = {
    "overdue state": ("#F9D5C4", "#8A3200"),
    "late state": ("#FDF0D0", "#6B4E00"),
    "in time state": ("#DCEFE8", "#00543F"),
}


class LedgerSums(NamedTuple):
    """What stands in the sheets after the lines: sums, days, overruns and acts of a `period`, topics, lapses, units."""

    table: Statistics
    days: Sequence[DayFigures]
    overruns: Sequence[OverrunFacts]
    acts: Sequence[Act]
    period: str
    topics: Mapping[str, int] = MappingProxyType({})
    lapses: Sequence[Lapse] = ()
    units: Units = ()


class LedgerBook:
    """Rows are those of `storage.ledger`; `close` writes the file."""

    def __init__(self, words: Labels, now: datetime) -> None:
        self._words, self._now = words, now
        self._zone = words.institution.zone
        self._formats = format_numbers(self._workbook(None), tuple(FORMATS))
        self._columns = columns_of(words.institution)
        self._rows = SheetRows(len(self._columns), self._formats)
        self._links: list[tuple[int, int, str]] = []
        self.lines = 0

    def add(self, rows: Iterable[CountedRow]) -> None:
        """Write the lines of some matters, in order."""
        for row in rows:
            self.lines += 1
            line = zip(range(len(self._columns)), self._columns, cells(row, self._words, self._now), strict=True)
            shown = [None if cell in (None, "") else self._cell(n, column.kind, cell) for n, column, cell in line]
            self._rows.add(self.lines + 1, shown)

    def _cell(self, column: int, kind: str, cell: Cell) -> tuple[float | str, str]:
        if isinstance(cell, datetime):
            return self._serial(cell), "date"
        if not isinstance(cell, str):
            return cell or 0, kind
        text = xml_text(cell)[:LONGEST_TEXT]
        if kind == "link" and self._may_link(text):
            self._links.append((self.lines, column, text))
            return text, "link"
        return text, "quoted" if text.startswith(FORMULA) else "text"

    def _may_link(self, address: str) -> bool:
        known = address.startswith(("https://", "http://")) and " " not in address
        return known and len(self._links) < MOST_LINKS and len(address) < LONGEST_LINK

    def _serial(self, moment: datetime) -> float:
        """Return a time as Excel counts it: days since EXCEL_EPOCH on the institution's clock."""
        return (moment.astimezone(self._zone).replace(tzinfo=UTC) - EXCEL_EPOCH) / DAY

    def close(self, target: Path | BytesIO, sums: LedgerSums) -> None:
        """Write the workbook around the lines: head, filters, colours, links, the other sheets. Call it once."""
        workbook = self._workbook(sums)
        if format_numbers(workbook, tuple(FORMATS)) != self._formats:
            raise RuntimeError("the formats of the workbook are numbered differently from those of its specimen")
        self._rows.put_into(workbook, target, f"{xl_col_to_name(len(self._columns) - 1)}{self.lines + 1}")

    def _workbook(self, sums: LedgerSums | None) -> bytes:
        """Return the workbook without the lines; without `sums` the specimen that shows the formats' numbers."""
        made = BytesIO()
        book = Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
        words = self._words
        stamp = self._now.astimezone(UTC).replace(tzinfo=None)
        book.set_properties(
            {"title": words.label("ledger"), "company": xml_text(words.institution.name), "created": stamp}
        )
        sheet = book.add_worksheet(words.label("ledger"))
        formats = {name: book.add_format({"valign": "vcenter", **format}) for name, format in FORMATS.items()}
        for n, cell_format in enumerate(formats.values()):
            sheet.write_blank(1, n, None, cell_format)
        _begin(book, sheet, words)
        if sums:
            for row, column, address in self._links:
                if (row, column) > (1, len(FORMATS) - 1):
                    sheet.write_url(row, column, address, formats["link"], address)
            self._finish(book, sheet)
            add_summary(book, book.add_worksheet(words.label("summary")), words, sums.table, sums.days, sums.period)
            if sums.units:
                add_units(book, book.add_worksheet(words.label("by unit")), words, sums.units, sums.table)
            add_records(book, words, sums.overruns, sums.acts, self._now)
            add_said(book, words, sums.topics, sums.lapses)
        book.close()
        return made.getvalue()

    def _finish(self, book: Any, sheet: Any) -> None:
        last = max(self.lines, 1)
        sheet.autofilter(0, 0, last, len(self._columns) - 1)
        at = next(n for n, column in enumerate(self._columns) if column.name == "state")
        for name, (fill, ink) in COLOURS.items():
            cell_format = book.add_format({"bg_color": fill, "font_color": ink})
            rule = {"type": "cell", "criteria": "==", "value": f'"{self._words.label(name)}"', "format": cell_format}
            sheet.conditional_format(1, at, last, at, rule)


def _begin(book: Any, sheet: Any, words: Labels) -> None:
    cell_format = book.add_format({"valign": "vcenter", **HEAD})
    sheet.freeze_panes(1, 2)
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.fit_to_pages(3, 0)  # one page across would be too small to read
    sheet.repeat_rows(0)
    sheet.repeat_columns(0, 1)
    sheet.print_across()
    sheet.set_footer("&C&P / &N")
    sheet.set_row(0, 32)
    for n, column in enumerate(columns_of(words.institution)):
        sheet.set_column(n, n, column.width)
        sheet.write_string(0, n, words.label(column.name), cell_format)
