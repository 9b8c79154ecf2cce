"""A realistic worksheet made by hand: every verdict, severity and status, long and hostile texts."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from extractor.core.worksheet import (
    Case,
    CaseEntry,
    Criterion,
    CriterionReading,
    Document,
    ExtractorInfo,
    Fact,
    FactStatus,
    FileProblem,
    Finding,
    Material,
    MaterialStatus,
    Method,
    Outcome,
    PacketInfo,
    PageInfo,
    Printed,
    Problem,
    Quantity,
    QuantityReading,
    Row,
    RowSet,
    SchemeInfo,
    SealInfo,
    Severity,
    SignatureInfo,
    SourceFile,
    TraceStep,
    Verdict,
    Worksheet,
)
from extractor.worksheet.naming import Naming

# No real person: the birth date lies in the future of the region code's founding, the check digit is off.
ID_NUMBER = "360102198503124517"
MOBILE = "13812345678"
HOSTILE = (
    '=HYPERLINK("http://x.example","点我")',
    "=1+1",
    "+86791",
    "-1+2",
    "@SUM(A1:A9)",
    "\t=cmd|' /C calc'!A0",
    "\r=1",
    "＝1+1",
    "#N/A",
    "<b>粗体</b>&amp;",
    "反向\u202e文字\u2066隔离",
    "控制\x00\x07\x1b字符",
    "_x0041_ 不是 A",
    "两行\n文字",
)

NAMING = Naming(
    labels={
        "app_org_name": "申报单位",
        "app_uscc": "统一社会信用代码（申请表）",
        "lic_uscc": "统一社会信用代码（营业执照）",
        "app_total_assets_prev_year_end": "上年末资产总额",
        "bs_total_assets_end": "资产总计（期末）",
        "bs_total_liabilities_end": "负债合计（期末）",
        "bs_equity_end": "所有者权益合计（期末）",
        "app_staff_qualified_ratio": "专业人员占比",
        "app_legal_rep_id_no": "法定代表人身份证号码",
        "lic_established_date": "成立日期",
        "lic_term": "营业期限",
        "app_entity_nature": "单位性质",
        "aud_unqualified": "无保留意见",
        "report_narrative": "情况说明",
        "app_fax": "传真",
        "served_list": "上一年度服务中小微企业名单及服务评价表",
        "served_list.seq": "序号",
        "served_list.enterprise": "服务企业名称",
        "served_list.contact": "联系人",
        "served_list.phone": "联系电话",
        "served_list.service": "服务内容简述",
        "served_list.satisfied": "满意度",
        "staff_roster": "主要从业人员情况表",
        "staff_roster.name": "姓名",
        "staff_roster.age": "年龄",
        "staff_roster.education": "学历",
        "staff_roster.title": "职称",
        "staff_roster.post": "负责工作",
        "equipment_list": "主要服务设施、软件及仪器设备清单",
        "equipment_list.name": "名称",
        "equipment_list.quantity": "数量",
        "equipment_list.purchase_date": "购买时间",
        "equipment_list.price": "购买价格",
        "app_operations": "运营管理情况",
        "app_operations.year": "年度",
        "app_operations.operating_income": "营业收入",
        "app_operations.public_benefit_share": "公益性或低收费服务占比",
        "expert_panel": "专家组评审意见 · 专家",
        "expert_panel.name": "专家姓名",
        "staff_qual_ratio_college": "大专或中级以上人员占比",
    },
    enum_labels={
        "app_entity_nature": {"private_enterprise": "民营企业", "other": "其他"},
        "app_service_functions": {"training": "人才培训", "technical": "技术创新"},
        "served_list.satisfied": {"satisfied": "满意", "unsatisfied": "不满意"},
        "staff_roster.education": {"bachelor": "本科", "college": "大专", "master": "硕士"},
    },
    document_types={
        "application_form": "申请表",
        "business_license": "营业执照",
        "balance_sheet": "资产负债表",
        "staff_roster_form": "从业人员情况表",
        "served_enterprise_list_form": "服务名单及评价表",
        "equipment_list_form": "设备清单",
        "other_material": "其他材料",
    },
    kinds={
        "app_total_assets_prev_year_end": "money",
        "bs_total_assets_end": "money",
        "bs_total_liabilities_end": "money",
        "bs_equity_end": "money",
        "app_staff_qualified_ratio": "ratio",
        "app_legal_rep_id_no": "id_number",
        "app_uscc": "uscc",
        "lic_uscc": "uscc",
        "lic_established_date": "date",
        "lic_term": "date_range",
        "app_entity_nature": "enum",
        "served_list.satisfied": "enum",
        "served_list.phone": "phone",
        "staff_roster.education": "enum",
        "staff_roster.age": "count",
        "equipment_list.quantity": "count",
        "equipment_list.price": "money",
        "equipment_list.purchase_date": "date",
        "app_operations.year": "year",
        "app_operations.operating_income": "money",
        "app_operations.public_benefit_share": "ratio",
    },
    columns={
        "served_list": (
            "served_list.seq",
            "served_list.enterprise",
            "served_list.contact",
            "served_list.phone",
            "served_list.service",
            "served_list.satisfied",
        ),
    },
    sensitive=frozenset({"app_legal_rep_id_no"}),
)

A4 = (595.0, 842.0)
WAN = Printed(unit="万元", unit_from="label", decimals=2)
YUAN = Printed(unit="元", unit_from="page", decimals=2)


def fact(identifier: str, field: str, value: object, raw: str, **more: object) -> Fact:
    """A certain fact on page 3 unless told otherwise."""
    given: dict[str, object] = {
        "confidence": 0.99,
        "method": Method.OCR_CELL,
        "status": FactStatus.CERTAIN,
        "page": 3,
        "box": (200.0, 120.0, 280.0, 134.0),
        "document": "d_form",
    }
    return Fact(id=identifier, field=field, value=value, raw=raw, **{**given, **more})


def scalar_facts() -> tuple[Fact, ...]:
    long_text = "本平台立足园区，面向中小微企业提供服务。" * 2000
    facts = [
        fact("f_name", "app_org_name", "赣江新区智造中小企业服务中心有限公司", "赣江新区智造中小企业服务中心有限公司"),
        fact("f_uscc", "app_uscc", "91360100MA35K8Q70X", "91360100MA35K8Q70X"),
        fact(
            "f_lic_uscc",
            "lic_uscc",
            "91360100MA35K8Q701",
            "91360100MA35K8Q70l",
            document="d_lic",
            page=2,
            confidence=0.71,
            status=FactStatus.DOUBTFUL,
            alternatives=("91360100MA35K8Q70L",),
        ),
        fact("f_assets", "app_total_assets_prev_year_end", "3124000", "312.40", unit="元", printed=WAN),
        fact(
            "f_bs_assets",
            "bs_total_assets_end",
            "1999600.15",
            "1,999,600.15",
            unit="元",
            printed=YUAN,
            document="d_bs",
            page=5,
            box=(300.0, 400.0, 392.0, 413.0),
        ),
        fact(
            "f_bs_liab",
            "bs_total_liabilities_end",
            "800000",
            "800,000.00",
            unit="元",
            printed=YUAN,
            document="d_bs",
            page=5,
            box=(300.0, 500.0, 392.0, 513.0),
        ),
        fact(
            "f_bs_equity",
            "bs_equity_end",
            "1199600.05",
            "1,199,600.05",
            unit="元",
            printed=YUAN,
            document="d_bs",
            page=6,
            box=(430.0, 790.0, 560.0, 812.0),
        ),
        fact("f_ratio", "app_staff_qualified_ratio", "0.8", "80", unit="ratio", printed=Printed(unit="%", decimals=0)),
        fact("f_id", "app_legal_rep_id_no", ID_NUMBER, ID_NUMBER, box=(200.0, 160.0, 330.0, 174.0)),
        fact("f_est", "lic_established_date", "2016-05-20", "2016年05月20日", document="d_lic", page=2),
        fact("f_term", "lic_term", "2016-05-20/..", "2016年5月20日至长期", document="d_lic", page=2),
        fact("f_nature", "app_entity_nature", "private_enterprise", "民营企业", method=Method.MARK),
        fact("f_op", "aud_unqualified", True, "我们认为……公允反映", method=Method.PROSE),
        fact("f_fax", "app_fax", None, "", confidence=0.0, status=FactStatus.DOUBTFUL, box=None),
        fact("f_long", "report_narrative", long_text, long_text, page=4, box=None),
        fact("f_cell", "app_org_name", "表格文件里的名称", "表格文件里的名称", page=None, box=None, address="Sheet1!C5"),
        fact("f_rej", "app_org_name", "另一名称", "另一名称", status=FactStatus.REJECTED, confidence=1.0),
        fact("f_turned", "app_staff_qualified_ratio", "0.796", "79.6%", page=7, box=(300.0, 200.0, 314.0, 290.0),
             unit="ratio", printed=Printed(unit="%", decimals=1)),
    ]  # fmt: skip
    facts += [
        fact(f"f_bad{n}", "app_fax", text, text, page=4, box=(60.0, 60.0 + 20 * n, 260.0, 74.0 + 20 * n))
        for n, text in enumerate(HOSTILE)
        if text
    ]  # fmt: skip
    return tuple(
        f.model_copy(
            update={"box": (200.0, 80.0 + 30 * n, 200.0 + 7 * min(len(f.raw), 24), 94.0 + 30 * n)}
        )
        if f.box == (200.0, 120.0, 280.0, 134.0)
        else f
        for n, f in enumerate(facts)
    )


def served_rows(count: int = 130) -> RowSet:
    services = (
        "政策宣讲与项目申报辅导",
        "知识产权贯标辅导、专利检索分析及维权咨询服务，全年三次上门，另派驻专员协助整理研发台账",
        "人才培训",
    )
    rows = []
    for n in range(1, count + 1):
        page = 8 + (n - 1) // 30
        doubtful = n % 17 == 0
        y = 90.0 + 22 * ((n - 1) % 30)
        common: dict[str, object] = {
            "page": page,
            "box": (60.0, y, 200.0, y + 14),
            "document": "d_served",
        }
        name = f"江西测试{n:03d}号精密机械制造有限公司"
        cells = {
            "served_list.seq": fact(f"s{n}q", "served_list.seq", n, str(n), **common),
            "served_list.enterprise": fact(
                f"s{n}e",
                "served_list.enterprise",
                name,
                name,
                **{
                    **common,
                    "status": FactStatus.DOUBTFUL if doubtful else FactStatus.CERTAIN,
                    "confidence": 0.63 if doubtful else 0.98,
                    "alternatives": (name.replace("机械", "杌械"),) if doubtful else (),
                },
            ),
            "served_list.contact": fact(
                f"s{n}c", "served_list.contact", "王某某", "王某某", **common
            ),
            "served_list.phone": fact(
                f"s{n}p",
                "served_list.phone",
                MOBILE if n in (5, 6, 7) else f"139{10000000 + n}",
                MOBILE if n in (5, 6, 7) else f"139{10000000 + n}",
                **{**common, "box": (300.0, y, 380.0, y + 14)},
            ),
            "served_list.service": fact(
                f"s{n}v", "served_list.service", services[n % 3], services[n % 3], **common
            ),
        }
        if n % 9:
            word = "unsatisfied" if n % 40 == 0 else "satisfied"
            cells["served_list.satisfied"] = fact(
                f"s{n}m", "served_list.satisfied", word, "√", **{**common, "method": Method.MARK}
            )
        rows.append(Row(no=n, cells=cells))
    return RowSet(
        field="served_list",
        document="d_served",
        pages=tuple(range(8, 8 + (count + 29) // 30)),
        rows=tuple(rows),
        stated_total=count + 2,
    )


def other_rows() -> tuple[RowSet, ...]:
    staff = tuple(
        Row(
            no=n,
            cells={
                "staff_roster.name": fact(f"r{n}n", "staff_roster.name", f"李测{n}", f"李测{n}", page=13),
                "staff_roster.age": fact(f"r{n}a", "staff_roster.age", 25 + n, str(25 + n), page=13),
                "staff_roster.education": fact(
                    f"r{n}e", "staff_roster.education", ("bachelor", "college", "master")[n % 3], "本科", page=13
                ),
                "staff_roster.title": fact(f"r{n}t", "staff_roster.title", HOSTILE[n % len(HOSTILE)], "工程师", page=13),
                "staff_roster.post": fact(f"r{n}p", "staff_roster.post", "咨询服务部", "咨询服务部", page=13),
            },
        )
        for n in range(1, 19)
    )  # fmt: skip
    equipment = tuple(
        Row(
            no=n,
            cells={
                "equipment_list.name": fact(f"e{n}n", "equipment_list.name", "三坐标测量机", "三坐标测量机", page=14),
                "equipment_list.quantity": fact(
                    f"e{n}q", "equipment_list.quantity", n, str(n), page=14, printed=Printed(unit="台（套）", unit_from="header")
                ),
                "equipment_list.purchase_date": fact(f"e{n}d", "equipment_list.purchase_date", "2021-03", "2021.3", page=14),
                "equipment_list.price": fact(
                    f"e{n}p", "equipment_list.price", f"{n}35000", f"{n}3.5", page=14, unit="元",
                    printed=Printed(unit="万元", decimals=1),
                ),
            },
        )
        for n in range(1, 7)
    )  # fmt: skip
    operations = tuple(
        Row(
            no=n,
            cells={
                "app_operations.year": fact(f"o{n}y", "app_operations.year", 2020 + n, f"{2020 + n}年"),
                "app_operations.operating_income": fact(
                    f"o{n}i", "app_operations.operating_income", f"{n}234567.89", f"{n}23.456789", unit="元",
                    printed=Printed(unit="万元", decimals=6),
                ),
                "app_operations.public_benefit_share": fact(
                    f"o{n}b", "app_operations.public_benefit_share", "0.215", "21.5", unit="ratio",
                    printed=Printed(unit="%", decimals=1),
                ),
            },
        )
        for n in range(1, 4)
    )  # fmt: skip
    experts = (
        Row(no=1, cells={"expert_panel.name": fact("x1", "expert_panel.name", "赵测", "赵测")}),
    )
    return (
        RowSet(field="expert_panel", document="d_form", pages=(3,), rows=experts),
        RowSet(field="equipment_list", document="d_equipment", pages=(14,), rows=equipment),
        RowSet(field="staff_roster", document="d_staff", pages=(13,), rows=staff),
        RowSet(field="app_operations", document="d_form", pages=(3,), rows=operations),
        RowSet(field="app_partners", document=None, pages=(), rows=()),
    )


def materials() -> tuple[Material, ...]:
    texts = {
        MaterialStatus.FOUND: (
            "江西省中小企业公共服务示范平台申请报告",
            (1, 3, 4),
            ("d_form",),
            (),
        ),
        MaterialStatus.NOT_FOUND: (
            "固定的经营服务场所证明复印件(房产证、租赁合同)",
            (),
            (),
            ("原件",),
        ),
        MaterialStatus.INSUFFICIENT: (
            "与社会服务机构签订的服务合作协议复印件",
            (15,),
            ("d_other",),
            (),
        ),
        MaterialStatus.DEFECTIVE: (
            "申报材料真实性声明函",
            (16,),
            ("d_other",),
            ("盖章", "签字", "日期"),
        ),
        MaterialStatus.NOT_APPLICABLE: ("季度调度表", (), (), ()),
    }
    return tuple(
        Material(
            id=f"JX23.d.{n}",
            article=f"第九条（{'一二三四五'[n]}）",
            text=text,
            status=status,
            requirement="mandatory" if n < 4 else "conditional",
            documents=documents,
            pages=pages,
            needs=needs,
            note="声明函没有看到公章；法定代表人签字处空白。" if status == MaterialStatus.DEFECTIVE else None,
        )
        for n, (status, (text, pages, documents, needs)) in enumerate(texts.items())
    )  # fmt: skip


def criteria() -> tuple[Criterion, ...]:
    listed = []
    for n, verdict in enumerate(Verdict):
        if verdict == Verdict.READINGS_DIFFER:
            n = 11  # a ratio
        listed.append(
            Criterion(
                id=f"JX23.6.{n}",
                article=f"第六条（{'一二三四五六七八九十百千'[n]}）",
                text="资产总额200万元以上" if n % 2 == 0 else "大专及以上学历或中级及以上技术职称专业人员的比例占80%以上",
                comparator=">=",
                threshold="2000000" if n % 2 == 0 else "0.8",
                threshold_printed="200万元" if n == 0 else None,
                unit="元" if n % 2 == 0 else None,
                stated="3124000" if n % 2 == 0 else "0.8",
                evidence="1999600.15" if n % 2 == 0 else "0.79996",
                recomputed=None,
                verdict=verdict,
                readings=(
                    CriterionReading(id="A", title="学历或职称，每人计一次", value="0.8125", verdict=Verdict.MET),
                    CriterionReading(id="B", title="学历和职称都要具备", value="0.5", verdict=Verdict.NOT_MET),
                )
                if verdict == Verdict.READINGS_DIFFER
                else (),
                facts=("f_assets", "f_bs_assets"),
                pages=(3, 5, 6),
                note="填报数取自申请表，佐证数取自资产负债表期末数。" if n % 3 == 0 else None,
            )
        )  # fmt: skip
    return tuple(listed)


def findings() -> tuple[Finding, ...]:
    listed = [
        Finding(
            check="SL-05",
            title="一号多企",
            severity=Severity.WARN,
            outcome=Outcome.FAILED,
            message=f"电话 {MOBILE} 对应 3 家企业",
            facts=("s5p", "s6p", "s7p"),
            pages=(8,),
            articles=("JX23.form.served: 附件5 注",),
        ),
        Finding(
            check="EV-03",
            title="资产总额：填报 vs 资产负债表",
            severity=Severity.ERROR,
            outcome=Outcome.FAILED,
            message="上年末资产总额填报 312.40 万元，资产负债表期末数 1,999,600.15 元，不一致；佐证数低于门槛 200 万元。",
            values={"app_total_assets_prev_year_end": "312.40万元", "重算差额比": "36%"},
            difference="112.44万元",
            facts=("f_assets", "f_bs_assets"),
            pages=(3, 5),
            articles=("JX23.6.1.assets: 第六条（一）",),
            serves=("JX23.6.1.assets",),
        ),
        Finding(
            check="AU-01",
            title="资产 = 负债 + 权益",
            severity=Severity.ERROR,
            outcome=Outcome.FAILED,
            message="资产总计 1,999,600.15 ≠ 负债合计 800,000.00 + 权益合计 1,199,600.05（差 0.10）",
            difference="0.10元",
            facts=("f_bs_assets", "f_bs_liab", "f_bs_equity", "f_missing"),
            pages=(5, 6),
            repairs=("权益合计 1,199,600.15",),
        ),
        Finding(
            check="ID-02",
            title="证照统一社会信用代码校验位",
            severity=Severity.WARN,
            outcome=Outcome.FAILED,
            message="证照代码 91360100MA35K8Q701 校验位不符，疑为识别错误，请核对原件；可能的更正：91360100MA35K8Q70X",
            facts=("f_lic_uscc", "f_uscc"),
            pages=(2, 3),
            repairs=("91360100MA35K8Q70X",),
        ),
        Finding(
            check="AR-02",
            title="专业人员占比重算",
            severity=Severity.INFO,
            outcome=Outcome.FAILED,
            message="填报占比 80%，重算 79.6%",
            facts=("f_turned", "f_ratio"),
            pages=(3, 7),
        ),
        Finding(
            check="ID-09",
            title="=1+1 法定代表人身份证号码",
            severity=Severity.INFO,
            outcome=Outcome.FAILED,
            message=f"=身份证号码 {ID_NUMBER} 校验位不符，联系电话 138 1234 5678",
            facts=("f_id",),
            pages=(3,),
        ),
    ]  # fmt: skip
    listed += [
        Finding(
            check=f"PK-{n:02d}",
            title="无法识别的页",
            severity=Severity.WARN,
            outcome=Outcome.PASSED if n % 3 else Outcome.NOT_RUN,
            message="" if n % 3 else "缺少审计报告日期",
            missing=() if n % 3 else ("bs_total_assets_end", "aud_report_date"),
            pages=(1,),
        )
        for n in range(1, 61)
    ]
    return tuple(listed)


def documents() -> tuple[Document, ...]:
    def doc(identifier: str, kind: str, title: str, *pages: int, **more: object) -> Document:
        return Document(id=identifier, type=kind, title=title, pages=pages, confidence=0.97, **more)

    seal = SealInfo(page=16, box=(380.0, 600.0, 500.0, 720.0), confidence=0.9)
    signature = SignatureInfo(page=16, box=(300.0, 600.0, 360.0, 630.0), confidence=0.8)
    return (
        doc("d_lic", "business_license", "营业执照", 2),
        doc("d_form", "application_form", "江西省中小企业公共服务示范平台申请表", 3, 4, 7),
        doc("d_bs", "balance_sheet", "资产负债表", 5, 6),
        doc("d_served", "served_enterprise_list_form", "", 8, 9, 10, 11, 12),
        doc("d_staff", "staff_roster_form", "", 13),
        doc("d_equipment", "equipment_list_form", "", 14),
        doc("d_other", "other_material", "=合作协议", 15, 16, seals=(seal,), signatures=(signature,)),
    )  # fmt: skip


def quantities() -> tuple[Quantity, ...]:
    return (
        Quantity(
            id="staff_qual_ratio_college",
            value="0.796",
            unit="ratio",
            formula="专业人员 / 总人数",
            trace=(
                TraceStep(label="专业人员（学历或职称）", value="43 人"),
                TraceStep(label="名单总人数", value="54 人"),
            ),
            readings=(QuantityReading(id="A", title="或", value="0.796"),),
        ),
        Quantity(id="gov_income_avg", value=None, unit="元", missing=("bs_total_assets_end",)),
    )


def make_worksheet(served: int = 130) -> Worksheet:
    """The whole worksheet, 16 pages."""
    held = {page: doc.id for doc in documents() for page in doc.pages}
    pages = tuple(
        PageInfo(
            no=n,
            file="file_a" if n < 15 else "file_b",
            page_in_file=n if n < 15 else n - 14,
            width_pt=A4[0],
            height_pt=A4[1],
            source="ocr",
            rotation_deg=90 if n == 7 else 0,
            skew_deg=1.4 if n % 5 == 0 else 0.0,
            quality=0.41 if n == 4 else 0.93,
            quality_reasons=("faint", "low_resolution") if n == 4 else (),
            document=held.get(n),
        )
        for n in range(1, 17)
    )
    return Worksheet(
        extractor=ExtractorInfo(
            version="0.1.0",
            config_sha256="ab" * 32,
            engines=("paddle 3.7.0",),
            overridden=("schemes/jiangxi_2023/scheme.yaml",),
        ),
        packet=PacketInfo(
            id="p_1",
            name="赣江 & 新区=申报材料\n第一册",
            received_at="2024-04-18T09:30:00+08:00",
            files=(
                SourceFile(id="file_a", name="申报材料.pdf", sha256="0" * 64, media_type="application/pdf", bytes=18_400_000, pages=14),
                SourceFile(
                    id="file_b", name="=照片/活动.zip!/a.jpg", sha256="1" * 64, media_type="image/jpeg", bytes=2_400_000, pages=2,
                    problems=(FileProblem(kind="truncated", message="文件不完整，末尾缺失"),),
                ),
            ),
        ),
        scheme=SchemeInfo(
            id="national_2025_draft",
            title="国家中小企业公共服务示范平台认定管理办法（修订征求意见稿）",
            status="draft",
            as_of="2024-04-18",
            as_of_source="option",
            banner="征求意见稿，未施行，仅供比照",
            gaps=("没有载入 2017 年办法的材料清单",),
        ),
        case=Case(
            filing_date=CaseEntry(value="2024-04-18", source="option"),
            filing_year=CaseEntry(value=2024, source="read", fact="f_name"),
            functions=CaseEntry(value=("training", "technical"), source="packet_yaml"),
        ),
        pages=pages,
        documents=documents(),
        facts=scalar_facts(),
        rows=(*other_rows(), served_rows(served)),
        quantities=quantities(),
        materials=materials(),
        criteria=criteria(),
        findings=findings(),
        problems=(
            Problem(stage="ocr", kind="timeout", file="file_a", page=4, message="识别超时，本页只读到一半"),
            Problem(stage="files", kind="encrypted", message="附件.zip 内有加密文件，没有打开"),
        ),
    )  # fmt: skip


_FONTS = (
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
)


class DrawnPages:
    """200 dpi pages with some print around the places of facts; counts what was asked for."""

    def __init__(self, worksheet: Worksheet, dpi: int = 200) -> None:
        self._worksheet, self._scale = worksheet, dpi / 72
        self.asked: list[int] = []

    def get(self, page_no: int) -> Image.Image | None:
        self.asked.append(page_no)
        if page_no == 2:
            return None
        size = (round(A4[0] * self._scale), round(A4[1] * self._scale))
        image = Image.new("RGB", size, (250, 249, 245))
        draw = ImageDraw.Draw(image)
        font = next((ImageFont.truetype(f, round(11 * self._scale)) for f in _FONTS if Path(f).exists()), None)  # fmt: skip
        cells = (f for s in self._worksheet.rows for r in s.rows for f in r.cells.values())
        for item in (*self._worksheet.facts, *cells):
            if item.page != page_no or item.box is None:
                continue
            x0, y0, x1, y1 = (v * self._scale for v in item.box)
            draw.rectangle((x0 - 40, y0 - 12, x1 + 120, y1 + 12), outline=(60, 60, 60), width=3)
            shown = item.raw.split("\n")[0][:30]
            if page_no == 7:
                strip = Image.new("RGB", (round(y1 - y0), round(x1 - x0)), (250, 249, 245))
                ImageDraw.Draw(strip).text((0, 0), shown, fill=(30, 30, 30), font=font)
                image.paste(strip.transpose(Image.Transpose.ROTATE_270), (round(x0), round(y0)))
                continue
            if font is not None:
                draw.text((x0 - 300, y0), "资产总额", fill=(30, 30, 30), font=font)
                draw.text((x0, y0), shown, fill=(30, 30, 30), font=font)
        return image
