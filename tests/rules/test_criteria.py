"""How a criterion ends: both sides apart, unknown never counted, every verdict reachable."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import pytest
from books import CONFIG, book, catalogue, document, fact, row_set
from hypothesis import given
from hypothesis import strategies as st

from extractor.core.worksheet import Criterion, FactStatus, Printed, Verdict
from extractor.rules.comparing import ask, meets
from extractor.rules.criteria import judge_criteria, judge_criterion
from extractor.rules.facts import FactBook
from extractor.rules.scheme_cases import book_of_case, cases_of
from extractor.setup.scheme_loading import load_scheme
from extractor.setup.schemes import CriterionSpec, Query, Scheme


@cache
def scheme(ident: str = "jiangxi_2023") -> Scheme:
    return load_scheme(CONFIG, ident, catalogue())


def judged(ident: str, b: FactBook) -> Criterion:
    of = scheme("national_2025_draft" if ident.startswith("N25D") else "jiangxi_2023")
    return judge_criterion(b, of, of.criterion(ident))


def assets(stated: str | None, audited: str | None) -> FactBook:
    facts = [fact("aud_fiscal_year", 2023, document="a")]
    if stated is not None:
        facts.append(fact("app_total_assets_prev_year_end", stated, document="form", page=3))
    if audited is not None:
        facts.append(fact("bs_total_assets_end", audited, document="b", page=8))
    return book(
        *facts,
        documents=[
            document("form", "application_form", 3),
            document("a", "audit_report", 7),
            document("b", "balance_sheet", 8),
        ],
    )


amounts = st.decimals(min_value=0, max_value=10**9, places=2) | st.sampled_from(
    [Decimal("1999999.99"), Decimal("2000000.00"), Decimal("2000000.01")]
)


@given(amounts, amounts)
def test_sides_on_different_sides_of_the_threshold_are_a_conflict_and_only_they(
    stated: Decimal, audited: Decimal
) -> None:
    found = judged("JX23.6.1.assets", assets(str(stated), str(audited)))
    a, b = stated >= 2_000_000, audited >= 2_000_000
    expected = Verdict.CONFLICT if a != b else Verdict.MET if a else Verdict.NOT_MET
    assert found.verdict == expected


@given(amounts)
def test_a_statement_alone_is_never_more_than_stated(stated: Decimal) -> None:
    found = judged("JX23.6.1.assets", assets(str(stated), None))
    assert found.verdict in (Verdict.MET_STATED_ONLY, Verdict.NOT_MET)
    assert found.evidence is None


def test_nothing_read_is_not_shown_and_never_not_met() -> None:
    for ident in ("jiangxi_2023", "national_2025_draft"):
        for found in judge_criteria(book(filed=None), scheme(ident)):
            assert found.verdict in (Verdict.NOT_SHOWN, Verdict.FOR_JUDGEMENT), found.id
            assert found.stated is None
            assert found.evidence is None


def test_a_criterion_carries_threshold_both_sides_facts_and_pages() -> None:
    found = judged("JX23.6.1.assets", assets("2100000", "2600000"))
    assert (found.threshold, found.threshold_printed, found.unit) == ("2000000", "200万元", "元")
    assert (found.stated, found.evidence, found.recomputed) == ("2100000", "2600000", "2600000")
    assert found.pages == (1, 3, 8)
    assert found.article == "第六条（一）"


def test_counts_have_whole_thresholds_and_ratios_exact_ones() -> None:
    assert judged("JX23.6.2.staff", book()).threshold == 15
    assert judged("JX23.6.2.staff_ratio", book()).threshold == "0.8"
    assert judged("N25D.form.narrative", book()).threshold == ("5000", "10000")


def test_every_reading_is_shown_with_its_own_verdict() -> None:
    rows = [{"name": f"人{i}", "education": "college", "title_level": "none"} for i in range(9)]
    rows.append({"name": "人九", "education": "secondary", "title_level": "intermediate"})
    found = judged("JX23.6.2.staff_ratio", book(rows=[row_set("staff_roster", rows)]))
    assert [(r.id, r.value, r.verdict) for r in found.readings] == [
        ("A", "1", Verdict.MET),
        ("B", "0", Verdict.NOT_MET),
    ]
    assert found.verdict == Verdict.MET
    assert found.note is not None
    assert "AMB-08" in found.note


def test_a_doubtful_figure_is_said_to_be_doubtful() -> None:
    b = book(fact("app_total_assets_prev_year_end", "2600000", status=FactStatus.DOUBTFUL))
    note = judged("JX23.6.1.assets", b).note
    assert note is not None
    assert "识别存疑" in note


def test_an_approximate_number_does_not_pass_a_threshold_exactly_met() -> None:
    def area(value: str) -> Verdict:
        stated = fact("app_premises_area_total", value)
        about = stated.model_copy(update={"printed": Printed(approximate=True)})
        return judged("JX23.6.1.area", book(about)).verdict

    assert area("200") == Verdict.FOR_JUDGEMENT
    assert area("201") == Verdict.MET_STATED_ONLY
    assert area("199") == Verdict.NOT_MET


def test_the_label_printed_beside_the_staff_number_is_named() -> None:
    stated = fact("app_staff_total", 20).model_copy(update={"printed": Printed(label="从业人数")})
    note = judged("JX23.6.2.staff", book(stated)).note
    assert note is not None
    assert "从业人数" in note


def test_the_function_rule_stands_before_the_criteria_of_its_article() -> None:
    ids = [c.id for c in judge_criteria(book(), scheme("national_2025_draft"))]
    assert ids.index("N25D.7.functions") + 1 == ids.index("N25D.7.1.system")
    assert judge_criteria(book(), scheme())[0].id == "JX23.5.functions"


@pytest.mark.parametrize("ident", ["jiangxi_2023", "national_2025_draft"])
def test_every_numeric_condition_has_cases_that_pass_fail_and_lack_the_figure(ident: str) -> None:
    expected: dict[str, set[str]] = {}
    for case in cases_of(scheme(ident), catalogue()):
        for criterion, verdict in case.situation.expect.items():
            expected.setdefault(criterion, set()).add(verdict)
    for spec in scheme(ident).criteria:
        assert spec.id in expected, spec.id
        if spec.comparator in (">=", ">", "between"):
            assert {"met", "met_stated_only"} & expected[spec.id], spec.id
            if spec.threshold != 1:  # "has any": without a paper it is not shown, never not met
                assert "not_met" in expected[spec.id], spec.id
            assert {"not_shown", "not_applicable"} & expected[spec.id], spec.id


def test_the_cases_reach_every_verdict_but_the_one_for_texts_not_loaded() -> None:
    found = {
        c.verdict
        for ident in ("jiangxi_2023", "national_2025_draft")
        for case in cases_of(scheme(ident), catalogue())
        for c in judge_criteria(book_of_case(case, catalogue()), scheme(ident))
    }
    assert found == set(Verdict) - {Verdict.TEXT_NOT_LOADED}


def spec_with(**changes: object) -> CriterionSpec:
    return scheme().criterion("JX23.6.1.assets").model_copy(update=changes)


@pytest.mark.parametrize(
    ("comparator", "threshold", "value", "answer"),
    [
        ("<=", Decimal(5), 5, True), ("<=", Decimal(5), 6, False), ("<", Decimal(5), 5, False), (">", Decimal(5), 5, False),
        ("between", (Decimal(5), Decimal(7)), 7, True), ("between", (Decimal(5), Decimal(7)), 8, False),
        ("between", ("2019-04-20", "2019-05-10"), "2019-05-10", True),
        ("between", ("2019-04-20", "2019-05-10"), "2019-05-11", False),
        ("between", ("2019-04-20", "2019-05-10"), "2019-04", None),
        (">=", "2019-04-20", "2019-05", True), ("<", "2019-04-20", "2018", True), (">=", Decimal(5), "五", None),
        ("in", ("a", "b"), "b", True), ("not_in", ("a", "b"), "b", False),
        ("contains_all", ("a", "b"), ("b", "c", "a"), True), ("contains_all", ("a", "b"), ("b",), False),
        ("is_true", None, False, False), ("is_true", None, "是", None), ("judge", None, 5, None), ("about", Decimal(5), 9, None),
    ],
)  # fmt: skip
def test_comparators(
    comparator: str, threshold: object, value: object, answer: bool | None
) -> None:
    spec = spec_with(comparator=comparator, threshold=threshold, unit=None)
    assert meets(spec, value, book()) is answer  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("test", "answer"),
    [
        (Query(field="functions_applied", op="contains", value="training"), True),
        (Query(field="functions_applied", op="contains", value="policy"), False),
        (Query(field="functions_applied", op="contains_any", value=("policy", "technical")), True),
        (Query(field="app_staff_total", op=">=", value=Decimal(20)), True),
        (Query(field="app_staff_total", op="<=", value=Decimal(19)), False),
        (Query(field="app_uscc", op="is_true"), None),
        (Query(when="after recognition"), False),
        (Query(all=(Query(field="app_uscc", op="is_true"), Query(when="after recognition"))), False),
        (Query(all=(Query(field="app_uscc", op="is_true"), Query(field="app_staff_total", op=">=", value=Decimal(1)))), None),
    ],
)  # fmt: skip
def test_questions_are_answered_yes_no_or_not_known(test: Query, answer: bool | None) -> None:
    b = book(fact("app_staff_total", 20), functions=("training", "technical"))
    assert ask(test, b) is answer
