"""The yardstick itself: right is right, wrong is wrong, nothing is counted that was not there."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.worksheets import small_worksheet

from extractor.bench.memory import PeakMemory, tree_bytes
from extractor.bench.score import (
    Score,
    certainty_curve,
    same_value,
    score_packet,
)
from extractor.bench.tally import Tally
from extractor.bench.truth import Truth, load_truth
from extractor.core.errors import UsageError
from extractor.core.worksheet import (
    Fact,
    FactStatus,
    Finding,
    Method,
    Outcome,
    Row,
    RowSet,
    Severity,
    Worksheet,
)
from extractor.doors.cli_bench import packet_of

BOX = (100.0, 100.0, 200.0, 112.0)
KINDS = {"n": "count", "name": "org_name", "list.a": "text", "list.b": "count"}


def fact(field: str, value: object, *, page: int = 1, box: object = BOX, sure: bool = True) -> Fact:
    return Fact(
        id=f"f_{field}_{page}_{value}_{box}", field=field, value=value, raw=str(value), page=page,
        box=box, confidence=0.95 if sure else 0.5, method=Method.OCR_CELL,
        status=FactStatus.CERTAIN if sure else FactStatus.DOUBTFUL,
    )  # type: ignore[arg-type]  # fmt: skip


def truth(**parts: object) -> Truth:
    base: dict[str, object] = {"packet": "t", "scheme": "s", "pages": [], "facts": [], "rows": []}
    return Truth.model_validate(base | parts)


def worksheet(**parts: object) -> Worksheet:
    empty = {"facts": (), "rows": (), "findings": (), "criteria": ()}
    return small_worksheet().model_copy(update=empty | parts)


def true_fact(field: str, value: object, page: int = 1) -> dict[str, object]:
    return {"field": field, "value": value, "page": page, "box": BOX}


def score(found: Worksheet, wanted: Truth) -> Score:
    return score_packet(found, wanted, KINDS)


@pytest.mark.parametrize(
    ("kind", "found", "wanted", "same"),
    [
        ("money", "1500.00", "1500", True),
        ("money", "1500", "1500.01", False),
        ("count", 30, "30", True),
        ("count", "thirty", 30, False),
        ("ratio", "0.8", "0.80", True),
        ("org_name", "甲（南昌）公司", "甲(南昌)公司", True),
        ("org_name", "甲公司", "乙公司", False),
        ("date", "2024-04", "2024-04-18", False),
        ("enum", True, True, True),
        ("enum", True, "True", False),
        ("list", ("a", "b"), ("b", "a"), True),
        ("list", ("a",), ("a", "b"), False),
        ("count", None, 0, False),
        ("count", 0, None, False),
    ],
)
def test_values_are_compared_by_their_kind(
    kind: str, found: object, wanted: object, same: bool
) -> None:
    assert same_value(kind, found, wanted) is same  # type: ignore[arg-type]


def test_a_value_on_another_page_is_not_found() -> None:
    wanted = truth(facts=[true_fact("n", 5)])
    assert score(worksheet(facts=(fact("n", 5),)), wanted).fields.share == 1.0
    assert score(worksheet(facts=(fact("n", 5, page=2),)), wanted).fields.share == 0.0


def test_figures_are_counted_apart_from_names() -> None:
    wanted = truth(facts=[true_fact("n", 5), true_fact("name", "甲公司")])
    got = score(worksheet(facts=(fact("n", 6), fact("name", "甲公司"))), wanted)
    assert (got.fields.right, got.fields.total) == (1, 2)
    assert (got.figures.right, got.figures.total) == (0, 1)


def test_a_right_value_in_the_wrong_place_is_seen() -> None:
    wanted = truth(facts=[true_fact("n", 5)])
    away = fact("n", 5, box=(400.0, 700.0, 450.0, 712.0))
    assert score(worksheet(facts=(fact("n", 5),)), wanted).boxes.share == 1.0
    assert score(worksheet(facts=(away,)), wanted).boxes.share == 0.0


def test_certain_and_right_are_counted_both_ways() -> None:
    wanted = truth(facts=[true_fact("n", 5), true_fact("name", "甲公司")])
    got = score(worksheet(facts=(fact("n", 6), fact("name", "甲公司", sure=False))), wanted)
    assert got.right_of_certain.share == 0.0
    assert got.certain_of_right.share == 0.0


def test_a_certain_value_nobody_printed_anywhere_is_wrong() -> None:
    wanted = truth(facts=[true_fact("n", 5)])
    got = score(worksheet(facts=(fact("n", 5), fact("n", 7, page=2))), wanted)
    assert (got.right_of_certain.right, got.right_of_certain.total) == (1, 2)


def rows(*cells: tuple[str, int, float]) -> RowSet:
    made = [
        Row(
            no=i + 1,
            cells={
                "list.a": fact("list.a", a, box=(100.0, y, 150.0, y + 12)),
                "list.b": fact("list.b", b, box=(200.0, y, 250.0, y + 12)),
            },
        )
        for i, (a, b, y) in enumerate(cells)
    ]
    return RowSet(field="list", document=None, pages=(1,), rows=tuple(made))


def true_rows(*cells: tuple[str, int, float]) -> list[dict[str, object]]:
    made = [
        {
            "no": i + 1,
            "cells": {
                "list.a": {"value": a, "page": 1, "box": (100.0, y, 150.0, y + 12)},
                "list.b": {"value": b, "page": 1, "box": (200.0, y, 250.0, y + 12)},
            },
        }
        for i, (a, b, y) in enumerate(cells)
    ]
    return [{"field": "list", "rows": made}]


def test_rows_are_paired_by_their_place_not_their_order() -> None:
    wanted = truth(rows=true_rows(("甲", 1, 100.0), ("乙", 2, 130.0)))
    got = score(worksheet(rows=(rows(("乙", 2, 130.0), ("甲", 1, 100.0)),)), wanted)
    assert got.rows_f1 == 1.0
    assert got.cells.share == 1.0


def test_a_missing_row_and_an_invented_one_both_cost() -> None:
    wanted = truth(rows=true_rows(("甲", 1, 100.0), ("乙", 2, 130.0)))
    short = score(worksheet(rows=(rows(("甲", 1, 100.0)),)), wanted)
    assert (short.rows_found.share, short.rows_true.share) == (0.5, 1.0)
    extra = score(
        worksheet(rows=(rows(("甲", 1, 100.0), ("乙", 2, 130.0), ("丙", 3, 300.0)),)), wanted
    )
    assert (extra.rows_found.share, extra.rows_true.share) == (1.0, pytest.approx(2 / 3))
    assert short.rows_f1 is not None and short.rows_f1 < 1
    assert extra.rows_f1 is not None and extra.rows_f1 < 1


def test_no_rows_wanted_and_none_found_is_no_score_at_all() -> None:
    assert score(worksheet(), truth()).rows_f1 is None


def failed(check: str, *pages: int, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(
        check=check, title="t", severity=severity, outcome=Outcome.FAILED, message="m", pages=pages
    )


def test_a_planted_defect_must_fail_its_own_check_on_its_own_page() -> None:
    wanted = truth(findings=[{"check": "ID-01", "pages": [3]}])
    assert score(worksheet(findings=(failed("ID-01", 3, 9),)), wanted).planted.share == 1.0
    assert score(worksheet(findings=(failed("ID-01", 4),)), wanted).planted.share == 0.0
    assert score(worksheet(findings=(failed("ID-02", 3),)), wanted).planted.share == 0.0
    passed = failed("ID-01", 3).model_copy(update={"outcome": Outcome.PASSED})
    assert score(worksheet(findings=(passed,)), wanted).planted.share == 0.0


def test_an_error_nobody_planted_is_false_unless_it_follows_from_one() -> None:
    found = worksheet(findings=(failed("ID-01"), failed("ID-02", severity=Severity.WARN)))
    assert len(score(found, truth()).false_errors) == 1
    assert score(found, truth(companions=[{"check": "ID-01"}])).false_errors == []


def test_only_checks_that_came_to_an_end_are_counted() -> None:
    idle = failed("ID-09").model_copy(update={"outcome": Outcome.NOT_RUN})
    assert score(worksheet(findings=(failed("ID-01"), idle)), truth()).checks_ended == {"ID-01"}


def test_a_verdict_may_have_more_than_one_right_word() -> None:
    base = small_worksheet().criteria[0]
    found = worksheet(criteria=(base,))
    word = base.verdict.value
    other = "met" if word != "met" else "not_met"
    assert score(found, truth(verdicts={base.id: word})).verdicts.share == 1.0
    assert score(found, truth(verdicts={base.id: other})).verdicts.share == 0.0
    either = truth(verdicts={base.id: other}, verdicts_also_right={base.id: [word]})
    assert score(found, either).verdicts.share == 1.0
    assert score(found, truth(verdicts={"no such": "met"})).verdicts.share == 0.0


def test_a_page_that_was_not_read_is_a_wrong_page() -> None:
    wanted = truth(pages=[{"no": n, "document_type": "application_form"} for n in (1, 2)])
    assert score(small_worksheet(), wanted).pages.share == 0.5


@given(st.lists(st.booleans(), max_size=20), st.lists(st.booleans(), max_size=20))
def test_scores_of_packets_add_up(first: list[bool], second: list[bool]) -> None:
    total, parts = Score(), []
    for answers in (first, second):
        part = Score()
        for ok in answers:
            part.cells.add(ok, "x: y")
        parts.append(part)
        total.merge(part)
    assert total.cells.total == len(first) + len(second)
    assert total.cells.right == sum(first) + sum(second)
    assert len(total.cells.wrong) == total.cells.total - total.cells.right


def test_nothing_counted_is_no_share() -> None:
    assert Tally().share is None


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=30))
def test_the_curve_only_falls(curve: list[tuple[float, bool]]) -> None:
    points = certainty_curve(curve)
    assert [p[1] for p in points] == sorted((p[1] for p in points), reverse=True)
    assert all(0 <= wrong <= facts <= len(curve) for _at, facts, wrong in points)


def test_a_truth_that_is_missing_or_wrong_is_bad_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"truth\.json"):
        load_truth(tmp_path / "truth.json")
    (tmp_path / "truth.json").write_text(json.dumps({"packet": "t"}))
    with pytest.raises(UsageError, match=r"truth\.json"):
        load_truth(tmp_path / "truth.json")


def test_the_packet_beside_a_truth_is_its_one_file_or_its_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        packet_of(tmp_path)
    (tmp_path / "a.pdf").touch()
    assert packet_of(tmp_path) == tmp_path / "a.pdf"
    (tmp_path / "b.zip").touch()
    with pytest.raises(UsageError):
        packet_of(tmp_path)
    (tmp_path / "packet").mkdir()
    assert packet_of(tmp_path) == tmp_path / "packet"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_memory_of_this_process_is_measured() -> None:
    here = tree_bytes(os.getpid())
    assert here is not None and here > 10 * 2**20
    assert tree_bytes(2**30) is None
    with PeakMemory() as memory:
        block = bytearray(80 * 2**20)
        block[::4096] = b"x" * len(block[::4096])
        while memory.peak_bytes is None:
            time.sleep(0.05)
    assert memory.peak_bytes > 80 * 2**20


def test_lists_of_one_row_in_many_documents_do_not_count_as_each_others_extra_rows() -> None:
    places = [BOX, (100.0, 300.0, 200.0, 312.0)]
    wanted = truth(
        rows=[
            {"field": "list", "document": f"d{i}", "rows": [
                {"no": 1, "cells": {"list.a": {"value": f"v{i}", "page": 1, "box": box}}}]}
            for i, box in enumerate(places)
        ]
    )  # fmt: skip
    found = worksheet(
        rows=tuple(
            RowSet(field="list", document=f"d{i}", pages=(1,), rows=(
                Row(no=1, cells={"list.a": fact("list.a", f"v{i}", box=box)}),))
            for i, box in enumerate(places)
        )
    )  # fmt: skip
    assert score(found, wanted).rows_f1 == 1.0
