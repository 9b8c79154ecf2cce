"""Draws pages with tables whose cells are known: random grids, merges, print and scan damage."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Span = tuple[int, int, int, int]  # row, col, row_span, col_span


@dataclass(frozen=True)
class Grid:
    """Row and column borders in points and the merged cells that tile them."""

    ys: tuple[float, ...]
    xs: tuple[float, ...]
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Damage:
    """What print and scanner do to a page."""

    skew_deg: float = 0.0
    noise: float = 0.0  # standard deviation of grain, 0..255
    dropout: float = 0.0  # share of each ruling worn away, in gaps up to ``gap_pt``
    gap_pt: float = 0.8
    ink: int = 0  # gray of the rulings: 0 black, 200 faint
    line_px: int = 2
    dotted: bool = False
    double_frame: bool = False


def random_grid(
    rng: np.random.Generator,
    rows: int,
    cols: int,
    *,
    left: float = 60,
    top: float = 90,
    width: float = 470,
    merges: int = 4,
    low: float = 16,
    high: float = 40,
) -> Grid:
    """A grid in which every row and column border still parts at least one pair of cells."""
    ys = top + np.concatenate([[0], np.cumsum(rng.uniform(low, high, rows))])
    weights = rng.uniform(1, 3, cols)
    xs = left + np.concatenate([[0], np.cumsum(weights / weights.sum() * width)])
    for _ in range(50):
        spans = _merge(rng, rows, cols, merges)
        if _every_border_parts(spans, rows, cols):
            break
    else:
        spans = tuple((r, c, 1, 1) for r in range(rows) for c in range(cols))
    return Grid(tuple(ys.tolist()), tuple(xs.tolist()), spans)


def _merge(rng: np.random.Generator, rows: int, cols: int, merges: int) -> tuple[Span, ...]:
    owner = -np.ones((rows, cols), int)
    spans: list[Span] = []
    for _ in range(merges):
        rs, cs = int(rng.integers(1, 4)), int(rng.integers(1, 4))
        if rs > rows or cs > cols or rs * cs == 1 or rs * cs == rows * cols:
            continue
        r, c = int(rng.integers(0, rows - rs + 1)), int(rng.integers(0, cols - cs + 1))
        if (owner[r : r + rs, c : c + cs] >= 0).any():
            continue
        owner[r : r + rs, c : c + cs] = len(spans)
        spans.append((r, c, rs, cs))
    spans += [(int(r), int(c), 1, 1) for r, c in zip(*np.nonzero(owner < 0), strict=True)]
    return tuple(sorted(spans))


def _every_border_parts(spans: tuple[Span, ...], rows: int, cols: int) -> bool:
    starts_r = {s[0] for s in spans} | {s[0] + s[2] for s in spans}
    starts_c = {s[1] for s in spans} | {s[1] + s[3] for s in spans}
    return len(starts_r) == rows + 1 and len(starts_c) == cols + 1


def blank(width_pt: float, height_pt: float, px: float) -> Image:
    return np.full((round(height_pt * px), round(width_pt * px)), 255, np.uint8)


def draw_page(
    grids: list[Grid],
    damage: Damage,
    px: float,
    rng: np.random.Generator,
    *,
    text: bool = True,
    centred: bool = False,
    size: tuple[float, float] = (595, 842),
) -> Image:
    """A gray page with the tables, glyphs of random strokes in most cells, then the damage."""
    page = blank(*size, px)
    for grid in grids:
        draw_rulings(page, grid, damage, px, rng)
        if text:
            fill_with_glyphs(page, grid, px, rng, centred=centred)
    return damaged(page, damage, rng)


def draw_rulings(
    page: Image, grid: Grid, damage: Damage, px: float, rng: np.random.Generator
) -> None:
    lines = set()
    for r, c, rs, cs in grid.spans:
        y0, y1, x0, x1 = grid.ys[r], grid.ys[r + rs], grid.xs[c], grid.xs[c + cs]
        lines |= {(x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)}
    if damage.double_frame:
        a, b, c, d = grid.xs[0] - 2, grid.ys[0] - 2, grid.xs[-1] + 2, grid.ys[-1] + 2
        lines |= {(a, b, c, b), (a, d, c, d), (a, b, a, d), (c, b, c, d)}
    for line in sorted(lines):
        _draw_line(page, line, damage, px, rng)


def _draw_line(
    page: Image,
    line: tuple[float, float, float, float],
    damage: Damage,
    px: float,
    rng: np.random.Generator,
) -> None:
    x0, y0, x1, y1 = (round(v * px) for v in line)
    half = damage.line_px // 2
    level = page[y0 - half : y0 - half + damage.line_px, x0 : x1 + 1]
    stroke = level if y0 == y1 else page[y0 : y1 + 1, x0 - half : x0 - half + damage.line_px].T
    length = stroke.shape[1]
    shown = np.ones(length, bool)
    if damage.dotted:
        period = max(3, round(1.6 * px))
        shown = np.arange(length) % period < max(2, period // 2)
    worn = 0
    while worn < damage.dropout * length:
        gap = int(rng.integers(1, max(2, round(damage.gap_pt * px))))
        start = int(rng.integers(0, length))
        shown[start : start + gap] = False
        worn += gap
    stroke[:, shown] = np.minimum(stroke[:, shown], damage.ink)


def fill_with_glyphs(
    page: Image, grid: Grid, px: float, rng: np.random.Generator, *, centred: bool = False
) -> None:
    """Glyphs in the first row of each cell, or ``centred`` (then on borders that are not drawn)."""
    for r, c, rs, cs in grid.spans:
        if rng.random() < 0.15:
            continue
        y0, y1 = grid.ys[r], grid.ys[r + rs if centred else r + 1]
        x0, x1 = grid.xs[c], grid.xs[c + cs]
        size = min(10.5, (y1 - y0) * 0.62)
        room = int((x1 - x0 - 5) / size)
        if room < 1:
            continue
        count = int(rng.integers(1, room + 1))
        draw_glyphs(page, x0 + 2.5, (y0 + y1 - size) / 2, size, count, px, rng)


def draw_glyphs(
    page: Image, x: float, y: float, size: float, count: int, px: float, rng: np.random.Generator
) -> None:
    """A run of square glyphs of level, upright and slanted strokes, as dense as Chinese print."""
    em = size * px
    thick = max(1, round(em / 14))
    for k in range(count):
        ox, oy = (x + k * size) * px + 0.06 * em, y * px + 0.04 * em
        for _ in range(int(rng.integers(2, 6))):
            kind, a, b = rng.random(), rng.uniform(0, 0.88), sorted(rng.uniform(0, 0.9, 2))
            if kind < 0.45:
                p, q = (ox + b[0] * em, oy + a * em), (ox + b[1] * em, oy + a * em)
            elif kind < 0.8:
                p, q = (ox + a * em, oy + b[0] * em), (ox + a * em, oy + b[1] * em)
            else:
                p, q = (ox + a * em, oy + b[0] * em), (ox + b[1] * em, oy + 0.88 * em)
            ends = [tuple(round(v) for v in point) for point in (p, q)]
            cv2.line(page, ends[0], ends[1], 20, thick)


def damaged(page: Image, damage: Damage, rng: np.random.Generator) -> Image:
    if damage.skew_deg:
        h, w = page.shape
        turn = cv2.getRotationMatrix2D((w / 2, h / 2), damage.skew_deg, 1.0)
        page = cv2.warpAffine(page, turn, (w, h), flags=cv2.INTER_LINEAR, borderValue=255)
    if damage.noise:
        grain = rng.normal(0, damage.noise, page.shape)
        page = np.clip(page + grain, 0, 255).astype(np.uint8)
    return np.asarray(page, dtype=np.uint8)


def draw_prose(page: Image, px: float, rng: np.random.Generator, lines: int = 40) -> None:
    for k in range(lines):
        draw_glyphs(page, 70, 80 + k * 17, 10.5, 43 if k % 7 else 20, px, rng)
