"""Fonts of the report: the ones official papers use, each with what to take where it is missing."""

from __future__ import annotations

from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.styles.style import ParagraphStyle

BODY_FONT, HEAD_FONT, LATIN_FONT = "宋体", "黑体", "Times New Roman"
# Other names of the same or a like font: Windows in English, macOS, Linux.
_INSTEAD = {
    BODY_FONT: ("SimSun,Songti SC,Noto Serif CJK SC,Source Han Serif SC", "roman"),
    HEAD_FONT: ("SimHei,Heiti SC,Noto Sans CJK SC,Source Han Sans SC,WenQuanYi Zen Hei", "swiss"),
}
_TABLE = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:fonts xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">{fonts}</w:fonts>"""
_FONT = (
    '<w:font w:name="{name}"><w:altName w:val="{instead}"/><w:charset w:val="86"/>'
    '<w:family w:val="{family}"/><w:pitch w:val="auto"/></w:font>'
)


def _set_style(style: ParagraphStyle, east: str, size: float, *, bold: bool = False) -> None:
    style.font.name = LATIN_FONT
    style.font.size = Pt(size)
    style.font.bold = bold
    style.font.italic = False
    style.font.color.rgb = RGBColor(0x1F, 0x2D, 0x3D) if bold else RGBColor(0x22, 0x22, 0x22)
    look = style.element.get_or_add_rPr()
    fonts = look.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        look.insert(0, fonts)
    for key in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{key}"), None)
    for key, value in (("ascii", LATIN_FONT), ("hAnsi", LATIN_FONT), ("eastAsia", east)):
        fonts.set(qn(f"w:{key}"), value)


def set_fonts(document: WordDocument) -> None:
    """Names the Chinese fonts in the styles used and their substitutes in the font table."""
    styles = document.styles
    for name, east, size, bold in (
        ("Normal", BODY_FONT, 10.5, False),
        ("Header", BODY_FONT, 9.0, False),
        ("Footer", BODY_FONT, 9.0, False),
        ("Title", HEAD_FONT, 20.0, True),
        ("Heading 1", HEAD_FONT, 14.0, True),
        ("Heading 2", HEAD_FONT, 11.5, True),
    ):
        style = styles[name]
        assert isinstance(style, ParagraphStyle)
        _set_style(style, east, size, bold=bold)
    fonts = "".join(
        _FONT.format(name=name, instead=instead, family=family)
        for name, (instead, family) in _INSTEAD.items()
    )
    for relation in document.part.rels.values():
        if relation.reltype == RELATIONSHIP_TYPE.FONT_TABLE:
            relation.target_part._blob = _TABLE.format(fonts=fonts).encode("utf-8")
