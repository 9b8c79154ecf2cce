"""Pages to documents: every page in exactly one, a title begins one, nothing is forced into a type."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.config import the_tools
from support.pages import blank_page, body, grid, line, page

from extractor.classify.cues import page_cues
from extractor.classify.split import BLANK, OTHER, FoundDocument, split_documents
from extractor.core.page import Line, PacketPage

TOOLS = the_tools()
PROSE = (
    "我单位成立以来始终坚持服务中小企业的宗旨，不断完善服务体系，提高服务能力，",
    "先后组织开展了多场培训活动和政策宣讲活动，受到企业的普遍欢迎和好评。",
    "今后将继续扩大服务范围，提高服务质量，为区域经济发展作出更大的贡献。",
)


def title(text: str, y: float = 70, em: float = 20) -> Line:
    return line(text, x=180, y=y, em=em)


def split(*pages: PacketPage) -> tuple[FoundDocument, ...]:
    return split_documents(pages, TOOLS.catalogue, TOOLS.cues)


def types(*pages: PacketPage) -> list[tuple[str, list[int]]]:
    return [(d.type, [p.no for p in d.pages]) for d in split(*pages)]


@pytest.mark.parametrize(
    ("text", "doctype"),
    [
        ("营业执照", "business_license"),
        ("审 计 报 告", "audit_report"),
        ("资产负债表", "balance_sheet"),
        ("利润表", "income_statement"),
        ("真实性声明", "declaration"),
        ("主要从业人员情况表", "staff_roster_form"),
        ("房屋租赁合同", "lease_contract"),
    ],
)
def test_a_title_in_large_type_names_the_paper(text: str, doctype: str) -> None:
    assert types(page(title(text), body(*PROSE, y=140))) == [(doctype, [1])]


def test_a_title_with_a_slip_is_still_that_title() -> None:
    assert (
        types(page(title("主要从业人员情况麦"), body(*PROSE, y=140)))[0][0] == "staff_roster_form"
    )


def test_a_title_torn_in_two_lines_is_read_together() -> None:
    torn = page(
        title("上一年度服务中小企业名单", y=60), title("及服务评价表", y=86), body(*PROSE, y=140)
    )
    whole = page(title("上一年度服务中小企业名单及服务评价表"), body(*PROSE, y=140))
    assert types(torn) == types(whole)
    assert types(whole)[0][0] == "served_enterprise_list_form"


@pytest.mark.parametrize(
    "sentence",
    [
        "我单位已按要求提交了营业执照、审计报告等材料，详见附件，请予审核。",
        "根据审计报告所列数据，我单位2023年度营业收入为一千万元，比上年增长。",
        "附件包括：真实性声明、主要从业人员情况表、服务设施清单和设备清单等。",
    ],
)
def test_a_title_inside_a_sentence_is_no_title(sentence: str) -> None:
    assert types(page(body(*PROSE, sentence))) == [(OTHER, [1])]


def test_a_title_in_a_table_cell_is_no_title() -> None:
    table = grid([["序号", "材料名称", "页码"], ["1", "营业执照", "3"], ["2", "审计报告", "4"]])
    assert types(page(table, body(*PROSE, y=300)))[0][0] not in ("business_license", "audit_report")


def test_a_special_audit_report_is_no_audit_report() -> None:
    assert types(page(title("专项审计报告"), body(*PROSE, y=140)))[0][0] == "special_audit_report"


def test_a_list_that_repeats_its_title_on_every_page_stays_one_document() -> None:
    def sheet(no: int) -> PacketPage:
        rows = [
            ["序号", "姓名", "年龄", "学历", "职称"],
            [str(no), "王大明", "45", "本科", "工程师"],
        ]
        return page(title("主要从业人员情况表"), grid(rows), no=no)

    assert types(sheet(1), sheet(2), sheet(3)) == [("staff_roster_form", [1, 2, 3])]


def test_certificates_of_one_kind_are_documents_of_their_own() -> None:
    pages = [page(title("营业执照"), body(*PROSE, y=140), no=n) for n in (1, 2)]
    assert types(*pages) == [("business_license", [1]), ("business_license", [2])]


def test_a_new_file_begins_a_new_document() -> None:
    first = page(title("审计报告"), body(*PROSE, y=140), no=1)
    second = page(title("审计报告"), body(*PROSE, y=140), no=2, file="file_b")
    assert [d for d, _ in types(first, second)] == ["audit_report", "audit_report"]
    assert len(split(first, second)) == 2


def test_a_page_of_text_goes_on_with_the_report_before_it() -> None:
    first = page(title("审计报告"), body(*PROSE, y=140), no=1)
    assert types(first, page(body(*PROSE), no=2)) == [("audit_report", [1, 2])]


def test_a_table_goes_on_with_the_list_of_the_same_columns_only() -> None:
    rows = [["1", "甲", "30", "本科", "工程师"], ["2", "乙", "31", "本科", "工程师"]]
    first = page(
        title("主要从业人员情况表"), grid([["序号", "姓名", "年龄", "学历", "职称"], *rows]), no=1
    )
    same = page(grid(rows, y=60), no=2)
    other = page(grid([["甲", "乙"]] * 4, y=60), no=2)
    assert types(first, same) == [("staff_roster_form", [1, 2])]
    assert types(first, other)[1][0] == OTHER


def test_a_page_nobody_knows_is_other_material_and_keeps_its_own_title() -> None:
    (document,) = split(page(title("企业风采录"), body(*PROSE, y=140)))
    assert document.type == OTHER
    assert document.title == "企业风采录"


def test_two_unknown_pages_are_not_taken_for_one_paper() -> None:
    pages = [
        page(title(t), body(*PROSE, y=140), no=n) for n, t in ((1, "企业风采录"), (2, "团队剪影"))
    ]
    assert len(split(*pages)) == 2


def test_a_blank_page_is_one_and_ends_nothing_else() -> None:
    first = page(title("营业执照"), body(*PROSE, y=140), no=1)
    assert types(first, blank_page(no=2)) == [("business_license", [1]), (BLANK, [2])]


def test_no_pages_are_no_documents() -> None:
    assert split() == ()


def test_confidence_and_title_follow_the_page() -> None:
    (document,) = split(
        page(title("营业执照"), body("统一社会信用代码", "经营范围", "登记机关", y=140))
    )
    assert 0.5 < document.confidence <= 0.99
    assert document.title == "营业执照"


def test_a_mention_scores_less_than_a_title() -> None:
    titled = page_cues(
        page(title("营业执照"), body(*PROSE, y=140)).read, TOOLS.catalogue, TOOLS.cues
    )
    told = page_cues(
        page(body(*PROSE, "营业执照复印件已经提交给推荐单位审核")).read, TOOLS.catalogue, TOOLS.cues
    )
    assert titled.score("business_license") > told.score("business_license")


KINDS = st.sampled_from(
    [
        "营业执照",
        "审计报告",
        "资产负债表",
        "真实性声明",
        "主要从业人员情况表",
        "企业风采录",
        "",
        "blank",
    ]
)


@given(st.lists(st.tuples(KINDS, st.booleans()), max_size=8))
@settings(max_examples=40, deadline=None)
def test_every_page_is_in_exactly_one_document_and_order_is_kept(
    kinds: list[tuple[str, bool]],
) -> None:
    pages: list[PacketPage] = []
    file = 0
    for no, (kind, new_file) in enumerate(kinds, 1):
        file += new_file
        if kind == "blank":
            pages.append(blank_page(no=no))
        elif kind:
            pages.append(page(title(kind), body(*PROSE, y=140), no=no, file=f"file_{file}"))
        else:
            pages.append(page(body(*PROSE), no=no, file=f"file_{file}"))
    found = split(*pages)
    assert [p.no for d in found for p in d.pages] == [p.no for p in pages]
    assert len({d.id for d in found}) == len(found)
    assert all(0 < d.confidence <= 1 and d.type in TOOLS.catalogue.doctypes for d in found)
    assert split(*pages) == found
