"""The index of a list's labels leaves out no label that fits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.fields.lists.headings import (
    HEADING_SCORE,
    Labels,
    folded_label,
    heading_score,
)
from extractor.pipeline.tools import load_tools

LABELS = sorted(
    {
        label
        for spec in load_tools().fields.rows.values()
        for column in spec.columns
        for label in (*column.labels, *(q for found in column.ticks.values() for q in found))
    }
)
INDEX = Labels(LABELS)
AROUND = (
    "",
    "万元",
    "（万元）",
    "人次",
    "情况",
    "及简介",
    "打√或填写分值",
    "（2024年）",
    "主要",
    "％",
)


def left_out(text: str) -> list[str]:
    """Labels that fit the text and are not in what the index says of it."""
    near = INDEX.may_fit(text)
    return [
        label
        for label in LABELS
        if folded_label(label) not in near and heading_score(label, text) >= HEADING_SCORE
    ]


@pytest.mark.parametrize("label", LABELS[::7])
def test_a_label_with_something_around_it_is_found(label: str) -> None:
    for more in AROUND:
        assert left_out(label + more) == []
        assert left_out(more + label) == []
    assert left_out(label[:-1]) == []


@given(
    st.sampled_from(LABELS),
    st.integers(0, 12),
    st.text("服务企业名称情况万元年人职务的一号（）", max_size=8),
)
def test_a_label_with_a_slip_or_more_around_it_is_found(label: str, at: int, more: str) -> None:
    assert left_out(label[:at] + more + label[at + 1 :]) == []
    assert left_out(more + label) == []


def test_what_is_no_heading_is_near_to_nothing() -> None:
    assert INDEX.may_fit("13812345678") == frozenset()
    assert INDEX.may_fit("") == frozenset()
