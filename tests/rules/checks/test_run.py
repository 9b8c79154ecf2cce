"""Findings as a whole: order, words, places, doubt; nothing invented from what was not read."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractor.core.worksheet import Outcome, Severity
from extractor.rules.checks.cases import Doubt, Situation, book_of
from extractor.rules.checks.run import run_check, run_checks

USCC = "91360103MA35ABCD15"


def findings(situation: Situation, checks, schemes, catalogue, scheme: str = "jiangxi_2023"):
    return run_checks(book_of(situation, catalogue), schemes[scheme], {}, checks.values())


def one(ident: str, situation: Situation, checks, schemes, catalogue, scheme="jiangxi_2023"):
    return run_check(checks[ident], book_of(situation, catalogue), schemes[scheme], {})


def test_an_empty_packet_fails_nothing_and_names_what_is_missing(
    checks, schemes, catalogue
) -> None:
    for scheme in schemes:
        found = findings(Situation(filed=""), checks, schemes, catalogue, scheme)
        assert len(found) == sum(spec.is_for(scheme) for spec in checks.values())
        assert [f.check for f in found if f.outcome is not Outcome.NOT_RUN] == []
        assert all(f.missing or "未核对：" in f.message for f in found)


def test_only_checks_of_the_scheme_run(checks, schemes, catalogue) -> None:
    found = findings(Situation(), checks, schemes, catalogue, "jiangxi_2023")
    assert "RC-09" not in {f.check for f in found}


def test_failed_errors_come_first_then_by_id(checks, schemes, catalogue) -> None:
    situation = Situation(
        given={
            "app_uscc": "91360103MA35ABCD16", "app_staff_total": 30, "app_staff_qualified": 40,
            "staff_roster": ({"name": "张伟", "age": 66, "title": "注册会计师"},),
        }
    )  # fmt: skip
    found = findings(situation, checks, schemes, catalogue)
    failed = [f for f in found if f.outcome is Outcome.FAILED]
    assert found[: len(failed)] == tuple(failed)
    grades = [f.severity for f in failed]
    assert grades == sorted(grades, key=["error", "warn", "info"].index)
    errors = [f.check for f in failed if f.severity is Severity.ERROR]
    assert errors == sorted(errors) and {"AR-03", "ID-01"} <= set(errors)
    rest = [f.check for f in found[len(failed) :]]
    assert rest == sorted(rest)


def test_a_finding_cites_the_scheme_in_force_alone(checks, schemes, catalogue) -> None:
    situation = Situation(given={"app_uscc": "91360103MA35ABCD16"})
    for scheme, serves in (("jiangxi_2023", "JX23.6.1.legal"), ("national_2025_draft", "N25D.d.1")):
        (finding,) = one("ID-01", situation, checks, schemes, catalogue, scheme)
        assert finding.serves == (serves,)
        assert finding.articles == (checks["ID-01"].articles[serves],)


def test_a_failed_finding_holds_values_units_pages_facts_and_difference(
    checks, schemes, catalogue
) -> None:
    situation = Situation(
        given={
            "app_total_assets_prev_year_end": Doubt(read="412.4", page=3),
            "bs_total_assets_end": Doubt(read="3,123,980.15", page=57),
        }
    )
    (finding,) = one("EV-01", situation, checks, schemes, catalogue)
    assert finding.pages == (3, 57)
    assert "第3、57页" in finding.message
    assert finding.values == {"上年末资产总额": "412.4 万元", "资产总计": "3,123,980.15 元"}
    assert finding.difference == "100.001985 万元（24.24%）"
    assert len(finding.facts) == 2


def test_doubt_names_the_value_its_page_and_its_confidence(checks, schemes, catalogue) -> None:
    situation = Situation(
        given={
            "app_staff_total": Doubt(read="30", page=4, confidence=Decimal("0.62")),
            "app_staff_qualified": 36,
        }
    )
    (finding,) = one("AR-03", situation, checks, schemes, catalogue)
    assert "识别存疑：" in finding.message
    assert "（第4页，置信度0.62）" in finding.message


def test_breaches_of_different_weight_are_findings_of_their_own(checks, schemes, catalogue) -> None:
    rows = (
        {"name": "张伟", "age": 30}, {"name": "张伟", "age": 30},
        {"name": "李建国", "age": 41}, {"name": "李建国"},
    )  # fmt: skip
    found = one("RO-03", Situation(given={"staff_roster": rows}), checks, schemes, catalogue)
    assert [f.severity for f in found] == [Severity.ERROR, Severity.INFO]
    assert "张伟" in found[0].message and "李建国" in found[1].message


def test_many_rows_are_counted_and_all_their_facts_kept(checks, schemes, catalogue) -> None:
    rows = tuple({"name": f"张{c}", "age": 99} for c in "一二三四五六七八九")
    (finding,) = one("RO-07", Situation(given={"staff_roster": rows}), checks, schemes, catalogue)
    assert "等共 9 处" in finding.message
    assert finding.message.count("年龄 99 岁") == 5
    assert len(finding.facts) == 9


def test_identity_and_phone_numbers_never_stand_in_a_finding(checks, schemes, catalogue) -> None:
    number, phone = "360103198001011238", "13812345678"
    rows = tuple({"enterprise": f"南昌{c}公司", "phone": phone} for c in "甲乙丙丁")
    situation = Situation(given={"app_legal_rep_id_no": number, "served_list": rows})
    found = findings(situation, checks, schemes, catalogue)
    assert {"ID-14", "SL-05"} <= {f.check for f in found if f.outcome is Outcome.FAILED}
    for finding in found:
        shown = finding.message + "".join(finding.values.values()) + "".join(finding.repairs)
        assert number not in shown and phone not in shown


def test_rows_nobody_could_read_are_counted_aside(checks, schemes, catalogue) -> None:
    rows = (
        {"year": 2022, "operating_income": 180, "service_income": "?1#"},
        {"year": 2023, "operating_income": 200, "service_income": 150},
    )
    (finding,) = one("AR-06", Situation(given={"app_operations": rows}), checks, schemes, catalogue)
    assert finding.outcome is Outcome.PASSED
    assert "另有 1 行未能识别" in finding.message


HONEST = Situation(
    given={
        "app_org_name": "南昌惠企服务有限公司", "lic_name": "南昌惠企服务有限公司",
        "app_uscc": USCC, "lic_uscc": USCC, "app_legal_rep": "张伟", "lic_legal_rep": "张伟",
        "lic_rep_label": "legal_rep", "lic_type": "有限责任公司", "app_entity_nature": "民营企业",
        "lic_established_date": "2016年5月20日", "app_registration_date": "2016年5月",
        "lic_issue_date": "2022年8月1日", "lic_term": "2016年5月20日至长期",
        "app_registered_capital": "500", "lic_registered_capital": "伍佰万元整",
        "app_total_assets_prev_year_end": "312.4", "app_staff_total": "16",
        "app_staff_qualified": "16", "app_staff_qualified_ratio": "100%",
        "app_premises_area_total": "520", "app_premises_area_owned": "0", "app_premises_area_rented": "520",
        "app_service_functions": "人才培训", "app_equipment_count": "5", "app_equipment_price": "8",
        "aud_client": "南昌惠企服务有限公司全体股东", "aud_fiscal_year": "2023",
        "aud_opinion_type": "unqualified", "aud_period_end": "2023年12月31日",
        "aud_report_date": "2024年3月15日", "svc_audit_present": True,
        "bs_total_assets_end": "3,123,980.15", "bs_total_liabilities_end": "1,023,980.15",
        "bs_total_equity_end": "2,100,000.00", "bs_total_liab_equity_end": "3,123,980.15",
        "bs_total_assets_begin": "3,000,000.00", "is_operating_income": "2,004,300.00",
        "decl_org_name": "南昌惠企服务有限公司", "decl_signed": True, "decl_sealed": True,
        "decl_date": "2024年4月16日", "rec_opinion": "同意推荐", "rec_opinion_sealed": True,
        "rec_opinion_date": "2024年4月25日",
        "app_operations": (
            {"year": 2022, "total_assets": "300", "operating_income": "180",
             "service_income": "150", "served_enterprises": 280, "public_benefit_share": "25%"},
            {"year": 2023, "total_assets": "312.4", "operating_income": "200.43",
             "service_income": "160", "served_enterprises": 300, "public_benefit_share": "26%"},
        ),
        "app_service_products": (
            {"product": "人才培训", "served_enterprises": 300, "person_times": 1800,
             "income": "160", "income_share": "100%", "satisfaction": "100%"},
        ),
        "equipment_list": (
            {"seq": 1, "name": "服务器", "quantity": 2, "price": "5", "purchase_date": "2020年5月"},
            {"seq": 2, "name": "打印机", "quantity": 3, "price": "3", "purchase_date": "2021年6月"},
        ),
    },
    papers=(
        "application_report", "service_activity_evidence", "cooperation_agreement",
        "recognition_document", "lease_contract", "staff_roster_form", "audit_report",
    ),
)  # fmt: skip


def with_lists(situation: Situation) -> Situation:
    lists = Situation.model_validate(
        {
            "given": {
                "staff_roster": {
                    "times": 16,
                    "row": {"seq": "{n}", "name": "张{zh}", "age": 35, "education": "本科",
                            "title_level": "中级", "phone": "138000000{n:02d}"},
                },
                "served_list": {
                    "times": 130,
                    "row": {"seq": "{n}", "enterprise": "南昌第{n}机械有限公司",
                            "phone": "138{n:08d}", "service": "第{n}次辅导",
                            "satisfied": "satisfied"},
                },
                "sample_survey": {
                    "times": 12,
                    "row": {"enterprise": "南昌第{n}机械有限公司", "method": "2",
                            "phone": "138{n:08d}", "rating": "satisfied"},
                },
            }
        }
    )  # fmt: skip
    return situation.model_copy(update={"given": {**situation.given, **lists.given}})


def test_an_honest_packet_has_no_error_and_no_warning(checks, schemes, catalogue) -> None:
    found = findings(with_lists(HONEST), checks, schemes, catalogue)
    failed = [(f.check, f.severity, f.message) for f in found if f.outcome is Outcome.FAILED]
    assert [f for f in failed if f[1] is not Severity.INFO] == []
    assert sum(f.outcome is Outcome.PASSED for f in found) >= 70


@pytest.mark.parametrize(
    ("field", "value", "check"),
    [
        ("app_uscc", "91110108MA01ABCD1E", "ID-03"),
        ("app_total_assets_prev_year_end", "412.4", "EV-01"),
        ("app_premises_area_rented", "320", "AR-01"),
        ("app_staff_qualified_ratio", "83%", "AR-02"),
        ("lic_established_date", "2023年1月10日", "DT-01"),
        ("aud_fiscal_year", "2022", "DT-02"),
        ("bs_total_equity_end", "2,654,321.00", "AU-01"),
        ("rec_opinion_sealed", False, "RC-06"),
        ("decl_signed", False, "SG-01"),
    ],
)
def test_a_planted_defect_fails_its_own_check(
    field: str, value: str | bool, check: str, checks, schemes, catalogue
) -> None:
    situation = with_lists(HONEST)
    planted = situation.model_copy(update={"given": {**situation.given, field: value}})
    found = findings(planted, checks, schemes, catalogue)
    assert check in {
        f.check for f in found if f.outcome is Outcome.FAILED and f.severity is Severity.ERROR
    }


raw = st.one_of(
    st.text(max_size=12), st.integers(-10, 10**12).map(str), st.booleans(),
    st.sampled_from(["0", "-1", "100%", "2023年", "长期", "?", "1e5", "张伟", "南昌公司"]),
)  # fmt: skip


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_no_value_makes_a_check_break(data, checks, schemes, catalogue) -> None:
    fields = sorted(k for k, s in catalogue.fields.items() if s.type != "rows")
    lists = sorted(k for k, s in catalogue.fields.items() if s.type == "rows" and k != "pages")
    given_values: dict[str, object] = {
        name: data.draw(raw) for name in data.draw(st.lists(st.sampled_from(fields), max_size=25))
    }
    for name in data.draw(st.lists(st.sampled_from(lists), max_size=6)):
        columns = [c.id.partition(".")[2] for c in catalogue.fields[name].columns]
        row = st.dictionaries(st.sampled_from(columns), raw, max_size=8)
        given_values[name] = tuple(data.draw(st.lists(row, max_size=4)))
    situation = Situation.model_validate({"given": given_values})
    for scheme in schemes:
        found = findings(situation, checks, schemes, catalogue, scheme)
        assert {f.check for f in found} == {s.id for s in checks.values() if s.is_for(scheme)}


@pytest.mark.parametrize(
    ("confidence", "read", "severity"),
    [
        ("0.85", "赣州市河谷中小企业服务中心为中小企业提供信息服务", Severity.WARN),
        ("0.99", "赣州市河谷中小企业服务中心为中小企业提供信息服务", Severity.ERROR),
        ("0.85", "赣州市山岭中小企业服务中心", Severity.ERROR),
    ],
)
def test_a_doubtful_name_that_runs_on_is_a_doubt_about_its_reading(
    checks, schemes, catalogue, confidence: str, read: str, severity: Severity
) -> None:
    situation = Situation(
        given={
            "app_org_name": "赣州市河谷中小企业服务中心",
            "lic_name": Doubt(read=read, confidence=Decimal(confidence)),
            "recognitions": ({"listed_name": "赣州市河谷中小企业服务中心"},),
        }
    )
    for ident in ("ID-04", "ID-25"):
        (found,) = one(ident, situation, checks, schemes, catalogue)
        assert (found.outcome, found.severity) == (Outcome.FAILED, severity)
