"""The text layer of a PDF page as lines, and the signs that it may not say what the page shows.

Runs in the child only. Coordinates are viewer points. A run of text is cut where a gap is wider than
a column gap of a form would be, so that two values never share a line.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

from extractor.core.geometry import POINTS_PER_INCH, Box, Size, Transform, union_box
from extractor.core.page import Line, TextSource
from extractor.files.page_objects import PageObjects, address_of

MAX_CHARS = 100_000
SPLIT_GAP_EM = 1.5
"""A gap this wide (in line heights) ends a run: spaced labels (姓　名) stay whole, columns do not
join. Same order as the gap at which OCR detection splits."""
_SPACE_GAP_EM = 0.2
_SAME_LINE = 0.5  # common height of two characters of one line, in parts of the lower one
_INVISIBLE_MODES = (3, 7)  # PDF 32000-1 table 106: neither filled nor stroked; clip only
_SUSPECT_SHARE = 0.1
_UNREADABLE_SHARE = 0.05
_ON_TOP = 1 << 30
_MAX_COVERS = 50
_INK_SAMPLE = 200
_MIN_INK_DPI = 100  # coarser pictures blur small print into one tone
_INK_STEP = 24  # grey levels between a glyph and its ground; JPEG noise on white stays below


@dataclass(frozen=True, slots=True)
class TextChar:
    """One character of the layer.

    ``turned``: 0, 90, 180, 270, how far its text runs clockwise. ``invisible``: painted in a mode
    that leaves no mark. ``covered``: an opaque image was painted over it. ``unreadable``: the file does not say which character it is.
    """

    text: str
    box: Box
    turned: int = 0
    invisible: bool = False
    covered: bool = False
    unreadable: bool = False
    is_space: bool = False


def read_chars(
    text_page: pdfium.PdfTextPage, to_viewer: Transform, objects: PageObjects
) -> tuple[TextChar, ...]:
    """The characters of a page in content order, spaces that pdfium made up left out.

    At most ``MAX_CHARS``; a page with more is no page of a packet.
    """
    known: dict[int, tuple[int, int]] = {}
    box = pdfium_c.FS_RECTF()
    matrix = pdfium_c.FS_MATRIX()
    chars: list[TextChar] = []
    for index in range(min(pdfium_c.FPDFText_CountChars(text_page), MAX_CHARS)):
        if pdfium_c.FPDFText_IsGenerated(text_page, index) == 1:
            continue
        code = pdfium_c.FPDFText_GetUnicode(text_page, index)
        if not pdfium_c.FPDFText_GetLooseCharBox(text_page, index, box):
            continue
        placed = _placed(box, to_viewer)
        if placed is None:
            continue
        turned = 0
        if pdfium_c.FPDFText_GetMatrix(text_page, index, matrix):
            turned = _turned(matrix, to_viewer)
        text = _text_of(code)
        mode, rank = _mode_and_rank(text_page, index, objects, known)
        chars.append(
            TextChar(
                text=text,
                box=placed,
                turned=turned,
                invisible=mode in _INVISIBLE_MODES,
                covered=any(
                    rank < over and cover.contains_point(placed.cx, placed.cy)
                    for over, cover in objects.covers[:_MAX_COVERS]
                ),
                unreadable=_is_unreadable(text)
                or pdfium_c.FPDFText_HasUnicodeMapError(text_page, index) == 1,
                is_space=text.isspace(),
            )
        )
    return tuple(chars)


def chars_to_lines(chars: Iterable[TextChar]) -> tuple[Line, ...]:
    """Runs of text, top to bottom and left to right. ``char_x`` is empty for turned text."""
    lines: list[Line] = []
    by_turn: dict[int, list[TextChar]] = {}
    for char in chars:
        by_turn.setdefault(char.turned, []).append(char)
    for turned, group in by_turn.items():
        turn = _UPRIGHT[turned]
        upright = [(char, turn.box(char.box)) for char in group]
        for row in _rows(upright):
            for run in _runs(row):
                line = _run_to_line(run, turned)
                if line is not None:
                    lines.append(line)
    lines.sort(key=lambda line: (line.box.y0, line.box.x0))
    return tuple(lines)


def suspicions(chars: Sequence[TextChar], image: NDArray[np.uint8], size: Size) -> tuple[str, ...]:
    """Why the layer may not say what the page shows (``RawPage.layer_suspect``)."""
    seen = [char for char in chars if not char.is_space]
    if not seen:
        return ()
    reasons: list[str] = []
    total = len(seen)
    outside = [c for c in seen if not _on_page(c.box, size)]
    hidden = sum(1 for c in seen if c.invisible)
    if hidden / total > _SUSPECT_SHARE or _inkless_share(seen, image, size) > _SUSPECT_SHARE:
        reasons.append("invisible_text")
    if sum(1 for c in seen if c.covered) / total > _SUSPECT_SHARE:
        reasons.append("covered_text")
    if sum(1 for c in seen if c.unreadable) / total > _UNREADABLE_SHARE:
        reasons.append("no_unicode")
    if len(outside) / total > _SUSPECT_SHARE:
        reasons.append("outside_page")
    turned = max((90, 180, 270), key=lambda t: sum(1 for c in seen if c.turned == t))
    if sum(1 for c in seen if c.turned == turned) * 2 > total:
        reasons.append(f"turned_{turned}")
    return tuple(reasons)


# Viewer space to one where text of that turn runs left to right (rotation about the origin).
_UPRIGHT = {
    0: Transform.identity(),
    90: Transform.affine(0, 1, 0, -1, 0, 0),
    180: Transform.affine(-1, 0, 0, 0, -1, 0),
    270: Transform.affine(0, -1, 0, 1, 0, 0),
}

_Placed = tuple[TextChar, Box]


def _rows(chars: list[_Placed]) -> list[list[_Placed]]:
    """Characters whose heights overlap, as rows; each row sorted from left to right."""
    rows: list[list[_Placed]] = []
    spans: list[tuple[float, float]] = []
    for item in sorted(chars, key=lambda c: (c[1].cy, c[1].x0)):
        box = item[1]
        best, best_common = -1, 0.0
        # Sorted by middle: only the rows begun last can still overlap.
        for back in range(len(rows) - 1, max(-1, len(rows) - 8), -1):
            top, bottom = spans[back]
            common = min(bottom, box.y1) - max(top, box.y0)
            if common > best_common and common >= _SAME_LINE * min(bottom - top, box.height):
                best, best_common = back, common
        if best < 0:
            rows.append([item])
            spans.append((box.y0, box.y1))
        else:
            rows[best].append(item)
    for row in rows:
        row.sort(key=lambda c: (c[1].x0, c[1].x1))
    return rows


def _runs(row: list[_Placed]) -> list[list[_Placed]]:
    """A row cut at wide gaps, overprinted doubles dropped, one space kept between Latin words.

    Chinese forms are padded with spaces; these are layout and go.
    """
    heights = [box.height for char, box in row if not char.is_space]
    if not heights:
        return []
    height = float(np.median(heights)) or 1.0
    runs: list[list[_Placed]] = [[]]
    spaces: list[_Placed] = []
    for item in row:
        char, box = item
        run = runs[-1]
        if char.is_space:
            spaces.append(item)
            continue
        if any(_is_double(char, box, other) for other in run[-3:]):
            continue
        if run and box.x0 - run[-1][1].x1 > SPLIT_GAP_EM * height:
            runs.append([item])
        else:
            if run and spaces and _is_latin(run[-1], item):
                run.append(spaces[0])
            run.append(item)
        spaces = []
    return runs


def _is_double(char: TextChar, box: Box, other: _Placed) -> bool:
    """True for the second print of a character that was printed twice to look bold."""
    return (
        other[0].text == char.text
        and abs(other[1].x0 - box.x0) < 0.25 * max(box.width, 0.1)
        and abs(other[1].y0 - box.y0) < 0.25 * max(box.height, 0.1)
    )


def _run_to_line(run: list[_Placed], turned: int) -> Line | None:
    around = union_box(box for _, box in run)
    if around is None:
        return None
    text = ""
    starts: list[float] = []
    previous: _Placed | None = None
    for item in run:
        char, box = item
        if char.is_space:
            text += " "
            starts.append(box.x0)
            previous = None
            continue
        if previous is not None and _has_space_gap(previous, item):
            text += " "
            starts.append(previous[1].x1)
        text += char.text
        step = box.width / len(char.text)
        starts.extend(box.x0 + step * i for i in range(len(char.text)))
        previous = item
    char_x = np.maximum.accumulate([*starts, around.x1])
    if turned == 0:
        return Line(text, around, 1.0, TextSource.TEXT_LAYER, tuple(float(x) for x in char_x))
    return Line(text, _UPRIGHT[turned].inverse().box(around), 1.0, TextSource.TEXT_LAYER)


def _has_space_gap(left: _Placed, right: _Placed) -> bool:
    """True for a visible gap between Latin words or figures where no space was written."""
    gap = right[1].x0 - left[1].x1
    wide = _SPACE_GAP_EM * min(left[1].height, right[1].height)
    return gap >= wide and _is_latin(left, right)


def _is_latin(left: _Placed, right: _Placed) -> bool:
    """True where one of two neighbours is Latin or a figure: Chinese is set without spaces."""
    return left[0].text.isascii() or right[0].text.isascii()


def _placed(rect: pdfium_c.FS_RECTF, to_viewer: Transform) -> Box | None:
    values = (rect.left, rect.bottom, rect.right, rect.top)
    if not all(math.isfinite(v) and abs(v) < 1e6 for v in values):
        return None
    left, right = sorted((values[0], values[2]))
    low, high = sorted((values[1], values[3]))
    try:
        return to_viewer.box(Box(left, low, right, high))
    except (ValueError, ZeroDivisionError):
        return None


def _turned(matrix: pdfium_c.FS_MATRIX, to_viewer: Transform) -> int:
    """How far text with this matrix runs clockwise in the viewer, to the nearest quarter."""
    x0, y0 = to_viewer.point(0.0, 0.0)
    x1, y1 = to_viewer.point(matrix.a, matrix.b)
    if x1 == x0 and y1 == y0:
        return 0
    # y grows downwards, so a positive angle is clockwise already
    return round(math.degrees(math.atan2(y1 - y0, x1 - x0)) / 90) % 4 * 90


def _mode_and_rank(
    text_page: pdfium.PdfTextPage,
    index: int,
    objects: PageObjects,
    known: dict[int, tuple[int, int]],
) -> tuple[int, int]:
    """Render mode of a character's text object, and its rank in painting order (on top: unknown)."""
    item = pdfium_c.FPDFText_GetTextObject(text_page, index)
    if not item:
        return 0, _ON_TOP
    address = address_of(item)
    if address not in known:
        mode = pdfium_c.FPDFTextObj_GetTextRenderMode(item)
        known[address] = (mode, objects.text_rank.get(address, _ON_TOP))
    return known[address]


def _text_of(code: int) -> str:
    if code == 0 or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return chr(code)


def _is_unreadable(text: str) -> bool:
    """True for what is no character: control, private use, unassigned, replacement."""
    if text.isspace():
        return False
    return text == "\ufffd" or unicodedata.category(text) in ("Cc", "Co", "Cn", "Cs")


def _on_page(box: Box, size: Size) -> bool:
    return 0 <= box.cx <= size.width_pt and 0 <= box.cy <= size.height_pt


def _inkless_share(chars: Sequence[TextChar], image: NDArray[np.uint8], size: Size) -> float:
    """Share of (a sample of) the characters that leave no trace on the picture: white, covered."""
    if image.shape[1] * POINTS_PER_INCH / size.width_pt < _MIN_INK_DPI:
        return 0.0
    sample = [c for c in chars if _on_page(c.box, size)]
    sample = sample[:: max(1, len(sample) // _INK_SAMPLE)]
    if not sample:
        return 0.0
    return sum(1 for c in sample if not _has_ink(c.box, image, size)) / len(sample)


def _has_ink(box: Box, image: NDArray[np.uint8], size: Size) -> bool:
    """True where the pixels under a character are not of one tone."""
    height, width = image.shape[:2]
    x0, x1 = (int(v * width / size.width_pt) for v in (box.x0, box.x1))
    y0, y1 = (int(v * height / size.height_pt) for v in (box.y0, box.y1))
    patch = image[max(0, y0) : y1 + 1, max(0, x0) : x1 + 1]
    if patch.size == 0:
        return False
    return bool(np.ptp(patch.reshape(-1, 3), axis=0).max() >= _INK_STEP)
