"""Parts of a Word document on A4: titles, headings, paragraphs, tables, and a picture on a page of its own."""

from collections.abc import Sequence
from io import BytesIO

from docx import Document
from docx.document import Document as Paper
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import _Cell

from handlers.documents.xml_text import xml_text
from handlers.rules.lazy_pattern import LazyPattern

TEXT_FONT, HEAD_FONT = ("宋体", "Times New Roman"), ("黑体", "Arial")
SHADE = "E8EEF4"
_NUMBER = LazyPattern(r"[▲▼]?[\d.]+%?|–")


def new_paper(title: str, author: str) -> Paper:
    """Return an empty A4 document with page numbers."""
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
    about.title, about.author = xml_text(title), xml_text(author)
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


def centred(paper: Paper, text: str, size: float, *, bold: bool = False) -> None:
    """Add a centred line of a title, `size` in points."""
    paragraph = paper.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, text, size, bold=bold, head=True)


def heading(paper: Paper, text: str) -> None:
    """Add a heading that stays on a page with what follows it."""
    paragraph = paper.add_paragraph()
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(12), Pt(4)
    paragraph.paragraph_format.keep_with_next = True
    _run(paragraph, text, 14, bold=True, head=True)


def add_text(paper: Paper, text: str, size: float = 10.5, *, bold: bool = False, leads: bool = False) -> None:
    """Add a paragraph; one that `leads` stays on a page with what follows it."""
    paragraph = paper.add_paragraph()
    paragraph.paragraph_format.keep_with_next = leads or None
    _run(paragraph, text, size, bold=bold)


def table(paper: Paper, head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
    """Add a table, its `widths` in cm; numbers are aligned right, and the head is repeated on every page."""
    grid = paper.add_table(rows=1, cols=len(head), style="Table Grid")
    grid.alignment, grid.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Cm(width)
    for n, text in enumerate(head):
        _fill(grid.rows[0].cells[n], text, widths[n], head=True)
    _mark(grid.rows[0], "tblHeader")
    for row in rows:
        added = grid.add_row()
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


def picture_page(paper: Paper, png: bytes) -> None:
    """Add a picture on a page of its own, as large as the page allows."""
    tall = _tall(png)
    paper.add_picture(BytesIO(png), height=Cm(24) if tall else None, width=None if tall else Cm(15))
    paper.paragraphs[-1].alignment = WD_ALIGN_PARAGRAPH.CENTER
    paper.paragraphs[-1].paragraph_format.page_break_before = True  # a separate page break could leave an empty page


def _tall(png: bytes) -> bool:
    """Return whether a picture of 15 cm width would be too high for a page. A PNG's size is in its first chunk."""
    width, height = int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")
    return height * 15 > width * 24


def saved(paper: Paper) -> bytes:
    """Return the document's file."""
    made = BytesIO()
    paper.save(made)
    return made.getvalue()
