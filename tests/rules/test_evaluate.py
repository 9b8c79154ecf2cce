"""A whole packet is judged in one call; the configuration proves itself with its own cases."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from books import CONFIG, book, catalogue, document, fact, row_set

from extractor.core.worksheet import Case, Judgement, Verdict
from extractor.rules.evaluate import judge
from extractor.rules.facts import FactBook
from extractor.rules.schemes_check import check_schemes
from extractor.rules.schemes_show import scheme_text
from extractor.setup.scheme_loading import load_scheme
from extractor.setup.source import ConfigSource


def packet() -> FactBook:
    return book(
        fact("lic_established_date", "2022-06-01", document="lic", page=2),
        fact("bs_total_assets_end", "2600000", document="bs", page=4),
        fact("aud_fiscal_year", 2023, document="aud", page=3),
        fact("app_staff_total", 20, document="form"),
        rows=[
            row_set("staff_roster", [{"name": "张三", "education": "bachelor"}], document="roster")
        ],
        documents=[
            document("form", "application_form", 1),
            document("lic", "business_license", 2),
            document("aud", "audit_report", 3),
            document("bs", "balance_sheet", 4),
            document("roster", "staff_roster_form", 5),
        ],
    )


def judged(scheme: str = "jiangxi_2023", as_of: date | None = None) -> Judgement:
    b = packet()
    loaded = load_scheme(CONFIG, scheme, catalogue())
    return judge(b.reading, b.told, loaded, catalogue(), as_of)


def verdicts(found: Judgement) -> dict[str, Verdict]:
    return {c.id: c.verdict for c in found.criteria}


def test_a_judgement_holds_every_criterion_material_and_check() -> None:
    found = judged()
    assert len(found.criteria) == 28
    assert len(found.materials) == 17
    assert {f.check for f in found.findings}
    assert found.scheme.as_of == "2024-04-18"
    assert (found.scheme.status, found.scheme.banner) == ("现行有效（据所据文本）", None)


def test_a_draft_shows_its_banner_and_its_gaps() -> None:
    found = judged("national_2025_draft")
    assert found.scheme.banner == "征求意见稿"
    assert found.scheme.gaps


def test_another_date_is_another_judgement_of_the_same_reading() -> None:
    early, late = judged(), judged(as_of=date(2025, 4, 18))
    assert verdicts(early)["JX23.6.1.years"] == Verdict.NOT_MET
    assert verdicts(late)["JX23.6.1.years"] == Verdict.MET
    assert late.scheme.as_of == "2025-04-18"
    # In 2025 the audit of 2023 is no longer that of the year before.
    assert verdicts(late)["JX23.6.1.assets"] == Verdict.NOT_SHOWN


def test_the_same_input_gives_the_same_judgement() -> None:
    assert judged().model_dump_json() == judged().model_dump_json()


def test_every_fact_that_a_verdict_names_is_in_the_packet() -> None:
    known = set(packet().facts_by_id)
    for criterion in judged().criteria:
        assert set(criterion.facts) <= known


def test_a_packet_with_nothing_in_it_is_judged_without_an_error() -> None:
    b = book(filed=None)
    for scheme in ("jiangxi_2023", "national_2025_draft"):
        found = judge(b.reading, Case(), load_scheme(CONFIG, scheme, catalogue()), catalogue())
        assert found.case.filing_date is None
        assert not [c for c in found.criteria if c.verdict in (Verdict.MET, Verdict.NOT_MET)]


def test_the_configuration_passes_its_own_cases() -> None:
    report = check_schemes(CONFIG)
    assert report.faults == ()
    assert report.lines[-1] == "全部通过"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(CONFIG, tmp_path / "config")
    shutil.rmtree(tmp_path / "config/crosschecks/cases")  # they run in the test above
    return tmp_path / "config"


def edit(root: Path, name: str, old: str, new: str) -> ConfigSource:
    path = root / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return ConfigSource(root)


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("schemes/jiangxi_2023/criteria.yaml", "threshold: 15\n", "threshold: 16\n",
         ["staff.yaml:", "填报15人，名单15人", "JX23.6.2.staff: expected met, found not_met"]),
        ("schemes/jiangxi_2023/cases/staff.yaml", "{JX23.6.2.staff: met,", "{JX23.6.2.stuff: met,",
         ["cases[1].expect.JX23.6.2.stuff: 'JX23.6.2.stuff' is not known", "did you mean"]),
        ("schemes/jiangxi_2023/cases/staff.yaml", "{JX23.6.2.staff: met,", "{JX23.6.2.staff: mett,",
         ["found 'mett'; did you mean 'met'"]),
        ("schemes/jiangxi_2023/cases/staff.yaml", "app_staff_total: 15人", "app_staf_total: 15人",
         ["'app_staf_total' is not known", "'app_staff_total'"]),
        ("schemes/jiangxi_2023/cases/staff.yaml", "    expect: {JX23.6.2.staff: met, JX23.6.2.staff_ratio: met}\n", "",
         ["the case expects nothing"]),
        ("schemes/jiangxi_2023/ambiguities.yaml", "rule: side_function", "rule: side_functoin",
         ["AMB-14: rule 'side_functoin' is not known", "'side_function'"]),
        ("schemes/jiangxi_2023/scheme.yaml", "title_zh:", "titel_zh:", ["scheme.yaml:", "unknown key 'titel_zh'"]),
        ("derived.yaml", "derived:\n",
         "derived:\n  - {id: expert_counts, zh: 专家数, en: experts, type: count, formula: f, inputs: []}\n",
         ["quantity 'expert_counts' has no implementation", "'expert_count'"]),
        ("fields/report.yaml", "type: text", "type: txt", ["fields/report.yaml:", "found text 'txt'"]),
    ],
)  # fmt: skip
def test_a_fault_in_the_configuration_is_reported_with_its_place(
    copy: Path, name: str, old: str, new: str, words: list[str]
) -> None:
    report = check_schemes(edit(copy, name, old, new))
    assert not report.ok
    for word in words:
        assert any(word in line for line in report.lines), (word, report.lines)


def test_a_scheme_is_shown_whole() -> None:
    text = scheme_text(load_scheme(CONFIG, "national_2025_draft", catalogue()), catalogue())
    for words in (
        "第五条",
        "资产总额不低于300万元",
        "满足其一",
        "AMB-03",
        "第二十七条",
        "不计入",
        "征求意见稿",
        "技术服务",
    ):
        assert words in text
