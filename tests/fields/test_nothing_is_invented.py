"""Promises of all readers, over pages put together at random."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st
from support.config import the_tools
from support.pages import Entry, body, grid, page
from support.reading import extract, facts_of

from extractor.core.page import PacketPage
from extractor.core.worksheet import Fact, FactStatus, Method, RowSet
from extractor.fields.make import CERTAIN_AT

LABELS = [label for e in the_tools().fields.forms["application_form"].entries for label in e.labels]
VALUES = (
    "南昌企服科技有限公司", "2016年5月20日", "500万元", "32人", "80%", "1,234.56", "王大明",
    "13812345678", "0791-88123456", "www.example.cn", "a@example.cn", "330029", "√", "无", "/", "—",
    "□事业单位☑社会团体", "共 3 次", "二〇一六年五月",
)  # fmt: skip
ENTRY = st.one_of(st.just(""), st.sampled_from(LABELS), st.sampled_from(VALUES))
GRIDS = st.lists(st.tuples(ENTRY, ENTRY, ENTRY, ENTRY), min_size=1, max_size=8)
DOCTYPES = st.sampled_from(
    ["application_form", "recommendation_form", "business_license", "declaration", "balance_sheet",
     "staff_roster_form", "served_enterprise_list_form", "audit_report", "other_material"]
)  # fmt: skip
PRESENCE = {Method.SEAL, Method.MARK, Method.COMPUTED}


def every(facts: tuple[Fact, ...], rows: tuple[RowSet, ...]) -> Iterator[Fact]:
    yield from facts
    yield from (cell for r in rows for row in r.rows for cell in row.cells.values())


def made(rows: list[tuple[str, ...]], doctype: str) -> tuple[PacketPage, list[Fact]]:
    entries: list[list[Entry]] = [list(row) for row in rows]
    first = page(grid(entries), body("本单位对所提交材料的真实性负责。", y=600))
    return first, list(every(*extract(doctype, first)))


def taken_from(raw: str, texts: list[str]) -> bool:
    """Whether ``raw`` is made of one unbroken piece of each of some of the texts, in their order."""
    if not raw:
        return True
    return any(
        raw[:size] in text and taken_from(raw[size:], texts[i + 1 :])
        for i, text in enumerate(texts)
        for size in range(min(len(raw), len(text)), 0, -1)
    )


@given(GRIDS, DOCTYPES)
@settings(max_examples=60, deadline=None)
def test_what_is_read_stands_on_the_page_in_its_box(
    rows: list[tuple[str, ...]], doctype: str
) -> None:
    first, facts = made(rows, doctype)
    for fact in facts:
        assert fact.page == 1
        assert fact.box is not None
        if fact.method in PRESENCE:
            continue
        x0, y0, x1, y1 = fact.box
        inside = [
            ln.text for ln in first.read.lines
            if ln.box.x0 < x1 and x0 < ln.box.x1 and ln.box.y0 < y1 and y0 < ln.box.y1
        ]  # fmt: skip
        assert taken_from(fact.raw, inside), f"{fact.raw!r} is not made of {inside}"


@given(GRIDS, DOCTYPES)
@settings(max_examples=60, deadline=None)
def test_confidence_decides_what_is_certain(rows: list[tuple[str, ...]], doctype: str) -> None:
    _, facts = made(rows, doctype)
    for fact in facts:
        assert 0 <= fact.confidence <= 1
        if fact.status is FactStatus.CERTAIN:
            assert fact.confidence >= CERTAIN_AT
            assert not fact.alternatives
            assert not fact.printed.assumed
            assert fact.value is not None
        assert fact.value != ""


@given(GRIDS, DOCTYPES)
@settings(max_examples=30, deadline=None)
def test_reading_twice_gives_the_same(rows: list[tuple[str, ...]], doctype: str) -> None:
    first, facts = made(rows, doctype)
    assert list(every(*extract(doctype, first))) == facts


@given(GRIDS)
@settings(max_examples=60, deadline=None)
def test_a_label_is_never_the_value_of_another_label(rows: list[tuple[str, ...]]) -> None:
    first, facts = made(rows, "application_form")
    blocks = {
        e.field
        for e in the_tools().fields.forms["application_form"].entries
        if e.block or e.options
    }
    for fact in facts:
        if fact.field in blocks or "." in fact.field or fact.method in PRESENCE:
            continue
        assert fact.raw not in LABELS, f"{fact.field} took the label {fact.raw!r} for its value"
    assert first.no == 1


FUNCTIONS = tuple(m.zh[0] for m in the_tools().catalogue.enums["service_function"].members)


@given(st.sets(st.sampled_from(FUNCTIONS)))
@settings(max_examples=20, deadline=None)
def test_exactly_the_ticked_functions_are_read(ticked: set[str]) -> None:
    text = " ".join(("☑" if f in ticked else "□") + f for f in FUNCTIONS)
    facts = facts_of("application_form", page(grid([["申报服务功能", text]], widths=[80, 415])))
    ids = {m.zh[0]: m.id for m in the_tools().catalogue.enums["service_function"].members}
    if not ticked:
        assert "app_service_functions" not in facts
    else:
        value = facts["app_service_functions"].value
        assert isinstance(value, tuple)
        assert set(value) == {ids[f] for f in ticked}
