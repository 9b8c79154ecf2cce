"""Schemes load whole; every broken reference, threshold or citation in one is explained."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from extractor.core.errors import ConfigError, UsageError
from extractor.setup.catalogue import Catalogue, load_catalogue
from extractor.setup.scheme_head import Logic
from extractor.setup.scheme_loading import (
    load_general_rules,
    load_scheme,
    load_schemes,
    scheme_ids,
)
from extractor.setup.schemes import Part
from extractor.setup.source import ConfigSource

CONFIG = Path(__file__).resolve().parents[2] / "config"
FOLDER = "schemes/jiangxi_2023"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(CONFIG)


Change = Callable[[str, str, str], ConfigSource]


@pytest.fixture
def changed(tmp_path: Path) -> Change:
    """A copy of the scheme with one piece of text replaced."""

    def make(name: str, old: str, new: str) -> ConfigSource:
        shutil.copytree(CONFIG, tmp_path / "config")
        path = tmp_path / "config" / FOLDER / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return ConfigSource(tmp_path / "config")

    return make


def test_all_schemes_load_with_all_their_conditions_and_papers(catalogue: Catalogue) -> None:
    schemes = load_schemes(CONFIG, catalogue)
    assert {k: (len(s.criteria), len(s.materials)) for k, s in schemes.items()} == {
        "jiangsu_2010_star": (4, 1),
        "jiangsu_2019_reevaluation": (11, 8),
        "jiangsu_2020_2023_recognition": (17, 1),
        "jiangxi_2023": (27, 17),
        "national_2012": (1, 1),
        "national_2017": (24, 1),
        "national_2025_creation": (1, 1),
        "national_2025_draft": (46, 10),
        "shanxi_2018": (1, 1),
        "taiyuan_2023": (21, 7),
        "xinjiang_2012": (36, 11),
    }
    assert schemes["national_2025_draft"].head.banner == "征求意见稿"
    assert len(load_general_rules(CONFIG)) == 7


def test_thresholds_are_canonical_and_keep_the_words_of_the_article(catalogue: Catalogue) -> None:
    scheme = load_scheme(CONFIG, "jiangxi_2023", catalogue)
    assets = scheme.criterion("JX23.6.1.assets")
    assert (assets.canonical_threshold, assets.canonical_unit) == (Decimal(2000000), "元")
    assert assets.threshold_printed == "200万元"
    ratio = scheme.criterion("JX23.6.2.staff_ratio")
    assert (ratio.canonical_threshold, ratio.canonical_unit) == (Decimal("0.8"), None)
    assert ratio.threshold_printed == "80%"
    # The text says 有, not a number: nothing is printed.
    assert scheme.criterion("JX23.6.1.facilities").threshold_printed is None


def test_every_condition_cites_article_source_and_words(catalogue: Catalogue) -> None:
    for scheme in load_schemes(CONFIG, catalogue).values():
        for item in (*scheme.criteria, *scheme.materials):
            assert item.article
            assert item.text_zh
            known = (scheme.head.source.split(" ")[0], *scheme.head.further_sources)
            assert item.source.startswith(known)


def test_served_ids_lead_to_their_article(catalogue: Catalogue) -> None:
    scheme = load_scheme(CONFIG, "national_2025_draft", catalogue)
    for ident, article in (
        ("N25D.5.assets", "第五条"),
        ("N25D.d.3", "第十一条（三）"),
        ("N25D.27", "第二十七条"),
        ("N25D.t.change", "第十八条"),
        ("N25D.7.functions", "第七条"),
    ):
        assert ident in scheme.served_ids
        assert scheme.article_of(ident) == article
    assert scheme.article_of("N25D.99") is None


def test_an_unknown_scheme_is_a_question_of_use_with_the_closest_named(
    catalogue: Catalogue,
) -> None:
    assert len(scheme_ids(CONFIG)) == 11
    with pytest.raises(UsageError, match="did you mean 'jiangxi_2023'"):
        load_scheme(CONFIG, "jiangxi_2024", catalogue)


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("criteria.yaml", "quantity: assets_for_test", "quantity: asets_for_test",
         ["criteria.yaml:", "JX23.6.1.assets: quantity 'asets_for_test' is not known", "'assets_for_test'"]),
        ("criteria.yaml", "doc: balance_sheet", "doc: balance_shet",
         ["JX23.6.1.assets: doctype 'balance_shet' is not known", "'balance_sheet'"]),
        ("criteria.yaml", "field: bs_total_assets_end", "field: bs_total_asset_end",
         ["field 'bs_total_asset_end' is not known", "'bs_total_assets_end'"]),
        ("criteria.yaml", "comparator: '>='", "comparator: atleast", [".comparator: found text 'atleast'", "allowed: >="]),
        ("criteria.yaml", "threshold: 200\n", "threshold: [200]\n", ["comparator '>=' needs one number or date"]),
        ("criteria.yaml", "threshold: 200\n", "threshold: viel\n", ["threshold 'viel' is neither a number nor a date"]),
        ("criteria.yaml", "threshold: 200\n", "threshold: {a: 1}\n", ["found a mapping; expected a number, a text or a list"]),
        ("criteria.yaml", "    comparator: is_true\n", "    comparator: is_true\n    threshold: 1\n",
         ["comparator 'is_true' takes no threshold"]),
        ("criteria.yaml", "    source: 003_3fd56a844f594555.txt 第六条（一）\n", "",
         ["key 'source' is missing in criteria[1]"]),
        ("criteria.yaml", "    article: 第六条（一）\n", "    article: ''\n", ["criteria[1].article:"]),
        ("criteria.yaml", "period: at_filing", "period: at_filling", [".period: found text 'at_filling'", "'at_filing'"]),
        ("criteria.yaml", "ambiguity: [AMB-01]", "ambiguity: [AMB-99]", ["ambiguity 'AMB-99' is not known"]),
        ("criteria.yaml", "op: contains_any", "op: contains_all", [".op: found text 'contains_all'", "'contains_any'"]),
        ("criteria.yaml", "value: [information, startup]", "value: information", ["op 'contains_any' needs a list"]),
        ("criteria.yaml", "field: functions_applied", "field: function_applied",
         ["field 'function_applied' is not known", "'functions_applied'"]),
        ("criteria.yaml", "    checkable: partial\n", "    checkable: partial\n    relaxable_by: [JX23.99]\n",
         ["relaxation 'JX23.99' is not known"]),
        ("criteria.yaml", "  - id: JX23.6.1.registered", "  - id: JX23.6.1.legal",
         ["JX23.6.1.legal: id stands twice"]),
        ("criteria.yaml", "  - id: JX23.form.experts", "  - id: JX23.d.rec", ["names a criterion and a material"]),
        ("materials.yaml", "doctypes: [recommendation_form]", "doctypes: [recomendation_form]",
         ["materials.yaml:", "doctype 'recomendation_form' is not known", "'recommendation_form'"]),
        ("materials.yaml", "needs: [seal,", "needs: [seel,", ["need 'seel' is not known", "'seal'"]),
        ("materials.yaml", "{when: after recognition}", "{when: later}", ["'when' knows only 'after recognition'"]),
        ("materials.yaml", "{when: after recognition}", "{field: functions_applied}", ["a test is {field, op, value}"]),
        ("materials.yaml", "    doctypes: [recommendation_form]\n",
         "    doctypes: [recommendation_form]\n    alternatives: [[two of invoice]]\n", ["'two of invoice' is no part"]),
        ("materials.yaml", "    doctypes: [recommendation_form]\n",
         "    doctypes: [recommendation_form]\n    alternatives: [[3 of invoce]]\n", ["doctype 'invoce' is not known"]),
        ("scheme.yaml", "id: jiangxi_2023", "id: jiangxi_2024", ["scheme.yaml:1: id:", "the folder is named 'jiangxi_2023'"]),
        ("scheme.yaml", "    - JX23.6.1.legal\n", "    - JX23.6.1.legl\n", ["logic: criterion 'JX23.6.1.legl' is not known", "'JX23.6.1.legal'"]),
        ("scheme.yaml", "    - JX23.6.1.legal\n", "", ["criterion 'JX23.6.1.legal' does not stand in the logic"]),
        ("scheme.yaml", "  all:\n", "  each:\n", ["a group of logic holds 'all' or 'any'"]),
        ("scheme.yaml", "at_least_one_of: [information,", "at_least_one_of: [informatoin,", ["function of this scheme 'informatoin'", "'information'"]),
        ("scheme.yaml", "{id: technical, zh: 技术创新", "{id: tecnical, zh: 技术创新", ["service function 'tecnical'", "'technical'"]),
        ("scheme.yaml", "issuer: 江西省工业和信息化厅\n", "", ["key 'issuer' is missing"]),
        ("scheme.yaml", "region: CN-36\n", "region: CN-36\nregoin: CN\n", ["unknown key 'regoin'", "'region'"]),
        ("ambiguities.yaml", "verdict: readings_differ", "verdict: reading_differs",
         ["ambiguities.yaml:", "found text 'reading_differs'", "'readings_differ'"]),
    ],
)  # fmt: skip
def test_a_broken_scheme_is_explained(
    changed: Change, catalogue: Catalogue, name: str, old: str, new: str, words: list[str]
) -> None:
    source = changed(name, old, new)
    with pytest.raises(ConfigError) as caught:
        load_scheme(source, "jiangxi_2023", catalogue)
    for word in words:
        assert word in str(caught.value)
    assert FOLDER in str(caught.value)


def test_an_overlay_changes_one_threshold_and_adds_a_scheme(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    packaged = (CONFIG / FOLDER / "criteria.yaml").read_text(encoding="utf-8")
    start = packaged.index("  - id: JX23.6.1.assets")
    entry = packaged[start : packaged.index("  - id: JX23.6.1.area")]
    folder = tmp_path / FOLDER
    folder.mkdir(parents=True)
    (folder / "criteria.yaml").write_text(
        "criteria:\n" + entry.replace("threshold: 200", "threshold: 300"), encoding="utf-8"
    )
    mine = tmp_path / "schemes/my_city"
    mine.mkdir()
    for name in ("criteria.yaml", "materials.yaml", "ambiguities.yaml"):
        shutil.copy(CONFIG / FOLDER / name, mine / name)
    head = (CONFIG / FOLDER / "scheme.yaml").read_text(encoding="utf-8")
    (mine / "scheme.yaml").write_text(head.replace("id: jiangxi_2023", "id: my_city"), "utf-8")
    source = ConfigSource(CONFIG, tmp_path)
    assert set(scheme_ids(source)) - set(scheme_ids(CONFIG)) == {"my_city"}
    scheme = load_scheme(source, "jiangxi_2023", catalogue)
    assert scheme.criterion("JX23.6.1.assets").canonical_threshold == Decimal(3000000)
    assert [c.id for c in scheme.criteria][3] == "JX23.6.1.assets"
    assert len(load_scheme(source, "my_city", catalogue).criteria) == 27


def test_the_logic_of_the_draft_keeps_its_branches(catalogue: Catalogue) -> None:
    logic = load_scheme(CONFIG, "national_2025_draft", catalogue).head.logic
    assert logic is not None
    branches = [m for m in logic.all if isinstance(m, Logic)]
    assert branches[0].any[0] == "N25D.5.1.nonprofit"
    assert "N25D.7.4.offline" in logic.ids()


def test_parts_of_alternatives_read_as_written() -> None:
    assert Part.parse("3 of invoice | tax_payment_proof") == Part(
        ("invoice", "tax_payment_proof"), 3
    )
    assert Part.parse("audit_report with svc_audit_present") == Part(
        ("audit_report",), 1, "svc_audit_present"
    )
    assert Part.parse("service_expenditure_proof if is_public_benefit_platform").if_field == (
        "is_public_benefit_platform"
    )
    with pytest.raises(ValueError, match="is no part"):
        Part.parse("either this")
