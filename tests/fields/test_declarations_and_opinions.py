"""Declarations in other words, opinions under a seal, narratives over several pages."""

from __future__ import annotations

import pytest
from support.pages import Span, body, grid, line, page
from support.reading import facts_of, values_of

from extractor.core.worksheet import FactStatus


@pytest.mark.parametrize(
    "title",
    ["申报材料真实性声明", "申报材料真实性声明函", "对申报材料真实性的承诺书", "诚信承诺书", "申报材料承诺函"],
)  # fmt: skip
def test_a_declaration_is_known_by_its_title(title: str) -> None:
    assert values_of("declaration", page(line(title, y=80)))["decl_present"] is True


def test_no_title_no_declaration() -> None:
    text = body("本单位依照承诺书所载的内容认真开展各项服务工作并接受监督管理。", y=80)
    assert "decl_present" not in values_of("declaration", page(text))


@pytest.mark.parametrize(
    "sentence",
    [
        "本单位承诺只通过江西省工业和信息化厅（推荐单位）进行申报。",
        "本单位承诺仅通过江西省工业和信息化厅进行申报。",
        "本单位承诺只通过__江西省工业和信息化厅__(推荐单位)进行申报。",
    ],
)
def test_the_only_recommender_is_read(sentence: str) -> None:
    assert (
        values_of("declaration", page(line(sentence)))["decl_recommender"] == "江西省工业和信息化厅"
    )


def test_an_empty_blank_names_no_recommender() -> None:
    text = "本单位承诺只通过               （推荐单位）进行申报。"
    assert "decl_recommender" not in values_of("declaration", page(line(text)))


def test_a_signers_name_is_never_certain() -> None:
    fact = facts_of("declaration", page(line("法定代表人（签字）：王大明", y=600)))[
        "decl_signature_name"
    ]
    assert fact.value == "王大明"
    assert fact.status is FactStatus.DOUBTFUL


@pytest.mark.parametrize("text", ["法定代表人（签字）：", "法定代表人（签字）：单位名称（盖章）：", "法定代表人（签字）：____"])  # fmt: skip
def test_no_signers_name_where_none_stands(text: str) -> None:
    assert "decl_signature_name" not in facts_of("declaration", page(line(text, y=600)))


def test_a_foot_without_labels_names_the_organisation() -> None:
    lines = body("南昌企服科技有限公司（盖章）", "2024年4月10日", y=600)
    values = values_of("declaration", page(lines))
    assert values["decl_org_name"] == "南昌企服科技有限公司"
    assert values["decl_date"] == "2024-04-10"


OPINION = "经审核，该平台材料真实、完整，同意推荐。"


def test_scraps_of_a_seal_are_no_part_of_an_opinion() -> None:
    text = f"{OPINION}(第01干心不、双献脉间)贵特医用\n2024年4月18日"
    values = values_of("recommendation_form", page(grid([["推荐单位推荐意见", text]], height=60)))
    assert values["rec_opinion"] == OPINION
    assert values["rec_opinion_date"] == "2024-04-18"


@pytest.mark.parametrize("last", ["同意推荐", "现予上报"])
def test_a_last_clause_without_a_full_stop_stays(last: str) -> None:
    text = f"该平台材料真实、完整。{last}"
    table = grid([[Span("主管部门初审意见"), text]], height=60)
    assert values_of("recommendation_form", page(table))["rec_opinion"] == text


@pytest.mark.parametrize(
    ("doctype", "field"),
    [("application_report", "report_narrative_chars"), ("operation_narrative", "ops_narrative_chars"),
     ("case_narrative", "case_narrative_chars")],
)  # fmt: skip
def test_a_narrative_is_counted_to_its_last_line(doctype: str, field: str) -> None:
    sentence = "平台为中小企业提供政策咨询和培训"
    first = page(body(*[sentence] * 12, y=80), no=1)
    last = page(body(sentence, y=80), no=2)
    assert values_of(doctype, first, last)[field] == 13 * len(sentence)
