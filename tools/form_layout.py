"""Parts of an office's forms in python-docx: title, number line, bordered table, sign-off, lists.

Page and font sizes follow the layout of official documents (GB/T 9704): A4, Song for the title, FangSong for the text.
The font table gives alternative names, for machines that lack a font.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from docx import Document
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

FONTS = {"zh": {"title": "宋体", "text": "仿宋"}, "en": {"title": "Times New Roman", "text": "Times New Roman"}}
OTHER_NAMES = {"宋体": "SimSun", "仿宋": "FangSong"}
SIZES = {"title": 20, "text": 14, "cell": 12}
LEADING = 16
"""Line height in a table, in points."""
WIDTH = 156
"""Width between the margins, in millimetres."""


class Given(NamedTuple):
    """A row's label and the placeholder without which the row is left out."""

    label: str
    name: str


class Page:
    """One form. Texts may contain placeholders; `words` are those of the language."""

    def __init__(self, language: str) -> None:
        self.fonts = FONTS[language]
        self.document: Any = Document()
        self._margins()
        self._normal()
        self._page_number()
        self.document.core_properties.created = self.document.core_properties.modified = datetime(2026, 1, 1)  # noqa: DTZ001
        self.document.core_properties.author = ""

    def _margins(self) -> None:
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(30), Mm(22)
        section.left_margin, section.right_margin = Mm(28), Mm(26)

    def _normal(self) -> None:
        style = self.document.styles["Normal"]
        style.font.size = Pt(SIZES["text"])
        _font(style.element.get_or_add_rPr(), self.fonts["text"])
        style.paragraph_format.space_after = Pt(0)

    def _page_number(self) -> None:
        """Number the pages "— 1 —" at the foot (GB/T 9704)."""
        paragraph = self.document.sections[0].footer.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._run(paragraph, "— ", "cell")
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), "PAGE")
        paragraph._p.append(field)
        self._run(paragraph, " —", "cell")

    def title(self, text: str) -> None:
        paragraph = self._paragraph(text, "title", bold=True)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.space_after = Pt(10)

    def number_line(self, left: str, right: str) -> None:
        paragraph = self._paragraph(f"{left}\t{right}", "cell")
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(WIDTH), WD_TAB_ALIGNMENT.RIGHT)
        paragraph.paragraph_format.space_after = Pt(4)

    def text(self, text: str, *, indent: bool = True) -> None:
        paragraph = self._paragraph(text, "text")
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        paragraph.paragraph_format.line_spacing = Pt(26)
        if indent:
            paragraph.paragraph_format.first_line_indent = Pt(SIZES["text"] * 2)

    def heading(self, text: str) -> None:
        paragraph = self._paragraph(text, "text", bold=True)
        paragraph.paragraph_format.space_before = Pt(8)
        paragraph.paragraph_format.keep_with_next = True

    def signature(self, *lines: str) -> None:
        """Add the issuing office and the date, at the right."""
        for line in ("", *lines):
            paragraph = self._paragraph(line, "text")
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            paragraph.paragraph_format.keep_together = True
            paragraph.paragraph_format.keep_with_next = line != lines[-1]

    def where_given(self, label: str, name: str) -> None:
        """Add a label and the lines of a placeholder, shown only if there are any."""
        self._paragraph(f"{{%p if {name} %}}", "text")
        paragraph = self._paragraph(label, "text", bold=True)
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.space_before = Pt(4)
        self.text(f"{{{{ {name} }}}}", indent=False)
        self._paragraph("{%p endif %}", "text")

    def annex(self, title: str, name: str) -> None:
        """Add a page for a long text, shown only if there is one."""
        self._paragraph(f"{{%p if {name} %}}", "text")
        self.heading(title)
        self.document.paragraphs[-1].paragraph_format.page_break_before = True
        paragraph = self._paragraph(f"{{{{ {name} }}}}", "cell")
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        paragraph.paragraph_format.line_spacing = Pt(18)
        self._paragraph("{%p endif %}", "text")

    def note(self, text: str) -> None:
        paragraph = self._paragraph(text, "cell")
        paragraph.paragraph_format.space_before = Pt(6)

    def grid(self, rows: Sequence[tuple[Any, ...]], *, together: bool = False) -> None:
        """Add a bordered table.

        A row is (label, value, label, value), or (label, value) over the whole width, or (label, value, height in
        millimetres); with a fourth item it is a place to sign. A row of a `Given` alone is shown where its placeholder
        is not blank. `together` keeps the rows on one page.
        """
        table = self._table(4, (30, 52, 24, 50))
        for row in rows:
            if isinstance(row[0], Given):
                self._fill(table.add_row().cells[0], f"{{%tr if {row[0].name} %}}")
                self._row(table, (row[0].label, f"{{{{ {row[0].name} }}}}", *row[1:]))
                self._fill(table.add_row().cells[0], "{%tr endif %}")
            else:
                self._row(table, row)
        for row in table.rows[:-1] if together else ():
            for paragraph in (paragraph for cell in row.cells for paragraph in cell.paragraphs):
                paragraph.paragraph_format.keep_with_next = True

    def _row(self, table: Any, row: tuple[Any, ...]) -> None:
        cells = table.add_row().cells
        if len(row) == 4 and isinstance(row[2], str):
            for cell, text, label in zip(cells, row, (True, False, True, False), strict=True):
                self._fill(cell, text, label=label)
            return
        cells[1].merge(cells[3])
        self._fill(cells[0], row[0], label=True)
        self._fill(cells[1], row[1])
        if len(row) > 2:
            _height(table.rows[-1], row[2])
        if len(row) > 3:
            self._sign(cells[1], row[3])

    def list(self, name: str, columns: Sequence[tuple[str, str, int]]) -> None:
        """Add a bordered table with a row for each item of the list `name`; columns are (heading, field, millimetres)."""
        table = self._table(len(columns), [width for _, _, width in columns])
        for cell, (heading, _, _) in zip(table.add_row().cells, columns, strict=True):
            self._fill(cell, heading, label=True)
        _repeat(table.rows[0])
        for text in (f"{{%tr for row in {name} %}}", None, "{%tr endfor %}"):
            cells = table.add_row().cells
            _whole(table.rows[-1])
            if text:
                self._fill(cells[0], text)
                continue
            for cell, (_, value, _) in zip(cells, columns, strict=True):
                self._fill(cell, f"{{{{ row.{value} }}}}")

    def save(self, path: Any) -> None:
        _name_otherwise(self.document)
        self.document.save(path)

    def _table(self, columns: int, widths: Sequence[int]) -> Any:
        table = self.document.add_table(rows=0, cols=columns)
        table.style = "Table Grid"
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        return table

    def _fill(self, cell: Any, text: str, *, label: bool = False) -> None:
        paragraph = cell.paragraphs[0]
        self._run(paragraph, text, "cell", bold=label)
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(3)
        _leading(paragraph)
        if label:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            cell.vertical_alignment = 1

    def _sign(self, cell: Any, sign: str) -> None:
        paragraph = cell.add_paragraph()
        self._run(paragraph, sign, "cell")
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.space_before = Pt(20)
        _leading(paragraph)

    def _paragraph(self, text: str, size: str, *, bold: bool = False) -> Any:
        paragraph = self.document.add_paragraph()
        self._run(paragraph, text, size, bold=bold)
        return paragraph

    def _run(self, paragraph: Any, text: str, size: str, *, bold: bool = False) -> None:
        run = paragraph.add_run(text)
        run.font.size, run.bold = Pt(SIZES[size]), bold
        _font(run._r.get_or_add_rPr(), self.fonts["title" if size == "title" else "text"])


def _font(properties: Any, name: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), name)


def _leading(paragraph: Any) -> None:
    """Set the same line height for every font, so that a form fits its page on each machine."""
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    paragraph.paragraph_format.line_spacing = Pt(LEADING)


def _height(row: Any, millimetres: int) -> None:
    row.height, row.height_rule = Mm(millimetres), WD_ROW_HEIGHT_RULE.AT_LEAST


def _whole(row: Any) -> None:
    """Keep a row on one page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _repeat(row: Any) -> None:
    """Repeat the headings on every page of the list."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _name_otherwise(document: Any) -> None:
    """Add an alternative name of each font, for machines that know it by that name."""
    part = next(rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/fontTable"))
    entries = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in OTHER_NAMES.items()
    )
    text = part.blob.decode()
    part._blob = text.replace("</w:fonts>", f"{entries}</w:fonts>").encode()
