"""The one door: every kind, nothing but a value or None."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from extractor.core.canonical import DateRange, PartialDate, as_decimal
from extractor.values import KINDS, Parsed, UnitContext, parse_value

OPTIONS = {"owned": ("房产证", "不动产权证书"), "leased": ("租赁合同",), "other": ("其他",)}
NUMERIC = ("money", "count", "ratio", "area", "number", "score", "quantity_with_unit")
# The characters that matter here, mixed with any others: pure random Unicode would hardly ever
# build something that looks like a value.
PIECES = st.one_of(
    st.text(max_size=6),
    st.sampled_from(
        [
            *"0123456789OolI|ZSB.,，、 -—（）()¥%‰：/年月日至万亿元余约近多零一二三十百千壹佰负□☑√",
            "万元",
            "人次",
            "平方米",
            "2019",
            "2019年4月",
            "长期",
            "有限公司",
            "〔2023〕",
            "0791-",
            "m2",
        ]
    ),
)
PAPER = st.lists(PIECES, max_size=10).map("".join)


def test_the_kinds_are_the_types_of_the_field_catalogue() -> None:
    assert {
        "org_name", "date", "person", "id_number", "phone", "uscc", "enum", "text", "address",
        "code", "url", "email", "money", "ratio", "count", "area", "list", "year", "bool", "score",
        "date_range", "org_or_person", "doc_number", "quantity_with_unit", "number",
    } == KINDS  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(PAPER, st.sampled_from(sorted(KINDS)), st.none() | st.sampled_from(["万元", "%", "人"]))
@example("٣٫٥", "money", None)
@example("²", "count", None)
@example("①②", "count", None)
@example("1" * 5000, "count", None)
@example("|||1|||", "money", None)
@example("0/0", "ratio", "%")
@example("９９９９年９９月９９日", "date", None)
def test_no_text_ever_raises_and_values_are_canonical(
    text: str, kind: str, label: str | None
) -> None:
    parsed = parse_value(kind, text, units=UnitContext(label=label), enum=OPTIONS)
    if parsed is None:
        return
    assert 0 < parsed.factor <= 1
    assert parsed.value != ""
    if kind in ("money", "area", "ratio", "number", "score"):
        assert isinstance(parsed.value, str)
        assert re.fullmatch(r"-?(0|[1-9]\d*)(\.\d*[1-9])?", parsed.value, re.ASCII)
        assert all(as_decimal(a) is not None for a in parsed.alternatives)
    elif kind in ("count", "year", "quantity_with_unit"):
        assert type(parsed.value) is int and parsed.value >= 0
    elif kind == "date":
        assert PartialDate.parse(str(parsed.value)).iso == parsed.value
    elif kind == "date_range":
        assert DateRange.parse(str(parsed.value)).iso == parsed.value
    elif kind == "bool":
        assert type(parsed.value) is bool
    elif kind == "enum":
        assert parsed.value in OPTIONS
    elif kind == "list":
        assert isinstance(parsed.value, tuple) and parsed.value


@pytest.mark.parametrize("kind", NUMERIC)
@pytest.mark.parametrize(
    "text", ["", " ", "/", "—", "－", "-", "无", "——", "\\", "*", "空", "元", "人"]
)
def test_a_cell_without_a_number_is_unknown_and_never_zero(kind: str, text: str) -> None:
    assert parse_value(kind, text, units=UnitContext(label="万元")) is None


@pytest.mark.parametrize("kind", ["money", "count", "ratio", "area", "number"])
def test_a_printed_zero_is_zero(kind: str) -> None:
    parsed = parse_value(kind, "0", units=UnitContext(label="万元、%、人、平方米"))
    assert parsed is not None and parsed.value in (0, "0")


def test_a_kind_nobody_reads_is_an_error_of_the_caller() -> None:
    with pytest.raises(ValueError):
        parse_value("rows", "1")
    with pytest.raises(ValueError):
        parse_value("enum", "房产证")


def test_the_parts_of_a_result_have_quiet_defaults() -> None:
    parsed = Parsed("x")
    assert parsed.factor == 1.0 and parsed.alternatives == () and parsed.printed.unit is None
