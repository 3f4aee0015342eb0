"""A digest as a Word document on A4: sums, departments, formulas, what is overdue, the bulletin, the matters."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO

from docx import Document
from docx.document import Document as Paper
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import _Cell

from handlers.documents.labels import Labels
from handlers.documents.xml_text import xml_text
from handlers.rules.figures.digest_figures import Figures, Late
from handlers.rules.figures.statistics import StatisticsLine

TEXT_FONT, HEAD_FONT = ("宋体", "Times New Roman"), ("黑体", "Arial")
SHADE = "E8EEF4"
MOST = 300
_NUMBER = re.compile(r"[▲▼]?[\d.]+%?|–")


def document(figures: Figures, words: Labels, title: str, period: str, picture: bytes) -> bytes:
    """The whole document."""
    paper = _paper(title, words)
    _centred(paper, words.institution.name, 14)
    _centred(paper, title, 22, bold=True)
    made_on = words.label("made on").replace("…", words.date(figures.now))
    _centred(paper, f"{period}　{made_on}", 11)
    if figures.nothing:
        _say(paper, f"{words.label('zero')}：{words.label('nothing found')}", bold=True)
    _heading(paper, words.label("figures"))
    _sums(paper, figures, words)
    _routines(paper, figures, words)
    if not figures.nothing:
        _heading(paper, words.label("by department"))
        _departments(paper, figures, words)
    _say(paper, "", 4)
    formulas = [f"{name.removesuffix('rate')}formula" for name in _rates(figures)]
    for note in (*formulas, "clocks", "overdue note"):
        _say(paper, words.label(note), 9)
    _heading(paper, words.label("overdue now"))
    _late(paper, figures.overdue, figures, words, "none overdue")
    if figures.kind != "daily" or figures.named:
        _heading(paper, words.label("bulletin"))
        if figures.named:
            _say(paper, words.label("bulletin lead"), leads=True)
        _late(paper, figures.named, figures, words, "none named")
    if figures.matters:
        newest = words.label("newest").replace("…", str(len(figures.matters)))
        _heading(paper, newest if _hidden(figures) else words.label("matters"))
        _matters(paper, figures, words)
    paper.add_picture(
        BytesIO(picture), height=Cm(24) if _tall(picture) else None, width=None if _tall(picture) else Cm(15)
    )
    paper.paragraphs[-1].alignment = WD_ALIGN_PARAGRAPH.CENTER
    paper.paragraphs[-1].paragraph_format.page_break_before = True  # a break of its own may leave an empty page
    made = BytesIO()
    paper.save(made)
    return made.getvalue()


def _tall(png: bytes) -> bool:
    """Whether a picture at 15 cm of width would not fit on a page: a PNG's size is in its first chunk."""
    width, height = int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")
    return height * 15 > width * 24


def _paper(title: str, words: Labels) -> Paper:
    paper = Document()
    section = paper.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(2.2)
    normal = paper.styles["Normal"]
    normal.font.name, normal.font.size = TEXT_FONT[1], Pt(10.5)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), TEXT_FONT[0])
    normal.paragraph_format.space_after = Pt(3)
    _page_numbers(section.footer.paragraphs[0])
    about = paper.core_properties
    about.title, about.author = xml_text(title), xml_text(words.institution.name)
    return paper


def _page_numbers(paragraph: object) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER  # type: ignore[attr-defined]
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)  # type: ignore[attr-defined]


def _run(paragraph: object, text: str, size: float, *, bold: bool = False, head: bool = False) -> None:
    run = paragraph.add_run(xml_text(text))  # type: ignore[attr-defined]
    run.bold, run.font.size = bold, Pt(size)
    if head:
        run.font.name = HEAD_FONT[1]
        run._element.rPr.rFonts.set(qn("w:eastAsia"), HEAD_FONT[0])
        run.font.color.rgb = RGBColor(0x1B, 0x27, 0x33)


def _centred(paper: Paper, text: str, size: float, *, bold: bool = False) -> None:
    paragraph = paper.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, text, size, bold=bold, head=True)


def _heading(paper: Paper, text: str) -> None:
    paragraph = paper.add_paragraph()
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(12), Pt(4)
    paragraph.paragraph_format.keep_with_next = True
    _run(paragraph, text, 14, bold=True, head=True)


def _say(paper: Paper, text: str, size: float = 10.5, *, bold: bool = False, leads: bool = False) -> None:
    """What `leads` stays on a page with what follows it."""
    paragraph = paper.add_paragraph()
    paragraph.paragraph_format.keep_with_next = leads or None
    _run(paragraph, text, size, bold=bold)


def _table(paper: Paper, head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
    """`widths` in cm; what is a number stands right. The head is repeated on every page."""
    table = paper.add_table(rows=1, cols=len(head), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for n, text in enumerate(head):
        _fill(table.rows[0].cells[n], text, widths[n], head=True)
    _mark(table.rows[0], "tblHeader")
    for row in rows:
        added = table.add_row()
        _mark(added, "cantSplit")
        for n, text in enumerate(row):
            _fill(added.cells[n], text, widths[n])


def _fill(cell: _Cell, text: str, width: float, *, head: bool = False) -> None:
    cell.width = Cm(width)
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1.5)
    if head:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        shade = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", SHADE)):
            shade.set(qn(f"w:{name}"), value)
        cell._tc.get_or_add_tcPr().append(shade)
    elif _NUMBER.fullmatch(text):
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    small = head and text.isascii() and width < 1.6  # English heads of narrow columns
    _run(paragraph, text, 7 if small else 9, bold=head)


def _mark(row: object, name: str) -> None:
    mark = OxmlElement(f"w:{name}")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)  # type: ignore[attr-defined]


def _sums(paper: Paper, figures: Figures, words: Labels) -> None:
    now, before = figures.table.total, figures.before.total if figures.before else None
    names = [name for name in COUNTS if name != "in time" or "resolve" in figures.asks]
    rows = [_sum(words.label(name), name, now, before, words) for name in names]
    late = str(len(figures.overdue))
    rows.append((words.label("overdue"), late, "", ""))
    rows += [
        (words.label(name), words.share(_rate(now, name)), words.share(_rate(before, name)) if before else "", "")
        for name in _rates(figures)
    ]
    rows += [_median(name, now, before, words) for name in MEDIANS]
    head = [words.label(name) for name in ("item", "this period", "period before", "change")]
    if before is None:
        _table(paper, head[:2], [row[:2] for row in rows], (6.8, 3.2))
    else:
        _table(paper, head, rows, (6.8, 3.2, 3.2, 3.2))


def _rates(figures: Figures) -> tuple[str, ...]:
    """The rates of what the regime asks for."""
    names = {"reply": ("response rate",), "resolve": ("solution rate", "timely rate")}
    return tuple(name for kind, some in names.items() if kind in figures.asks for name in some)


COUNTS = {
    "received": "received",
    "same day": "same_day",
    "in time": "in_time",
    "resolved": "resolved",
    "bounces": "bounces",
    "extensions": "extensions",
}


MEDIANS = ("median public reply", "median public resolve", "median held")


def _median(name: str, now: StatisticsLine, before: StatisticsLine | None, words: Labels) -> tuple[str, str, str, str]:
    key = name.replace(" ", "_")
    earlier = words.span(getattr(before, key)) if before else ""
    return words.label(name), words.span(getattr(now, key)), earlier, ""


def _sum(
    label: str, name: str, now: StatisticsLine, before: StatisticsLine | None, words: Labels
) -> tuple[str, str, str, str]:
    value = getattr(now, COUNTS[name])
    if before is None:
        return label, str(value), "", ""
    earlier = getattr(before, COUNTS[name])
    return label, str(value), str(earlier), words.change(value - earlier)


def _rate(line: StatisticsLine | None, name: str) -> float | None:
    return getattr(line, name.replace("timely rate", "timely_rate").replace(" ", "_")) if line else None


def _routines(paper: Paper, figures: Figures, words: Labels) -> None:
    for owed in figures.routines:
        _say(paper, f"{words.term('duty', owed.kind)}：{words.label('given')} {owed.given}/{owed.owed}")


def _departments(paper: Paper, figures: Figures, words: Labels) -> None:
    late = Counter(one.department for one in figures.overdue)
    ended = "in time" if "resolve" in figures.asks else "resolved"
    rates = _rates(figures)
    names = ("department", "received", "same day", ended, "open", "overdue", *rates, "bounces", "extensions")

    def row(name: str, line: StatisticsLine, late: int) -> tuple[str, ...]:
        counts = (line.received, line.same_day, getattr(line, COUNTS[ended]), line.open, late)
        shares = (words.share(_rate(line, rate)) for rate in rates)
        return (name, *map(str, counts), *shares, str(line.bounces), str(line.extensions))

    rows = [row(words.department(line.name), line, late[line.name]) for line in figures.table.lines]
    total = row(words.label("total"), figures.table.total, len(figures.overdue))
    _table(
        paper,
        [words.label(name) for name in names],
        [*rows, total],
        (2.9, *(13.5 / (len(names) - 1),) * (len(names) - 1)),
    )


def _late(paper: Paper, rows: Sequence[Late], figures: Figures, words: Labels, none: str) -> None:
    if not rows:
        _say(paper, words.label(none))
        return
    head = [words.label(name) for name in ("number", "title", "duty", "holder", "due", "late by", "state")]
    shown = [_late_row(one, figures, words) for one in rows[:MOST]]
    _table(paper, head, shown, (1.3, 4.5, 2.7, 2.6, 2.2, 1.9, 1.4))
    if len(rows) > MOST:
        _say(paper, words.label("more").replace("…", str(len(rows) - MOST)))


def _late_row(one: Late, figures: Figures, words: Labels) -> tuple[str, ...]:
    over: timedelta = (one.met_at or figures.now) - one.due_at
    number = "" if one.number is None else str(one.number)
    return (
        number,
        words.short(one.title, 40),
        words.owed(one),
        words.party(one.holder),
        words.until(one.due_at),
        words.span(over),
        words.label("met later" if one.met_at else "still open"),
    )


def _matters(paper: Paper, figures: Figures, words: Labels) -> None:
    head = [words.label(name) for name in ("number", "found", "title", "department", "stage", "outcome")]
    rows = [
        (
            str(row["number"]),
            words.clock(row["found_at"])[5:],
            words.short(row["title"], 60),
            words.department(row["department"]),
            words.term("stage", row["stage"]),
            words.short(row["result"] or words.term("outcome", row["outcome"]), 40),
        )
        for row in figures.matters
    ]
    _table(paper, head, rows, (1.3, 2.2, 5.6, 3.0, 1.7, 3.0))
    if _hidden(figures):
        _say(paper, words.label("see ledger").replace("…", str(_hidden(figures))))


def _hidden(figures: Figures) -> int:
    """How many matters of the period are not listed."""
    return max(figures.table.total.received - len(figures.matters), 0)
