"""Derived quantities: exact, traced, and unknown where an input is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from books import book, catalogue, document, fact, row_set
from hypothesis import given
from hypothesis import strategies as st

from extractor.rules.quantities import decimal_text, percent, registry
from extractor.rules.quantities.applicant import class_of_code, whole_years


def test_every_quantity_of_the_catalogue_is_computed_by_code_and_no_other() -> None:
    assert set(registry()) == set(catalogue().derived)


@pytest.mark.parametrize("ident", sorted(registry()))
def test_an_empty_packet_gives_no_value_and_says_what_is_missing(ident: str) -> None:
    found = book(filed=None).quantity(ident)
    assert found.value is None
    assert found.missing
    assert found.formula
    known = catalogue().known_inputs
    assert set(found.missing) <= known | {"pkt_filing_year", "pkt_filing_date"}


@given(st.integers(0, 400), st.integers(1, 400))
def test_a_ratio_is_never_rounded_up_to_its_threshold(part: int, whole: int) -> None:
    part = min(part, whole)
    rows = [
        {"enterprise": f"第{n}家", "satisfied": "satisfied" if n < part else "unsatisfied"}
        for n in range(whole)
    ]
    value = book(rows=[row_set("served_list", rows)]).quantity("satisfaction_ratio_list").value
    exact = Fraction(part, whole)
    assert (Decimal(str(value)) >= Decimal("0.8")) == (exact >= Fraction(4, 5))
    assert abs(Fraction(Decimal(str(value))) - exact) < Fraction(1, 10**25)


@given(st.fractions(min_value=0, max_value=1))
def test_percentages_are_cut_not_rounded(ratio: Fraction) -> None:
    shown = Fraction(Decimal(percent(ratio).rstrip("%"))) / 100
    assert shown <= ratio < shown + Fraction(1, 10_000)


@given(st.decimals(min_value=-(10**15), max_value=10**15, places=2))
def test_decimals_keep_their_value_and_have_no_exponent(number: Decimal) -> None:
    text = decimal_text(number)
    assert Decimal(text) == number
    assert "E" not in text.upper()
    assert "." not in text or not text.endswith("0")


@given(st.dates(date(1980, 1, 1), date(2024, 1, 1)), st.dates(date(2024, 1, 2), date(2040, 1, 1)))
def test_years_are_whole_anniversaries(start: date, end: date) -> None:
    years = whole_years(start, end)
    assert years >= 0
    anniversary = (
        start.replace(year=start.year + years) if (start.month, start.day) != (2, 29) else None
    )
    if anniversary is not None:
        assert anniversary <= end < anniversary.replace(year=anniversary.year + 1)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("12", "nonprofit_legal_person"), ("51", "nonprofit_legal_person"), ("52", "nonprofit_legal_person"),
        ("53", "nonprofit_legal_person"), ("91", "enterprise_legal_person"), ("93", "enterprise_legal_person"),
        ("92", "individual_business"), ("31", "unincorporated"), ("N1", None),
    ],
)  # fmt: skip
def test_the_first_two_characters_of_a_code_tell_the_kind_of_body(
    code: str, kind: str | None
) -> None:
    assert class_of_code(code + "0" * 16) == kind


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [
        ("lic_rep_label", "branch_head", "branch"),
        ("lic_rep_label", "managing_partner", "unincorporated"),
        ("lic_rep_label", "investor", "unincorporated"),
        ("lic_rep_label", "operator", "individual_business"),
        ("lic_type", "有限责任公司分公司", "branch"),
        ("lic_type", "普通合伙企业", "unincorporated"),
        ("lic_type", "个人独资企业", "unincorporated"),
        ("lic_rep_label", "legal_rep", "enterprise_legal_person"),
    ],
)
def test_the_words_on_a_licence_go_before_its_code(field: str, value: str, kind: str) -> None:
    b = book(fact("lic_uscc", "91360100AAAAAAAA1A"), fact(field, value))
    assert b.quantity("applicant_entity_class").value == kind


def test_a_date_without_its_day_gives_the_fewest_years_and_says_the_most() -> None:
    years = book(fact("app_registration_date", "2022-04"), filed="2024-04-18").quantity(
        "operating_years_at_filing"
    )
    assert years.value == 1
    assert [(r.id, r.value) for r in years.readings] == [("A", 1), ("B", 1), ("C", 2)]


def operations(**columns: list[object]) -> list[dict[str, object]]:
    years = range(2024 - len(next(iter(columns.values()))), 2024)
    return [
        {
            "year": year,
            **{name: values[i] for name, values in columns.items() if values[i] is not None},
        }
        for i, year in enumerate(years)
    ]


def quantity(ident: str, *rows: object, **kwargs: object) -> object:
    return book(rows=rows, **kwargs).quantity(ident)  # type: ignore[arg-type]


def test_the_mean_of_ratios_and_the_ratio_of_sums_are_both_kept() -> None:
    rows = row_set(
        "app_operations",
        operations(
            service_income=["100", "100", "1000"], gov_sme_service_income=["10", "10", "300"]
        ),  # type: ignore[arg-type]
    )
    found = book(rows=[rows]).quantity("gov_income_ratio_3y_avg")
    assert Fraction(Decimal(str(found.value))).limit_denominator(1000) == Fraction(1, 6)
    readings = {
        r.id: Fraction(Decimal(str(r.value))).limit_denominator(1000) for r in found.readings
    }
    assert readings == {"A": Fraction(1, 6), "B": Fraction(4, 15)}


def test_a_year_without_its_income_leaves_the_average_unknown_never_nought() -> None:
    rows = row_set(
        "app_operations",
        operations(service_income=["100", None, "100"], gov_sme_service_income=["50", "50", "50"]),  # type: ignore[arg-type]
    )
    found = book(rows=[rows]).quantity("gov_income_ratio_3y_avg")
    assert found.value is None
    assert "app_operations.service_income" in found.missing


@pytest.mark.parametrize(
    ("numbers", "strict", "not_falling", "last_above_first"),
    [
        ([1, 2, 3], True, True, True),
        ([1, 1, 3], False, True, True),
        ([2, 1, 3], False, False, True),
        ([3, 2, 1], False, False, False),
        ([2, 2, 2], False, True, False),
    ],
)
def test_growth_has_three_readings(
    numbers: list[int], strict: bool, not_falling: bool, last_above_first: bool
) -> None:
    rows = row_set("app_operations", operations(served_smes=numbers))  # type: ignore[arg-type]
    found = book(rows=[rows]).quantity("served_sme_trend_3y")
    assert found.value is strict
    assert [r.value for r in found.readings] == [strict, not_falling, last_above_first]


def test_a_person_listed_twice_counts_once_and_namesakes_of_other_ages_count_twice() -> None:
    rows = [{"name": "张三", "age": 30}, {"name": "张 三", "age": 30}, {"name": "张三", "age": 45}]
    assert book(rows=[row_set("staff_roster", rows)]).quantity("staff_count_roster").value == 2  # type: ignore[arg-type]


@given(
    st.lists(
        st.tuples(
            st.sampled_from([None, "secondary", "college", "bachelor", "master"]),
            st.sampled_from([None, "none", "junior", "intermediate", "senior"]),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_both_is_never_more_than_either_and_college_never_less_than_bachelor(
    people: list[tuple[str | None, str | None]],
) -> None:
    rows = [
        {
            k: v
            for k, v in (("name", f"人{i}"), ("education", e), ("title_level", t))
            if v is not None
        }
        for i, (e, t) in enumerate(people)
    ]
    b = book(rows=[row_set("staff_roster", rows)])
    count = {
        key: int(str(value)) if (value := b.quantity(f"staff_qual_{key}").value) is not None else 0
        for key in ("bachelor_or", "bachelor_and", "college_or", "college_and")
    }
    assert count["bachelor_and"] <= count["bachelor_or"] <= count["college_or"] <= len(people)
    assert count["bachelor_and"] <= count["college_and"] <= count["college_or"]


def test_a_complete_roster_lowers_the_number_that_is_tested() -> None:
    rows = row_set("staff_roster", [{"name": "甲"}, {"name": "乙"}])
    stated = fact("app_staff_total", 5)
    assert book(stated, rows=[rows]).quantity("staff_count_for_test").value == 5
    whole = rows.model_copy(update={"stated_total": 2})
    assert book(stated, rows=[whole]).quantity("staff_count_for_test").value == 2


def test_scores_count_as_satisfied_from_sixty_percent_and_the_trace_says_so() -> None:
    rows = [{"enterprise": f"第{i}家", "score": s} for i, s in enumerate([100, 60, 59])]
    found = book(rows=[row_set("served_list", rows)]).quantity("satisfaction_ratio_list")  # type: ignore[arg-type]
    assert Decimal(str(found.value)) == Decimal(decimal_text(Fraction(2, 3)))
    assert any("60%" in step.label for step in found.trace)


def test_a_contract_and_its_invoice_are_one_proof_of_income_and_a_void_invoice_is_none() -> None:
    found = book(
        rows=[
            row_set("contracts", [{"party_a": "甲公司", "amount": "1000", "sealed_both": True}]),
            row_set("invoices", [
                {"buyer": "甲公司", "amount": "1000", "number": "1"},
                {"buyer": "乙公司", "amount": "500", "number": "2", "voided": True},
                {"buyer": "丙公司", "amount": "700", "number": "3"},
            ]),
        ]
    ).quantity("income_proof_count")  # fmt: skip
    assert found.value == 2


def test_the_lessors_own_certificate_is_not_added_to_the_leased_area() -> None:
    found = book(
        fact("lic_name", "申报单位有限公司"),
        rows=[
            row_set("premises_docs", [
                {"kind": "leased", "user": "申报单位有限公司", "owner": "房东公司", "area": "500"},
                {"kind": "owned", "owner": "房东公司", "area": "800"},
                {"kind": "owned", "owner": "申报单位有限公司", "area": "100.5"},
            ])
        ],
    ).quantity("premises_area_evidence")  # fmt: skip
    assert found.value == "600.5"


@pytest.mark.parametrize(
    ("code", "west"), [("62", True), ("65", True), ("36", False), ("33", False)]
)
def test_the_west_is_told_by_the_region_in_the_code(code: str, west: bool) -> None:
    assert (
        book(fact("lic_uscc", f"91{code}0100AAAAAAAA1A")).quantity("west_region_flag").value is west
    )


def test_functions_told_go_before_functions_read_and_those_before_the_service_table() -> None:
    table = row_set("app_service_content", [
        {"function": "政策服务", "online": 10}, {"function": "其中：宣讲", "is_detail": True, "online": 5},
        {"function": "技术服务", "online": 0, "offline": 0},
    ])  # fmt: skip
    assert book(rows=[table]).quantity("functions_applied").value == ("policy",)
    read = fact("app_service_functions", ("training",))
    assert book(read, rows=[table]).quantity("functions_applied").value == ("training",)
    assert book(read, functions=("technical",)).quantity("functions_applied").value == (
        "technical",
    )


def test_contracts_count_by_calendar_years_and_by_thirty_six_months() -> None:
    contracts = [
        {"amount": "100", "sign_date": "2020-12-31", "is_government": True, "is_sme_service": True},
        {"amount": "10", "sign_date": "2021-03-01", "is_government": True, "is_sme_service": True},
        {"amount": "1", "sign_date": "2024-02-01", "is_government": True, "is_sme_service": True},
        {
            "amount": "1000",
            "sign_date": "2022-01-01",
            "is_government": False,
            "is_sme_service": True,
        },
    ]
    found = book(rows=[row_set("contracts", contracts)]).quantity("gov_contract_amount_3y")  # type: ignore[arg-type]
    assert found.value == "10"
    assert [(r.id, r.value) for r in found.readings] == [("A", "10"), ("B", "1")]


def test_every_figure_in_a_trace_leads_to_its_fact() -> None:
    b = book(
        fact("aud_fiscal_year", 2023, document="a"),
        fact("bs_total_assets_end", "2600000", document="b", page=2),
        documents=[document("a", "audit_report", 1), document("b", "balance_sheet", 2)],
    )
    trace = b.quantity("assets_for_test").trace
    ids = {f for step in trace for f in step.facts}
    assert {b.facts_by_id[i].field for i in ids} >= {"bs_total_assets_end"}
