"""How cells look: one quiet palette, every colour accompanied by a word in the cell."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Literal

from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

# Present on every Chinese Windows; charset 134 (GB2312) makes other programs pick a Chinese
# substitute rather than boxes where the font is missing.
FONT_NAME = "微软雅黑"
_CHARSET_GB2312 = 134
FONT_SIZE = 10.0

Align = Literal["left", "center", "right"]


class Tone(StrEnum):
    """What a cell says by its colour (its text says it too)."""

    PLAIN = "plain"
    MUTED = "muted"
    HEAD = "head"
    SECTION = "section"
    TITLE = "title"
    BANNER = "banner"
    GOOD = "good"
    BAD = "bad"
    CARE = "care"
    ASK = "ask"
    NONE = "none"
    DOUBT = "doubt"
    INPUT = "input"
    NOTICE = "notice"


# tone: (fill, font colour, bold, size)
_TONES: dict[Tone, tuple[str | None, str, bool, float]] = {
    Tone.PLAIN: (None, "222222", False, FONT_SIZE),
    Tone.MUTED: (None, "6B7280", False, FONT_SIZE),
    Tone.HEAD: ("DDE5EE", "1F2D3D", True, FONT_SIZE),
    Tone.SECTION: ("EEF2F6", "1F2D3D", True, 11.0),
    Tone.TITLE: (None, "1F2D3D", True, 15.0),
    Tone.BANNER: ("FCE8E6", "A61B1B", True, 12.0),
    Tone.GOOD: ("E5F3E8", "1E5B2E", False, FONT_SIZE),
    Tone.BAD: ("FBE3E0", "9B1C1C", True, FONT_SIZE),
    Tone.CARE: ("FFF3D1", "7A4B00", False, FONT_SIZE),
    Tone.ASK: ("E4EDF9", "1D4477", False, FONT_SIZE),
    Tone.NONE: ("F0F0F0", "6B7280", False, FONT_SIZE),
    Tone.DOUBT: ("FFF3D1", "222222", False, FONT_SIZE),
    Tone.INPUT: ("FBFBF3", "222222", False, FONT_SIZE),
    Tone.NOTICE: (None, "7A4B00", False, FONT_SIZE),
}
_LINK_COLOUR = "1155AA"
_LINE = Side(style="thin", color="CBD3DC")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_NO_BORDER = Border()
_LOCKED, _UNLOCKED = Protection(locked=True), Protection(locked=False)


@dataclass(frozen=True, slots=True)
class Look:
    """Everything openpyxl needs to style a cell."""

    font: Font
    fill: PatternFill
    border: Border
    alignment: Alignment
    protection: Protection


@cache
def look(
    tone: Tone,
    align: Align = "left",
    *,
    link: bool = False,
    boxed: bool = True,
    middle: bool = False,
    wrapped: bool = True,
    editable: bool = False,
) -> Look:
    """The look of a tone. ``boxed`` draws the cell's rules; ``middle`` centres it in its height.

    Text that is not ``wrapped`` may run over the empty cells to its right. Only ``editable`` cells
    can be typed into once the sheet is protected.
    """
    fill, colour, bold, size = _TONES[tone]
    font = Font(
        name=FONT_NAME,
        charset=_CHARSET_GB2312,
        family=2,
        size=size,
        bold=bold,
        color=_LINK_COLOUR if link else colour,
        underline="single" if link else None,
    )
    return Look(
        font=font,
        fill=PatternFill("solid", fgColor=fill) if fill else PatternFill(),
        border=_BORDER if boxed else _NO_BORDER,
        alignment=Alignment(
            horizontal=align,
            vertical="center" if middle else "top",
            wrap_text=wrapped,
            # A figure at the right rule would run into the text of the next column.
            indent=1 if align == "right" else 0,
        ),
        protection=_UNLOCKED if editable else _LOCKED,
    )
