"""Certificates, audit reports, declarations, recommendations, events: papers without a form's grid."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.pages import Span, body, grid, line, page, seal
from support.reading import column, extract, facts_of, rows_of, values_of

from extractor.core.geometry import Box
from extractor.core.page import Mark
from extractor.core.worksheet import FactStatus, Method

LICENCE = "business_license"
AUDIT = "audit_report"
DECLARATION = "declaration"
FORM = "application_form"


def licence_page(*extra: object):
    """New-style licence: two columns of letter-spaced labels, wrapped address and scope."""
    return page(
        line("营业执照", x=230, y=60, em=28),
        line("统一社会信用代码", x=60, y=110),
        line("91360106MA35F8XK2L", x=60, y=126),
        line("名　　称", x=60, y=200), line("南昌企服科技有限公司", x=130, y=200),
        line("注 册 资 本", x=320, y=200), line("伍佰万元整", x=400, y=200),
        line("类　　型", x=60, y=230), line("有限责任公司(自然人投资或控股)", x=130, y=230),
        line("成 立 日 期", x=320, y=230), line("2016年05月20日", x=400, y=230),
        line("法定代表人", x=60, y=260), line("王大明", x=130, y=260),
        line("住　　所", x=320, y=260), line("江西省南昌市高新区京东大道", x=400, y=260),
        line("1189号3栋502室", x=400, y=276),
        line("经 营 范 围", x=60, y=290), line("企业管理咨询；会议服务；人力", x=130, y=290),
        line("资源服务；技术推广服务。", x=130, y=306),
        line("登记机关", x=330, y=520),
        line("2021 年 06 月 18 日", x=400, y=560),
        *extra,  # type: ignore[arg-type]
    )  # fmt: skip


def test_letter_spaced_labels_of_a_licence_are_read() -> None:
    values = values_of(LICENCE, licence_page())
    assert values["lic_name"] == "南昌企服科技有限公司"
    assert values["lic_legal_rep"] == "王大明"
    assert values["lic_registered_capital"] == "5000000"
    assert values["lic_established_date"] == "2016-05-20"


def test_a_wrapped_address_is_read_whole_and_without_its_neighbours() -> None:
    assert values_of(LICENCE, licence_page())["lic_address"] == (
        "江西省南昌市高新区京东大道1189号3栋502室"
    )


def test_a_wrapped_scope_is_read_whole_and_ends_with_its_column() -> None:
    scope = str(values_of(LICENCE, licence_page())["lic_business_scope"])
    assert scope.startswith("企业管理咨询")
    assert scope.endswith("技术推广服务。") or scope.endswith("技术推广服务")
    assert "1189" not in scope
    assert "登记" not in scope


def test_a_code_below_its_label_is_found() -> None:
    assert values_of(LICENCE, licence_page())["lic_uscc"] == "91360106MA35F8XK2L"


def test_the_date_at_the_foot_is_that_of_issue_and_not_of_the_foundation() -> None:
    values = values_of(LICENCE, licence_page())
    assert values["lic_issue_date"] == "2021-06-18"
    assert values["lic_established_date"] == "2016-05-20"


def test_a_licence_without_a_date_of_issue_has_none() -> None:
    lines = [x for x in licence_page().read.lines if "2021" not in x.text]
    values = values_of(LICENCE, page(lines))
    assert "lic_issue_date" not in values
    assert values["lic_established_date"] == "2016-05-20"


# -- audit reports ---------------------------------------------------------------------------

FAIR = "我们认为，后附的财务报表在所有重大方面按照企业会计准则的规定编制，公允反映了贵公司2023年12月31日的财务状况。"
CLIENT = "南昌企服科技有限公司全体股东："


def opinion_page(*headings: str):
    """An opinion page: number, addressee, one heading, the sentence of fair presentation."""
    return page(
        line("审 计 报 告", x=230, y=60, em=20),
        line("赣中审字〔2024〕第0123号", x=360, y=100),
        line(CLIENT, x=80, y=130),
        *[line(h, x=80, y=160 + 18 * i) for i, h in enumerate(headings)],
        line(FAIR[:40], x=80, y=300),
        line(FAIR[40:], x=80, y=317),
    )


def test_number_and_client_are_read() -> None:
    values = values_of(AUDIT, opinion_page("一、审计意见"))
    assert "2024" in str(values["aud_report_no"])
    assert str(values["aud_report_no"]).endswith("0123号")
    assert values["aud_client"] == "南昌企服科技有限公司"


@pytest.mark.parametrize(
    ("headings", "opinion"),
    [
        (["一、审计意见", "二、形成审计意见的基础"], "unqualified"),
        (["一、保留意见", "二、形成保留意见的基础"], "qualified"),
        (["一、否定意见", "二、形成否定意见的基础"], "adverse"),
        (["一、无法表示意见", "二、形成无法表示意见的基础"], "disclaimer"),
        (["一、审计意见", "三、强调事项"], "unqualified_emphasis"),
        (["一、审计意见", "三、与持续经营相关的重大不确定性"], "unqualified_emphasis"),
    ],
)
def test_the_opinion_is_that_of_the_heading(headings: list[str], opinion: str) -> None:
    assert values_of(AUDIT, opinion_page(*headings))["aud_opinion_type"] == opinion


@pytest.mark.parametrize(
    "mention",
    [
        "我们出具了标准无保留意见的审计报告。",
        "如果披露不充分，我们应当发表非无保留意见，或者发表保留意见。",
        "上年度由其他会计师事务所审计并出具保留意见。",
    ],
)
def test_an_opinion_that_is_only_mentioned_is_none(mention: str) -> None:
    values = values_of(AUDIT, opinion_page("一、审计意见", mention))
    assert values["aud_opinion_type"] == "unqualified"


def test_a_page_without_an_opinion_says_nothing_about_it() -> None:
    values = values_of(
        AUDIT, page(body("财务报表附注", "一、公司基本情况", "本公司成立于2016年。"))
    )
    assert "aud_opinion_type" not in values
    assert "aud_going_concern_flag" not in values


def test_going_concern_is_a_heading_not_a_duty() -> None:
    duty = "在编制财务报表时，管理层负责评估持续经营能力，披露与持续经营相关的事项"
    assert values_of(AUDIT, opinion_page("一、审计意见", duty))["aud_going_concern_flag"] is False
    flagged = opinion_page("一、审计意见", "三、与持续经营相关的重大不确定性")
    assert values_of(AUDIT, flagged)["aud_going_concern_flag"] is True


def signed_page(*marks: Mark):
    return page(
        line("江西中审会计师事务所（普通合伙）", x=80, y=400),
        line("中国注册会计师：张三丰", x=320, y=430),
        line("中国注册会计师：李四光", x=320, y=500),
        line("二〇二四年三月十八日", x=320, y=560),
        *marks,
    )


def test_who_signed_and_when() -> None:
    rows = rows_of(AUDIT, "aud_cpas", signed_page())
    assert column(rows, "name") == ["张三丰", "李四光"]
    assert values_of(AUDIT, signed_page())["aud_report_date"] == "2024-03-18"


def test_ink_beside_a_name_is_a_signature_and_none_is_none() -> None:
    ink = Mark("handwriting", Box(470, 425, 540, 445), 0.9)
    rows = rows_of(AUDIT, "aud_cpas", signed_page(ink))
    assert column(rows, "signed") == [True, False]


# -- declaration -----------------------------------------------------------------------------


def declaration(*extra: object):
    return page(
        line("真 实 性 声 明", x=230, y=80, em=20),
        line(
            "我单位2024年度申报江西省中小企业公共服务示范平台，只通过南昌市工业和信",
            x=80,
            y=130,
            em=13,
        ),
        line("息化局（推荐单位）进行申报，所提交的材料真实有效。", x=80, y=148, em=13),
        line("法定代表人（签字）：", x=300, y=500),
        line("单位名称：南昌企服科技有限公司（公章）", x=300, y=530),
        line("2024年4月18日", x=300, y=560),
        *extra,  # type: ignore[arg-type]
    )


def test_a_declaration_says_year_recommender_and_date() -> None:
    values = values_of(DECLARATION, declaration())
    assert values["decl_present"] is True
    assert values["decl_year"] == 2024
    assert values["decl_recommender"] == "南昌市工业和信息化局"
    assert values["decl_date"] == "2024-04-18"
    assert values["decl_org_name"] == "南昌企服科技有限公司"


def test_a_seal_and_a_signature_are_presence_only() -> None:
    bare = facts_of(DECLARATION, declaration())
    assert bare["decl_sealed"].value is False
    assert bare["decl_signed"].value is False
    ink = Mark("handwriting", Box(420, 492, 480, 515), 0.93)
    full = facts_of(DECLARATION, declaration(seal(420, 545), ink))
    assert full["decl_sealed"].value is True
    assert full["decl_sealed"].method is Method.SEAL
    assert full["decl_signed"].value is True
    assert full["decl_signed"].raw == "（手写签字）"


def test_what_was_not_found_is_never_certainly_absent() -> None:
    bare = facts_of(DECLARATION, declaration())
    for field in ("decl_sealed", "decl_signed"):
        assert bare[field].status is FactStatus.DOUBTFUL
        assert bare[field].confidence <= 0.6


def test_on_a_page_without_colours_a_seal_is_not_called_absent() -> None:
    grey = declaration()
    grey = replace(grey, read=replace(grey.read, coloured=False))
    assert "decl_sealed" not in facts_of(DECLARATION, grey)
    stamped = declaration(seal(420, 545))
    stamped = replace(stamped, read=replace(stamped.read, coloured=False))
    assert facts_of(DECLARATION, stamped)["decl_sealed"].value is True


# -- recommendation --------------------------------------------------------------------------


def recommendation(*extra: object):
    opinion = "该平台服务能力强，同意推荐。\n（盖章）\n2024年4月20日"
    return page(
        grid([["推荐单位推荐意见", opinion]], widths=[120, 375], height=120),
        *extra,  # type: ignore[arg-type]
    )


def test_an_opinion_is_read_with_its_date_and_seal() -> None:
    values = values_of("recommendation_form", recommendation(seal(350, 220)))
    assert str(values["rec_opinion"]).startswith("该平台服务能力强")
    assert "2024" not in str(values["rec_opinion"])
    assert values["rec_opinion_date"] == "2024-04-20"
    assert values["rec_opinion_sealed"] is True


def test_a_seal_elsewhere_does_not_seal_the_opinion() -> None:
    values = values_of("recommendation_form", recommendation(seal(350, 700)))
    assert values["rec_opinion_sealed"] is False


def test_an_opinion_nobody_wrote_has_a_seal_at_most() -> None:
    blank = page(grid([["推荐单位推荐意见", ""]], widths=[120, 375], height=120))
    assert "rec_opinion" not in values_of("recommendation_form", blank)


# -- events ----------------------------------------------------------------------------------


def test_events_told_in_one_cell_become_rows() -> None:
    told = (
        "2023年共组织大型服务活动2次。\n"
        "1、2023年3月15日，在南昌市红谷滩会议中心举办“数字化转型培训班”，服务企业65家，参加人数120人。\n"
        "2、2023年9月8日，举办了融资对接会，参加企业40家。"
    )
    table = grid([["大型服务活动开展情况", told]], widths=[100, 395], height=120)
    found = page(table)
    assert values_of(FORM, found)["app_event_count_stated"] == 2
    rows = rows_of(FORM, "app_events", found)
    assert column(rows, "date") == ["2023-03-15", "2023-09-08"]
    assert column(rows, "enterprises") == [65, 40]
    assert column(rows, "persons") == [120]
    assert rows is not None
    assert "app_events.persons" not in rows.rows[1].cells


def test_a_form_without_events_has_no_rows_of_them() -> None:
    table = grid([["大型服务活动开展情况", ""]], widths=[100, 395], height=60)
    assert rows_of(FORM, "app_events", page(table)) is None


# -- promises every reader keeps ---------------------------------------------------------------


@pytest.mark.parametrize(
    "doctype", [LICENCE, AUDIT, DECLARATION, FORM, "recommendation_form", "balance_sheet"]
)
def test_a_blank_page_gives_no_value(doctype: str) -> None:
    facts, rows = extract(doctype, page())
    assert [f for f in facts if f.value is not None and f.method is not Method.SEAL] == []
    assert rows == ()


def test_ids_are_unique_and_boxes_lie_on_the_page() -> None:
    facts, rows = extract(LICENCE, licence_page())
    every = [*facts, *(c for r in rows for row in r.rows for c in row.cells.values())]
    assert len({f.id for f in every}) == len(every)
    for fact in every:
        assert fact.box is not None
        x0, y0, x1, y1 = fact.box
        assert 0 <= x0 <= x1 <= 595
        assert 0 <= y0 <= y1 <= 842
        assert fact.raw
        assert 0 <= fact.confidence <= 1


def test_nothing_repaired_or_open_is_certain() -> None:
    facts, _ = extract(FORM, page(grid([["单位性质", "☑事业单位☑社会团体"], ["邮编", "33O029"]])))
    for fact in facts:
        if fact.alternatives or fact.printed.assumed:
            assert fact.status is FactStatus.DOUBTFUL


def test_a_title_over_the_whole_table_is_no_value() -> None:
    table = grid([[Span("申请表", 1, 2), None], ["申请单位名称", ""]])
    assert "app_org_name" not in values_of(FORM, page(table))


def test_a_value_does_not_go_on_in_a_line_that_begins_beyond_its_end() -> None:
    page_ = page(
        line("营业执照", x=230, y=60, em=28),
        line("住所", x=60, y=200), line("高新区", x=130, y=200),
        line("登记机关盖章处", x=330, y=216),
    )  # fmt: skip
    assert values_of(LICENCE, page_)["lic_address"] == "高新区"
