"""Papers that say in sentences what others say by labels: awards, free use, employers."""

from __future__ import annotations

from support.pages import body, line, page
from support.reading import rows_of

from extractor.core.page import PacketPage


def told(doctype: str, field: str, paper: PacketPage) -> dict[str, object]:
    found = rows_of(doctype, field, paper)
    assert found is not None
    (row,) = found.rows
    return {k.split(".")[1]: v.value for k, v in row.cells.items()}


def test_a_notice_of_award_names_winner_client_and_project() -> None:
    notice = page(
        [
            line("中标通知书", x=220, y=80, em=20),
            *body(
                "赣州虔诚中小企业服务有限公司：",
                "贵单位参加赣州市工业和信息化局的“2023年中小企业服务项目”的投标，确定贵单位为中标供应商。",
                "中标金额：人民币100,000.00元（壹拾万元整）。",
                y=130,
            ),
        ]
    )
    row = told("government_service_contract", "contracts", notice)
    assert row["party_b"] == "赣州虔诚中小企业服务有限公司"
    assert row["party_a"] == "赣州市工业和信息化局"
    assert row["title"] == "2023年中小企业服务项目"


def test_a_project_named_by_a_quotation_keeps_both_its_marks() -> None:
    contract = page(body("委托服务合同", "项目名称：“专精特新”中小企业培育服务项目", "甲方：赣州市工业和信息化局"))  # fmt: skip
    row = told("government_service_contract", "contracts", contract)
    assert row["title"] == "“专精特新”中小企业培育服务项目"


def test_a_certificate_of_free_use_names_owner_and_user_without_labels() -> None:
    proof = page(
        [
            line("场地使用证明", x=220, y=80, em=18),
            *body(
                "兹证明，我单位将位于章贡区翠微路18号的房屋（建筑面积480平方米）",
                "无偿提供给赣州虔诚中小企业服务有限公司作为办公场所使用。",
                y=120,
            ),
            line("赣州市中小企业发展促进中心", x=300, y=250),
            line("2022年1月8日", x=320, y=280),
        ]
    )
    row = told("lease_contract", "premises_docs", proof)
    assert row["user"] == "赣州虔诚中小企业服务有限公司"
    assert row["owner"] == "赣州市中小企业发展促进中心"
    assert row["use"] == "办公场所"


def test_an_agreement_with_an_expert_says_where_the_expert_works() -> None:
    letter = page(
        body(
            "专家聘用协议",
            "甲方（聘用单位）：赣州虔诚中小企业服务有限公司",
            "乙方（受聘专家）：陈庆丰",
            "一、甲方聘请乙方担任专家委员会委员，乙方现工作单位为赣州市恒腾会计师事务所。",
        )
    )
    row = told("expert_appointment", "expert_letters", letter)
    assert row["employer"] == "赣州市恒腾会计师事务所"
    assert row["role"] == "专家委员会委员"
