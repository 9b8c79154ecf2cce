"""Every check ends as its cases in ``config/crosschecks/cases`` say."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractor.rules.checks.cases import CheckCase, load_cases, run_case
from extractor.rules.checks.load import load_checks
from extractor.setup.catalogue import load_catalogue
from extractor.setup.paths import config_dir

CATALOGUE = load_catalogue(config_dir())
CHECKS = {s.id: s for s in load_checks(config_dir(), CATALOGUE, ("jiangxi_2023",))}
CASES = load_cases(config_dir(), CHECKS.values())


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c.check} {c.expect} {c.sentence}")
def test_a_check_ends_as_its_case_says(case: CheckCase, schemes) -> None:
    findings, fault = run_case(case, CHECKS[case.check], schemes[case.scheme], CATALOGUE)
    assert fault is None, f"{case.where}: {fault}"
    assert all("{" not in f.message for f in findings)


@pytest.mark.parametrize("outcome", ["passed", "failed", "not_run"])
def test_every_check_has_a_case_for_each_outcome(outcome: str) -> None:
    covered = {case.check for case in CASES if case.expect == outcome}
    assert sorted(set(CHECKS) - covered) == []


def test_the_checks_of_both_schemes_are_many_enough() -> None:
    for scheme in ("jiangxi_2023", "national_2025_draft"):
        assert sum(spec.is_for(scheme) for spec in CHECKS.values()) >= 80


def test_cases_stand_beside_the_checks() -> None:
    folder = Path(config_dir()) / "crosschecks"
    assert {p.name for p in (folder / "cases").glob("*.yaml")} <= {
        p.name for p in folder.glob("*.yaml")
    }
