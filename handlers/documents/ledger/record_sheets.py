"""The ledger's sheets of record: each overrun with its party, and the acts that change figures with their authors."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from handlers.documents.labels import Labels
from handlers.documents.xml_text import xml_text
from handlers.rules.figures.acts import Act
from handlers.rules.figures.booking import booked_to, party
from handlers.rules.incident.lapses import Lapse
from handlers.rules.language.masking import mask

OVERRUN_COLUMNS = ("number", "title", "duty", "booked to", "department", "due", "met", "late by", "state", "held now")
LAPSE_COLUMNS = ("number", "lapse", "department", "matter", "reason", "objection", "decision", "as of")
TOPIC_COLUMNS = ("topics", "count")
ACT_COLUMNS = ("party", "person", "act", "count", "numbers")
WIDTHS = (7, 34, 12, 14, 14, 17, 17, 13, 11, 14)
MOST_ROWS = 20_000
"""Of a longer record the latest rows."""


def add_records(
    book: Any, words: Labels, overruns: Sequence[Mapping[str, Any]], acts: Sequence[Act], now: datetime
) -> None:
    """Add the sheets of overruns and acts to a workbook."""
    lines = [_overrun(row, words, now) for row in overruns[-MOST_ROWS:]]
    _sheet(book, words, "overruns by party", OVERRUN_COLUMNS, lines, "overruns note")
    _sheet(book, words, "acts", ACT_COLUMNS, [_act(one, words) for one in acts[-MOST_ROWS:]], "acts note")


def add_said(book: Any, words: Labels, topics: Mapping[str, int], lapses: Sequence[Lapse]) -> None:
    """Add the sheets of topics, and of missed, false and concealed reports; neither where there are none."""
    if topics:
        _sheet(book, words, "topics", TOPIC_COLUMNS, list(topics.items()), "topics note")
    if lapses:
        lines = [_lapse(one, words) for one in lapses[-MOST_ROWS:]]
        _sheet(book, words, "lapses", LAPSE_COLUMNS, lines, "lapses note")


def _lapse(one: Lapse, words: Labels) -> tuple[Any, ...]:
    decided = "lifted" if not one.stands else "upheld" if one.upheld else "on record"
    return (
        one.id,
        words.texts.say("lapse.word", kind=one.kind),
        words.texts.say("lapse.unit", department=one.department),
        f"#{one.number}" if one.number else None,
        mask(one.text),
        mask(one.objection or "") or None,
        words.label(decided),
        one.at,
    )


def _overrun(row: Mapping[str, Any], words: Labels, now: datetime) -> tuple[Any, ...]:
    still = row["state"] == "open"
    ended = row["met_at"] or (now if still else None)
    state = "met later" if row["met_at"] else "still open" if still else "never done"
    return (
        row["number"],
        mask(row["title"] or ""),
        words.term("duty", row["kind"]),
        words.party(booked_to(row, words.institution)),
        words.department(row["department"]),
        row["due_at"],
        row["met_at"],
        words.span(ended - row["due_at"]) if ended else None,
        words.label(state),
        words.party(party(row["holds"], words.institution)) if still else None,
    )


def _act(one: Act, words: Labels) -> tuple[Any, ...]:
    numbers = " ".join(f"#{number}" for number in dict.fromkeys(one.numbers))
    name = words.institution.name_of(one.person)
    return (words.party(one.party), name, words.term("act", one.act), one.times, numbers)


def _sheet(
    book: Any, words: Labels, name: str, columns: Sequence[str], lines: Iterable[Sequence[Any]], note: str
) -> None:
    sheet = book.add_worksheet(words.label(name))
    head = book.add_format({"bold": True, "bg_color": "#1B4F72", "font_color": "#FFFFFF", "align": "center"})
    date = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    quoted = book.add_format({"quote_prefix": True})
    for n, (column, width) in enumerate(zip(columns, WIDTHS, strict=False)):
        sheet.set_column(n, n, width)
        sheet.write_string(0, n, words.label(column), head)
    count = 0
    for count, line in enumerate(lines, 1):
        for n, value in enumerate(line):
            _cell(sheet, count, n, value, (date, quoted), words)
    sheet.write_string(count + 2, 0, words.label(note))
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _cell(sheet: Any, row: int, column: int, value: Any, formats: tuple[Any, Any], words: Labels) -> None:
    if isinstance(value, datetime):
        local = value.astimezone(words.institution.zone).replace(tzinfo=None)
        sheet.write_datetime(row, column, local, formats[0])
    elif isinstance(value, int):
        sheet.write_number(row, column, value)
    elif value:
        sheet.write_string(row, column, xml_text(value), formats[1])
