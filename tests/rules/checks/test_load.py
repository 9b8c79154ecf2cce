"""Every way to write a check wrongly is an error that says file, line, what was found, what is right."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractor.core.errors import ConfigError
from extractor.rules.checks.load import check_citations, load_checks
from extractor.rules.checks.operations import OPERATIONS
from extractor.rules.checks.registry import operation
from extractor.rules.quantities import registry
from extractor.setup.catalogue import Catalogue

GOOD = """\
checks:
  - id: ID-03
    zh: 申请表与证照代码一致
    en: form = certificate
    severity: error
    schemes: [jiangxi_2023]
    inputs: [app_uscc, cert_uscc]
    formula: app_uscc == cert_uscc
    tolerance: exact
    check: equal_code
    params: {left: app_uscc, right: cert_uscc}
    finding_zh: '申请表代码 {a} 与证照代码 {b} 不一致'
    serves: [JX23.d.licence]
    articles: {JX23.d.licence: 第八条（三）}
"""


def load(tmp_path: Path, catalogue: Catalogue, text: str):
    folder = tmp_path / "crosschecks"
    folder.mkdir(exist_ok=True)
    (folder / "identity.yaml").write_text(text, encoding="utf-8")
    return load_checks(tmp_path, catalogue, ("jiangxi_2023",))


def test_a_right_file_loads(tmp_path: Path, catalogue: Catalogue) -> None:
    (spec,) = load(tmp_path, catalogue, GOOD)
    assert spec.id == "ID-03"
    assert spec.is_for("jiangxi_2023") and not spec.is_for("national_2025_draft")


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("check: equal_code", "check: equal_cod", 10, ["'equal_cod'", "equal_code"]),
        ("severity: error", "severity: fatal", 5, ["fatal", "error"]),
        ("left: app_uscc", "left: app_usc", 11, ["'app_usc'", "app_uscc"]),
        ("left: app_uscc", "lefft: app_uscc", 11, ["no parameter 'lefft'", "left"]),
        (", right: cert_uscc", "", 11, ["needs the parameter 'right'"]),
        ("inputs: [app_uscc", "inputs: [app_uscx", 7, ["'app_uscx'", "app_uscc"]),
        ("schemes: [jiangxi_2023]", "schemes: [jiangxi_2032]", 6, ["jiangxi_2023"]),
        ("{a} 与", "{z} 与", 12, ["{z}", "a, b, repairs"]),
        ("{a} 与", "{a 与", 12, ["finding_zh"]),
        ("    tolerance: exact\n", "", 2, ["'tolerance' is missing"]),
        ("    en:", "    en_us: x\n    en:", 4, ["unknown key 'en_us'"]),
        ("    en:", "    zh: again\n    en:", 4, ["stands twice"]),
        ("id: ID-03", "id: ID3", 2, ["id"]),
        ("articles: {JX23.d.licence", "articles: {JX23.d.licens", 2, ["'articles' must cite"]),
        ("{left: app_uscc", "{left: [app_uscc]", 11, ["params.left", "a list"]),
    ],
)
def test_a_wrong_file_says_where_and_what_is_right(
    tmp_path: Path, catalogue: Catalogue, old: str, new: str, line: int, words: list[str]
) -> None:
    assert old in GOOD
    with pytest.raises(ConfigError) as error:
        load(tmp_path, catalogue, GOOD.replace(old, new, 1))
    message = str(error.value)
    assert f"config/crosschecks/identity.yaml:{line}:" in message
    for word in words:
        assert word in message


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("downgrade: [{flag: look_alike, to: warn}]", ["no flag 'look_alike'", "none"]),
        ("downgrade: [{metric: similarity, at_least: 0.9, to: warn}]", ["no metric 'similarity'"]),
        ("downgrade: [{flag: a, to: error}]", ["'downgrade' must go below"]),
        ("upgrade: [{flag: a, to: warn}]", ["'upgrade' must go above"]),
        ("downgrade: [{metric: similarity, to: warn}]", ["at_least"]),
        ("downgrade: [{to: warn}]", ["either 'flag' or 'metric'"]),
    ],
)
def test_a_wrong_change_of_severity_is_refused(
    tmp_path: Path, catalogue: Catalogue, key: str, words: list[str]
) -> None:
    with pytest.raises(ConfigError) as error:
        load(tmp_path, catalogue, GOOD.replace("    serves", f"    {key}\n    serves", 1))
    for word in words:
        assert word in str(error.value)


def test_the_packaged_checks_cite_clauses_that_exist(checks, schemes) -> None:
    for prefix, ident in (("N25D", "national_2025_draft"), ("JX23", "jiangxi_2023")):
        known = schemes[ident].served_ids
        assert check_citations(checks.values(), ident, prefix, known) == ()


def test_the_packaged_articles_are_those_of_the_schemes(checks, schemes) -> None:
    for spec in checks.values():
        for scheme in schemes.values():
            for ident in spec.serves:
                article = scheme.article_of(ident)
                assert article is None or article == spec.articles[ident], (spec.id, ident)


def test_a_clause_that_does_not_exist_is_named(checks) -> None:
    faults = check_citations([checks["ID-03"]], "jiangxi_2023", "JX23", ["JX23.d.1"])
    assert faults and "JX23.d.licence" in faults[0]


def test_every_operation_is_used_by_a_check_and_explains_itself(checks) -> None:
    used = {spec.check for spec in checks.values()}
    assert set(OPERATIONS) == used
    assert all(len(op.doc.strip()) > 20 for op in OPERATIONS.values())


def test_every_computed_input_has_its_code(checks, catalogue: Catalogue) -> None:
    named = {i for spec in checks.values() for i in spec.inputs if i in catalogue.derived}
    assert named <= set(registry())


def test_an_operation_without_a_docstring_is_refused() -> None:
    def silent(desk):
        return None

    with pytest.raises(ValueError, match="docstring"):
        operation()(silent)


def test_an_operation_with_an_unknown_kind_of_parameter_is_refused() -> None:
    def odd(desk):
        """A docstring."""

    with pytest.raises(ValueError, match="unknown kind"):
        operation(params="left:fact")(odd)
