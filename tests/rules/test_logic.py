"""Groups joined by "or": one met member is enough, an open one keeps the group open."""

from __future__ import annotations

import pytest
from books import CONFIG, book, catalogue, fact, row_set

from extractor.core.worksheet import Criterion, Verdict
from extractor.rules.criteria import judge_criteria
from extractor.rules.logic import verdict_of
from extractor.setup.scheme_head import Logic
from extractor.setup.scheme_loading import load_schemes

MET, STATED, NOT = Verdict.MET, Verdict.MET_STATED_ONLY, Verdict.NOT_MET
SHOWN, APPLIES, JUDGE = Verdict.NOT_SHOWN, Verdict.NOT_APPLICABLE, Verdict.FOR_JUDGEMENT


def ended(*verdicts: Verdict) -> dict[str, Criterion]:
    return {
        f"c{n}": Criterion(id=f"c{n}", article="一", text=f"条件{n}", comparator=">=", verdict=v)
        for n, v in enumerate(verdicts)
    }


@pytest.mark.parametrize(
    ("verdicts", "any_of", "all_of"),
    [
        ((MET, NOT), MET, NOT),
        ((STATED, MET), MET, STATED),
        ((STATED, NOT), STATED, NOT),
        ((NOT, NOT), NOT, NOT),
        ((SHOWN, NOT), SHOWN, NOT),
        ((SHOWN, MET), MET, SHOWN),
        ((SHOWN, JUDGE), JUDGE, JUDGE),
        ((APPLIES, NOT), NOT, NOT),
        ((APPLIES, MET), MET, MET),
        ((APPLIES, APPLIES), APPLIES, APPLIES),
    ],
)
def test_a_group_ends_by_its_members(
    verdicts: tuple[Verdict, ...], any_of: Verdict, all_of: Verdict
) -> None:
    judged = ended(*verdicts)
    assert verdict_of(Logic(any=tuple(judged)), judged) is any_of
    assert verdict_of(Logic(all=tuple(judged)), judged) is all_of


def article_5(*facts, operations=()) -> Criterion:
    scheme = load_schemes(CONFIG, catalogue())["national_2025_draft"]
    rows = [row_set("app_operations", operations, document="application_form")]
    found = judge_criteria(book(*facts, rows=rows if operations else []), scheme)
    group = next(c for c in found if c.id == "N25D.5.1.nonprofit.any")
    last = max(i for i, c in enumerate(found) if c.id.startswith("N25D.5.") and c is not group)
    assert found.index(group) == last + 1
    return group


def test_a_nonprofit_needs_no_government_income() -> None:
    group = article_5(fact("npo_uscc", "52330100MJ8765432X"), fact("npo_legal_form", "法人"))
    assert (group.id, group.article, group.verdict) == ("N25D.5.1.nonprofit.any", "第五条", MET)
    assert "N25D.5.2.gov_ratio：不适用" in (group.note or "")


def test_an_enterprise_needs_the_ratio_or_the_contracts() -> None:
    years = [
        {"year": y, "service_income": "100", "gov_sme_service_income": "30"}
        for y in (2021, 2022, 2023)
    ]
    code = fact("lic_uscc", "91330100MA35ABCD1A")
    assert article_5(code, operations=years).verdict is STATED
    poor = [{**row, "gov_sme_service_income": "1"} for row in years]
    assert article_5(code, operations=poor).verdict is SHOWN  # contracts may still show it


def test_a_scheme_without_alternatives_has_no_group() -> None:
    scheme = load_schemes(CONFIG, catalogue())["jiangxi_2023"]
    assert [c for c in judge_criteria(book(), scheme) if c.kind == "group"] == []
