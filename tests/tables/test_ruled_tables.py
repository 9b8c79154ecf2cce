"""Ruled tables drawn into images with known cells, and pages that hold none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from table_drawing import (
    Damage,
    Grid,
    blank,
    damaged,
    draw_glyphs,
    draw_page,
    draw_prose,
    draw_rulings,
    random_grid,
)

from extractor.core.page import Table
from extractor.tables.ruled import find_ruled_tables

PX = 150 / 72
SIMPLE = Grid(
    (100, 130, 160, 190),
    (60, 200, 330, 500),
    tuple((r, c, 1, 1) for r in range(3) for c in range(3)),
)


def spans(table: Table) -> tuple[tuple[int, int, int, int], ...]:
    return tuple(sorted((c.row, c.col, c.row_span, c.col_span) for c in table.cells))


def page_with(*grids: Grid, damage: Damage | None = None) -> np.ndarray:
    return draw_page(list(grids), damage or Damage(noise=4), PX, np.random.default_rng(5))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 10_000),
    rows=st.integers(2, 12),
    cols=st.integers(2, 7),
    merges=st.integers(0, 7),
    skew=st.floats(-0.4, 0.4),
    noise=st.floats(0, 8),
    dropout=st.floats(0, 0.08),
    ink=st.integers(0, 180),
)
def test_random_grids_with_merged_cells_come_back_as_they_were_drawn(
    seed: int,
    rows: int,
    cols: int,
    merges: int,
    skew: float,
    noise: float,
    dropout: float,
    ink: int,
) -> None:
    rng = np.random.default_rng(seed)
    grid = random_grid(rng, rows, cols, merges=merges)
    damage = Damage(skew, noise, dropout, ink=ink)
    found = find_ruled_tables(draw_page([grid], damage, PX, rng), PX)
    assert [spans(t) for t in found] == [grid.spans]
    table = found[0]
    assert (table.n_rows, table.n_cols) == (rows, cols)
    assert sum(c.row_span * c.col_span for c in table.cells) == rows * cols
    if skew == 0:
        for cell in table.cells:
            assert abs(cell.box.y0 - grid.ys[cell.row]) < 2.5
            assert abs(cell.box.x1 - grid.xs[cell.col + cell.col_span]) < 2.5


@pytest.mark.parametrize(
    ("name", "damage", "dpi", "least"),
    [
        ("dotted", Damage(0.2, 3, dotted=True), 200, 0.95),
        ("worn in gaps of 2 pt", Damage(-0.3, 5, 0.1, gap_pt=2), 200, 0.9),
        ("hairlines", Damage(0.4, 6, line_px=1), 150, 0.97),
        ("hairlines at 300 dpi", Damage(0.4, 6, line_px=1), 300, 0.97),
        ("faint", Damage(-0.4, 6, ink=205), 200, 0.97),
        ("bold", Damage(0.3, 4, line_px=6), 200, 0.97),
        ("double frame", Damage(0.3, 6, 0.05, double_frame=True), 150, 0.97),
    ],
)
def test_nearly_all_cells_survive_poor_print_with_text_on_missing_borders(
    name: str, damage: Damage, dpi: int, least: float
) -> None:
    true = hit = 0
    for seed in range(8):
        rng = np.random.default_rng(1000 + seed)
        grid = random_grid(rng, int(rng.integers(3, 10)), int(rng.integers(2, 6)))
        found = find_ruled_tables(draw_page([grid], damage, dpi / 72, rng, centred=True), dpi / 72)
        cells = set(spans(max(found, key=lambda t: len(t.cells)))) if found else set()
        true += len(grid.spans)
        hit += len(cells & set(grid.spans))
    assert hit >= least * true, f"{name}: {hit} of {true}"


def test_tables_side_by_side_and_below_each_other_stay_apart() -> None:
    rng = np.random.default_rng(3)
    grids = [
        random_grid(rng, 4, 3, left=50, top=80, width=220),
        random_grid(rng, 3, 2, left=320, top=80, width=220),
        random_grid(rng, 5, 4, left=50, top=400, width=490),
    ]
    found = find_ruled_tables(page_with(*grids), PX)
    assert [spans(t) for t in found] == [g.spans for g in grids]


def test_a_table_without_its_outer_sides_still_has_its_outer_columns() -> None:
    page = blank(595, 842, PX)
    for y in (100, 130, 160, 190, 220):
        cv2.line(page, (round(60 * PX), round(y * PX)), (round(500 * PX), round(y * PX)), 0, 2)
    for x in (200, 330):
        cv2.line(page, (round(x * PX), round(100 * PX)), (round(x * PX), round(220 * PX)), 0, 2)
    (table,) = find_ruled_tables(page, PX)
    assert (table.n_rows, table.n_cols) == (4, 3)
    assert table.box.x0 == pytest.approx(60, abs=2)
    assert table.box.x1 == pytest.approx(500, abs=2)


def test_red_stamp_over_the_rulings_shifts_no_index() -> None:
    page = cv2.cvtColor(page_with(SIMPLE), cv2.COLOR_GRAY2BGR)
    stamp = np.full_like(page, 255)
    centre = (round(330 * PX), round(150 * PX))
    cv2.circle(stamp, centre, round(57 * PX), (40, 40, 215), 7)
    cv2.line(
        stamp, (centre[0] - 60, centre[1] + 20), (centre[0] + 55, centre[1] + 21), (40, 40, 215), 4
    )
    found = find_ruled_tables(np.minimum(page, stamp), PX)
    assert [spans(t) for t in found] == [SIMPLE.spans]


def test_red_printed_rulings_of_an_invoice_are_rulings() -> None:
    page = cv2.cvtColor(page_with(SIMPLE), cv2.COLOR_GRAY2BGR)
    page[page[:, :, 0] < 128] = (60, 60, 200)
    assert [spans(t) for t in find_ruled_tables(page, PX)] == [SIMPLE.spans]


def test_underline_in_a_cell_parts_nothing() -> None:
    page = page_with(SIMPLE, damage=Damage())
    y = round(153 * PX)
    cv2.line(page, (round(215 * PX), y), (round(318 * PX), y), 0, 2)
    assert [spans(t) for t in find_ruled_tables(page, PX)] == [SIMPLE.spans]


def test_borders_that_are_staggered_by_a_few_points_are_one_border() -> None:
    upper = Grid(
        (100, 130, 160), (60, 200, 500), tuple((r, c, 1, 1) for r in (0, 1) for c in (0, 1))
    )
    lower = Grid(
        (160, 190, 220), (60, 205, 500), tuple((r, c, 1, 1) for r in (0, 1) for c in (0, 1))
    )
    (table,) = find_ruled_tables(page_with(upper, lower), PX)
    assert (table.n_rows, table.n_cols) == (4, 2)


def test_union_that_is_no_rectangle_is_split_at_the_border_of_its_neighbours() -> None:
    """The border under a heading over all columns is gone above one column only."""
    grid = Grid(
        (100, 130, 160, 190), (60, 200, 330, 500),
        ((0, 0, 1, 3), *((r, c, 1, 1) for r in (1, 2) for c in range(3))),
    )  # fmt: skip
    page = blank(595, 842, PX)
    draw_rulings(page, grid, Damage(), PX, np.random.default_rng(0))
    page[round(128 * PX) : round(132 * PX), round(203 * PX) : round(327 * PX)] = 255
    assert [spans(t) for t in find_ruled_tables(page, PX)] == [grid.spans]


def test_a_border_missing_between_two_plain_cells_makes_one_cell_of_them() -> None:
    page = page_with(SIMPLE, damage=Damage())
    page[round(128 * PX) : round(132 * PX), round(203 * PX) : round(327 * PX)] = 255
    (table,) = find_ruled_tables(page, PX)
    assert (0, 1, 2, 1) in spans(table)
    assert len(table.cells) == 8


# --- pages without tables -----------------------------------------------------------------------


def test_blank_page_prose_and_underlined_prose_hold_no_table() -> None:
    rng = np.random.default_rng(1)
    page = blank(595, 842, PX)
    assert find_ruled_tables(damaged(page, Damage(noise=8), rng), PX) == ()
    draw_prose(page, PX, rng)
    assert find_ruled_tables(damaged(page, Damage(0.3, 6), rng), PX) == ()
    for y in (95, 180, 410):
        cv2.line(page, (round(90 * PX), round(y * PX)), (round(400 * PX), round(y * PX)), 0, 2)
    assert find_ruled_tables(page, PX) == ()


def test_page_frames_are_no_tables_and_do_not_hide_the_table_inside() -> None:
    page = page_with(SIMPLE)
    for inset, thick in ((22, 2), (28, 5)):
        a, b = round(inset * PX), (round((595 - inset) * PX), round((842 - inset) * PX))
        cv2.rectangle(page, (a, a), b, 0, thick)
    assert [spans(t) for t in find_ruled_tables(page, PX)] == [SIMPLE.spans]
    empty = blank(595, 842, PX)
    cv2.rectangle(empty, (60, 60), (1150, 1650), 0, 3)
    cv2.line(empty, (60, 160), (1150, 160), 0, 2)
    draw_prose(empty, PX, np.random.default_rng(2))
    assert find_ruled_tables(empty, PX) == ()


@pytest.mark.parametrize("seed", range(5))
def test_photos_hold_no_table(seed: int) -> None:
    """Smooth clouds, hard-edged shapes and grain: what cameras see of rooms and faces."""
    rng = np.random.default_rng(seed)
    photo = cv2.resize(
        rng.uniform(30, 230, (12, 9)).astype(np.float32), (900, 1200), interpolation=cv2.INTER_CUBIC
    )
    for _ in range(60):
        x, y, w, h = (int(v) for v in rng.integers(10, 800, 4))
        shade = float(rng.uniform(0, 255))
        if rng.random() < 0.5:
            cv2.rectangle(photo, (x, y), (x + w // 3, y + h // 3), shade, -1)
        else:
            cv2.line(photo, (x, y), (w, h), shade, int(rng.integers(1, 9)))
    photo = np.clip(photo + rng.normal(0, 6, photo.shape), 0, 255).astype(np.uint8)
    assert find_ruled_tables(photo, PX) == ()


def test_large_characters_and_tick_boxes_are_no_tables() -> None:
    page = blank(595, 842, PX)
    rng = np.random.default_rng(4)
    draw_glyphs(page, 100, 200, 44, 8, PX, rng)
    for k in range(6):
        x, y = round((100 + 60 * k) * PX), round(400 * PX)
        cv2.rectangle(page, (x, y), (x + 22, y + 22), 0, 2)
    assert find_ruled_tables(page, PX) == ()


@pytest.mark.parametrize("shape", [(0, 0), (3, 500), (500, 3), (9, 9)])
def test_degenerate_images_hold_no_table(shape: tuple[int, int]) -> None:
    assert find_ruled_tables(np.full(shape, 255, np.uint8), PX) == ()


@pytest.mark.parametrize("px", [0.0, -1.0, float("nan"), float("inf")])
def test_a_senseless_resolution_is_refused(px: float) -> None:
    with pytest.raises(ValueError, match="px_per_pt"):
        find_ruled_tables(blank(100, 100, 1), px)
