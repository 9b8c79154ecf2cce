"""A seal's ring becomes a straight line that begins where its text begins."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from extractor.imaging.plane import Picture
from extractor.imaging.unroll import Ring, fit_ring, has_inner_ink, inner_lines, seal_ink, unroll

SIDE = 440


def ring_of_bars(turn_deg: float = 0.0, a: int = 190, b: int = 190, dx: int = 0) -> Picture:
    """A seal with twelve bars for characters, the third of them twice as thick, its gap at the foot."""
    page = np.full((SIDE, SIDE, 3), 250, np.uint8)
    centre = (SIDE // 2 + dx, SIDE // 2)
    red = (40, 35, 210)
    cv2.ellipse(page, centre, (a, b), 0, 0, 360, red, 9, cv2.LINE_AA)
    for i in range(12):
        angle = np.radians(-120 + i * 240 / 11 + turn_deg)
        ends = [
            (int(centre[0] + r * a * np.sin(angle)), int(centre[1] - r * b * np.cos(angle)))
            for r in (0.66, 0.86)
        ]
        cv2.line(page, ends[0], ends[1], red, 24 if i == 2 else 12, cv2.LINE_AA)
    return page


def bars(strip: Picture) -> list[int]:
    """Widths of the runs of ink along the middle of the strip."""
    middle = (strip[30:60] < 128).mean(axis=0) > 0.5
    edges = np.flatnonzero(np.diff(np.r_[False, middle, False].astype(int)))
    return [int(e - s) for s, e in zip(edges[::2], edges[1::2], strict=True) if e - s > 4]


@pytest.mark.parametrize("turn", [-35.0, 0.0, 20.0])
@pytest.mark.parametrize(("a", "b"), [(190, 190), (190, 140)])
def test_the_ring_is_cut_in_its_gap_and_read_clockwise(turn: float, a: int, b: int) -> None:
    ink = seal_ink(ring_of_bars(turn, a, b))
    ring = fit_ring(ink, Ring(SIDE / 2, SIDE / 2, a + 4, b + 4))
    found = bars(unroll(ink, ring)[0].strip)
    assert len(found) == 12
    assert found.index(max(found)) == 2


@pytest.mark.parametrize("dx", [-14, 0, 14])
def test_the_outline_is_found_though_the_box_was_off(dx: int) -> None:
    ink = seal_ink(ring_of_bars(dx=dx))
    ring = fit_ring(ink, Ring(SIDE / 2, SIDE / 2, 194, 194))
    assert abs(ring.cx - SIDE / 2 - dx) < 5
    assert abs(ring.a - 192) < 8 and abs(ring.b - 192) < 8


def test_print_beneath_a_red_seal_is_not_its_ink() -> None:
    page = ring_of_bars()
    cv2.rectangle(page, (60, 200), (380, 230), (15, 15, 15), -1)
    ink = seal_ink(page)
    assert ink[215, 220] > 200
    assert ink[SIDE // 2 - 190, SIDE // 2] < 100


def test_an_inner_line_is_seen_and_an_empty_seal_has_none() -> None:
    page = ring_of_bars()
    ring = Ring(SIDE / 2, SIDE / 2, 192, 192)
    assert not has_inner_ink(inner_lines(seal_ink(page), ring, 0.0))
    for i in range(5):
        cv2.rectangle(page, (150 + 30 * i, 290), (170 + 30 * i, 315), (40, 35, 210), 5)
    assert has_inner_ink(inner_lines(seal_ink(page), ring, 0.0))


def test_colour_stored_coarser_than_brightness_does_not_blur_the_strokes() -> None:
    page = ring_of_bars()
    sharp = bars(
        unroll(seal_ink(page), fit_ring(seal_ink(page), Ring(220, 220, 194, 194)))[0].strip
    )
    coarse = cv2.cvtColor(page, cv2.COLOR_BGR2YCrCb)
    for channel in (1, 2):
        small = cv2.resize(
            coarse[..., channel], (SIDE // 8, SIDE // 8), interpolation=cv2.INTER_AREA
        )
        coarse[..., channel] = cv2.resize(small, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)
    ink = seal_ink(np.asarray(cv2.cvtColor(coarse, cv2.COLOR_YCrCb2BGR), np.uint8))
    found = bars(unroll(ink, fit_ring(ink, Ring(220, 220, 194, 194)))[0].strip)
    assert len(found) == 12
    assert max(abs(a - b) for a, b in zip(found, sharp, strict=True)) <= 6
