"""Certificates, recognitions, receipts, insurance proofs, activities, rulebooks: layouts and wordings."""

from __future__ import annotations

import pytest
from support.pages import Span, body, grid, line, page, view
from support.reading import column, extract, extract_all, facts_of, rows_of, values_of

from extractor.core.worksheet import FactStatus, RowSet

APPLICANT = "南昌惠企服务有限公司"
CODE = "91360106MA35F8XK2L"


def cells_of(doctype: str, field: str, *pages):  # type: ignore[no-untyped-def]
    rows = rows_of(doctype, field, *pages)
    assert rows is not None
    assert len(rows.rows) == 1, [r.cells for r in rows.rows]
    return {k.split(".")[1]: v.value for k, v in rows.rows[0].cells.items()}


# -- certificates ------------------------------------------------------------------------------

ISO = {
    "prose": page(
        line("质量管理体系认证证书", x=180, y=60, em=20),
        body(
            "证书编号：12345Q67890R0S",
            "兹证明",
            APPLICANT,
            "注册地址：南昌市高新区",
            "质量管理体系符合 GB/T 19001-2016 idt ISO 9001:2015 标准",
            "认证范围：企业管理咨询服务",
            "发证日期：2022年5月6日",
            "有效期至：2025年5月5日",
        ),
    ),
    "columns": page(
        line("质 量 管 理 体 系 认 证 证 书", x=140, y=70, em=20),
        line("证书号", x=80, y=120), line("12345Q67890R0S", x=220, y=120),
        line("获证组织", x=80, y=150), line(APPLICANT, x=220, y=150),
        line("认证标准", x=80, y=180), line("GB/T19001-2016/ISO9001:2015", x=220, y=180),
        line("认证范围", x=80, y=210), line("企业管理咨询服务", x=220, y=210),
        line("颁证日期", x=80, y=240), line("2022-05-06", x=220, y=240),
        line("证书有效期", x=80, y=270), line("2022-05-06 至 2025-05-05", x=220, y=270),
    ),
    "grid": page(
        line("质量管理体系认证证书", x=180, y=60, em=20),
        grid(
            [
                ["证书编号", "12345Q67890R0S"],
                ["获证组织名称", APPLICANT],
                ["依据标准", "GB/T 19001-2016"],
                ["认证范围", "企业管理咨询服务"],
                ["发证日期", "2022年05月06日"],
                ["有效期至", "2025年05月05日"],
            ],
            widths=[120, 375],
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("layout", ISO)
def test_a_quality_certificate_in_any_layout(layout: str) -> None:
    found = cells_of("management_system_certificate", "certificates", ISO[layout])
    assert found["kind"] == "gbt19001"
    assert found["number"] == "12345Q67890R0S"
    assert found["holder"] == APPLICANT
    assert found["scope"] == "企业管理咨询服务"
    assert found["issue_date"] == "2022-05-06"
    assert found["expiry_date"] == "2025-05-05"
    assert "19001" in str(found["standard"])


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("检验检测机构资质认定证书", "cma"),
        ("实验室认可证书", "iso17025"),
        ("民办学校办学许可证", "training_qualification"),
        ("人力资源服务许可证", "licence"),
        ("高新技术企业证书", "other"),
    ],
)
def test_the_title_tells_the_kind(title: str, kind: str) -> None:
    paper = page(
        line(title, x=180, y=60, em=20),
        body("证书编号：161420340123", "机构名称：江西惠企检测有限公司", "有效期至：2026年3月1日"),
    )
    found = cells_of("qualification_certificate", "certificates", paper)
    assert found["kind"] == kind
    assert found["number"] == "161420340123"
    assert found["holder"] == "江西惠企检测有限公司"
    assert found["expiry_date"] == "2026-03-01"


def test_each_certificate_of_a_run_of_pages_is_a_row() -> None:
    pages = [
        page(
            line("高新技术企业证书", x=180, y=60, em=20),
            body(f"证书编号：GR20203600012{n}", f"企业名称：{APPLICANT}"),
            no=n,
        )
        for n in (1, 2)
    ]
    rows = rows_of("qualification_certificate", "certificates", *pages)
    assert column(rows, "number") == ["GR202036000121", "GR202036000122"]


def test_software_patent_and_their_numbers() -> None:
    software = page(
        line("计算机软件著作权登记证书", x=150, y=60, em=24),
        body("证书号：软著登字第7654321号", "软件名称：惠企服务平台管理系统 V1.0", f"著作权人：{APPLICANT}", "登记号：2021SR0123456", y=150),
        line("2021年03月15日", x=380, y=500),
    )  # fmt: skip
    found = cells_of("ip_certificate", "ip_items", software)
    assert found["kind"] == "software"
    assert found["number"] == "2021SR0123456"
    assert found["owner"] == APPLICANT
    assert found["date"] == "2021-03-15"
    patent = page(
        line("实用新型专利证书", x=180, y=60, em=24),
        body("证书号第10234567号", "实用新型名称：一种检测装置", "发明人：王大明", "专利号：ZL 2019 2 1234567.8", "专利申请日：2019年7月1日", f"专利权人：{APPLICANT}", "授权公告日：2020年4月10日", y=150),
    )  # fmt: skip
    found = cells_of("ip_certificate", "ip_items", patent)
    assert found["kind"] == "utility"
    assert str(found["number"]).replace(" ", "") == "ZL201921234567.8"
    assert found["date"] == "2020-04-10"
    assert found["title"] == "一种检测装置"


def test_a_diploma_says_it_in_one_sentence() -> None:
    diploma = page(
        line("普通高等学校毕业证书", x=150, y=60, em=24),
        body("学生 王小明 ，性别男，一九九〇年三月五日生，于二〇〇八年九", "月至二〇一二年六月在本校计算机科学与技术专业四年制本科学习，", "成绩合格，准予毕业。", y=150, em=14),
        line("校名：江西师范大学", x=80, y=400),
        line("证书编号：104141201205001234", x=80, y=430),
        line("二〇一二年六月三十日", x=380, y=430),
    )  # fmt: skip
    found = cells_of("education_certificate", "person_certificates", diploma)
    assert found["name"] == "王小明"
    assert found["level"] == "本科"
    assert found["birth"] == "1990-03-05"
    assert found["number"] == "104141201205001234"
    assert found["date"] == "2012-06-30"
    assert found["issuer"] == "江西师范大学"


def test_a_title_certificate_by_labels() -> None:
    paper = page(
        line("专业技术资格证书", x=150, y=60, em=24),
        body("姓 名：张丽", "性 别：女", "出生年月：1985年6月", "资格名称：高级工程师", "批准日期：2019年12月", "管理号：赣2019G12345", y=150),
    )  # fmt: skip
    found = cells_of("title_certificate", "person_certificates", paper)
    assert found["kind"] == "title"
    assert (found["name"], found["level"], found["date"]) == ("张丽", "高级工程师", "2019-12")


def test_a_practice_licence_names_firm_and_head() -> None:
    paper = page(
        line("律师事务所执业许可证", x=150, y=60, em=22),
        body(f"统一社会信用代码：{'31360000MD0123456X'}", "名    称：江西赣江律师事务所", "负 责 人：李建国", y=150),
    )  # fmt: skip
    values = values_of("professional_practice_licence", paper)
    assert values["ppl_name"] == "江西赣江律师事务所"
    assert values["ppl_head"] == "李建国"


# -- recognitions ------------------------------------------------------------------------------


def recognition(*listed: str) -> RowSet:
    notice = page(
        line("江西省工业和信息化厅文件", x=130, y=60, em=24),
        line("赣工信企业字〔2022〕156号", x=220, y=110),
        line("关于公布2022年度江西省中小企业公共服务示范", x=90, y=150, em=18),
        line("平台名单的通知", x=200, y=176, em=18),
        body(
            "各设区市工信局：", "现将2022年度示范平台名单予以公布，有效期至2025年12月31日。", y=230
        ),
        line("江西省工业和信息化厅", x=350, y=500),
        line("2022年12月20日", x=370, y=525),
    )
    annex = page(
        line("附件", y=60),
        grid([["序号", "单位名称", "星级"], *([str(i + 1), n, "四星级"] for i, n in enumerate(listed))], y=100),
        no=2,
    )  # fmt: skip
    form = view("application_form", page(grid([["申请单位名称", APPLICANT]]), no=90))
    _, sets = extract_all(view("recognition_document", notice, annex), form)
    return next(s for s in sets if s.field == "recognitions")


def test_a_recognition_tells_number_issuer_dates_and_the_applicants_name() -> None:
    rows = recognition("江西众创服务有限公司", APPLICANT)
    found = {k.split(".")[1]: v for k, v in rows.rows[0].cells.items()}
    assert found["doc_number"].value == "赣工信企业字〔2022〕156号"
    assert found["issuer"].value == "江西省工业和信息化厅"
    assert found["doc_title"].value == "关于公布2022年度江西省中小企业公共服务示范平台名单的通知"
    assert found["date"].value == "2022-12-20"
    assert found["year"].value == 2022
    assert found["valid_until"].value == "2025-12-31"
    assert found["listed_name"].value == APPLICANT
    assert found["star"].value == "4"
    assert found["level"].value == "provincial"
    assert found["level"].status is FactStatus.DOUBTFUL


def test_a_list_without_the_applicant_names_nobody() -> None:
    rows = recognition("江西众创服务有限公司", "九江众创空间管理有限公司")
    assert "recognitions.listed_name" not in rows.rows[0].cells


def test_a_name_with_one_slip_is_still_the_applicants() -> None:
    rows = recognition("江西众创服务有限公司", "南昌惠金服务有限公司")
    assert column(rows, "listed_name") == ["南昌惠金服务有限公司"]


# -- receipts ----------------------------------------------------------------------------------


def invoice(side_by_side: bool):  # type: ignore[no-untyped-def]
    buyer, seller = "丰城市金桥机械有限公司", APPLICANT
    if side_by_side:
        names = [line(f"名称：{buyer}", x=60, y=100), line(f"名称：{seller}", x=320, y=100)]
    else:
        names = [line(f"名    称：{buyer}", x=60, y=100), line(f"名    称：{seller}", x=60, y=320)]
    return page(
        line("电子发票（普通发票）", x=200, y=40, em=16),
        line("发票号码：23362000000012345678", x=380, y=40),
        line("开票日期：2023年06月15日", x=380, y=58),
        *names,
        line("*现代服务*咨询服务费", x=60, y=170),
        line("47169.81", x=400, y=170),
        line("价税合计（大写）", x=60, y=260),
        line("伍万圆整", x=160, y=260),
        line("（小写）¥50000.00", x=380, y=260),
    )


@pytest.mark.parametrize("side_by_side", [True, False])
def test_buyer_and_seller_are_told_apart_by_their_place(side_by_side: bool) -> None:
    found = cells_of("invoice", "invoices", invoice(side_by_side))
    assert found["buyer"] == "丰城市金桥机械有限公司"
    assert found["seller"] == APPLICANT
    assert found["number"] == "23362000000012345678"
    assert found["date"] == "2023-06-15"
    assert found["amount"] == "50000"
    assert found["item"] == "*现代服务*咨询服务费"


def test_that_an_invoice_is_not_voided_is_never_certain() -> None:
    rows = rows_of("invoice", "invoices", invoice(True))
    assert rows is not None
    voided = rows.rows[0].cells["invoices.voided"]
    assert voided.value is False
    assert voided.status is FactStatus.DOUBTFUL


def test_each_tax_is_a_row_and_the_total_is_none() -> None:
    paper = page(
        line("税收完税证明", x=200, y=40, em=18),
        body(f"纳税人名称：{APPLICANT}", f"纳税人识别号：{CODE}", y=80),
        grid(
            [
                [
                    "原凭证号",
                    "税种",
                    "品目名称",
                    "税款所属时期",
                    "入（退）库日期",
                    "实缴（退）金额",
                ],
                ["33601", "增值税", "咨询", "2023-01-01至2023-03-31", "2023-04-12", "12,345.67"],
                ["33602", "企业所得税", "所得", "2023-01-01至2023-03-31", "2023-04-12", "2,345.00"],
                [Span("金额合计", cols=5), None, None, None, None, "¥14,690.67"],
            ],
            y=150,
        ),
    )
    rows = rows_of("tax_payment_proof", "tax_payments", paper)
    assert column(rows, "kind") == ["增值税", "企业所得税"]
    assert column(rows, "amount") == ["12345.67", "2345"]
    assert column(rows, "taxpayer") == [APPLICANT, APPLICANT]
    assert column(rows, "period") == ["2023-01-01/2023-03-31"] * 2


def test_the_payee_of_a_slip_is_the_name_in_the_payees_block() -> None:
    slip = page(
        line("中国建设银行电子回单", x=200, y=40, em=16),
        line("交易日期：2023年5月20日", x=60, y=80),
        grid(
            [
                [Span("付款人", rows=2), "全称", APPLICANT],
                [None, "账号", "3605010101"],
                [Span("收款人", rows=2), "全称", "江西赣江会务有限公司"],
                [None, "账号", "3606020202"],
                ["金额", "小写", "¥8,600.00"],
                ["用途", Span("场地费", cols=2), None],
            ],
            y=100,
        ),
    )
    found = cells_of("service_expenditure_proof", "expenditure_proofs", slip)
    assert found["payee"] == "江西赣江会务有限公司"
    assert found["amount"] == "8600"
    assert found["purpose"] == "场地费"


# -- social insurance --------------------------------------------------------------------------


def test_an_insurance_proof_by_labels_and_its_persons() -> None:
    paper = page(
        line("社会保险费缴费证明", x=180, y=60, em=20),
        body(f"缴费单位名称：{APPLICANT}", "费款所属期：2023年1月至2023年12月", "缴费人数：32人", "金额合计：（小写）￥356,812.40元", "填发日期：2024年1月15日"),
        grid([["序号", "姓名", "证件号码"], ["1", "王小明", "3601****1234"], ["2", "张丽", "3601****5678"], ["合计", "", "2人"]], y=300),
    )  # fmt: skip
    values = values_of("social_security_proof", paper)
    assert values["ss_org_name"] == APPLICANT
    assert values["ss_period"] == "2023-01/2023-12"
    assert values["ss_headcount"] == 32
    assert values["ss_amount"] == "356812.4"
    assert values["ss_issue_date"] == "2024-01-15"
    assert column(rows_of("social_security_proof", "ss_persons", paper), "name") == [
        "王小明",
        "张丽",
    ]


def test_an_insurance_letter_in_sentences_is_doubtful() -> None:
    letter = page(
        line("参保证明", x=230, y=60, em=20),
        body(
            f"兹证明{APPLICANT}已在我中心参加社会保险，",
            "截至2023年12月，参保职工28人。",
            em=13,
            y=140,
        ),
    )
    facts = facts_of("social_security_proof", letter)
    assert facts["ss_headcount"].value == 28
    assert facts["ss_headcount"].status is FactStatus.DOUBTFUL


def test_a_filing_page_and_a_credit_report() -> None:
    filing = page(
        body(
            "ICP备案主体信息",
            "备案/许可证号：赣ICP备12345678号",
            f"主办单位名称：{APPLICANT}",
            "主办单位性质：企业",
        )
    )
    values = values_of("website_filing", filing)
    assert values["icp_no"] == "赣ICP备12345678号"
    assert values["icp_org"] == APPLICANT
    report = page(
        body(
            "公共信用信息报告",
            "报告生成日期：2024年3月5日",
            "行政处罚信息：无",
            "严重失信主体名单：无",
        )
    )
    values = values_of("credit_report", report)
    assert values["credit_report_date"] == "2024-03-05"
    assert "credit_findings" not in values


# -- activities --------------------------------------------------------------------------------


def test_a_notice_tells_title_day_place_and_organiser() -> None:
    notice = page(
        line("关于举办2023年中小企业数字化转型培训班的通知", x=90, y=60, em=18),
        body("各有关企业：", "一、培训时间：2023年5月18日上午9:00", "二、培训地点：南昌市高新区创业大厦三楼报告厅", "三、主办单位：江西省工业和信息化厅", y=120),
        line("2023年5月8日", x=400, y=600),
    )  # fmt: skip
    found = cells_of("service_activity_evidence", "app_events", notice)
    assert found["title"] == "2023年中小企业数字化转型培训班"
    assert found["date"] == "2023-05-18"
    assert found["organizer"] == "江西省工业和信息化厅"
    assert column(rows_of("service_activity_evidence", "training_records", notice), "date") == [
        "2023-05-18"
    ]


def test_labels_beside_each_other_are_not_read_across_their_gap() -> None:
    sheet = page(
        line("活动签到表", x=230, y=60, em=20),
        line("活动名称：财税知识专题培训", x=64, y=95),
        line("时间：2023年3月8日", x=260, y=95),
        grid([["序号", "姓名"], ["1", "付佩玲"]], y=140),
    )
    found = cells_of("service_activity_evidence", "app_events", sheet)
    assert found["title"] == "财税知识专题培训"
    assert found["date"] == "2023-03-08"


def test_each_caption_of_a_photo_page_is_an_event() -> None:
    photos = page(
        line("活动照片", x=260, y=54, em=20),
        line("2023年2月5日 惠企政策宣讲会现场（青山湖区创业大厦多功能厅）", x=120, y=371),
        line("2023年3月8日 银企对接会现场", x=120, y=701),
    )
    rows = rows_of("service_activity_evidence", "app_events", photos)
    assert column(rows, "title") == ["惠企政策宣讲会", "银企对接会"]
    assert column(rows, "date") == ["2023-02-05", "2023-03-08"]
    assert column(rows, "place") == ["青山湖区创业大厦多功能厅"]


def test_a_report_tells_how_many_came() -> None:
    told = page(
        line("活动总结", x=240, y=60, em=20),
        body(
            "2023年9月8日，我公司在南昌市举办了“融资对接会”，共有46家企业、82人参加。", em=11, y=120
        ),
    )
    found = cells_of("service_activity_evidence", "app_events", told)
    assert found["date"] == "2023-09-08"
    assert found["enterprises"] == 46
    assert found["persons"] == 82


# -- rulebooks ---------------------------------------------------------------------------------


def test_rules_and_a_price_reduction_are_found_where_they_stand() -> None:
    rules = page(
        line("服务质量保证制度", x=200, y=60, em=18),
        body("第二章 投诉处理办法", "第三章 客户信息保密制度", "收费标准公示"),
    )
    values = values_of("management_rules", rules)
    assert values["has_rules"] == ("fees", "quality", "complaint")
    assert values["has_confidentiality_rule"] is True
    policy = page(body("服务收费优惠规定", "第三条 对小型微型企业的服务收费按标准的八折优惠。"))
    assert values_of("fee_discount_policy", policy)["has_fee_discount_policy"] is True


def test_years_of_summaries_are_those_of_the_titles() -> None:
    summary = page(line("2021-2023年三年工作总结", x=180, y=80, em=20))
    assert values_of("work_summary", summary)["work_summary_years"] == ("2021", "2022", "2023")


@pytest.mark.parametrize(
    "doctype", ["fee_discount_policy", "management_rules", "service_plan", "work_summary", "invoice", "ip_certificate", "recognition_document", "credit_report"]
)  # fmt: skip
def test_a_page_of_other_words_proves_nothing(doctype: str) -> None:
    facts, rows = extract(doctype, page(body("各位来宾，大家下午好。", "今天天气晴朗。")))
    assert facts == ()
    assert rows == ()
