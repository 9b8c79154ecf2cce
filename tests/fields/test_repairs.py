"""Figures one character away from their sum: proposed, never put in; nothing is proposed on a guess."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from support.pages import Table, grid, line, page
from support.reading import facts_of

from extractor.core.worksheet import Fact, FactStatus
from extractor.fields.audit.repairs import propose_repairs

SHEET = "balance_sheet"


def sheet(total: str, liabilities: str, equity: str, both: str) -> Table:
    return grid(
        [
            ["项目", "期末余额", "年初余额"],
            ["资产总计", total, ""],
            ["负债合计", liabilities, ""],
            ["所有者权益合计", equity, ""],
            ["负债和所有者权益总计", both, ""],
        ]
    )


def read(*amounts: str) -> dict[str, Fact]:
    return dict(facts_of(SHEET, page(line("单位：元", x=450, y=130), sheet(*amounts))))


MISREAD = ("8,877,768.04", "5,000,000.00", "3,817,768.04", "8,877,768.04")


def surer(facts: dict[str, Fact], **confidence: float) -> tuple[Fact, ...]:
    return tuple(
        f.model_copy(update={"confidence": confidence.get(name, 0.95)}) for name, f in facts.items()
    )


def test_the_figure_read_least_surely_gets_the_right_one_as_alternative() -> None:
    repaired = propose_repairs(surer(read(*MISREAD), bs_total_equity_end=0.5))
    equity = next(f for f in repaired if f.field == "bs_total_equity_end")
    assert equity.value == "3817768.04"
    assert equity.alternatives == ("3877768.04",)
    assert equity.status is FactStatus.DOUBTFUL
    assert [f.field for f in repaired if f.alternatives] == ["bs_total_equity_end"]


def test_where_two_figures_may_be_the_misread_one_none_is_proposed() -> None:
    assert all(not f.alternatives for f in propose_repairs(surer(read(*MISREAD))))


def test_sums_that_hold_get_no_proposal() -> None:
    facts = read("8,877,768.04", "5,000,000.00", "3,877,768.04", "8,877,768.04")
    assert all(not f.alternatives for f in facts.values())


def test_a_difference_of_many_characters_is_no_misread_figure() -> None:
    facts = read("8,877,768.04", "5,000,000.00", "1,234,567.89", "8,877,768.04")
    assert all(not f.alternatives for f in facts.values())


amount = st.integers(10_000_00, 9_999_999_99).map(lambda cents: Decimal(cents) / 100)


@given(amount, amount, st.integers(0, 5), st.integers(1, 9))
@settings(max_examples=30, deadline=None)
def test_no_value_is_ever_changed(a: Decimal, b: Decimal, place: int, add: int) -> None:
    total = f"{a + b:.2f}"
    digits = list(f"{b:.2f}")
    digits[place] = str((int(digits[place]) + add) % 10) if digits[place].isdigit() else "."
    misread = "".join(digits)
    facts = read(total, f"{a:.2f}", misread, total)
    assert Decimal(str(facts["bs_total_equity_end"].value)) == Decimal(misread)
    assert Decimal(str(facts["bs_total_assets_end"].value)) == a + b
