"""A stored worksheet judged again: the same scheme and date give the same, masked or not."""

from __future__ import annotations

import datetime as dt

import pytest
from support.config import the_tools
from test_recorded_packets import PACKETS, need_recording, worksheet_of

from extractor.core.errors import UsageError
from extractor.core.worksheet import Fact, FactStatus, Row, Verdict, Worksheet
from extractor.pipeline.judging import judge_worksheet, reading_of
from extractor.pipeline.naming import naming_of
from extractor.worksheet.json_out import worksheet_bytes
from extractor.worksheet.mask import mask_worksheet

ONE = "national-defects"


def masked(worksheet: Worksheet) -> Worksheet:
    """As it is written and read back."""
    sensitive = naming_of(the_tools().catalogue).sensitive
    return Worksheet.model_validate_json(worksheet_bytes(mask_worksheet(worksheet, sensitive)))


def assert_same(again: Worksheet, before: Worksheet) -> None:
    for name in Worksheet.model_fields:
        if name != "extractor":  # names the configuration of today
            assert getattr(again, name) == getattr(before, name), name


@pytest.fixture
def stored() -> Worksheet:
    need_recording(ONE)
    return worksheet_of(ONE)


@pytest.mark.parametrize("packet", PACKETS)
def test_the_same_scheme_and_date_give_the_same_worksheet(packet: str) -> None:
    need_recording(packet)
    worksheet = worksheet_of(packet)
    assert_same(judge_worksheet(worksheet, the_tools()), worksheet)
    hidden = masked(worksheet)
    assert_same(judge_worksheet(hidden, the_tools()), hidden)


def test_another_scheme_and_date_are_judged_and_named(stored: Worksheet) -> None:
    other = judge_worksheet(stored, the_tools(), "jiangxi_2023", dt.date(2023, 6, 1))
    assert (other.scheme.id, other.scheme.as_of) == ("jiangxi_2023", "2023-06-01")
    assert (other.scheme.chosen_by, other.scheme.as_of_source) == ("option", "option")
    assert {c.article for c in other.criteria} != {c.article for c in stored.criteria}
    assert (other.facts, other.rows, other.decisions) == (
        stored.facts,
        stored.rows,
        stored.decisions,
    )


def test_there_and_back_is_the_first_verdict_again(stored: Worksheet) -> None:
    away = judge_worksheet(stored, the_tools(), "jiangxi_2023")
    back = judge_worksheet(away, the_tools(), stored.scheme.id)
    assert back.criteria == stored.criteria
    assert back.findings == stored.findings


def test_an_unknown_scheme_is_refused_by_name(stored: Worksheet) -> None:
    with pytest.raises(UsageError, match="jiangxi_2032"):
        judge_worksheet(stored, the_tools(), "jiangxi_2032")


def test_rejected_facts_and_rows_are_out_of_the_rules_sight(stored: Worksheet) -> None:
    def rejected(fact: Fact) -> Fact:
        return fact.model_copy(update={"status": FactStatus.REJECTED})

    rows = next(r for r in stored.rows if len(r.rows) > 1)
    first = rows.rows[0]
    gone = Row(no=first.no, cells={c: rejected(f) for c, f in first.cells.items()})
    changed = stored.model_copy(
        update={
            "facts": tuple(rejected(f) for f in stored.facts),
            "rows": tuple(
                r.model_copy(update={"rows": (gone, *r.rows[1:])}) if r is rows else r
                for r in stored.rows
            ),
        }
    )
    seen = reading_of(changed)
    assert seen.facts == ()
    left = next(r for r in seen.rows if r.field == rows.field and r.document == rows.document)
    assert [row.no for row in left.rows] == [row.no for row in rows.rows[1:]]
    judged = judge_worksheet(changed, the_tools())
    # the functions applied for were told with the packet, not read: their rule goes on counting them
    read = [c for c in judged.criteria if c.kind != "function_rule" and c.stated is not None]
    assert read and Verdict.MET not in {c.verdict for c in read}
