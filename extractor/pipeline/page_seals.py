"""The seals of a page read: whose they are and of what kind, from their own pixels.

Each seal is cut out of the page's picture, its ring unrolled, and ring and inner lines read together
in one call of the engine. Nothing here decides whether a seal is valid: it says what stands on it.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from extractor.core.geometry import Box, Transform
from extractor.core.page import ReadPage, Seal
from extractor.files.model import RawPage
from extractor.imaging.plane import Picture, three_channels
from extractor.imaging.seals import has_colours
from extractor.imaging.unroll import (
    Ring,
    Unrolled,
    fit_ring,
    has_inner_ink,
    inner_lines,
    is_coloured_seal,
    seal_ink,
    unroll,
    without_print,
)
from extractor.ocr.engine import OcrEngine, OcrLine
from extractor.pipeline.seal_names import (
    SealWords,
    is_cut,
    person_of_square,
    seal_words,
    with_printed,
)

_RADIUS_PX = 200
"""Half the longer side of a cut-out: characters of a ring come out about 45 pixels high."""
_PAD = 1.1
_MOST = 6
"""Seals read on one page; more is a sheet of specimens or a mistake."""
_GOOD = 0.9
_SURE_CHARACTER, _UNSURE = 0.55, 0.8
"""With a worse character than that a name is at most so sure; so is every name on a grey seal, where
print and impression cannot be told apart."""
_ALONE = 0.84
"""A name on a ring is never certain by itself: one character in twenty is misread with a high score."""
_AT_EDGE, _NEAR_EDGE = 1.2 * 72 / 25.4, 8 * 72 / 25.4


def with_seals(page: ReadPage, raw: RawPage, engine: OcrEngine) -> ReadPage:
    """``page`` with its seals read, and with whether its picture has colours.

    Args:
        page: read from ``raw``; its seals are where they were found.
        raw: the page's picture in viewer space.
        engine: reads the unrolled rings.
    """
    coloured = has_colours(raw.image)
    texts = [line.text for line in page.lines]
    seals = []
    for no, found in enumerate(page.seals):
        seal = replace(found, edge=_edge(found, page))
        if no < _MOST and not (seal.edge and _is_sliver(seal.box)):
            whole = _whole(seal)
            most = _ALONE if coloured else _UNSURE
            seal = _read(seal, _cut_out(page, raw, whole), whole, texts, engine, most)
        seals.append(seal)
    return replace(page, seals=tuple(seals), coloured=coloured)


def _edge(seal: Seal, page: ReadPage) -> str | None:
    """The page's edge that cuts a seal: the box ends at it.

    A straightened page is larger than its paper, a photographed sheet smaller than its picture: the
    seal may end at the edge of either.
    """
    box, upright, viewer = seal.box, page.upright, page.size
    ends = {
        "left": (box.x0, box.cy, box.x0),
        "right": (box.x1, box.cy, upright.width_pt - box.x1),
        "top": (box.cx, box.y0, box.y0),
        "bottom": (box.cx, box.y1, upright.height_pt - box.y1),
    }
    gaps = {}
    for side, (x, y, gap) in ends.items():
        vx, vy = page.to_viewer.point(x, y)
        gaps[side] = min(gap, vx, vy, viewer.width_pt - vx, viewer.height_pt - vy)
    side = min(gaps, key=lambda s: gaps[s])
    # A slanted sheet ends before its picture does; what is half a seal there was cut by it.
    is_half = seal.shape == "other" and 0.3 < box.width / max(box.height, 1.0) < 0.75
    return side if gaps[side] < (_NEAR_EDGE if is_half else _AT_EDGE) else None


def _whole(seal: Seal) -> Box:
    """The box of the seal as if the page's edge had not cut it; of a round one."""
    box, size = seal.box, max(seal.box.width, seal.box.height)
    if seal.edge is None or seal.shape == "rect":
        return box
    x0 = box.x1 - size if seal.edge == "left" else box.x0
    y0 = box.y1 - size if seal.edge == "top" else box.y0
    return Box(x0, y0, x0 + max(size, box.width), y0 + max(size, box.height))


def _is_sliver(box: Box) -> bool:
    """Less than a third of a seal: too few of its characters to say whose it is."""
    return min(box.width, box.height) < 0.34 * max(box.width, box.height)


def _cut_out(page: ReadPage, raw: RawPage, box: Box) -> Picture:
    """The seal upright, its longer half side ``_RADIUS_PX`` long, with some room around."""
    half = max(box.width, box.height) / 2 * _PAD
    per_pt = _RADIUS_PX * _PAD / half
    side = round(2 * half * per_pt)
    to_upright = Transform.affine(1 / per_pt, 0, box.cx - half, 0, 1 / per_pt, box.cy - half)
    to_raw = to_upright.then(page.to_viewer).then(Transform.scale(raw.dpi / 72))
    cut = cv2.warpPerspective(
        raw.image,
        np.array(to_raw.m, dtype=np.float64).reshape(3, 3),
        (side, side),
        flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(255, 255, 255),
    )
    return np.asarray(cut, dtype=np.uint8)


def _read(
    seal: Seal, cut: Picture, whole: Box, texts: list[str], engine: OcrEngine, most: float
) -> Seal:
    ink = seal_ink(cut)
    if seal.shape == "rect" or (seal.shape == "other" and not is_cut(seal)):
        return _read_flat(seal, ink, texts, engine)
    middle = ink.shape[0] / 2
    longer = max(whole.width, whole.height)
    guess = Ring(
        middle, middle, _RADIUS_PX * whole.width / longer, _RADIUS_PX * whole.height / longer
    )
    ring = fit_ring(ink, guess)
    if not is_coloured_seal(cut):
        ink = without_print(ink, ring)
    best: tuple[str, str, SealWords] | None = None
    for turned in unroll(ink, ring):
        inside = inner_lines(ink, ring, turned.up_deg)
        name, inner, score = _read_ring(turned, inside, engine)
        words = seal_words(name, inner, score, seal.shape)
        if words.kind == "official" and not inner and has_inner_ink(inside):
            words = replace(words, kind=None)  # something is written there that nobody could read
        if best is None or words.confidence > best[2].confidence:
            best = (name, inner, words)
        if best[2].confidence >= _GOOD:
            break
    if best is None:
        return seal
    words = replace(best[2], confidence=min(best[2].confidence, most))
    return _told(seal, best[0], best[1], words, texts)


def _told(seal: Seal, ring: str, inner: str, words: SealWords, texts: list[str]) -> Seal:
    if is_cut(seal):  # half a name is nobody's, and what the other half says is not known
        words = SealWords(None, None, 0.0)
    words = with_printed(words, texts)
    return replace(
        seal,
        text="\n".join(part for part in (ring, inner) if part) or None,
        organisation=words.organisation,
        kind=words.kind,
        text_confidence=words.confidence,
        printed=words.printed,
    )


def _read_ring(turned: Unrolled, inner: Picture, engine: OcrEngine) -> tuple[str, str, float]:
    """Ring text, inner text and the ring's score, both read on one canvas."""
    room = 20
    height, width = turned.strip.shape
    canvas = np.full((height + inner.shape[0] + 3 * room, width + 2 * room), 255, np.uint8)
    canvas[room : room + height, room : room + width] = turned.strip
    low = height + 2 * room
    canvas[low : low + inner.shape[0], room : room + inner.shape[1]] = inner
    lines = engine.read(three_channels(canvas))
    on_ring = [q for q in lines if _middle(q)[1] < low - room / 2 and q.height > 0.4 * height]
    within = [q for q in lines if _middle(q)[1] >= low - room / 2 and q.score > 0.6]
    text, score = _joined(on_ring)
    return text, _joined(sorted(within, key=lambda q: _middle(q)[1]), in_order=True)[0], score


def _joined(lines: list[OcrLine], in_order: bool = False) -> tuple[str, float]:
    ordered = lines if in_order else sorted(lines, key=lambda q: q.quad[0][0])
    text = "".join(q.text for q in ordered)
    letters = sum(len(q.text) for q in ordered)
    if not letters:
        return "", 0.0
    score = sum(q.score * len(q.text) for q in ordered) / letters
    # A mean hides the one character that is wrong.
    worst = min((s for q in ordered for s in q.char_score), default=score)
    return text, score if worst > _SURE_CHARACTER else min(score, _UNSURE)


def _middle(line: OcrLine) -> tuple[float, float]:
    return sum(p[0] for p in line.quad) / 4, sum(p[1] for p in line.quad) / 4


def _read_flat(seal: Seal, ink: Picture, texts: list[str], engine: OcrEngine) -> Seal:
    """A rectangular seal: its lines as they stand."""
    middle = ink.shape[0] // 2
    half = round(_RADIUS_PX * min(1.0, seal.box.height / max(seal.box.width, 1.0)) * _PAD) + 8
    lines = engine.read(three_channels(ink[max(0, middle - half) : middle + half]))
    ordered = sorted((q for q in lines if q.score > 0.5), key=lambda q: _middle(q)[1])
    if not ordered:
        return seal
    rows = [q.text for q in ordered]
    person = person_of_square(rows)
    if person is not None:
        return replace(seal, text=person, kind="person", text_confidence=0.0)
    name = max(rows, key=len)
    rest = "".join(row for row in rows if row is not name)
    score = min(q.score for q in ordered)
    return _told(seal, name, rest, seal_words(name, rest, score, seal.shape), texts)
