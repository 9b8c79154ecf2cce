"""The fact book looks facts up, takes the applicant's own papers, and says where the case is from."""

from __future__ import annotations

from books import book, document, fact, row_set

from extractor.core.worksheet import Case, CaseEntry, FactStatus


def test_rejected_facts_and_facts_without_a_value_are_left_out() -> None:
    b = book(
        fact("app_uscc", "1", status=FactStatus.REJECTED, confidence=1.0),
        fact("app_uscc", None, y=5, confidence=1.0),
        fact("app_uscc", "2", y=9, confidence=0.3),
    )
    assert [f.value for f in b.all("app_uscc")] == ["2"]
    best = b.best("app_uscc")
    assert best is not None
    assert best.value == "2"
    assert b.best("app_email") is None


def test_a_correction_goes_before_a_surer_reading_and_certain_before_doubtful() -> None:
    doubtful = fact("app_email", "a", status=FactStatus.DOUBTFUL, confidence=0.99)
    certain = fact("app_email", "b", y=1, confidence=0.91)
    corrected = fact("app_email", "c", y=2, status=FactStatus.CORRECTED, confidence=0.5)
    assert book(doubtful, certain).best("app_email") == certain
    assert book(doubtful, certain, corrected).best("app_email") == corrected


def test_facts_come_in_the_order_of_the_pages() -> None:
    b = book(
        fact("app_email", "c", page=3),
        fact("app_email", "b", page=2, y=9),
        fact("app_email", "a", page=2),
    )
    assert [f.value for f in b.all("app_email")] == ["a", "b", "c"]
    best = b.best("app_email")
    assert best is not None
    assert best.value == "a"


def test_cells_are_found_by_column_and_rows_by_the_paper_they_stand_on() -> None:
    b = book(
        rows=[
            row_set("app_events", [{"title": "填报的活动"}], document="form"),
            row_set("app_events", [{"title": "通知上的活动"}], document="notice"),
        ],
        documents=[
            document("form", "application_form", 1),
            document("notice", "service_activity_evidence", 2),
        ],
    )
    assert len(b.all("app_events.title")) == 2
    assert len(b.rows("app_events")) == 2
    assert [
        r.cells["app_events.title"].value for r in b.rows("app_events", "service_activity_evidence")
    ] == ["通知上的活动"]


def test_the_licence_of_a_partner_is_not_the_applicants() -> None:
    b = book(
        fact("app_uscc", "91360100AAAAAAAA1A", document="form"),
        fact("lic_uscc", "91360100BBBBBBBB2B", document="partner", page=2),
        fact("lic_name", "合作伙伴有限公司", document="partner", page=2),
        fact("lic_uscc", "91360100AAAAAAAA1A", document="own", page=9, confidence=0.5),
        fact("lic_name", "申报单位有限公司", document="own", page=9, confidence=0.5),
        documents=[
            document("partner", "business_license", 2),
            document("own", "business_license", 9),
        ],
    )
    assert b.quantity("cert_name").value == "申报单位有限公司"
    assert b.quantity("cert_uscc").value == "91360100AAAAAAAA1A"


def test_a_public_institution_does_not_take_its_partners_licence_for_its_own() -> None:
    b = book(
        fact("app_org_name", "某某市中小企业服务中心", document="form"),
        fact("lic_name", "合作伙伴有限公司", document="partner", page=2),
        fact("lic_established_date", "1999-01-01", document="partner", page=2),
        fact("pic_name", "某某市中小企业服务中心", document="own", page=9),
        fact("pic_uscc", "12360100AAAAAAAA1A", document="own", page=9),
    )
    assert b.best("lic_established_date") is None
    assert b.quantity("cert_name").value == "某某市中小企业服务中心"
    assert b.quantity("applicant_entity_class").value == "nonprofit_legal_person"


def test_one_licence_under_another_name_still_counts_so_that_the_difference_is_found() -> None:
    b = book(
        fact("app_org_name", "甲公司", document="form"),
        fact("lic_name", "乙中心", document="own", page=2),
    )
    assert b.quantity("cert_name").value == "乙中心"


def test_the_audit_of_the_year_before_filing_comes_before_older_ones() -> None:
    b = book(
        fact("aud_fiscal_year", 2022, document="old", page=1),
        fact("bs_total_assets_end", "100", document="old_bs", page=2),
        fact("aud_fiscal_year", 2023, document="new", page=5),
        fact("bs_total_assets_end", "200", document="new_bs", page=6),
        documents=[
            document("old", "audit_report", 1), document("old_bs", "balance_sheet", 2),
            document("new", "audit_report", 5), document("new_bs", "balance_sheet", 6),
        ],
    )  # fmt: skip
    best = b.best("bs_total_assets_end")
    assert best is not None
    assert best.value == "200"
    assert b.quantity("assets_audited_prev_year").value == "200"


def test_an_audit_of_another_body_is_not_used_where_the_applicants_is_there() -> None:
    b = book(
        fact("app_org_name", "申报单位有限公司", document="form"),
        fact("aud_client", "母公司集团有限公司", document="other", page=1),
        fact("aud_fiscal_year", 2023, document="other", page=1),
        fact("bs_total_assets_end", "900", document="other_bs", page=2),
        fact("aud_client", "申报单位有限公司", document="own", page=5),
        fact("aud_fiscal_year", 2023, document="own", page=5),
        fact("bs_total_assets_end", "200", document="own_bs", page=6),
        documents=[
            document("other", "audit_report", 1), document("other_bs", "balance_sheet", 2),
            document("own", "audit_report", 5), document("own_bs", "balance_sheet", 6),
        ],
    )  # fmt: skip
    assert b.quantity("assets_for_test").value == "200"


def test_the_own_statement_goes_before_the_consolidated_one() -> None:
    b = book(
        fact("aud_fiscal_year", 2023, document="aud", page=1),
        fact("bs_total_assets_end", "900", document="group", page=2),
        fact("bs_total_assets_end", "200", document="own", page=3),
        documents=[
            document("aud", "audit_report", 1),
            document("group", "balance_sheet", 2, title="合并资产负债表"),
            document("own", "balance_sheet", 3, title="资产负债表"),
        ],
    )
    assert b.quantity("assets_audited_prev_year").value == "200"


def test_a_told_filing_date_wins_over_the_read_one_and_that_over_the_day_received() -> None:
    read = fact("pkt_filing_date", "2024-03-02", document="cover")
    told = book(read, filed="2024-04-18")
    assert told.filing_date is not None
    assert (told.filing_date.iso, told.filing_year) == ("2024-04-18", 2024)
    unread = book(read, filed=None, received_at="2024-05-01T10:00:00")
    assert unread.case.filing_date is not None
    assert (unread.case.filing_date.value, unread.case.filing_date.source) == ("2024-03-02", "read")
    assert unread.case.filing_date.fact == read.id
    received = book(filed=None, received_at="2024-05-01T10:00:00")
    assert received.case.filing_date is not None
    assert (received.case.filing_date.value, received.case.filing_date.source) == (
        "2024-05-01",
        "received",
    )
    assert received.filing_year == 2024
    nothing = book(filed=None)
    assert nothing.filing_date is None
    assert nothing.latest_year is None


def test_the_year_on_last_years_declaration_does_not_move_the_filing_year() -> None:
    b = book(fact("decl_year", 2023), filed="2024-04-18")
    assert b.filing_year == 2024
    assert book(fact("decl_year", 2023), filed=None, received_at="2024-05-01").filing_year == 2023


def test_a_told_year_stands_beside_a_told_date() -> None:
    b = book(filed="2024-04-18")
    told = Case(filing_date=b.told.filing_date, filing_year=CaseEntry(value=2025, source="option"))
    assert type(b)(b.reading, told, b.catalogue).latest_year == 2024
