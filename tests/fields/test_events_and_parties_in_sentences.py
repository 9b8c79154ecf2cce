"""Events, parties and subjects that a paper tells in sentences, in words of its own."""

from __future__ import annotations

from support.pages import body, line, page
from support.reading import rows_of

from extractor.core.page import PacketPage


def told(doctype: str, field: str, paper: PacketPage) -> dict[str, object]:
    found = rows_of(doctype, field, paper)
    assert found is not None
    (row,) = found.rows
    return {k.split(".")[1]: v.value for k, v in row.cells.items()}


def test_an_event_report_tells_who_held_what_where() -> None:
    report = page(
        [
            line("服务活动简报", x=220, y=80, em=18),
            *body(
                "2024年3月8日，由赣州虔诚中小企业服务有限公司主办的惠企政策直达园区宣讲会",
                "在赣州市科创中心三楼报告厅圆满落幕。",
                y=130,
            ),
            *body("来自全市的52家企业、96名代表到场参加。", y=220),
        ]
    )
    row = told("service_activity_evidence", "app_events", report)
    assert row["title"] == "惠企政策直达园区宣讲会"
    assert row["organizer"] == "赣州虔诚中小企业服务有限公司"
    assert row["place"] == "赣州市科创中心三楼报告厅"
    assert row["date"] == "2024-03-08"
    assert (row["enterprises"], row["persons"]) == (52, 96)


def test_a_time_of_day_under_its_heading_is_no_caption() -> None:
    notice = page(
        [
            line("关于举办“技术成果推介会”的通知", x=180, y=80, em=16),
            *body("一、活动时间", "2023年08月20日下午14:30", "二、活动地点", "赣州市企业服务大厅二楼会议室", y=130),
        ]
    )  # fmt: skip
    row = told("service_activity_evidence", "app_events", notice)
    assert row["title"] == "技术成果推介会"
    assert row["date"] == "2023-08-20"


def test_captions_side_by_side_are_two_events() -> None:
    photos = page(
        [
            line("2023年4月11日中小企业供需对接会现场", x=70, y=300),
            line("2023年9月23日企业管理能力提升培训现场", x=330, y=300),
        ]
    )
    found = rows_of("service_activity_evidence", "app_events", photos)
    assert found is not None
    titles = [row.cells["app_events.title"].value for row in found.rows]
    assert titles == ["中小企业供需对接会", "企业管理能力提升培训"]


def test_parties_go_by_the_names_the_opening_gives_them() -> None:
    memo = page(
        [
            line("服务合作备忘录", x=220, y=80, em=18),
            *body(
                "本备忘录由赣州虔诚中小企业服务有限公司（下称“服务平台”）与赣州明诚会计咨询有限公司",
                "（下称“合作机构”）于2023年3月10日在赣州市签署。双方就财务规范与税务辅导达成如下共识。",
                y=130,
            ),
        ]
    )
    row = told("cooperation_agreement", "agreements", memo)
    assert {row["applicant"], row["partner"]} == {"赣州虔诚中小企业服务有限公司", "赣州明诚会计咨询有限公司"}  # fmt: skip
    assert row["content"] == "财务规范与税务辅导"
    assert row["sign_date"] == "2023-03-10"


def test_the_one_addressed_is_the_expert_not_the_word_you() -> None:
    letter = page(
        [
            line("聘书", x=260, y=80, em=20),
            *body(
                "赣州市正康管理咨询有限公司孟玉琴先生/女士：",
                "兹聘请您担任本中心财税服务专家，聘期：2023年4月15日至2025年4月14日。",
                y=130,
            ),
        ]
    )
    row = told("expert_appointment", "expert_letters", letter)
    assert row["expert"] == "孟玉琴"
    assert row["employer"] == "赣州市正康管理咨询有限公司"


def test_a_scope_keeps_all_its_parts() -> None:
    licence = page(
        [
            line("人力资源服务许可证", x=200, y=80, em=20),
            *body("机构名称：赣州虔诚中小企业服务有限公司", "许可范围：职业中介活动；人力资源培训；管理咨询", y=130),
        ]
    )  # fmt: skip
    row = told("qualification_certificate", "certificates", licence)
    assert row["scope"] == "职业中介活动；人力资源培训；管理咨询"


def test_a_price_a_square_metre_is_not_the_rent() -> None:
    lease = page(
        [
            line("办公用房租赁合同", x=200, y=80, em=18),
            *body(
                "合同编号：ZL-2022-134",
                "租金及支付方式：租金标准为每平方米每月25元，年租金为人民币141,900.00元。",
                y=130,
            ),
        ]
    )
    row = told("lease_contract", "premises_docs", lease)
    assert row.get("rent") in (None, "141900")
    assert row["cert_no"] == "ZL-2022-134"


def test_who_issued_a_certificate_and_when_stands_at_its_foot() -> None:
    licence = page(
        [
            line("人力资源服务许可证", x=200, y=80, em=20),
            *body("机构名称：赣州虔诚中小企业服务有限公司", "许可证编号：361002250016", y=130),
            line("赣州市人力资源和社会保障局", x=300, y=700),
            line("2023年6月5日", x=330, y=730),
        ]
    )
    row = told("qualification_certificate", "certificates", licence)
    assert row["issuer"] == "赣州市人力资源和社会保障局"
    assert row["issue_date"] == "2023-06-05"


def test_a_report_that_begins_with_its_day_names_the_holder() -> None:
    report = page(
        [
            line("数字化转型公益讲座总结", x=180, y=80, em=18),
            *body(
                "2023年5月14日，赣州虔诚中小企业服务有限公司在赣州市企业服务大厅二楼会议室举办",
                "了数字化转型公益讲座。来自41家企业的124人参加了活动。",
                y=130,
            ),
        ]
    )
    row = told("service_activity_evidence", "app_events", report)
    assert row["organizer"] == "赣州虔诚中小企业服务有限公司"
    assert row["place"] == "赣州市企业服务大厅二楼会议室"
    assert row["title"] == "数字化转型公益讲座"
    assert (row["enterprises"], row["persons"]) == (41, 124)
