"""A filled form as a Word file: the form's own layout, and the list of what was left empty."""

from __future__ import annotations

import io
from collections.abc import Sequence

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Pt

from extractor.worksheet.docx.fonts import set_fonts
from extractor.worksheet.docx.parts import Cell, add_table, add_text, page_size_a4
from extractor.worksheet.english import English
from extractor.worksheet.fixed_zip import fixed, stated_time
from extractor.worksheet.official.layout import Form, FormCell, Grid, Line, NewPage
from extractor.worksheet.official.open_items import captioned, open_heads, open_rows
from extractor.worksheet.safe_text import visible
from extractor.worksheet.wording import Words, words_of

_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
_DOUBT_FILL = "FFF3D1"


def docx_of(
    forms: Sequence[Form], words: Words | None = None, english: English | None = None
) -> bytes:
    """The content of a docx that holds the forms one after another. Same input, same bytes.

    ``words`` and ``english`` are those of the list of open cells and of a caption above a form, which
    is Chinese itself.
    """
    words = words or words_of("zh")
    document = Document()
    page_size_a4(document)
    set_fonts(document)
    section = document.sections[0]
    if forms[0].landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
    for number, form in enumerate(forms):
        if number:
            _new_page(document)
        _add_form(document, form, words, english)
    return _saved(document, forms[0])


def _add_form(document: WordDocument, form: Form, words: Words, english: English | None) -> None:
    for block in captioned(form, words):
        if isinstance(block, NewPage):
            _new_page(document)
        elif isinstance(block, Line):
            _add_line(document, block)
        else:
            _add_grid(document, block)
    if form.open_items:
        _new_page(document)
        add_text(document, words("open.titled").format(name=form.name), "Heading 1")
        add_text(document, words("open.note"))
        widths = [4.0, 4.4, 4.2, 3.3, 1.5] if not form.landscape else [6.0, 6.4, 6.0, 5.6, 1.8]
        rows = [[Cell(h, "head", bold=True, centred=True) for h in open_heads(words)]]
        rows += [[Cell(text) for text in row] for row in open_rows(form.open_items, words, english)]
        add_table(document, widths, rows, heads=1)


def _new_page(document: WordDocument) -> None:
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _add_line(document: WordDocument, line: Line) -> None:
    paragraph = add_text(document, line.text)
    paragraph.alignment = _ALIGN[line.align]
    paragraph.paragraph_format.space_before = Cm(line.above_cm)
    paragraph.paragraph_format.space_after = Pt(3)
    for run in paragraph.runs:
        run.font.size = Pt(line.size)
        run.font.bold = line.bold


def _child(parent: BaseOxmlElement, tag: str, **attributes: str) -> BaseOxmlElement:
    element: BaseOxmlElement = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    parent.append(element)
    return element


def _add_grid(document: WordDocument, grid: Grid) -> None:
    """parts.add_table knows no cell that reaches down; official forms are made of them."""
    body = document.element.body
    table = OxmlElement("w:tbl")
    look = _child(table, "w:tblPr")
    _child(look, "w:tblW", w=str(round(sum(grid.widths_cm) * 567)), type="dxa")
    _child(look, "w:jc", val="center")
    borders = _child(look, "w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        _child(borders, f"w:{side}", val="single", sz="6", space="0", color="000000")
    _child(look, "w:tblLayout", type="fixed")
    margins = _child(look, "w:tblCellMar")
    for side, room in (("top", "40"), ("left", "60"), ("bottom", "40"), ("right", "60")):
        _child(margins, f"w:{side}", w=room, type="dxa")
    columns = _child(table, "w:tblGrid")
    for width in grid.widths_cm:
        _child(columns, "w:gridCol", w=str(round(width * 567)))
    begins = {(r, c): cell for r, c, cell in grid.placed()}
    covers = {
        (r + i, c): cell for (r, c), cell in begins.items() for i in range(1, cell.rows)
    }  # fmt: skip
    for r, height in enumerate(grid.heights_cm):
        row = _child(table, "w:tr")
        row_look = _child(row, "w:trPr")
        _child(row_look, "w:cantSplit")
        _child(row_look, "w:trHeight", val=str(round(height * 567)), hRule="atLeast")
        if r < grid.heads:
            _child(row_look, "w:tblHeader")
        c = 0
        while c < len(grid.widths_cm):
            cell = begins.get((r, c))
            above = covers.get((r, c))
            shown = cell or above or FormCell()
            width = sum(grid.widths_cm[c : c + shown.cols])
            _add_cell(row, shown, width, continued=cell is None and above is not None)
            c += shown.cols
    body.insert(len(body) - 1, table)


def _add_cell(row: BaseOxmlElement, cell: FormCell, width: float, *, continued: bool) -> None:
    element = _child(row, "w:tc")
    look = _child(element, "w:tcPr")
    _child(look, "w:tcW", w=str(round(width * 567)), type="dxa")
    if cell.cols > 1:
        _child(look, "w:gridSpan", val=str(cell.cols))
    if cell.rows > 1:
        _child(look, "w:vMerge", **({} if continued else {"val": "restart"}))
    if cell.doubt:
        _child(look, "w:shd", val="clear", color="auto", fill=_DOUBT_FILL)
    _child(look, "w:vAlign", val="center")
    for text in ("",) if continued else visible(cell.text).split("\n"):
        paragraph = _child(element, "w:p")
        paragraph_look = _child(paragraph, "w:pPr")
        _child(paragraph_look, "w:spacing", before="0", after="0")
        _child(paragraph_look, "w:jc", val=cell.align)
        if text:
            run = _child(paragraph, "w:r")
            run_look = _child(run, "w:rPr")
            for tag in ("w:sz", "w:szCs"):
                _child(run_look, tag, val=str(round(cell.size * 2)))
            shown = _child(run, "w:t")
            shown.text = text
            shown.set(qn("xml:space"), "preserve")


def _saved(document: WordDocument, form: Form) -> bytes:
    received = stated_time(form.received_at)
    properties = document.core_properties
    properties.author = properties.last_modified_by = "Extractor"
    properties.title = form.name[:200]
    properties.comments = ""
    properties.created = properties.modified = received
    stream = io.BytesIO()
    document.save(stream)
    return fixed(stream.getvalue(), received)
