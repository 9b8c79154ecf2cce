"""A broken sample of every kind of file: the message names file, line, key, what stood there, what is right.

Each sample is a packaged file with one piece of text replaced, laid over the packaged configuration, and
read by the loader that ``extractor schemes check`` reads it with.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from books import CONFIG, catalogue

from extractor.core.errors import ConfigError
from extractor.rules.checks.cases import Situation, load_cases
from extractor.rules.checks.load import load_checks
from extractor.rules.scheme_cases import cases_of
from extractor.rules.situations import unknown_names
from extractor.setup.catalogue import load_catalogue
from extractor.setup.cues import load_cues
from extractor.setup.forms import load_forms
from extractor.setup.papers import load_papers
from extractor.setup.rowforms import load_row_specs
from extractor.setup.scheme_loading import load_general_rules, load_scheme, scheme_ids
from extractor.setup.source import ConfigSource
from extractor.setup.statements import load_statements

TY = "schemes/taiyuan_2023"
SAMPLES = [
    # file, what stands there, what is written instead, words of the message beside file and line
    ("conventions.yaml", "stated:\n", "statd:\n", ["unknown key 'statd'", "'stated'", "key 'stated' is missing"]),
    ("general_rules.yaml", "    rule: '>= and <='\n", "    rule: [a]\n", ["rule: found a list; expected text"]),
    ("units.yaml", "    canonical: 元", "    canonicl: 元", ["unknown key 'canonicl'", "'canonical'"]),
    ("identifiers.yaml", "weights: [1, 3,", "weights: [1, drei,", ["weights[2]: found text 'drei'", "a whole number"]),
    ("fields/audit.yaml", "type: money", "type: mony", ["found text 'mony'", "did you mean 'money'"]),
    ("doctypes.yaml", "    layout: ", "    layot: ", ["unknown key 'layot'", "'layout'"]),
    ("enums.yaml", "    members:\n", "    member:\n", ["unknown key 'member'", "'members'"]),
    ("derived.yaml", "    type: ", "    typ: ", ["unknown key 'typ'", "'type'"]),
    ("forms/business_license.yaml", "form: business_license", "form: business_licence", ["form: 'business_licence' is no doctype", "'business_license'"]),
    ("forms/business_license.yaml", "field: lic_type", "field: lic_typ", ["entries[3].field: field 'lic_typ' is not known", "'lic_type'"]),
    ("forms/business_license.yaml", "{field: lic_type, labels", "{field: lic_type, kind: txt, labels", ["entries[3].kind: found text 'txt'", "'text'"]),
    ("forms/business_license.yaml", "{field: lic_type, labels", "{field: lic_type, labls", ["unknown key 'labls'", "'labels'"]),
    ("rows/served_list.yaml", "rows: served_list", "rows: served_lst", ["rows: 'served_lst' is no list", "'served_list'"]),
    ("rows/served_list.yaml", "key: served_list.enterprise", "key: served_list.enterprse", ["key: column 'served_list.enterprse' is not known", "'served_list.enterprise'"]),
    ("rows/served_list.yaml", "{field: served_list.phone", "{field: served_list.fone", ["columns[5].field: column 'served_list.fone'", "'served_list.phone'"]),
    ("rows/served_list.yaml", "      satisfied: [满意", "      satisfid: [满意", ["columns[7].ticks.satisfid: value 'satisfid' is not known", "'satisfied'"]),
    ("rows/served_list.yaml", "documents: [served_enterprise_list_form", "documents: [served_enterprise_list", ["documents[1]: 'served_enterprise_list' is no doctype", "'served_enterprise_list_form'"]),
    ("papers/lease_contract.yaml", "paper: lease_contract", "paper: lease_contrct", ["paper: 'lease_contrct' is no doctype", "'lease_contract'"]),
    ("papers/lease_contract.yaml", "rows: premises_docs", "rows: premises", ["rows: field 'premises' is not known", "'premises_docs'"]),
    ("papers/lease_contract.yaml", "field: premises_docs.area", "field: premises_docs.aera", ["entries[4].field: 'premises_docs.aera' is no value", "'premises_docs.area'"]),
    ("papers/lease_contract.yaml", "layout: prose", "layout: prosa", ["layout: found text 'prosa'", "'prose'"]),
    ("cues.yaml", "  - id: application_report", "  - id: aplication_report", ["doctype 'aplication_report' is not known", "'application_report'"]),
    ("cues.yaml", "    runs_on: both\n", "    runs_on: boht\n", ["runs_on: found text 'boht'", "'both'"]),
    ("cues.yaml", "    runs_on: both\n", "    runs_on: both\n    kin: [invoce]\n", ["kin: doctype 'invoce' is not known", "'invoice'"]),
    ("cues.yaml", "    runs_on: both\n", "    runs_on: both\n    where: '('\n", ["where: not a regular expression"]),
    ("statements.yaml", "document: balance_sheet", "document: balance", ["statements[1].document: 'balance' is no doctype", "'balance_sheet'"]),
    ("statements.yaml", "field: bs_current_assets_end", "field: bs_curent_assets_end", ["field 'bs_curent_assets_end' is not known", "'bs_current_assets_end'"]),
    ("crosschecks/served_list.yaml", "severity: error", "severity: eror", ["severity: found text 'eror'", "'error'"]),
    ("crosschecks/served_list.yaml", "check: list_long_enough", "check: list_long_enogh", ["SL-01: check: operation 'list_long_enogh' is not known", "'list_long_enough'"]),
    ("crosschecks/served_list.yaml", "rows: served_list,", "row: served_list,", ["list_long_enough has no parameter 'row'", "rows"]),
    ("crosschecks/served_list.yaml", "服务名单 {n} 家", "服务名单 {m} 家", ["does not fill {m}", "it fills: min, n"]),
    ("crosschecks/cases/served_list.yaml", "check: SL-03", "check: SL-3", ["check 'SL-3' is not known", "'SL-03'"]),
    (f"{TY}/scheme.yaml", "issuer: ", "isuer: ", ["unknown key 'isuer'", "'issuer'"]),
    (f"{TY}/scheme.yaml", "closes: '2023-03-23'", "closes: 23.3.2023", ["time_rules[1].closes: found '23.3.2023'; expected a date such as 2023-03-23"]),
    (f"{TY}/criteria.yaml", "comparator: '>='", "comparator: '=>'", ["comparator: found text '=>'", "'>='"]),
    (f"{TY}/materials.yaml", "status: mandatory", "status: mandatry", ["status: found text 'mandatry'", "'mandatory'"]),
    (f"{TY}/ambiguities.yaml", "verdict: ", "verdct: ", ["unknown key 'verdct'", "'verdict'"]),
    (f"{TY}/cases/notice.yaml", "expect: {TY23.", "expect: {TY32.", ["is not known", "TY23."]),
    (f"{TY}/cases/notice.yaml", "filed: '2023-", "filed: '2023.", ["filed: found '2023.", "expected a day such as"]),
]  # fmt: skip


LOADERS = {
    "forms": load_forms,
    "rows": load_row_specs,
    "papers": load_papers,
    "cues.yaml": load_cues,
    "statements.yaml": load_statements,
}


def load(name: str, source: ConfigSource) -> None:
    """Read what a file belongs to."""
    kind = name.partition("/")[0]
    if kind in LOADERS:
        LOADERS[kind](source, catalogue())
    elif kind == "schemes":
        cases_of(load_scheme(source, name.split("/")[1], catalogue()), catalogue())
    elif kind == "crosschecks":
        load_cases(source, load_checks(source, catalogue(), scheme_ids(CONFIG)))
    else:
        load_general_rules(source)
        load_catalogue(source)


@pytest.mark.parametrize(("name", "old", "new", "words"), SAMPLES)
def test_a_broken_file_is_explained_with_its_place(
    tmp_path: Path, name: str, old: str, new: str, words: list[str]
) -> None:
    text = (CONFIG / name).read_text(encoding="utf-8")
    assert old in text, "the sample no longer fits the file"
    first = text[: text.index(old) + _common(old, new)].count("\n") + 1
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(name, ConfigSource(CONFIG, tmp_path))
    told = str(caught.value)
    assert f"overlay/{name}:{first}" in told
    for word in words:
        assert word in told


def _common(old: str, new: str) -> int:
    """How many characters both begin with: the change stands behind them."""
    return next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), len(old))


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("scheme/mine/scheme.yaml", "'schemes/*/scheme.yaml'"),
        ("schemes/mine/criterias.yaml", "'schemes/*/criteria.yaml'"),
        ("schemes/scheme.yaml", "'schemes/*/scheme.yaml'"),
        ("field/mine.yaml", "'fields/*.yaml'"),
        ("cue.yaml", "'cues.yaml'"),
    ],
)
def test_a_file_that_nothing_reads_is_named_with_what_it_may_be(
    tmp_path: Path, name: str, right: str
) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text("a: 1\n", encoding="utf-8")
    (fault,) = ConfigSource(CONFIG, tmp_path).misplaced()
    assert f"overlay/{name}: nothing reads a file of this name" in str(fault)
    assert right in str(fault)


def test_a_folder_without_the_head_of_its_scheme_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "schemes" / "mine"
    folder.mkdir(parents=True)
    (folder / "criteria.yaml").write_text("criteria: []\n", encoding="utf-8")
    (fault,) = ConfigSource(CONFIG, tmp_path).misplaced()
    assert "overlay/schemes/mine/scheme.yaml: the file is missing" in str(fault)


@pytest.mark.parametrize(
    ("given", "where", "words"),
    [
        (
            {"given": {"served_list": ({"fone": "1"},)}},
            ("given", "served_list", 0, "fone"),
            "'phone'",
        ),
        ({"given": {"served_list": "x"}}, ("given", "served_list"), "is a list; write its rows"),
        ({"given": {"served_lst": "x"}}, ("given", "served_lst"), "'served_list'"),
        ({"papers": ("invoce",)}, ("papers", 0), "'invoice'"),
        ({"sealed": {"declaraton": {}}}, ("sealed", "declaraton"), "'declaration'"),
        (
            {"given": {"staff_roster": {"times": 2, "row": {}, "but": {"1": {"nmae": "x"}}}}},
            ("given", "staff_roster", "but", "1", "nmae"),
            "'name'",
        ),
    ],
)
def test_a_case_that_names_what_does_not_exist_is_told_where_and_what_may_be_meant(
    given: dict[str, object], where: tuple[str | int, ...], words: str
) -> None:
    situation = Situation.model_validate(given)
    ((place, message),) = unknown_names(situation, catalogue())
    assert place == where
    assert words in message
