"""Spaces between figures and Latin words, which the recogniser drops.

``0791-88123456 13812345678`` comes back as one number: a wrong figure, not a missing one. Where two
such characters stand clearly farther apart than their neighbours do, and the paper between them is
blank over more than a letter's gap, a space is put back. Chinese is left alone: there, gaps are
layout.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from extractor.ocr.char_positions import relative_width
from extractor.ocr.engine import Image, Quad

_SUSPICION_EM = 0.12
_SPACE_EM = 0.24
"""Digits stand about 0.1 em apart, a narrow space adds 0.2 em and more."""
_THIN_EM = 0.1  # a 1 leaves that much more of its place blank on either side
_LEAST_CHARACTERS = 4


def gaps_in_line(text: str, centres: Sequence[float], quad: Quad, bgr: Image) -> tuple[int, ...]:
    """Indices ``i`` where a space belongs before ``text[i]``.

    Args:
        text: a horizontal line.
        centres: where along the line each character was seen, 0..1.
        quad: the line in ``bgr``.
        bgr: the picture it was read from.
    """
    pairs = [i for i in range(1, len(text)) if _is_latin(text[i - 1]) and _is_latin(text[i])]
    if len(text) < _LEAST_CHARACTERS or not pairs:
        return ()
    left, right = (quad[0][0] + quad[3][0]) / 2, (quad[1][0] + quad[2][0]) / 2
    at = [left + (right - left) * c for c in centres]
    pitch = [
        (at[i] - at[i - 1]) / ((relative_width(text[i - 1]) + relative_width(text[i])) / 2)
        for i in range(1, len(text))
    ]
    em = float(np.median(pitch))
    if em < 8:
        return ()
    found = []
    for i in pairs:
        expected = em * (relative_width(text[i - 1]) + relative_width(text[i])) / 2
        if at[i] - at[i - 1] < expected + _SUSPICION_EM * em:
            continue
        thin = sum(_THIN_EM for char in text[i - 1 : i + 1] if char in "1Il")
        if _widest_blank(bgr, quad, at[i - 1], at[i]) >= (_SPACE_EM + thin) * em:
            found.append(i)
    # A line whose every pair looks so is set with wide spacing: there are no words in it.
    return tuple(found) if len(found) <= max(1, len(pairs) // 3) else ()


def _is_latin(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char == "%")


def _widest_blank(bgr: Image, quad: Quad, x0: float, x1: float) -> int:
    """The widest run of columns without ink between two characters' middles, pixels."""
    (ax, ay), (bx, by), _, (dx, dy) = quad
    slope = (by - ay) / (bx - ax) if bx > ax else 0.0
    top = ay + slope * ((x0 + x1) / 2 - ax)
    height = dy - ay + (ax - dx) * slope
    y0, y1 = int(top + 0.1 * height), int(top + 0.9 * height) + 1
    patch = bgr[max(0, y0) : max(0, y1), max(0, int(x0)) : max(0, int(x1) + 1), 1]
    if patch.size == 0:
        return 0
    paper, ink = (float(v) for v in np.percentile(patch, (90, 2)))
    darkest: NDArray[np.uint8] = patch.min(axis=0)
    blank = darkest > paper - 0.3 * (paper - ink)  # the half characters at both ends are the ink
    widest = run = 0
    for is_blank in blank.tolist():
        run = run + 1 if is_blank else 0
        widest = max(widest, run)
    return widest


def with_spaces(
    text: str, centres: Sequence[float], scores: Sequence[float], gaps: Sequence[int]
) -> tuple[str, tuple[float, ...], tuple[float, ...]]:
    """Text, centres and scores with a space put in before each index of ``gaps``."""
    places = set(gaps)
    out, where, sure = "", [], []
    for i, char in enumerate(text):
        if i in places:
            out += " "
            where.append((centres[i - 1] + centres[i]) / 2)
            sure.append(min(scores[i - 1], scores[i]))
        out += char
        where.append(centres[i])
        sure.append(scores[i])
    return out, tuple(where), tuple(sure)
