"""Materials: found, missing, fewer than asked, or there and not fit."""

from __future__ import annotations

from books import CONFIG, book, catalogue, document, fact

from extractor.core.worksheet import MaterialStatus, SealInfo
from extractor.rules.materials import judge_material
from extractor.setup.scheme_loading import load_scheme
from extractor.setup.schemes import MaterialSpec

SCHEME = load_scheme(CONFIG, "jiangxi_2023", catalogue())


def test_a_material_lists_its_documents_and_pages() -> None:
    b = book(
        documents=[document("x", "lease_contract", 4, 5), document("y", "property_certificate", 9)]
    )
    found = judge_material(b, SCHEME.material("JX23.d.2"))
    assert (found.status, found.documents, found.pages) == (
        MaterialStatus.FOUND,
        ("y", "x"),
        (4, 5, 9),
    )


def test_a_declaration_with_a_seal_seen_on_the_page_counts_as_sealed() -> None:
    seal = SealInfo(page=2, box=(0, 0, 9, 9), confidence=0.9)
    paper = document("d", "declaration", 2).model_copy(update={"seals": (seal,)})
    b = book(
        fact("decl_signed", True, document="d"),
        fact("decl_date", "2024-04-16", document="d"),
        documents=[paper],
    )
    found = judge_material(b, SCHEME.material("JX23.d.12"))
    assert found.status == MaterialStatus.FOUND
    assert found.needs == ("盖章", "法定代表人签字", "日期")


def test_what_the_reader_says_of_a_seal_goes_before_what_was_seen() -> None:
    seal = SealInfo(page=2, box=(0, 0, 9, 9), confidence=0.9)
    paper = document("d", "declaration", 2).model_copy(update={"seals": (seal,)})
    b = book(fact("decl_sealed", False, document="d"), documents=[paper])
    assert judge_material(b, SCHEME.material("JX23.d.12")).status == MaterialStatus.DEFECTIVE


def test_a_paper_whose_kind_is_unsure_is_found_and_said_to_be_unsure() -> None:
    paper = document("d", "recognition_document", 7).model_copy(update={"confidence": 0.4})
    found = judge_material(book(documents=[paper]), SCHEME.material("JX23.d.9"))
    assert found.status == MaterialStatus.FOUND
    assert found.note is not None
    assert "第7页" in found.note


def test_three_of_some_papers_are_counted() -> None:
    spec = SCHEME.material("JX23.d.2").model_copy(
        update={"alternatives": (("3 of invoice | tax_payment_proof",), ("service_expenditure_proof if is_public_benefit_platform",))}
    )  # fmt: skip
    assert isinstance(spec, MaterialSpec)
    invoices = [document(f"i{n}", "invoice", n) for n in range(1, 4)]
    proof = document("e", "service_expenditure_proof", 9)
    public = fact("is_public_benefit_platform", True)
    assert judge_material(book(documents=invoices[:2]), spec).status == MaterialStatus.INSUFFICIENT
    assert judge_material(book(documents=invoices), spec).status == MaterialStatus.FOUND
    assert judge_material(book(documents=[proof]), spec).status == MaterialStatus.NOT_FOUND
    assert judge_material(book(public, documents=[proof]), spec).status == MaterialStatus.FOUND


def test_an_audit_whose_year_was_not_read_is_found_with_a_doubt() -> None:
    b = book(documents=[document("a", "audit_report", 3)])
    found = judge_material(b, SCHEME.material("JX23.d.3"))
    assert found.status == MaterialStatus.FOUND
    assert found.note is not None
    assert "上一年度未能确认" in found.note
