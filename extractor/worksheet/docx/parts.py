"""Pieces of a Word file: tables built straight as XML (python-docx's cells take a second a page),
paragraphs, fields, pictures. Every text passes ``visible``: nothing a packet says can break the file.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Emu, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from extractor.worksheet.crops import Crop
from extractor.worksheet.safe_text import one_line, visible
from extractor.worksheet.wording import Words

TEXT_WIDTH_CM = 17.4
"""A4 between the margins of 1.8 cm."""

Shade = Literal["", "head", "bad", "care", "ask", "good", "none"]
_FILLS = {"head": "DDE5EE", "bad": "FBE3E0", "care": "FFF3D1", "ask": "E4EDF9",
          "good": "E5F3E8", "none": "F0F0F0"}  # fmt: skip
_LINE_COLOUR = "8A94A0"
_POINTS_PER_CM = 72 / 2.54


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its lines of text, how it looks, how many columns it takes, pictures below the text."""

    text: str = ""
    shade: Shade = ""
    bold: bool = False
    centred: bool = False
    span: int = 1
    size: float = 9.0
    muted: bool = False
    struck: bool = False
    crops: Sequence[Crop] = field(default=())


def _child(parent: BaseOxmlElement, tag: str, **attributes: str) -> BaseOxmlElement:
    element: BaseOxmlElement = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    parent.append(element)
    return element


def _run(paragraph: BaseOxmlElement, text: str, cell: Cell) -> None:
    run = _child(paragraph, "w:r")
    look = _child(run, "w:rPr")
    if cell.bold:
        _child(look, "w:b")
    if cell.struck:
        _child(look, "w:strike")
    if cell.muted:
        _child(look, "w:color", val="5F6B7A")
    _child(look, "w:sz", val=str(round(cell.size * 2)))
    _child(look, "w:szCs", val=str(round(cell.size * 2)))
    element = _child(run, "w:t")
    element.text = text
    element.set(qn("xml:space"), "preserve")


def _fill_cell(cell_element: BaseOxmlElement, cell: Cell) -> None:
    lines = visible(cell.text).split("\n")
    for line in lines:
        paragraph = _child(cell_element, "w:p")
        look = _child(paragraph, "w:pPr")
        _child(look, "w:spacing", before="0", after="0", line="250", lineRule="atLeast")
        if cell.centred:
            _child(look, "w:jc", val="center")
        if line:
            _run(paragraph, line, cell)


def add_table(
    document: WordDocument,
    widths_cm: Sequence[float],
    rows: Sequence[Sequence[Cell]],
    *,
    heads: int = 0,
    together: bool = False,
) -> None:
    """A ruled table. The first ``heads`` rows repeat on every page; no row breaks across pages.

    ``together`` keeps the whole table on one page where it fits.
    """
    body = document.element.body
    table = OxmlElement("w:tbl")
    look = _child(table, "w:tblPr")
    _child(look, "w:tblW", w=str(round(sum(widths_cm) * 567)), type="dxa")
    borders = _child(look, "w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        _child(borders, f"w:{side}", val="single", sz="4", space="0", color=_LINE_COLOUR)
    _child(look, "w:tblLayout", type="fixed")
    margins = _child(look, "w:tblCellMar")
    for side, width in (("top", "30"), ("left", "70"), ("bottom", "30"), ("right", "70")):
        _child(margins, f"w:{side}", w=width, type="dxa")
    grid = _child(table, "w:tblGrid")
    for width_cm in widths_cm:
        _child(grid, "w:gridCol", w=str(round(width_cm * 567)))
    for number, row in enumerate(rows):
        _add_row(document, table, widths_cm, row, head=number < heads)
        below = rows[number + 1] if number + 1 < len(rows) else ()
        # Notes under a row, whose first cell is empty, do not go to the next page without it.
        goes_on = 1 < len(below) < len(row) and not below[0].text and len(row[0].text) > 0
        if together or goes_on:
            for paragraph in table[-1].iter(qn("w:pPr")):
                paragraph.insert(0, OxmlElement("w:keepNext"))
    body.insert(len(body) - 1, table)  # before the section's own properties
    _add_pictures(document, table, rows)


def _add_row(
    document: WordDocument,
    table: BaseOxmlElement,
    widths_cm: Sequence[float],
    row: Sequence[Cell],
    *,
    head: bool,
) -> None:
    row_element = _child(table, "w:tr")
    look = _child(row_element, "w:trPr")
    longest = max((len(cell.text) for cell in row), default=0)
    if longest < 600:  # a row longer than a page has to break
        _child(look, "w:cantSplit")
    if head:
        _child(look, "w:tblHeader")
    at = 0
    for cell in row:
        element = _child(row_element, "w:tc")
        cell_look = _child(element, "w:tcPr")
        width = sum(widths_cm[at : at + cell.span])
        at += cell.span
        _child(cell_look, "w:tcW", w=str(round(width * 567)), type="dxa")
        if cell.span > 1:
            _child(cell_look, "w:gridSpan", val=str(cell.span))
        if cell.shade:
            _child(cell_look, "w:shd", val="clear", color="auto", fill=_FILLS[cell.shade])
        _child(cell_look, "w:vAlign", val="center" if cell.centred else "top")
        _fill_cell(element, cell)


def _add_pictures(
    document: WordDocument, table: BaseOxmlElement, rows: Sequence[Sequence[Cell]]
) -> None:
    proxy = Table(table, document._body)
    for row_element, row in zip(table.iterchildren(qn("w:tr")), rows, strict=True):
        for cell_element, cell in zip(row_element.iterchildren(qn("w:tc")), row, strict=True):
            if not cell.crops:
                continue
            wrapped = _Cell(cell_element, proxy)
            room = int(cell_element.find(qn("w:tcPr")).find(qn("w:tcW")).get(qn("w:w"))) / 567 - 0.3
            for crop in cell.crops:
                width = min(crop.width_pt, room * _POINTS_PER_CM)
                paragraph = wrapped.add_paragraph()
                paragraph.paragraph_format.space_before = Pt(2)
                paragraph.paragraph_format.space_after = Pt(2)
                paragraph.add_run().add_picture(io.BytesIO(crop.content), width=Pt(width))


def add_section_head(document: WordDocument, words: Words, number: int, title: str) -> None:
    """A numbered heading: 一、二、三 in Chinese. ``number`` counts from 1 and stays under 11."""
    shown = "一二三四五六七八九十"[number - 1] if words.chinese else str(number)
    add_text(document, words("docx.section").format(n=shown, title=title), "Heading 1")


def add_text(document: WordDocument, text: str, style: str | None = None) -> Paragraph:
    """A paragraph of visible text, its line ends as line breaks."""
    paragraph = document.add_paragraph(style=style)
    for number, line in enumerate(visible(text).split("\n")):
        if number:
            paragraph.add_run().add_break()
        paragraph.add_run(line)
    return paragraph


def add_field(paragraph: Paragraph, code: str) -> None:
    """A field Word fills in itself: ``PAGE``, ``NUMPAGES``."""
    for kind in ("begin", "instr", "separate", "shown", "end"):
        run = paragraph.add_run()._r
        if kind == "instr":
            element = _child(run, "w:instrText")
            element.text = f" {code} "
            element.set(qn("xml:space"), "preserve")
        elif kind == "shown":
            _child(run, "w:t").text = "1"  # until a program has laid the pages out
        else:
            _child(run, "w:fldChar", fldCharType=kind)


def add_page_numbers(document: WordDocument, words: Words, name: str) -> None:
    """``name`` at the head of every page, its number and their count at the foot."""
    section = document.sections[0]
    head = section.header.paragraphs[0]
    head.add_run(one_line(name)[:80])
    head.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    before, _, after = words("docx.page_of").partition("{page}")
    between, _, end = after.partition("{pages}")
    foot.add_run(before)
    add_field(foot, "PAGE")
    foot.add_run(between)
    add_field(foot, "NUMPAGES")
    foot.add_run(end)


def page_size_a4(document: WordDocument) -> None:
    """A4 portrait with margins of 1.8 cm, 2 cm at head and foot."""
    section = document.sections[0]
    section.page_width, section.page_height = Emu(7560310), Emu(10692130)
    section.left_margin = section.right_margin = Cm(1.8)
    section.top_margin = section.bottom_margin = Cm(2.0)
    section.header_distance = section.footer_distance = Cm(1.0)
