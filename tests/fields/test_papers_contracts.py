"""Leases, property papers, agreements, appointments, contracts: several layouts and wordings of each."""

from __future__ import annotations

import pytest
from support.pages import A4, Mark, body, grid, line, page, seal, view
from support.reading import column, extract, extract_all, rows_of

from extractor.core.geometry import Box
from extractor.core.page import PacketPage
from extractor.core.worksheet import Fact, FactStatus, Row, RowSet

APPLICANT = "南昌惠企服务有限公司"


def form_of(name: str = APPLICANT):
    """An application form that says who applies; it is page 90 of the packet."""
    return view("application_form", page(grid([["申请单位名称", name]]), no=90))


def only_row(doctype: str, field: str, *pages: PacketPage) -> dict[str, Fact]:
    """The columns of the one row of ``field`` in a packet of ours."""
    _, sets = extract_all(form_of(), view(doctype, *pages))
    found = [s for s in sets if s.field == field]
    assert len(found) == 1, [s.field for s in sets]
    assert len(found[0].rows) == 1
    return {k.split(".")[1]: v for k, v in found[0].rows[0].cells.items()}


def values(cells: dict[str, Fact]) -> dict[str, object]:
    return {k: v.value for k, v in cells.items()}


# -- premises ----------------------------------------------------------------------------------

LEASES = {
    "clauses": page(
        line("房屋租赁合同", x=230, y=60, em=20),
        body(
            "出租方（以下简称甲方）：江西高新置业投资有限公司",
            "承租方（以下简称乙方）：南昌惠企服务有限公司",
            "根据《中华人民共和国民法典》，甲乙双方经协商一致，签订本合同。",
            "一、房屋坐落：南昌市高新区京东大道1189号创业大厦5层",
            "二、租赁面积：建筑面积共计 520.50 平方米，用途：办公。",
            "三、租赁期限：自2022年1月1日起至2024年12月31日止，共三年。",
            "四、租金：年租金人民币壹拾贰万元整（￥120,000.00元），按季支付。",
        ),
    ),
    "labels": page(
        line("写字楼租赁合同书", x=200, y=70, em=18),
        line("出 租 人：", x=70, y=120),
        line("江西高新置业投资有限公司", x=170, y=120),
        line("承 租 人：", x=70, y=145),
        line("南昌惠企服务有限公司", x=170, y=145),
        line("租赁地址", x=70, y=200),
        line("南昌市高新区京东大道1189号创业大厦5层", x=170, y=200),
        line("建筑面积", x=70, y=225),
        line("520.50㎡", x=170, y=225),
        line("租    期", x=70, y=250),
        line("2022.01.01-2024.12.31", x=170, y=250),
        line("年租金", x=70, y=275),
        line("120000.00元", x=170, y=275),
    ),
    "grid": page(
        line("房屋租赁合同（简表）", x=200, y=60, em=18),
        grid(
            [
                ["出租方", "江西高新置业投资有限公司", "承租方", "南昌惠企服务有限公司"],
                ["房屋地址", "南昌市高新区京东大道1189号创业大厦5层", "租赁面积", "520.5平方米"],
                ["租赁期限", "2022年1月1日至2024年12月31日", "年租金", "12万元"],
            ],
            widths=[70, 200, 70, 155],
            height=40,
        ),
    ),
    "sentences": page(
        line("租赁合同", x=240, y=60, em=22),
        body(
            "甲方：江西高新置业投资有限公司",
            "乙方：南昌惠企服务有限公司",
            "第一条 甲方将位于南昌市高新区京东大道1189号创业大厦5层的房屋出租给",
            "乙方作为办公使用，建筑面积为520.5平方米。",
            "第二条 租期三年，自2022年1月1日起至2024年12月31日止。",
            "第三条 每年租金为120,000元。",
            em=12,
        ),
    ),
}


@pytest.mark.parametrize("layout", LEASES)
def test_a_lease_is_read_in_any_layout(layout: str) -> None:
    found = values(only_row("lease_contract", "premises_docs", LEASES[layout]))
    assert found["kind"] == "leased"
    assert found["owner"] == "江西高新置业投资有限公司"
    assert found["user"] == APPLICANT
    assert found["address"] == "南昌市高新区京东大道1189号创业大厦5层"
    assert found["area"] == "520.5"
    assert found["term"] == "2022-01-01/2024-12-31"
    assert found["rent"] == "120000"


def test_the_box_is_that_of_the_value_and_not_of_its_line() -> None:
    cells = only_row("lease_contract", "premises_docs", LEASES["clauses"])
    term = cells["term"]
    assert term.raw == "2022年1月1日起至2024年12月31日"
    assert term.box is not None
    whole = next(ln for ln in LEASES["clauses"].read.lines if "租赁期限" in ln.text)
    assert term.box[0] > whole.box.x0 + 60
    assert term.box[2] < whole.box.x1 - 30


def test_an_amount_in_figures_that_its_capitals_contradict_is_shown_with_both() -> None:
    wrong = page(
        body(
            "房屋租赁合同",
            "甲方：江西高新置业投资有限公司",
            "乙方：南昌惠企服务有限公司",
            "年租金：人民币壹拾叁万元整（￥120,000.00元）",
        )
    )
    rent = only_row("lease_contract", "premises_docs", wrong)["rent"]
    assert rent.status is FactStatus.DOUBTFUL
    assert {rent.value, *rent.alternatives} == {"120000", "130000"}


def test_the_roles_of_a_lease_are_those_it_names_even_turned_round() -> None:
    turned = page(
        body(
            "房屋租赁合同",
            "甲方（承租方）：南昌惠企服务有限公司",
            "乙方（出租方）：江西高新置业投资有限公司",
        )
    )
    found = values(only_row("lease_contract", "premises_docs", turned))
    assert found["user"] == APPLICANT
    assert found["owner"] == "江西高新置业投资有限公司"


def test_free_use_is_no_lease() -> None:
    letter = page(
        line("房屋无偿使用证明", x=200, y=80, em=20),
        body(
            "兹有我公司所属位于南昌市红谷滩区丰和大道288号的办公用房，建筑面积300平方米，",
            "无偿提供给南昌惠企服务有限公司使用，使用期限自2023年1月1日至2025年12月31日。",
            y=130,
            em=12,
        ),
    )
    found = values(only_row("lease_contract", "premises_docs", letter))
    assert found["kind"] == "free_use"
    assert found["term"] == "2023-01-01/2025-12-31"


PROPERTY = {
    "new": page(
        line("不动产权证书", x=230, y=60, em=20),
        line("赣（2019）南昌市不动产权第0012345号", x=150, y=100),
        grid(
            [
                ["权利人", "江西高新置业投资有限公司"],
                ["共有情况", "单独所有"],
                ["坐落", "南昌市高新区京东大道1189号"],
                ["不动产单元号", "360111 001002 GB00010 F00010001"],
                ["用途", "商务金融用地/办公"],
                ["面积", "共有宗地面积3020.10㎡/房屋建筑面积520.50㎡"],
            ],
            y=140,
            widths=[120, 375],
        ),
    ),
    "old": page(
        line("房屋所有权证", x=220, y=60, em=20),
        line("赣（2019）南昌市不动产权第0012345号", x=200, y=95),
        line("房屋所有权人", x=60, y=140),
        line("江西高新置业投资有限公司", x=170, y=140),
        line("房屋坐落", x=60, y=170),
        line("南昌市高新区京东大道", x=170, y=170),
        line("1189号", x=170, y=186),
        line("规划用途", x=60, y=215),
        line("办公", x=170, y=215),
        line("建筑面积（平方米）", x=60, y=240),
        line("520.50", x=190, y=240),
    ),
}


@pytest.mark.parametrize("layout", PROPERTY)
def test_property_certificates_old_and_new(layout: str) -> None:
    found = values(only_row("property_certificate", "premises_docs", PROPERTY[layout]))
    assert found["kind"] == "owned"
    assert found["owner"] == "江西高新置业投资有限公司"
    assert found["address"] == "南昌市高新区京东大道1189号"
    assert found["area"] == "520.5"
    assert str(found["use"]).endswith("办公")
    assert str(found["cert_no"]).endswith("不动产权第0012345号")


# -- agreements --------------------------------------------------------------------------------

AGREEMENTS = {
    "two_rows": page(
        line("战略合作协议", x=230, y=60, em=20),
        body(
            "甲方：江西财经大学工商管理学院",
            "乙方：南昌惠企服务有限公司",
            "为发挥各自优势，双方经协商达成如下协议：",
            "一、合作内容",
            "1.甲方为乙方提供专家智力支持；",
            "2.双方共同开展中小企业培训。",
            "二、合作期限",
            "本协议有效期三年，自2022年3月1日起至2025年2月28日止。",
        ),
        body("甲方（盖章）：              乙方（盖章）：", "2022年3月1日", y=600),
        seal(150, 610),
        seal(380, 610),
    ),
    "opening": page(
        line("合作框架协议", x=230, y=60, em=20),
        body(
            "南昌惠企服务有限公司（以下简称“甲方”）与江西财经大学工商管理学院（以下简称“乙方”）",
            "就中小企业服务事宜签订本协议。",
            "第一条 合作内容：甲方组织企业，乙方提供师资。",
            "第二条 合作期限：2022年3月1日至2025年2月28日",
            em=10,
        ),
        line("签订日期：2022年3月1日", x=300, y=620),
        seal(150, 620),
        seal(380, 620),
    ),
}


@pytest.mark.parametrize("layout", AGREEMENTS)
def test_an_agreement_tells_partner_applicant_and_term(layout: str) -> None:
    found = values(only_row("cooperation_agreement", "agreements", AGREEMENTS[layout]))
    assert found["partner"] == "江西财经大学工商管理学院"
    assert found["applicant"] == APPLICANT
    assert found["term"] == "2022-03-01/2025-02-28"
    assert found["sign_date"] == "2022-03-01"
    assert found["sealed_both"] is True
    assert (
        "服务" in str(found["content"])
        or "师资" in str(found["content"])
        or "专家" in str(found["content"])
    )


def test_a_name_ends_with_its_row_when_prose_follows() -> None:
    opened = page(
        body(
            "甲方：南昌惠企服务有限公司",
            "乙方：江西师范大学商学院",
        ),
        line("为整合社会服务资源，共同为中小企业提供优质服务，甲乙双方经友好协", x=101, y=136),
    )
    assert (
        values(only_row("cooperation_agreement", "agreements", opened))["partner"]
        == "江西师范大学商学院"
    )


def test_one_seal_is_not_both_and_never_certainly_so() -> None:
    one = page(
        body("合作协议", "甲方：南昌惠企服务有限公司", "乙方：江西赣江律师事务所"), seal(150, 610)
    )
    sealed = only_row("cooperation_agreement", "agreements", one)["sealed_both"]
    assert sealed.value is False
    assert sealed.status is FactStatus.DOUBTFUL


def test_a_half_seal_at_the_edge_is_no_partys_seal() -> None:
    edge = page(
        body("合作协议", "甲方：南昌惠企服务有限公司", "乙方：江西赣江律师事务所"),
        seal(150, 610),
        seal(A4.width_pt - 20, 400),
    )
    assert only_row("cooperation_agreement", "agreements", edge)["sealed_both"].value is False


def test_three_parties_make_two_partners() -> None:
    three = page(
        body(
            "三方合作协议",
            "甲方：南昌惠企服务有限公司",
            "乙方：江西赣江律师事务所",
            "丙方：江西省中小企业协会",
        )
    )
    _, sets = extract_all(form_of(), view("cooperation_agreement", three))
    rows = next(s for s in sets if s.field == "agreements")
    assert column(rows, "partner") == ["江西赣江律师事务所", "江西省中小企业协会"]
    assert column(rows, "applicant") == [APPLICANT, APPLICANT]


def test_without_the_applicants_name_neither_party_is_certainly_the_partner() -> None:
    rows = rows_of("cooperation_agreement", "agreements", AGREEMENTS["two_rows"])
    assert rows is not None
    cells = rows.rows[0].cells
    assert cells["agreements.partner"].status is FactStatus.DOUBTFUL
    assert cells["agreements.applicant"].status is FactStatus.DOUBTFUL


LETTERS = {
    "letter": page(
        line("聘  书", x=230, y=60, em=30),
        body(
            "兹聘请 李建国 教授为南昌惠企服务有限公司中小企业服务专家，",
            "聘期三年，自2023年1月1日至2025年12月31日。",
            em=16,
            y=150,
        ),
        line("南昌惠企服务有限公司", x=350, y=500),
        line("二〇二三年一月一日", x=360, y=530),
        seal(400, 510),
    ),
    "addressed": page(
        line("聘 任 书", x=230, y=70, em=26),
        body(
            "李建国同志：",
            "经研究，特聘任您为中小企业服务专家，聘期自2023年1月1日至2025年12月31日。",
            em=13,
            y=150,
        ),
        line("聘请单位：南昌惠企服务有限公司", x=300, y=480),
        seal(420, 480),
    ),
    "contract": page(
        line("专家聘用协议", x=220, y=60, em=20),
        body(
            "甲方（聘用方）：南昌惠企服务有限公司",
            "乙方（受聘方）：李建国",
            "工作单位：江西师范大学",
            "一、甲方聘请乙方为中小企业服务专家。",
            "二、聘用期限：2023年1月1日至2025年12月31日",
        ),
        seal(150, 600),
    ),
}


@pytest.mark.parametrize("layout", LETTERS)
def test_an_appointment_tells_who_by_whom_and_how_long(layout: str) -> None:
    found = values(only_row("expert_appointment", "expert_letters", LETTERS[layout]))
    assert found["expert"] == "李建国"
    assert found["issuer"] == APPLICANT
    assert found["term"] == "2023-01-01/2025-12-31"
    assert found["role"] == "中小企业服务专家"
    assert found["sealed"] is True


# -- contracts ---------------------------------------------------------------------------------

CONTRACTS = {
    "prose": page(
        line("技术服务合同", x=230, y=60, em=20),
        body(
            "合同编号：JX-2023-015",
            "委托方（甲方）：丰城市金桥机械有限公司",
            "法定代表人：李四",
            "受托方（乙方）：南昌惠企服务有限公司",
            "1. 服务内容：为甲方提供管理咨询。",
            "2. 服务期限：2023年3月1日至2024年2月28日",
            "3. 合同总金额为人民币伍万元整（小写：¥50,000.00元）。",
            "签订日期：2023年3月1日",
        ),
    ),
    "grid": page(
        line("咨询服务合同", x=230, y=60, em=20),
        grid(
            [
                ["合同编号", "JX-2023-015", "签订日期", "2023.03.01"],
                ["甲方", "丰城市金桥机械有限公司", "乙方", "南昌惠企服务有限公司"],
                ["服务期限", "2023年3月1日至2024年2月28日", "合同金额", "5万元"],
            ],
            widths=[70, 190, 70, 165],
            height=36,
        ),
    ),
}


@pytest.mark.parametrize("layout", CONTRACTS)
def test_a_contract_tells_parties_amount_and_term(layout: str) -> None:
    found = values(only_row("service_contract", "contracts", CONTRACTS[layout]))
    assert found["number"] == "JX-2023-015"
    assert found["party_a"] == "丰城市金桥机械有限公司"
    assert found["party_b"] == APPLICANT
    assert found["amount"] == "50000"
    assert found["sign_date"] == "2023-03-01"
    assert found["term"] == "2023-03-01/2024-02-28"
    assert str(found["title"]).endswith("服务合同")
    assert found["is_government"] is False


def test_a_bureau_that_commissions_is_government_for_a_person_to_confirm() -> None:
    bought = page(
        line("政府购买服务合同", x=210, y=60, em=20),
        body(
            "采购人：南昌市工业和信息化局",
            "供应商：南昌惠企服务有限公司",
            "项目名称：中小企业数字化转型服务",
            "合同金额：人民币186万元",
        ),
    )
    cells = only_row("government_service_contract", "contracts", bought)
    assert cells["is_government"].value is True
    assert cells["is_government"].status is FactStatus.DOUBTFUL
    assert cells["amount"].value == "1860000"
    assert cells["title"].value == "中小企业数字化转型服务"


def test_handwriting_over_a_value_is_never_certain() -> None:
    ink = Mark("handwriting", Box(130, 95, 330, 115), 0.9)
    written = page(
        line("甲方：丰城市金桥机械有限公司", x=80, y=100), line("服务合同", x=230, y=50, em=20), ink
    )
    rows: RowSet | None = rows_of("service_contract", "contracts", written)
    assert rows is not None
    first: Row = rows.rows[0]
    assert first.cells["contracts.party_a"].status is FactStatus.DOUBTFUL


@pytest.mark.parametrize(
    "doctype",
    [
        "lease_contract", "property_certificate", "cooperation_agreement", "expert_appointment",
        "service_contract", "government_service_contract",
    ],
)  # fmt: skip
def test_an_empty_template_gives_no_row(doctype: str) -> None:
    blank = page(
        body(
            "甲方：________________",
            "乙方：",
            "期限：自    年  月  日至    年  月  日",
            "金额：      万元",
        )
    )
    facts, rows = extract(doctype, blank)
    assert facts == ()
    assert rows == ()
