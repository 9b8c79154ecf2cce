"""All schemes hold: cases for every verdict a condition can reach, clauses for every check, no link to a copy."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

import pytest
from books import CONFIG, book, catalogue, document, fact, row_set

from extractor.core.worksheet import FactStatus, MaterialStatus, Value, Verdict
from extractor.rules.checks.load import load_checks
from extractor.rules.comparing import ask
from extractor.rules.criteria import judge_criteria, judge_criterion
from extractor.rules.evaluate import scheme_info
from extractor.rules.materials import judge_material
from extractor.rules.scheme_cases import book_of_case, cases_of, run_case
from extractor.rules.schemes_check import pairs_without_clause
from extractor.rules.schemes_show import scheme_text, sources_text
from extractor.setup.scheme_loading import load_schemes, scheme_ids
from extractor.setup.schemes import CriterionSpec, Query, Scheme

NO_VERDICT = ("judge", "not_loaded", "about", "route")


@cache
def schemes() -> dict[str, Scheme]:
    return dict(load_schemes(CONFIG, catalogue()))


def expected(scheme: Scheme, ident: str) -> set[str]:
    cases = cases_of(scheme, catalogue())
    return {c.situation.expect[ident] for c in cases if ident in c.situation.expect}


@pytest.mark.parametrize("ident", scheme_ids(CONFIG))
def test_every_condition_and_paper_of_every_scheme_has_cases(ident: str) -> None:
    scheme = schemes()[ident]
    papers = {m for c in cases_of(scheme, catalogue()) for m in c.situation.materials}
    assert {m.id for m in scheme.materials} <= papers
    for spec in scheme.criteria:
        found = expected(scheme, spec.id)
        if spec.comparator == "not_loaded" or spec.text_confidence is not None:
            assert "text_not_loaded" in found, spec.id
        elif spec.comparator in NO_VERDICT:
            assert "for_judgement" in found, spec.id
        else:
            # Missing; and, where a machine can say so, on either side of the line.
            assert "not_shown" in found, spec.id
            assert found & {"met", "met_stated_only"}, spec.id


def test_conditions_without_a_failing_case_are_those_that_absence_cannot_fail() -> None:
    """What was only not seen in papers never fails a condition: these cannot end as not met."""
    never = {
        spec.id
        for scheme in schemes().values()
        for spec in scheme.criteria
        if spec.comparator not in NO_VERDICT
        and spec.text_confidence is None
        and not expected(scheme, spec.id) & {"not_met", "relaxable", "readings_differ"}
    }
    assert {i for i in never if i.startswith("XJ12")} == {
        "XJ12.6.2.premises", "XJ12.7.2.assets", "XJ12.7.3.assets", "XJ12.7.4.filing",
        "XJ12.7.5.market", "XJ12.7.6.hotline",
    }  # fmt: skip
    assert {i for i in never if i.startswith(("TY23", "JS19"))} == {"JS19.3.3.expense"}


TURNED = {
    ">=": ("<=", ">"),
    "<=": (">=", "<"),
    ">": ("<=", ">="),
    "<": (">=", "<="),
    "in": ("not_in",),
    "not_in": ("in",),
}


def moved(threshold: object) -> list[object]:
    """The threshold one step either way: one unit, one day, one bound, one member less."""
    if isinstance(threshold, Decimal):
        # "Has any" stays: no paper counts as none.
        return [t for t in (threshold + 1, threshold - 1) if t > 0]
    if isinstance(threshold, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", threshold):
        day = date.fromisoformat(threshold)
        return [(day + timedelta(days=step)).isoformat() for step in (1, -1)]
    if isinstance(threshold, tuple) and all(moved(t) for t in threshold):
        return [
            (*threshold[:i], other, *threshold[i + 1 :])
            for i, bound in enumerate(threshold)
            for other in moved(bound)
        ]
    if isinstance(threshold, tuple) and len(threshold) > 1:
        return [(*threshold[:i], *threshold[i + 1 :]) for i in range(len(threshold))]
    return []


def nudged(spec: CriterionSpec) -> list[CriterionSpec]:
    """The condition with its comparator turned, its threshold moved, its precondition left out."""
    changes: list[dict[str, object]] = [
        {"comparator": turned} for turned in TURNED.get(spec.comparator, ())
    ]
    if spec.comparator in ("is_true", "increasing"):
        changes.append({"comparator": "not_in", "threshold": (True,)})
    changes += [{"threshold": other} for other in moved(spec.threshold)]
    if spec.precondition is not None:
        changes.append({"precondition": None})
        if spec.precondition.op in ("in", "not_in"):
            op = "not_in" if spec.precondition.op == "in" else "in"
            changes.append({"precondition": spec.precondition.model_copy(update={"op": op})})
    return [spec.model_copy(update=change) for change in changes]


def judged_readings(scheme: Scheme) -> dict[tuple[str, str], set[str]]:
    """Readings that ended met or not met in some case, by ambiguity and condition."""
    found: dict[tuple[str, str], set[str]] = {}
    for case in cases_of(scheme, catalogue()):
        for criterion in judge_criteria(book_of_case(case, catalogue()), scheme):
            spec = next((c for c in scheme.criteria if c.id == criterion.id), None)
            for ident in () if spec is None else spec.ambiguity:
                ended = {r.id for r in criterion.readings if r.verdict != "not_shown"}
                found.setdefault((ident, criterion.id), set()).update(ended)
    return found


@pytest.mark.parametrize("ident", scheme_ids(CONFIG))
def test_each_reading_of_an_ambiguous_text_decides_in_some_case(ident: str) -> None:
    scheme = schemes()[ident]
    decided = judged_readings(scheme)
    silent = []
    for name, ambiguity in scheme.ambiguities.items():
        about = [
            c
            for c in scheme.criteria
            if name in c.ambiguity and c.comparator not in NO_VERDICT and c.text_confidence is None
        ]
        ended = set().union(*(decided.get((name, c.id), set()) for c in about))
        silent += [f"{name} {r.id}" for r in ambiguity.readings if about and r.id not in ended]
    assert silent == []


@pytest.mark.parametrize("ident", scheme_ids(CONFIG))
def test_an_ambiguous_text_that_no_figure_decides_prints_what_is_done(ident: str) -> None:
    scheme = schemes()[ident]
    blank = book(filed="2024-04-18")
    printed = "；".join(scheme_info(scheme, blank).gaps)
    for spec in scheme.criteria:
        note = judge_criterion(blank, scheme, spec).note or ""
        for name in spec.ambiguity:
            if not scheme.ambiguities[name].readings:
                assert name in note, (spec.id, name)
    for name in scheme.head.ambiguity:
        assert name in printed


SEEDS = (
    "xinjiang_2012",
    "taiyuan_2023",
    "jiangsu_2019_reevaluation",
    "jiangxi_2023",
    "national_2025_draft",
)


@pytest.mark.parametrize("ident", SEEDS)
def test_a_moved_threshold_or_a_turned_comparator_makes_a_case_fail(ident: str) -> None:
    scheme = schemes()[ident]
    cases = cases_of(scheme, catalogue())
    alive = []
    for spec in scheme.criteria:
        if spec.comparator in NO_VERDICT:
            continue
        own = [c for c in cases if spec.id in c.situation.expect]
        for other in nudged(spec):
            changed = Scheme(
                scheme.head,
                scheme.materials,
                tuple(other if c.id == spec.id else c for c in scheme.criteria),
                scheme.ambiguities,
                scheme.cases,
            )
            if not any(run_case(case, changed, catalogue()) for case in own):
                alive.append(
                    f"{spec.id}: {other.comparator} {other.threshold} {other.precondition}"
                )
    assert alive == []


def test_a_check_that_serves_no_clause_of_a_scheme_it_runs_under_is_a_fault() -> None:
    checks = load_checks(CONFIG, catalogue(), scheme_ids(CONFIG))
    spec = next(c for c in checks if c.id == "EQ-01")
    assert pairs_without_clause((spec,), schemes()) == []
    serves = tuple(i for i in spec.serves if not i.startswith("TY23"))
    found = pairs_without_clause((spec.model_copy(update={"serves": serves}),), schemes())
    assert len(found) == 1
    assert "EQ-01 runs under taiyuan_2023" in found[0]


def test_every_check_cites_a_clause_of_each_scheme_it_names() -> None:
    for spec in load_checks(CONFIG, catalogue(), scheme_ids(CONFIG)):
        for name in spec.schemes:
            if name != "all":
                assert schemes()[name].served_ids.intersection(spec.serves), (spec.id, name)


def test_copies_at_second_hand_are_never_shown() -> None:
    for scheme in schemes().values():
        assert "secondary-copy" not in scheme_text(scheme, catalogue())
    assert "二手文本" in sources_text(schemes()["national_2017"].head)


def test_schemes_with_missing_text_say_so_in_banner_and_gaps() -> None:
    for scheme in schemes().values():
        unloaded = [c for c in scheme.criteria if c.comparator == "not_loaded" or c.text_confidence]
        if unloaded or any(m.status == "unknown" for m in scheme.materials):
            assert scheme.head.banner, scheme.id
            assert scheme.head.gaps, scheme.id


def test_a_text_that_is_not_loaded_shows_the_figures_and_judges_nothing() -> None:
    scheme = schemes()["taiyuan_2023"]
    b = book(fact("app_total_assets_prev_year_end", "1", document="application_form"))
    found = judge_criterion(b, scheme, scheme.criterion("TY23.f.assets"))
    assert (found.verdict, found.stated) == (Verdict.TEXT_NOT_LOADED, "1")
    material = judge_material(b, scheme.material("TY23.d.rest"))
    assert material.status is MaterialStatus.TEXT_NOT_LOADED
    assert material.requirement == "unknown"


def test_only_the_latest_of_the_rows_that_count_decides() -> None:
    scheme = schemes()["taiyuan_2023"]
    spec = scheme.criterion("TY23.1.2.renew")
    rows: list[dict[str, Value | None]] = [
        {"level": level, "year": year}
        for level, year in (("city", 2018), ("provincial", 2022), ("city", 2020))
    ]
    b = book(fact("pkt_target_level", "city"), rows=[row_set("recognitions", rows)])
    assert judge_criterion(b, scheme, spec).evidence == 2020


def test_an_unsure_missing_barcode_fails_nobody() -> None:
    scheme = schemes()["taiyuan_2023"]
    spec = scheme.criterion("TY23.1.3.audit_code")
    for status, verdict in (
        (FactStatus.DOUBTFUL, Verdict.NOT_SHOWN),
        (FactStatus.CERTAIN, Verdict.NOT_MET),
    ):
        b = book(
            fact("aud_barcode_present", False, document="a", status=status),
            documents=[document("a", "audit_report", 1)],
        )
        assert judge_criterion(b, scheme, spec).verdict is verdict


def test_present_is_unknown_where_the_paper_is_there_and_was_not_read() -> None:
    test = Query(field="case_narrative", op="present")
    assert ask(test, book()) is False
    assert ask(test, book(documents=[document("c", "case_narrative", 1)])) is None
    assert ask(test, book(fact("case_narrative", "案例"))) is True


def test_is_false_needs_to_have_been_read() -> None:
    test = Query(field="reeval_is_window_platform", op="is_false")
    assert ask(test, book()) is None
    assert ask(test, book(fact("reeval_is_window_platform", False))) is True
    assert ask(test, book(fact("reeval_is_window_platform", True))) is False
