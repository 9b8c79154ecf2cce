"""What ``extractor schemes check`` does: load everything strictly, then run all cases of the schemes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from extractor.core.errors import ConfigError
from extractor.rules.ambiguity import RULES
from extractor.rules.checks.cases import load_cases
from extractor.rules.checks.cases import run_case as run_check_case
from extractor.rules.checks.load import check_citations, load_checks
from extractor.rules.checks.spec import CheckSpec
from extractor.rules.quantities import registry
from extractor.rules.scheme_cases import cases_of, run_case
from extractor.rules.situations import unknown_names
from extractor.setup.catalogue import Catalogue, load_catalogue
from extractor.setup.cues import load_cues
from extractor.setup.forms import load_forms
from extractor.setup.papers import load_papers
from extractor.setup.rowforms import load_row_specs
from extractor.setup.scheme_loading import load_general_rules, load_scheme, scheme_ids
from extractor.setup.schemes import Scheme
from extractor.setup.source import ConfigSource
from extractor.setup.statements import load_statements
from extractor.setup.yaml_strict import closest


@dataclass(frozen=True, slots=True)
class SchemesReport:
    """``lines`` to print, one sentence each; ``faults``: those that must be mended; ``ok``: none."""

    lines: tuple[str, ...]
    faults: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not self.faults


def check_schemes(source: Path | ConfigSource) -> SchemesReport:
    """Load the whole configuration and run every case. Never raises for a fault in it."""
    config = source if isinstance(source, ConfigSource) else ConfigSource(source)
    lines: list[str] = []
    faults: list[str] = []
    try:
        catalogue = load_catalogue(config)
        load_general_rules(config)
        for load in (load_forms, load_row_specs, load_papers, load_cues, load_statements):
            load(config, catalogue)
        ids = scheme_ids(config)
        checks = load_checks(config, catalogue, ids)
    except ConfigError as error:
        return SchemesReport((f"✗ {error}",), (str(error),))
    lines.append(
        f"✓ 字段{len(catalogue.fields)}、文件类型{len(catalogue.doctypes)}、"
        f"推算指标{len(catalogue.derived)}"
    )
    faults.extend(_closed_sets(catalogue))
    faults.extend(str(fault) for fault in config.misplaced())
    schemes: dict[str, Scheme] = {}
    for ident in ids:
        try:
            scheme = load_scheme(config, ident, catalogue)
            lines_of, faults_of = _check_scheme(scheme, catalogue, checks)
        except ConfigError as error:
            faults.append(str(error))
            continue
        schemes[ident] = scheme
        lines.extend(lines_of)
        faults.extend(faults_of)
    faults.extend(pairs_without_clause(checks, schemes))
    lines_of, faults_of = _check_checks(config, schemes, checks, catalogue)
    lines.extend(lines_of)
    faults.extend(faults_of)
    lines.extend(f"✗ {fault}" for fault in faults)
    lines.append(f"{len(faults)} 处有误" if faults else "全部通过")
    return SchemesReport(tuple(lines), tuple(faults))


def _closed_sets(catalogue: Catalogue) -> list[str]:
    """Quantities that configuration names and no code computes; an overlay cannot add code."""
    known = registry()
    return [
        f"config/derived.yaml: quantity {ident!r} has no implementation; {closest(ident, known)}"
        for ident in catalogue.derived
        if ident not in known
    ]


def pairs_without_clause(checks: tuple[CheckSpec, ...], schemes: Mapping[str, Scheme]) -> list[str]:
    """Checks that run under a scheme by name and serve nothing in it."""
    return [
        f"check {spec.id} runs under {name} and serves no clause of it; name one, or drop the scheme"
        for spec in checks
        for name in spec.schemes
        if name in schemes and not schemes[name].served_ids.intersection(spec.serves)
    ]


def _check_scheme(
    scheme: Scheme, catalogue: Catalogue, checks: tuple[CheckSpec, ...]
) -> tuple[list[str], list[str]]:
    cases = cases_of(scheme, catalogue)
    prefix = scheme.criteria[0].id.partition(".")[0] if scheme.criteria else ""
    wrong_citations = check_citations(checks, scheme.id, prefix, scheme.served_ids)
    faults = [*_unknown_rules(scheme), *(wrong_citations if prefix else ())]
    passed = 0
    for case in () if faults else cases:
        wrong = run_case(case, scheme, catalogue)
        passed += not wrong
        faults.extend(f"{case.where}: {case.situation.title}：{w}" for w in wrong)
    named = {name for case in cases for name in case.situation.expect}
    without = [c.id for c in scheme.criteria if c.id not in named]
    line = (
        f"{'✗' if faults else '✓'} {scheme.id}：条件{len(scheme.criteria)}、材料{len(scheme.materials)}、"
        f"歧义{len(scheme.ambiguities)}、用例{passed}/{len(cases)}"
    )
    lines = [line]
    if without:
        lines.append(f"  没有用例的条件：{'、'.join(without)}")
    return lines, faults


def _check_checks(
    config: ConfigSource,
    schemes: Mapping[str, Scheme],
    checks: tuple[CheckSpec, ...],
    catalogue: Catalogue,
) -> tuple[list[str], list[str]]:
    """The cases of the cross-checks; a case of a scheme that is not loaded is counted apart."""
    try:
        cases = load_cases(config, checks)
    except ConfigError as error:
        return [], [str(error)]
    specs = {spec.id: spec for spec in checks}
    faults: list[str] = []
    passed, apart = 0, 0
    for case in cases:
        scheme = schemes.get(case.scheme)
        if scheme is None:
            apart += 1
            continue
        named = [message for _, message in unknown_names(case.situation, catalogue)]
        if named:
            faults.extend(f"{case.where}: {case.check}：{case.sentence}：{m}" for m in named)
            continue
        _, wrong = run_check_case(case, specs[case.check], scheme, catalogue)
        passed += wrong is None
        if wrong is not None:
            faults.append(f"{case.where}: {case.check}：{case.sentence}：{wrong}")
    run = len(cases) - apart
    line = f"{'✗' if faults else '✓'} 核对：{len(checks)}，用例{passed}/{run}"
    if apart:
        line += f"（另有{apart}个用例所属办法未载入）"
    return [line], faults


def _unknown_rules(scheme: Scheme) -> list[str]:
    return [
        f"{scheme.id}: {a.id}: rule {a.rule!r} is not known; {closest(a.rule, RULES)}"
        for a in scheme.ambiguities.values()
        if a.rule is not None and a.rule not in RULES
    ]
