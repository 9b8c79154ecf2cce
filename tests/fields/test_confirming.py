"""Identities raise or lower confidence; no value is ever changed by them."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from extractor.core.worksheet import Fact, FactStatus, Method, Printed
from extractor.fields.confirm import CONFIRMED, REFUTED, confirm_facts

AMOUNT = st.integers(-(10**12), 10**12).map(lambda cents: str(Decimal(cents) / 100))
CONFIDENCE = st.floats(0, 1).map(lambda c: round(c, 4))


def fact(field: str, value: str, confidence: float = 0.8, **more: object) -> Fact:
    return Fact(
        id=f"f_{field}_{more.get('document', 'd')}",
        field=field,
        value=value,
        raw=value,
        document=str(more.pop("document", "d")),
        confidence=confidence,
        method=Method.OCR_CELL,
        **more,  # type: ignore[arg-type]
    )


def sheet(total: str, liabilities: str, equity: str, confidence: float = 0.8) -> list[Fact]:
    return [
        fact("bs_total_assets_end", total, confidence),
        fact("bs_total_liabilities_end", liabilities, confidence),
        fact("bs_total_equity_end", equity, confidence),
    ]


@given(AMOUNT, AMOUNT, AMOUNT, CONFIDENCE)
def test_no_value_is_ever_changed(total: str, debts: str, equity: str, confidence: float) -> None:
    before = sheet(total, debts, equity, confidence)
    after = confirm_facts(before)
    keep = {"confidence", "status"}
    assert [f.model_dump(exclude=keep) for f in after] == [
        f.model_dump(exclude=keep) for f in before
    ]


@given(AMOUNT, AMOUNT, CONFIDENCE)
def test_a_sum_that_agrees_never_lowers_confidence(
    debts: str, equity: str, confidence: float
) -> None:
    total = str(Decimal(debts) + Decimal(equity))
    for before, after in zip(
        sheet(total, debts, equity, confidence),
        confirm_facts(sheet(total, debts, equity, confidence)),
        strict=True,
    ):
        assert after.confidence >= before.confidence
        assert after.confidence >= CONFIRMED


def test_a_sum_that_disagrees_leaves_nothing_certain() -> None:
    for after in confirm_facts(sheet("100.00", "60.00", "50.00", 0.99)):
        assert after.confidence <= REFUTED
        assert after.status is FactStatus.DOUBTFUL


def test_cents_of_rounding_are_no_disagreement() -> None:
    assert all(f.confidence >= CONFIRMED for f in confirm_facts(sheet("100.05", "60.00", "40.00")))
    assert all(f.confidence <= REFUTED for f in confirm_facts(sheet("100.06", "60.00", "40.00")))


def test_figures_of_different_documents_say_nothing_about_each_other() -> None:
    facts = [
        fact("bs_total_assets_end", "100", document="a"),
        fact("bs_total_liabilities_end", "60", document="b"),
        fact("bs_total_equity_end", "40", document="b"),
    ]
    assert confirm_facts(facts) == tuple(facts)


def test_two_claims_of_one_field_prove_nothing() -> None:
    facts = [
        *sheet("100", "60", "40"),
        fact("bs_total_assets_end", "100").model_copy(update={"id": "f_x"}),
    ]
    assert confirm_facts(facts) == tuple(facts)


def test_a_missing_part_is_no_disagreement() -> None:
    facts = sheet("100", "60", "40")[:2]
    assert confirm_facts(facts) == tuple(facts)


def test_a_repaired_figure_does_not_become_certain_by_a_sum() -> None:
    total, debts, equity = sheet("100", "60", "40")
    guessed = total.model_copy(update={"alternatives": ("109",)})
    assumed = debts.model_copy(update={"printed": Printed(assumed=("unit",))})
    after = confirm_facts([guessed, assumed, equity])
    assert after[0].status is FactStatus.DOUBTFUL
    assert after[0].confidence == guessed.confidence
    assert after[1].status is FactStatus.DOUBTFUL


def test_what_a_person_decided_stays_decided() -> None:
    total, debts, equity = sheet("100", "60", "50")
    corrected = total.model_copy(update={"status": FactStatus.CORRECTED})
    assert confirm_facts([corrected, debts, equity])[0].status is FactStatus.CORRECTED


def test_areas_that_do_not_add_up_are_the_applicants_words_not_a_misreading() -> None:
    facts = [
        fact("app_premises_area_total", "1200", 0.97),
        fact("app_premises_area_owned", "200", 0.97),
        fact("app_premises_area_rented", "900", 0.97),
    ]
    assert [f.confidence for f in confirm_facts(facts)] == [0.97] * 3
