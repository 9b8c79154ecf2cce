"""Filled forms of the five official texts, and the ways in which people lay out such a form.

A form is a list of items: a printed label and the value written for it, or a whole sentence with
several labels and values (``仪器、设备数量 35 台（套），购买价格 …``). A geometry puts the items on a
page; what is read must not depend on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from extractor.core.page import PacketPage
from extractor.core.worksheet import Value
from support.pages import Entry, Span, grid, line, page


@dataclass(frozen=True)
class Item:
    """``label`` and ``text``; a sentence has no label. ``fields``: what must be read from it."""

    label: str
    text: str
    fields: Mapping[str, Value]


def item(label: str, text: str, **fields: Value) -> Item:
    return Item(label, text, fields)


NATIONAL = (
    item("注册日期：", "2016年5月", app_registration_date="2016-05"),
    item("法人代表：", "王大明", app_legal_rep="王大明"),
    item("统一社会信用代码", "91360100MA35HB0K3D", app_uscc="91360100MA35HB0K3D"),
    item("办公地址：", "江西省南昌市红谷滩区丰和大道188号", app_office_address="江西省南昌市红谷滩区丰和大道188号"),
    item("邮政编码：", "330038", app_postcode="330038"),
    item("联系人：", "李小红", app_contact_name="李小红"),
    item("联系电话：", "0791-88123456", app_contact_phone="0791-88123456"),
    item("传真：", "0791-88123457", app_fax="0791-88123457"),
    item("网址及备案号（已建网站的填写）：", "www.ncqf.cn 赣ICP备12345678号-1",
         app_website="www.ncqf.cn", app_icp_no="赣ICP备12345678号-1"),
    item("电子邮件：", "office@ncqf.cn", app_email="office@ncqf.cn"),
    item("", "实缴资本 500 万元", app_paid_in_capital="5000000"),
    item("", "上年末资产总额 1,234.56 万元", app_total_assets_prev_year_end="12345600"),
    item("", "仪器、设备数量 35 台（套），购买价格 123.45 万元，占总资产 10 ％",
         app_equipment_count=35, app_equipment_price="1234500", app_equipment_asset_share="0.1"),
    item("", "服务场地面积：1200 平方米，其中：自有 200 平方米，租用 1000 平方米",
         app_premises_area_total="1200", app_premises_area_owned="200", app_premises_area_rented="1000"),
    item("", "专职服务人员 30 人", app_staff_total=30),
    item("", "其中：本科及以上学历和中级及以上技术职称的专业人员 24 人，占比 80 %",
         app_staff_qualified=24, app_staff_qualified_ratio="0.8"),
    item("得到政府扶持的情况", "2022年获得市级专项资金20万元", app_gov_support="2022年获得市级专项资金20万元"),
    item("省级示范平台认定或有关全国性协会相关认定的文件名称及文号", "《关于公布名单的通知》赣工信企业字〔2022〕8号",
         app_recognition_docs="《关于公布名单的通知》赣工信企业字〔2022〕8号"),
)  # fmt: skip

TAIYUAN = (
    item("注册日期：", "2015年3月12日", app_registration_date="2015-03-12"),
    item("法人代表：", "赵志强", app_legal_rep="赵志强"),
    item("注册地址：", "太原市小店区平阳路101号", app_registered_address="太原市小店区平阳路101号"),
    item("邮政编码：", "030006", app_postcode="030006"),
    item("联系人：", "孙丽", app_contact_name="孙丽"),
    item("联系电话：", "0351-7654321", app_contact_phone="0351-7654321"),
    item("传真：", "0351-7654322", app_fax="0351-7654322"),
    item("电子邮件：", "sunli@tyfw.com.cn", app_email="sunli@tyfw.com.cn"),
    item("", "注册资本 300 万元", app_registered_capital="3000000"),
    item("", "上年末总资产 688.8 万元", app_total_assets_prev_year_end="6888000"),
    item("", "仪器、设备数量 12 台（套），购买价格 45.6 万元，占总资产 6.62 %",
         app_equipment_count=12, app_equipment_price="456000", app_equipment_asset_share="0.0662"),
    item("", "服务场地面积：560 平方米，其中：自有 0 平方米，租用 560 平方米",
         app_premises_area_total="560", app_premises_area_owned="0", app_premises_area_rented="560"),
    item("", "从业人数 26 人", app_staff_total=26),
    item("", "其中：大专及以上学历和中级及以上技术职称的专业人员 22 人，占总人数 84.6 %",
         app_staff_qualified=22, app_staff_qualified_ratio="0.846"),
    item("获得专业服务资质情况", "ISO9001质量管理体系认证", app_qualifications_text="ISO9001质量管理体系认证"),
    item("得到政府扶持的情况", "2021年市级补助10万元", app_gov_support="2021年市级补助10万元"),
)  # fmt: skip

JIANGXI = (
    item("申报单位(盖章)：", "赣州创享企业服务有限公司", app_org_name="赣州创享企业服务有限公司"),
    item("统一社会信用代码：", "91360100MA35HB0K3D", app_uscc="91360100MA35HB0K3D"),
    item("发证部门：", "赣州市市场监督管理局", app_issuing_authority="赣州市市场监督管理局"),
    item("注册日期：", "2017-08-09", app_registration_date="2017-08-09"),
    item("注册地址：", "赣州市章贡区兴国路65号", app_registered_address="赣州市章贡区兴国路65号"),
    item("邮编：", "341000", app_postcode="341000"),
    item("联系电话及传真：", "0797-8123456/0797-8123457",
         app_contact_phone="0797-8123456", app_fax="0797-8123457"),
    item("网址：", "www.gzcx.com", app_website="www.gzcx.com"),
    item("备案号：", "赣ICP备20001234号", app_icp_no="赣ICP备20001234号"),
    item("电子邮箱：", "kefu@gzcx.com", app_email="kefu@gzcx.com"),
    item("注册资本", "800万元", app_registered_capital="8000000"),
    item("上年末总资产", "2000.5万元", app_total_assets_prev_year_end="20005000"),
    item("", "仪器、设备数量：58台(套),购买价格：310万元，占总资产15.5%",
         app_equipment_count=58, app_equipment_price="3100000", app_equipment_asset_share="0.155"),
    item("", "服务场地面积 860 平方米，(其中：自有 360 平方米，租用 500 平方米)",
         app_premises_area_total="860", app_premises_area_owned="360", app_premises_area_rented="500"),
    item("", "从业人数：共 40 人，其中大专及以上学历和中级及以上技术职称的专业人员 34 人，占总人数 85%",
         app_staff_total=40, app_staff_qualified=34, app_staff_qualified_ratio="0.85"),
    item("", "合作资源(共 8 家)", app_partner_count=8),
    item("四、参加相关公益性服务活动情况", "参加送政策进企业活动四场", app_public_benefit_activities="参加送政策进企业活动四场"),
    item("五、市级示范平台认定文件或省直部门相关证明文件的名称及文号", "赣市工信字〔2021〕33号",
         app_recognition_docs="赣市工信字〔2021〕33号"),
    item("六、得到政府扶持的情况", "2022年服务券补贴12万元", app_gov_support="2022年服务券补贴12万元"),
    item("七、对区域中小企业发展的影响及作用(自测情况)", "服务覆盖全市八成规上企业",
         app_regional_impact_text="服务覆盖全市八成规上企业"),
)  # fmt: skip

XINJIANG = (
    item("申请单位名称：", "乌鲁木齐天山企业服务中心", app_org_name="乌鲁木齐天山企业服务中心"),
    item("法定代表人：", "艾力·买买提", app_legal_rep="艾力·买买提"),
    item("资产总额（上年末）", "456万元", app_total_assets_prev_year_end="4560000"),
    item("年组织开展的相关服务活动", "5次", xj_info_events=5),
    item("年开展技术洽谈、项目推介和知识产权等服务活动", "4次", xj_tech_events=4),
    item("年开展创业项目洽谈、推介活动", "6次", xj_startup_events=6),
    item("年培训人次", "1200人次", xj_training_person_times=1200),
    item("年组织银企对接活动", "3次", xj_bank_matching_events=3),
    item("年组织融资知识讲座", "4次", xj_finance_lectures=4),
    item("免费为小型微型企业服务", "12家", xj_free_small_firms=12),
    item("年组织企业开展管理咨询服务活动", "3次", xj_consulting_events=3),
    item("产业集聚区内中小企业占比", "65%", xj_in_cluster_share="0.65"),
)  # fmt: skip

RECOMMENDATION_NATIONAL = (
    item("示范平台承担单位名称：", "南昌企服科技有限公司", app_org_name="南昌企服科技有限公司"),
    item("推荐单位：", "江西省工业和信息化厅", rec_recommender="江西省工业和信息化厅"),
    item("填报日期：", "2024年4月18日", rec_form_date="2024-04-18"),
    item("对区域中小企业发展的影响和作用", "服务覆盖面广，成效明显", rec_regional_effect="服务覆盖面广，成效明显"),
)  # fmt: skip

RECOMMENDATION_JIANGXI = (
    item("申报单位(盖章)：", "赣州创享企业服务有限公司", app_org_name="赣州创享企业服务有限公司"),
    item("推荐部门(盖章)：", "赣州市工业和信息化局", rec_recommender="赣州市工业和信息化局"),
    item("填报日期：", "2024年4月18日", rec_form_date="2024-04-18"),
    item("对区域中小企业发展的影响和作用", "带动五百家企业上云", rec_regional_effect="带动五百家企业上云"),
    item("示范性", "服务模式可复制推广", rec_demonstration="服务模式可复制推广"),
    item("专家组评审意见", "材料齐全，同意推荐", expert_panel_opinion="材料齐全，同意推荐"),
)  # fmt: skip

RECOMMENDATION_TAIYUAN = (
    item("示范平台承担单位名称：", "太原众创企业服务有限公司", app_org_name="太原众创企业服务有限公司"),
    item("推荐单位：", "太原市小店区中小企业局", rec_recommender="太原市小店区中小企业局"),
    item("填报日期：", "2023年3月20日", rec_form_date="2023-03-20"),
    item("对区域中小企业发展的影响和作用", "促进了区域企业发展", rec_regional_effect="促进了区域企业发展"),
    item("专家组评审意见", "同意推荐该平台", expert_panel_opinion="同意推荐该平台"),
)  # fmt: skip

REEVALUATION = (
    item("平台单位名称", "苏州智服科技有限公司", app_org_name="苏州智服科技有限公司"),
    item("认定年度", "2014年", reeval_recognition_year=2014),
    item("星级", "四星级", reeval_star_level="4"),
    item("是否窗口平台", "否", reeval_is_window_platform=False),
    item("是否公益性平台", "是", is_public_benefit_platform=True),
    item("提交时间", "2019年5月8日", reeval_submitted_at="2019-05-08"),
    item("测评意见", "运营正常，建议通过复评", reeval_city_opinion="运营正常，建议通过复评"),
    item("联系人", "周晓", app_contact_name="周晓"),
    item("联系电话", "0512-65123456", app_contact_phone="0512-65123456"),
)  # fmt: skip

ANNUAL_EVALUATION = (
    item("示范平台名称", "乌鲁木齐天山企业服务中心", app_org_name="乌鲁木齐天山企业服务中心"),
    item("测评情况及意见", "运营规范，测评合格", annual_eval_opinion="运营规范，测评合格"),
)  # fmt: skip

DECLARATION_FOOT = (
    item("单位联系人：", "李小红", app_contact_name="李小红"),
    item("联系电话：", "0791-88123456", app_contact_phone="0791-88123456"),
    item("单位名称（盖章）：", "南昌企服科技有限公司", decl_org_name="南昌企服科技有限公司"),
    item("日期：", "2024年4月10日", decl_date="2024-04-10"),
)  # fmt: skip

REPORT_COVER = (
    item("申请单位名称：", "南昌企服科技有限公司", app_org_name="南昌企服科技有限公司"),
    item("填报日期：", "2024年4月18日", pkt_filing_date="2024-04-18"),
)

FORMS: Mapping[str, tuple[str, tuple[Item, ...]]] = {
    "national": ("application_form", NATIONAL),
    "taiyuan": ("application_form", TAIYUAN),
    "jiangxi": ("application_form", JIANGXI),
    "xinjiang": ("application_form", XINJIANG),
    "recommendation national": ("recommendation_form", RECOMMENDATION_NATIONAL),
    "recommendation jiangxi": ("recommendation_form", RECOMMENDATION_JIANGXI),
    "recommendation taiyuan": ("recommendation_form", RECOMMENDATION_TAIYUAN),
    "jiangsu re-evaluation": ("reevaluation_form", REEVALUATION),
    "xinjiang annual evaluation": ("annual_evaluation_form", ANNUAL_EVALUATION),
    "declaration": ("declaration", DECLARATION_FOOT),
    "report cover": ("application_report", REPORT_COVER),
}
"""Document type and items of each form."""


def _label(entry: Item) -> str:
    return entry.label or entry.text


def _text(entry: Item) -> str:
    return entry.text if entry.label else ""


def _row_pages(rows: Sequence[Sequence[Entry]], widths: Sequence[float] = ()) -> list[PacketPage]:
    """As many pages as needed, twelve rows each; tall rows for text on two lines."""
    step = 12
    return [
        page(grid(rows[i : i + step], widths=widths, height=40, y=90), no=i // step + 1)
        for i in range(0, len(rows), step)
    ]


def label_left(items: Sequence[Item]) -> list[PacketPage]:
    """Two columns: labels, values; a sentence fills a row."""
    rows: list[list[Entry]] = [
        [e.label, e.text] if e.label else [Span(e.text, cols=2), None] for e in items
    ]
    return _row_pages(rows, [180, 315])


def four_columns(items: Sequence[Item]) -> list[PacketPage]:
    """Label, value, label, value."""
    rows: list[list[Entry]] = []
    waiting: list[Entry] = []
    for e in items:
        if not e.label:
            rows.append([Span(e.text, cols=4), None, None, None])
            continue
        waiting += [e.label, e.text]
        if len(waiting) == 4:
            rows.append(waiting)
            waiting = []
    if waiting:
        rows.append([*waiting, "", ""])
    return _row_pages(rows)


def label_above(items: Sequence[Item]) -> list[PacketPage]:
    """A row of two labels, below it the row of their values."""
    rows: list[list[Entry]] = []
    labelled = [e for e in items if e.label]
    for i in range(0, len(labelled) - 1, 2):
        pair = labelled[i : i + 2]
        rows.append([e.label for e in pair])
        rows.append([e.text for e in pair])
    if len(labelled) % 2:
        rows.append([Span(labelled[-1].label, cols=2), None])
        rows.append([Span(labelled[-1].text, cols=2), None])
    rows += [[Span(e.text, cols=2), None] for e in items if not e.label]
    return _row_pages(rows)


def stacked(items: Sequence[Item]) -> list[PacketPage]:
    """One column: label, value, label, value."""
    rows: list[list[Entry]] = []
    for e in items:
        rows += [[e.label], [e.text]] if e.label else [[e.text]]
    return _row_pages(rows)


def inside_the_cell(items: Sequence[Item]) -> list[PacketPage]:
    """Each label with its value in one cell, a row each."""
    return _row_pages([[f"{e.label}{e.text}"] for e in items])


def value_below_in_the_cell(items: Sequence[Item]) -> list[PacketPage]:
    """The label on the first line of a cell, the value on its second."""
    return _row_pages([[f"{e.label}\n{e.text}" if e.label else e.text] for e in items])


def paragraphs(items: Sequence[Item]) -> list[PacketPage]:
    """No grid at all: ``label：value`` on lines of their own."""
    texts = [f"{e.label.rstrip('：')}：{e.text}" if e.label else e.text for e in items]
    return [page([line(t, y=70 + 30 * i, em=9) for i, t in enumerate(texts)])]


def underlined(items: Sequence[Item]) -> list[PacketPage]:
    """Blanks to write in, read as underscores around the value."""
    texts = [f"{e.label.rstrip('：')}：___{e.text}____" if e.label else e.text for e in items]
    return [page([line(t, y=70 + 30 * i, em=9) for i, t in enumerate(texts)])]


def dotted(items: Sequence[Item]) -> list[PacketPage]:
    """Dotted leaders between label and value."""
    texts = [f"{e.label.rstrip('：')}……………{e.text}" if e.label else e.text for e in items]
    return [page([line(t, y=70 + 30 * i, em=9) for i, t in enumerate(texts)])]


def broken_labels(items: Sequence[Item]) -> list[PacketPage]:
    """Labels on two lines of their narrow cell."""
    rows: list[list[Entry]] = []
    for e in items:
        half = (len(e.label) + 1) // 2
        rows.append(
            [f"{e.label[:half]}\n{e.label[half:]}", e.text]
            if e.label
            else [Span(e.text, cols=2), None]
        )
    return _row_pages(rows, [140, 355])


def spaced_labels(items: Sequence[Item]) -> list[PacketPage]:
    """Labels spread with blanks."""
    rows: list[list[Entry]] = [
        [" ".join(e.label), e.text] if e.label else [Span(e.text, cols=2), None] for e in items
    ]
    return _row_pages(rows, [250, 245])


def broken_values(items: Sequence[Item]) -> list[PacketPage]:
    """Values on two lines of their cell, cut where the cell ends, be it inside a number."""
    rows: list[list[Entry]] = []
    for e in items:
        half = (len(e.text) + 1) // 2
        text = f"{e.text[:half]}\n{e.text[half:]}"
        rows.append([e.label, text] if e.label else [Span(text, cols=2), None])
    return _row_pages(rows, [180, 315])


GEOMETRIES: Mapping[str, Callable[[Sequence[Item]], list[PacketPage]]] = {
    g.__name__: g
    for g in (
        label_left, four_columns, label_above, stacked, inside_the_cell, value_below_in_the_cell,
        paragraphs, underlined, dotted, broken_labels, spaced_labels, broken_values,
    )
}  # fmt: skip
