"""A scheme is shown whole, and two schemes are compared as a reviewer would."""

from __future__ import annotations

import pytest
from books import CONFIG, catalogue
from typer.testing import CliRunner

from extractor.doors.cli_schemes import app
from extractor.rules.schemes_diff import DiffRow, Kind, SchemeDiff, diff_lines, diff_schemes
from extractor.rules.schemes_show import scheme_text, sources_text
from extractor.setup.scheme_loading import load_scheme, scheme_ids
from extractor.setup.schemes import Scheme


def scheme(ident: str) -> Scheme:
    return load_scheme(CONFIG, ident, catalogue())


@pytest.fixture(scope="module")
def diff() -> SchemeDiff:
    return diff_schemes(scheme("xinjiang_2012"), scheme("jiangxi_2023"), catalogue())


def rows(diff: SchemeDiff, section: int) -> dict[str, DiffRow]:
    return {row.subject: row for row in diff.sections[section].rows}


@pytest.mark.parametrize("ident", scheme_ids(CONFIG))
def test_a_shown_scheme_names_everything_with_its_article_and_all_gaps(ident: str) -> None:
    found = scheme(ident)
    text = scheme_text(found, catalogue())
    for item in (*found.criteria, *found.materials):
        assert f"[{item.id}]" in text and item.article in text and item.text_zh in text
    head = found.head
    for rule in (*head.time_rules, *head.relaxations, *head.exclusions, *head.counting_rules):
        assert rule.article in text
    for ambiguity in found.ambiguities.values():
        assert ambiguity.id in text and all(r.text_zh in text for r in ambiguity.readings)
    assert all(gap in text for gap in head.gaps)
    assert sources_text(head) in text


def test_thresholds_that_differ_stand_side_by_side_with_their_articles(diff: SchemeDiff) -> None:
    staff = rows(diff, 1)["用于比较的专职人员数"]
    assert (staff.kind, staff.left, staff.right) == (
        Kind.DIFFERS,
        "第六条（四）：不低于（含本数）10人",
        "第六条（二）：不低于（含本数）15人",
    )


def test_what_one_scheme_alone_asks_stands_on_its_side(diff: SchemeDiff) -> None:
    assert rows(diff, 1)["服务场地面积"].kind is Kind.RIGHT
    assert rows(diff, 1)["〔融资服务〕融资知识讲座"].kind is Kind.LEFT
    assert rows(diff, 2)["合作协议"].kind is Kind.RIGHT


def test_equal_conditions_papers_and_terms_are_the_same(diff: SchemeDiff) -> None:
    assert rows(diff, 0)["有效期"].kind is Kind.SAME
    assert rows(diff, 2)["房产证、租赁合同"].kind is Kind.SAME


@pytest.mark.parametrize("ident", scheme_ids(CONFIG))
def test_a_scheme_does_not_differ_from_itself(ident: str) -> None:
    found = scheme(ident)
    whole = diff_schemes(found, found, catalogue())
    assert {row.kind for section in whole.sections for row in section.rows} <= {Kind.SAME}
    assert len(whole.sections[1].rows) == len(found.criteria)


def test_nothing_of_either_scheme_is_lost(diff: SchemeDiff) -> None:
    kinds = [row.kind for row in diff.sections[1].rows]
    assert len(kinds) - kinds.count(Kind.RIGHT) == len(scheme("xinjiang_2012").criteria)
    assert len(kinds) - kinds.count(Kind.LEFT) == len(scheme("jiangxi_2023").criteria)


def test_markdown_is_a_table_and_english_has_english_headings() -> None:
    english = diff_schemes(scheme("xinjiang_2012"), scheme("jiangxi_2023"), catalogue(), "en")
    text = "\n".join(diff_lines(english, "markdown", "en"))
    assert "## 2. Conditions" in text and "| Compared | Subject | A | B |" in text
    assert "| A only |" in text and "| B only |" in text
    lines = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in lines} == {5}


def test_the_command_compares_and_names_the_known_schemes_for_an_unknown_one() -> None:
    run = CliRunner().invoke(app, ["diff", "taiyuan_2023", "jiangxi_2023"])
    assert run.exit_code == 0 and "条文未载入" in run.output
    wrong = CliRunner().invoke(app, ["diff", "taiyuan_2023", "jiangxi"])
    assert wrong.exception is not None and "jiangxi_2023" in str(wrong.exception)
