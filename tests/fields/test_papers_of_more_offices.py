"""Papers as still other offices lay them out: numbers without labels, names in titles, days under captions."""

from __future__ import annotations

import pytest
from support.pages import body, grid, line, page, view
from support.reading import extract, extract_all, rows_of

from extractor.core.page import PacketPage
from extractor.core.worksheet import Fact, FactStatus


def all_facts(doctype: str, *pages: PacketPage) -> tuple[Fact, ...]:
    return extract(doctype, *pages)[0]


def told(doctype: str, field: str, paper: PacketPage) -> dict[str, object]:
    found = rows_of(doctype, field, paper)
    assert found is not None
    (row,) = found.rows
    return {k.split(".")[1]: v.value for k, v in row.cells.items()}


@pytest.mark.parametrize(
    ("opening", "content"),
    [
        ("赣州市质检中心与赣州虔诚企业服务有限公司经充分沟通，就在检验检测领域开展合作达成一致。", "检验检测"),
        ("江西理工大学和赣州虔诚企业服务有限公司本着互利原则，围绕成果转化方面开展合作。", "成果转化"),
        ("赣州虔诚企业服务有限公司与赣南银行章贡支行就融资对接事宜达成如下共识。", "融资对接"),
    ],
)  # fmt: skip
def test_parties_that_an_opening_sentence_joins_need_no_names_of_their_own(
    opening: str, content: str
) -> None:
    agreement = page(line("战略合作框架协议", x=200, em=18), *[body(opening, y=140)])
    row = told("cooperation_agreement", "agreements", agreement)
    assert {row["partner"], row["applicant"]} >= {"赣州虔诚企业服务有限公司"}
    assert row["content"] == content


@pytest.mark.parametrize(
    ("clause", "content"),
    [
        ("合作项目：技能培训", "技能培训"),
        ("第二条（内容）甲方为乙方服务的中小微企业提供法律咨询服务。", "法律咨询"),
        ("二、合作领域：质量诊断与标准化辅导", "质量诊断与标准化辅导"),
        ("2. 服务内容：乙方向甲方会员提供知识产权代理服务。", "知识产权代理"),
    ],
)
def test_what_an_agreement_is_about_stands_behind_many_headings(clause: str, content: str) -> None:
    agreement = page(
        line("合作协议", x=240, em=18),
        body("甲方：赣州市职业培训学校", "乙方：赣州虔诚企业服务有限公司", clause, y=140),
    )
    assert told("cooperation_agreement", "agreements", agreement)["content"] == content


@pytest.mark.parametrize(
    ("number", "value"),
    [
        ("No.09822Q10427R0S", "09822Q10427R0S"),
        ("（编号：0122-Q-00456）", "0122-Q-00456"),
        ("№ 12318Q20045", "12318Q20045"),
    ],
)
def test_a_certificate_without_the_label_of_its_number_has_one(number: str, value: str) -> None:
    certificate = page(
        line("中诚认证", x=230, y=60, em=16),
        line("质量管理体系认证证书", x=180, y=90, em=20),
        line(number, x=380, y=140),
        line("获证组织", x=80, y=180),
        line("赣州虔诚企业服务有限公司", x=200, y=180),
        line("信用代码", x=80, y=210),
        line("91360702MA35XYZ12K", x=200, y=210),
        line("签发机构：中诚（江西）认证有限公司", x=80, y=400),
    )
    row = told("management_system_certificate", "certificates", certificate)
    assert row["number"] == value
    assert row["issuer"] == "中诚(江西)认证有限公司"


def test_a_label_that_is_part_of_a_bodys_name_bounds_nothing() -> None:
    certificate = page(
        line("专业技术资格证书", x=200, em=20),
        line("姓名", x=80, y=150),
        line("许子轩", x=200, y=150),
        line("评审机构", x=80, y=180),
        line("赣州市专业技术资格评审委员会", x=200, y=180),
    )
    row = told("title_certificate", "person_certificates", certificate)
    assert row["issuer"] == "赣州市专业技术资格评审委员会"


def test_a_companys_name_is_not_taken_for_the_label_of_a_fee() -> None:
    contract = page(
        line("技术服务合同", x=220, em=18),
        body(
            "合同登记编号：2019321003000146",
            "受托方（乙方）：扬州邗工科创技术服务有限公司",
            "技术服务费总额：92,000.00元",
            y=140,
        ),
    )
    row = told("service_contract", "contracts", contract)
    assert row["party_b"] == "扬州邗工科创技术服务有限公司"
    assert row["number"] == "2019321003000146"
    assert row["amount"] == "92000"


def test_a_paper_invoice_prints_code_and_number_without_labels() -> None:
    invoice = page(
        line("3200184130", x=50, y=40),
        line("江苏增值税专用发票", x=230, y=36, em=18),
        line("No 09800043", x=460, y=40),
        line("开票日期：2019年04月23日", x=420, y=70),
    )
    row = told("invoice", "invoices", invoice)
    assert (row["code"], row["number"]) == ("3200184130", "09800043")


def test_two_numbers_on_an_invoice_that_differ_are_no_number() -> None:
    invoice = page(
        line("No 09800043", x=460, y=40),
        line("No 09800048", x=460, y=60),
        line("开票日期：2019年04月23日", x=420, y=90),
    )
    assert "number" not in told("invoice", "invoices", invoice)


@pytest.mark.parametrize(
    ("sentence", "employer", "role"),
    [
        ("经研究，聘请您（江苏大学）担任我单位技术专家。", "江苏大学", "技术专家"),
        ("兹聘任李明教授（赣南师范学院）为本中心创业导师，聘期三年。", "赣南师范学院", "创业导师"),
    ],
)
def test_a_letter_puts_in_brackets_where_the_expert_works(
    sentence: str, employer: str, role: str
) -> None:
    letter = page(line("聘书", x=260, em=24), body("李明先生：", sentence, y=160))
    row = told("expert_appointment", "expert_letters", letter)
    assert (row["employer"], row["role"]) == (employer, role)


def test_the_first_amount_of_a_column_is_no_total() -> None:
    table = grid(
        [
            ["费种", "费款所属期", "入库日期", "实缴金额"],
            ["养老保险", "2019-03-01至2019-03-31", "2019-04-16", "18,667.50"],
            ["失业保险", "2019-03-01至2019-03-31", "2019-04-16", "733.40"],
            ["金额合计", "（小写）", "", "￥19,400.90"],
        ]
    )
    facts = all_facts("social_security_proof", page(line("税收完税证明", x=220, em=16), table))
    amounts = [f.value for f in facts if f.field == "ss_amount"]
    assert "18667.5" not in amounts


def test_captions_over_their_days_are_events_each_with_its_own() -> None:
    photos = page(
        line("活动掠影", x=250, y=40, em=20),
        line("图1 检测设备开放日", x=110, y=310),
        line("2018年2月5日", x=120, y=328),
        line("图2 技术成果对接会", x=360, y=310),
        line("2018年5月11日", x=370, y=328),
        line("图3 安全生产培训", x=110, y=640),
        line("2018年8月17日", x=120, y=658),
    )
    found = rows_of("service_activity_evidence", "app_events", photos)
    assert found is not None
    events = [
        (r.cells["app_events.title"].value, r.cells["app_events.date"].value) for r in found.rows
    ]
    assert events == [
        ("检测设备开放日", "2018-02-05"),
        ("技术成果对接会", "2018-05-11"),
        ("安全生产培训", "2018-08-17"),
    ]


def test_a_licence_that_only_says_long_runs_from_the_founding() -> None:
    licence = page(
        line("营业执照", x=220, em=24),
        line("成立日期", x=80, y=200),
        line("2013年05月08日", x=180, y=200),
        line("营业期限", x=80, y=230),
        line("长期", x=180, y=230),
        line("登记机关", x=280, y=600),
        line("宜昌市伍家岗区市场监督管理局", x=340, y=600),
        line("2022年03月24日", x=350, y=625),
    )
    facts = {f.field: f.value for f in all_facts("business_license", licence)}
    assert facts["lic_term"] == "2013-05-08/.."
    assert facts["lic_authority"] == "宜昌市伍家岗区市场监督管理局"
    assert facts["lic_issue_date"] == "2022-03-24"


def test_the_second_half_of_a_torn_label_leads_to_its_value() -> None:
    licence = page(
        line("营业执照", x=220, em=24),
        line("营业期限", x=85, y=347),
        line("2015年9月16日至2045年9月16日", x=190, y=347),
        line("所", x=126, y=375),
        line("山西省太原市万柏林区千峰南路117号汇智大厦4层", x=190, y=375),
        line("经营范围", x=85, y=405),
        line("企业管理咨询；会议服务。", x=190, y=405),
    )
    facts = {f.field: f.value for f in all_facts("business_license", licence)}
    assert facts["lic_address"] == "山西省太原市万柏林区千峰南路117号汇智大厦4层"


def test_a_letter_tells_who_recommends_and_for_which_level() -> None:
    letter = page(
        line("太原市万柏林区工业和信息化局文件", x=100, y=80, em=20),
        line("万工信字〔2023〕9号", x=230, y=142),
        *[
            body(
                "根据《关于组织开展2023年度省级中小企业公共服务示范平台认定工作的通知》要求，",
                "现推荐某某公司申报市级中小企业公共服务示范平台，请予审核。",
                y=260,
            )
        ],
        line("2023年3月20日", x=360, y=560),
    )
    facts = {f.field: f for f in all_facts("recommendation_letter", letter)}
    assert facts["rec_recommender"].value == "太原市万柏林区工业和信息化局"
    assert "pkt_target_level" not in facts, "two levels are named: nobody knows which one counts"


@pytest.mark.parametrize(
    ("sentence", "year"),
    [
        ("我单位自愿申报2023年度太原市中小企业公共服务示范平台，", 2023),
        ("我单位对2024年度申报的材料郑重承诺，", 2024),
        ("我单位参加2022年省级示范平台评审所提交的材料，", 2022),
        ("我单位2019年被认定为省级中小企业公共服务示范平台，", None),
    ],
)
def test_the_year_of_a_declaration_is_the_one_applied_in(sentence: str, year: int | None) -> None:
    paper = page(line("承诺书", x=250, em=22), body(sentence, "材料真实有效。", y=150))
    years = [f.value for f in all_facts("declaration", paper) if f.field == "decl_year"]
    assert years == ([] if year is None else [year])


def test_a_date_in_a_sentence_is_no_date_of_the_report() -> None:
    opinion = page(
        line("审计报告", x=230, em=20),
        body(
            "我们审计了后附的财务报表，包括2022年12月31日",
            "资产负债表、2022年度利润表。",
            y=140,
        ),
        line("中国注册会计师：廖文静", x=75, y=540),
        line("山西昌诺会计师事务所（普通合伙）", x=320, y=540),
    )
    facts = {f.field: f.value for f in all_facts("audit_report", opinion)}
    assert "aud_report_date" not in facts
    found = rows_of("audit_report", "aud_cpas", opinion)
    assert found is not None
    assert found.rows[0].cells["aud_cpas.name"].value == "廖文静"


def test_what_a_code_is_for_names_no_firm() -> None:
    cover = page(
        line("此码用于证明该审计报告是否由具有执业许可的会计师事务所出具", x=80, y=80),
        line("宜昌峡江众服企业服务有限公司", x=170, y=200, em=18),
        line("2024年度审计报告", x=170, y=240, em=20),
        line("湖北天仪会计师事务所（普通合伙）", x=160, y=600),
    )
    signed = page(
        line("审计报告", x=230, em=20),
        line("中国注册会计师：方春兰", x=80, y=520),
        line("湖北天仪会", x=330, y=520),
        no=2,
    )
    firms = [f for f in all_facts("audit_report", cover, signed) if f.field == "aud_firm"]
    assert {f.value for f in firms} == {"湖北天仪会计师事务所(普通合伙)"}
    hidden = next(f for f in firms if f.page == 2)
    assert hidden.status is FactStatus.DOUBTFUL


def test_the_title_of_a_special_report_names_whose_it_is() -> None:
    paper = page(
        line("关于太原汾西汇智企业服务有限公司", x=163, y=65, em=16),
        line("服务收支情况的专项审计报告", x=188, y=90, em=16),
        body("我们对贵公司2022年度服务收支情况实施了专项审计。", y=144),
    )
    facts = {f.field: f.value for f in all_facts("special_audit_report", paper)}
    assert facts["aud_client"] == "太原汾西汇智企业服务有限公司"


def test_a_day_with_the_time_set_close_to_it_is_that_day() -> None:
    form = page(
        line("复评表", x=240, em=18),
        line("提交时间:2019-05-0716:42:07", x=60, y=400),
        line("提交状态：已提交", x=360, y=400),
    )
    facts = {f.field: f.value for f in all_facts("reevaluation_form", form)}
    assert facts["reeval_submitted_at"] == "2019-05-07"


def test_functions_typed_with_a_shared_last_word_are_all_taken() -> None:
    table = grid([["服务功能", "技术、培训、信息服务"], ["设备购买价格", "342.73万元"]])
    facts = {f.field: f for f in all_facts("reevaluation_form", page(table))}
    assert set(facts["app_service_functions"].value) == {"technical", "training", "information"}  # type: ignore[arg-type]
    assert facts["app_equipment_price"].value == "3427300"


def test_a_typed_list_with_a_word_nobody_knows_is_doubtful() -> None:
    table = grid([["服务功能", "培训服务、星际服务、信息服务"], ["设备数量", "3台"]])
    (fact,) = [
        f for f in all_facts("reevaluation_form", page(table)) if f.field == "app_service_functions"
    ]
    assert fact.status is FactStatus.DOUBTFUL


@pytest.mark.parametrize("typed", ["2024年　月　日", "2024年__月__日", "年　月　日"])
def test_a_date_whose_blanks_were_left_empty_is_no_date(typed: str) -> None:
    table = grid([["申请单位名称", "赣州虔诚企业服务有限公司"], ["填报日期", typed]])
    facts = all_facts("application_report", page(line("申请报告", x=230, em=20), table))
    assert [f.value for f in facts if f.field == "pkt_filing_date"] == []


def test_the_rest_of_a_long_label_is_no_answer() -> None:
    cell = "获得专业服务资质认证情况；与服务能力相关的专利、商标、软件著作权等情况：通过质量管理体系认证。"
    facts = all_facts("application_form", page(grid([[cell], ["申请单位名称"]], height=40)))
    told = [f.value for f in facts if f.field == "app_qualifications_text"]
    assert told == ["通过质量管理体系认证"]


def test_a_list_annexed_to_a_notice_tells_the_applicants_year_and_star() -> None:
    licence = view(
        "business_license",
        page(line("名称", x=80, y=200), line("扬州邗工科创技术服务有限公司", x=180, y=200)),
    )
    table = grid(
        [
            ["序号", "认定年度", "星级", "平台单位名称"],
            ["201", "2010年", "四星级", "无锡惠山软件外包服务中心"],
            ["298", "2013年", "三星级", "扬州邗工科创技术服务有限公司"],
        ]
    )
    annex = view("notice_annex", page(line("星级平台名单", x=200, em=16), table, no=2))
    facts = {f.field: f.value for f in extract_all(licence, annex)[0]}
    assert facts["reeval_recognition_year"] == 2013
    assert facts["reeval_star_level"] == "3"


@pytest.mark.parametrize(
    ("told_as", "use"),
    [
        (
            "屋出租给乙方作为办公及中小企业服务场所使用，建筑面积520平方米。",
            "办公及中小企业服务场所",
        ),
        ("该房屋用于办公、培训，不得改变用途。", "办公、培训"),
        ("乙方租用房屋作为办公场所使用。", "办公场所"),
    ],
)
def test_the_use_of_a_room_is_told_to_its_end(told_as: str, use: str) -> None:
    lease = page(
        line("房屋租赁合同", x=220, em=18), body("甲方：南昌宏泽资产管理有限公司", told_as, y=140)
    )
    assert told("lease_contract", "premises_docs", lease)["use"] == use


def test_a_certificate_headed_by_its_title_names_its_issuer_at_the_foot() -> None:
    certificate = page(
        line("质量管理体系认证证书", x=160, y=128, em=22),
        line("兹证明", x=280, y=225),
        line("南昌锦程企业服务有限公司", x=224, y=258),
        line("江西中联认证中心有限公司", x=224, y=708),
    )
    row = told("management_system_certificate", "certificates", certificate)
    assert row["holder"] == "南昌锦程企业服务有限公司"
    assert row["issuer"] == "江西中联认证中心有限公司"
