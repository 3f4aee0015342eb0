"""The ledger's summary sheet: departments with their rates, the formulas of the rates, days, two charts."""

from collections.abc import Sequence
from typing import Any

from handlers.documents.labels import Labels
from handlers.documents.xml_text import xml_text
from handlers.rules.figures.digest_figures import DayFigures
from handlers.rules.figures.statistics import Statistics, StatisticsLine
from handlers.rules.figures.unit_sums import Units

SUMMARY_COLUMNS = (
    "department", "received", "own", "same day", "in time", "resolved", "open", "signed remedies",
    "closed unanswered", "of these overdue", "overruns",
    "same day rate", "response rate", "solution rate", "timely rate", "bounces", "extensions", "reopened",
    "median public reply", "median public resolve", "median held", "called back", "satisfaction rate",
)  # fmt: skip
NOTES = (
    "same day formula", "response formula", "solution formula", "timely formula", "satisfaction formula",
    "overruns note", "clocks",
)  # fmt: skip
HEAD, FIRST = 2, 3
BLUE, SKY, VERMILION = "#0072B2", "#8CC5E8", "#D55E00"
DAYS_AT = len(SUMMARY_COLUMNS) + 1


def add_summary(
    book: Any, sheet: Any, words: Labels, table: Statistics, days: Sequence[DayFigures], period: str
) -> None:
    """Fill the sheet from the top down, row by row."""
    formats = _formats(book)
    lines = [*((words.party(line.party or ""), line) for line in table.lines), (words.label("total"), table.total)]
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, len(SUMMARY_COLUMNS) - 1, 11)
    sheet.set_column(DAYS_AT, DAYS_AT, 13)
    sheet.write_string(0, 0, xml_text(f"{words.institution.name} · {words.label('ledger')}"), formats["title"])
    sheet.write_string(1, 0, period, formats["note"])
    sheet.set_row(HEAD, 48)
    _head(sheet, words, formats["head"])
    notes = [words.label(name) for name in NOTES]
    if table.by_origin:
        notes.append(words.origins(table.by_origin))
    for n in range(max(len(lines) + 1 + len(notes), len(days))):
        row = FIRST + n
        if n < len(lines):
            _line(sheet, row, *lines[n], formats)
        elif len(lines) < n <= len(lines) + len(notes):
            sheet.write_string(row, 0, xml_text(notes[n - len(lines) - 1]), formats["note"])
        if n < len(days):
            _day(sheet, row, days[n], formats)
    below = FIRST + len(lines) + len(notes) + 2
    name = words.label("summary")
    if table.lines:
        sheet.insert_chart(below, 0, _departments(book, words, name, len(table.lines)))
    if days:
        sheet.insert_chart(below, 8, _by_day(book, words, name, len(days)))
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def add_units(book: Any, sheet: Any, words: Labels, units: Units, table: Statistics) -> None:
    """Fill the sheet of the units: a line for each, one for the office itself, and the total that they add up to."""
    formats = _formats(book)
    own = words.label("the office itself")
    lines = [*((name or own, sums.total) for name, sums in units), (words.label("total"), table.total)]
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, len(SUMMARY_COLUMNS) - 1, 11)
    sheet.set_row(0, 48)
    for n, name in enumerate(("unit", *SUMMARY_COLUMNS[1:], "overruns in own hands")):
        sheet.write_string(0, n, words.label(name), formats["head"])
    for n, (name, line) in enumerate(lines, 1):
        _line(sheet, n, name, line, formats)
    for n, (unit, sums) in enumerate(units, 1):
        sheet.write_number(n, len(SUMMARY_COLUMNS), sums.overruns_of(unit), formats["count"])
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _formats(book: Any) -> dict[str, Any]:
    return {
        "title": book.add_format({"bold": True, "font_size": 16}),
        "head": book.add_format(
            {"bold": True, "bg_color": "#1B4F72", "font_color": "#FFFFFF", "text_wrap": True, "align": "center",
             "valign": "vcenter", "border": 1}
        ),
        "text": book.add_format({"border": 1, "text_wrap": True}),
        "count": book.add_format({"border": 1, "num_format": "0"}),
        "share": book.add_format({"border": 1, "num_format": "0.0%"}),
        "hours": book.add_format({"border": 1, "num_format": '0.0" h"'}),
        "day": book.add_format({"border": 1, "num_format": "yyyy-mm-dd"}),
        "note": book.add_format({"font_color": "#52606D"}),
    }  # fmt: skip


def _head(sheet: Any, words: Labels, look: Any) -> None:
    for n, name in enumerate((*SUMMARY_COLUMNS, None, "date", "received", "resolved")):
        if name:
            sheet.write_string(HEAD, n, words.label(name), look)


def _line(sheet: Any, row: int, name: str, line: StatisticsLine, formats: dict[str, Any]) -> None:
    sheet.write_string(row, 0, xml_text(name), formats["text"])
    in_time = line.in_time if line.to_resolve else None  # without a due time for the result none can be in time
    same_day = line.same_day if line.replies_due or line.to_answer else None
    ended = (line.resolved, line.open, line.remedied, line.unanswered, line.late_open, line.overruns)
    counts = (line.received, line.own, same_day, in_time, *ended)
    shares = (line.same_day_rate, line.response_rate, line.solution_rate, line.timely_rate)
    medians = (line.median_public_reply, line.median_public_resolve, line.median_held)
    cells = [
        *((count, "count") for count in counts),
        *((share, "share") for share in shares),
        (line.bounces, "count"),
        (line.extensions, "count"),
        (line.reopened, "count"),
        *((median.total_seconds() / 3600 if median is not None else None, "hours") for median in medians),
        (line.called_back, "count"),
        (line.satisfaction_rate, "share"),
    ]
    for n, (value, look) in enumerate(cells, 1):
        if value is None:
            sheet.write_blank(row, n, None, formats[look])
        else:
            sheet.write_number(row, n, value, formats[look])


def _day(sheet: Any, row: int, day: DayFigures, formats: dict[str, Any]) -> None:
    sheet.write_datetime(row, DAYS_AT, day.day, formats["day"])
    sheet.write_number(row, DAYS_AT + 1, day.received, formats["count"])
    sheet.write_number(row, DAYS_AT + 2, day.resolved, formats["count"])


def _departments(book: Any, words: Labels, sheet: str, lines: int) -> Any:
    chart = book.add_chart({"type": "bar", "subtype": "stacked"})
    for column, name, fill in ((4, "resolved", BLUE), (5, "open", SKY)):
        chart.add_series(
            {
                "name": words.label(name),
                "categories": [sheet, FIRST, 0, FIRST + lines - 1, 0],
                "values": [sheet, FIRST, column, FIRST + lines - 1, column],
                "fill": {"color": fill},
                "gap": 60,
            }
        )
    chart.set_title({"name": words.label("by department"), "name_font": {"size": 14}})
    chart.set_y_axis({"reverse": True})
    chart.set_x_axis({"major_gridlines": {"visible": True, "line": {"color": "#D5DBE1"}}, "num_format": "0"})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 640, "height": max(300, 120 + 34 * lines)})
    return chart


def _by_day(book: Any, words: Labels, sheet: str, days: int) -> Any:
    chart = book.add_chart({"type": "line"})
    for column, name, stroke, dash in ((1, "received", BLUE, "solid"), (2, "resolved", VERMILION, "dash")):
        chart.add_series(
            {
                "name": words.label(name),
                "categories": [sheet, FIRST, DAYS_AT, FIRST + days - 1, DAYS_AT],
                "values": [sheet, FIRST, DAYS_AT + column, FIRST + days - 1, DAYS_AT + column],
                "line": {"color": stroke, "width": 2.25, "dash_type": dash},
            }
        )
    chart.set_title({"name": words.label("by day"), "name_font": {"size": 14}})
    chart.set_x_axis({"date_axis": True, "num_format": "mm-dd"})
    chart.set_y_axis({"major_gridlines": {"visible": True, "line": {"color": "#D5DBE1"}}, "num_format": "0"})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 560, "height": 320})
    return chart
