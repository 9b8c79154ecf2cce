"""What was wrong too often on pages of one kind is no longer certain there; nothing becomes surer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.bench.calibration import STEPS, Observation, calibrate, wilson
from extractor.core.worksheet import Fact, FactStatus, Method
from extractor.fields.make import no_surer_than_seen
from extractor.setup.calibration import Calibration, CalibrationGroup


def fact(confidence: float, status: FactStatus) -> Fact:
    return Fact(
        id="f_1", field="x", value="v", raw="v", document="d_1", page=1, box=(0, 0, 1, 1),
        confidence=confidence, method=Method.PROSE, status=status,
    )  # fmt: skip


def group(certain_at: float) -> CalibrationGroup:
    return CalibrationGroup(
        id="prose.faint", method="prose", reason="faint", n=1, wrong=0, at_most=1, certain_at=certain_at
    )  # fmt: skip


def test_the_interval_is_the_published_one() -> None:
    low, high = wilson(5, 100)
    assert (round(low, 4), round(high, 4)) == (0.0215, 0.1118)
    assert wilson(0, 0) == (0.0, 1.0)


@given(st.integers(1, 4000), st.data())
def test_the_interval_holds_the_share(n: int, data: st.DataObject) -> None:
    wrong = data.draw(st.integers(0, n))
    low, high = wilson(wrong, n)
    assert 0 <= low <= wrong / n + 1e-12
    assert wrong / n - 1e-12 <= high <= 1


def test_a_proven_fault_asks_for_more_confidence_and_one_slip_for_none() -> None:
    good = [Observation("prose", ("faint",), 0.99, True)] * 100
    bad = [Observation("prose", ("faint",), 0.92, False)] * 6
    one = [Observation("ocr_cell", (), 0.92, False)] + [
        Observation("ocr_cell", (), 0.99, True)
    ] * 40
    cell, prose = calibrate([*good, *bad, *one])
    assert (prose.n, prose.wrong, prose.certain_at) == (106, 6, 0.93)
    assert (cell.reason, cell.wrong, cell.certain_at) == ("good", 1, STEPS[0])
    assert cell.at_most > 0.1


@pytest.mark.parametrize("status", list(FactStatus))
@given(confidence=st.floats(0, 1), needed=st.floats(0, 1))
def test_certainty_is_only_ever_taken_away(
    status: FactStatus, confidence: float, needed: float
) -> None:
    table = Calibration(groups=(group(needed),))
    before = fact(confidence, status)
    after = no_surer_than_seen(before, ("faint",), table)
    expected = (
        FactStatus.DOUBTFUL if status is FactStatus.CERTAIN and confidence < needed else status
    )
    assert after.status is expected
    assert after.confidence == before.confidence
    assert no_surer_than_seen(before, (), table) == before
