"""All print of a page is within the part that is searched for text, and margins are not."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from extractor.ocr.engine import Image
from extractor.ocr.printed_part import printed_part


def paper(width: int = 1654, height: int = 2339, tone: int = 245) -> Image:
    page = np.full((height, width, 3), tone, np.uint8)
    grain = np.random.default_rng(7).integers(-3, 4, page.shape[:2], np.int8)
    return np.asarray(np.clip(page + grain[..., None], 0, 255), np.uint8)


PAPER = paper()


@given(
    st.lists(
        st.tuples(st.integers(0, 1600), st.integers(0, 2300), st.integers(8, 400)),
        min_size=1,
        max_size=4,
    ),
    st.integers(30, 190),
)
def test_no_line_is_cut(lines: list[tuple[int, int, int]], tone: int) -> None:
    page = PAPER.copy()
    for x, y, length in lines:
        page[y : y + 24, x : x + length : 3] = tone  # strokes of a character, not a bar
        page[y : y + 24 : 8, x : x + length] = tone
    x0, y0, x1, y1 = printed_part(page)
    assert 0 <= x0 < x1 <= 1654 and 0 <= y0 < y1 <= 2339
    for x, y, length in lines:
        assert x0 <= x and y0 <= y
        assert min(x + length, 1654) <= x1 and min(y + 24, 2339) <= y1


def test_margins_are_left_out() -> None:
    page = PAPER.copy()
    page[300:900:4, 200:1400] = 60
    x0, y0, x1, y1 = printed_part(page)
    assert 120 <= x0 <= 200 and 220 <= y0 <= 300
    assert 1400 <= x1 <= 1480 and 897 <= y1 <= 980


def test_a_shaded_blank_page_is_whole() -> None:
    assert printed_part(PAPER) == (0, 0, 1654, 2339)
    shade = np.linspace(255, 150, 1654)[None, :, None]
    shaded = np.broadcast_to(shade, (2339, 1654, 3)).astype(np.uint8)
    assert printed_part(np.ascontiguousarray(shaded)) == (0, 0, 1654, 2339)


def test_a_strip_is_whole() -> None:
    strip = paper(400, 48)
    strip[10:40, 20:200:2] = 30
    assert printed_part(strip) == (0, 0, 400, 48)
