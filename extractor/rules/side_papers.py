"""The sides of criteria that papers answer: certificates, recognitions, rules, proofs, events.

A count of papers read is only a lower bound: more may be in the packet than could be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from extractor.core.worksheet import Fact, FactStatus, Row
from extractor.rules.facts import FactBook
from extractor.rules.papers import folded_name
from extractor.rules.quantities.base import Result, Workings
from extractor.rules.quantities.services import count_events
from extractor.rules.side import (
    NOTHING,
    Side,
    Sides,
    all_read,
    at_least,
    of_fact,
    of_quantity,
    pages_text,
    worked,
)

FORMS = ("application_form", "application_report", "reevaluation_form", "operation_narrative")
"""Papers the applicant fills itself: what stands there is stated."""


def _text_states(field_id: str, pattern: str) -> Callable[[FactBook], Side]:
    """A statement in words: the text is the value, and it meets the criterion where it names it."""

    def side(book: FactBook) -> Side:
        found = of_fact(book, field_id)
        named = found.is_known and re.search(pattern, str(found.value)) is not None
        return replace(found, meets=True, notes=()) if named else NOTHING

    return side


def _stated_in_words(ident: str, stated: Callable[[FactBook], Side]) -> Callable[[FactBook], Sides]:
    return lambda book: Sides(stated(book), of_quantity(book, ident))


def _quality(book: FactBook) -> Sides:
    evidence = of_quantity(book, "quality_cert_valid")
    kinds = {str(f.value) for f in book.all("certificates.kind")}
    if not evidence.is_known and kinds & {"iso17025", "cma"}:
        evidence = replace(
            evidence, judge=True, notes=("只见ISO/IEC 17025或CMA，能否计入由评审人员判断",)
        )
    stated = _text_states("app_qualifications_text", r"9001|质量管理体系认证")
    return Sides(stated(book), evidence)


def _is_there(ident: str, paper: str | None, words: str) -> Callable[[FactBook], Sides]:
    """A rule or plan: read as such, or its own paper found; stated where the narrative speaks of it."""

    def sides(book: FactBook) -> Sides:
        read = of_fact(book, ident)
        notes: tuple[str, ...] = ()
        papers = book.documents_of(paper) if paper is not None else ()
        if not read.is_known and papers:
            pages = tuple(p for d in papers for p in d.pages)
            read = Side(value=True)
            name = book.catalogue.label(paper or "")
            notes = (f"已找到{name}（第{pages_text(pages)}页），内容是否充分由评审人员判断",)
        narrative = of_fact(book, "report_narrative")
        stated = NOTHING
        if narrative.is_known and re.search(words, str(narrative.value)):
            stated = Side(value=True, facts=narrative.facts, notes=("申请报告中述及",))
        return Sides(stated, read, notes)

    return sides


def _one_recommender(book: FactBook) -> Sides:
    """The recommender named in the declaration beside the one on the recommendation form."""
    declared, recommending = of_fact(book, "decl_recommender"), of_fact(book, "rec_recommender")
    if declared.is_known and recommending.is_known:
        same = folded_name(declared.value) == folded_name(recommending.value)
        recommending = replace(recommending, meets=same, notes=())
    else:
        recommending = replace(recommending, value=None)
    return Sides(replace(declared, notes=()), recommending)


_PROVINCIAL = r"省|自治区|直辖市|全国|中国.*协会|联合会"
_CITY = r"市|州|盟|省|厅|委|局"
_IP = r"专利|商标|著作权|软著|品牌|(?:国家|行业|地方|团体|企业)标准"


def evidence_only(ident: str) -> Callable[[FactBook], Sides]:
    """Sides of a quantity that only papers show."""
    return lambda book: Sides(evidence=of_quantity(book, ident))


# --- what the form states and papers show --------------------------------------------------------


def _of(facts: list[Fact], notes: tuple[str, ...] = ()) -> Side:
    """The first certain fact, else the first."""
    if not facts:
        return NOTHING
    fact = min(facts, key=lambda f: f.status is FactStatus.DOUBTFUL)
    return Side(value=fact.value, facts=(fact.id,), notes=notes)


def _split(book: FactBook, ident: str) -> tuple[list[Fact], list[Fact]]:
    """Facts of a field: those on forms, those on other papers."""
    on_form = [f for f in book.all(ident) if book.doctype_of(f.document) in FORMS]
    return on_form, [f for f in book.all(ident) if f not in on_form]


def _by_paper(ident: str) -> Callable[[FactBook], Sides]:
    """Stated on the applicant's own form, evidence on any other paper."""

    def sides(book: FactBook) -> Sides:
        on_form, elsewhere = _split(book, ident)
        return Sides(_of(on_form), _of(elsewhere))

    return sides


def _activity(ident: str, kinds: tuple[str, ...]) -> Callable[[FactBook], Sides]:
    """A yearly number of activities: as stated; else the listed ones of these kinds, a lower bound."""

    def sides(book: FactBook) -> Sides:
        on_form, elsewhere = _split(book, ident)
        stated, shown = _of(on_form), _of(elsewhere)
        if not stated.is_known:
            stated = at_least(_counted(book, kinds, FORMS), False, "按所列活动计，未必齐全")
        if not shown.is_known:
            shown = _counted(book, kinds, ("service_activity_evidence",))
        return Sides(stated, at_least(shown, False, "活动证明材料中读到的次数，未必齐全"))

    return sides


def _counted(book: FactBook, kinds: tuple[str, ...], papers: tuple[str, ...]) -> Side:
    def count(book: FactBook, work: Workings) -> Result:
        return count_events(book, work, _rows_of(book, kinds, papers)) or None

    return worked(book, count)


def _rows_of(book: FactBook, kinds: tuple[str, ...], papers: tuple[str, ...]) -> tuple[Row, ...]:
    found = []
    for rows in book.row_sets("app_events", *papers):
        for row in rows.rows:
            kind = book.cell(row, "app_events.kind")
            if not kinds or (kind is not None and kind.value in kinds):
                found.append(row)
    return tuple(found)


def _training_year(book: FactBook) -> Sides:
    on_form, elsewhere = _split(book, "xj_training_person_times")
    stated, shown = _of(on_form), _of(elsewhere)
    if not shown.is_known:
        shown = of_quantity(book, "training_person_times")
    return Sides(stated, at_least(shown, False, "培训记录中读到的人次，未必齐全"))


def _free_firms(book: FactBook) -> Sides:
    on_form, elsewhere = _split(book, "xj_free_small_firms")
    return Sides(_of(on_form), at_least(_of(elsewhere), False, "材料中读到的家数，未必齐全"))


def _function_assets(book: FactBook) -> Sides:
    """What was seen proves itself; what was not seen may only not have been read."""
    facts = book.all("xj_function_assets")
    if not facts:
        return Sides()
    seen = tuple(dict.fromkeys(v for f in facts if isinstance(f.value, tuple) for v in f.value))
    enum = book.catalogue.enums["function_asset"]
    words = "、".join(enum.zh(value) for value in seen)
    side = Side(value=seen or None, facts=tuple(f.id for f in facts))
    return Sides(evidence=at_least(side, False, f"材料中见到{words}，其余未见不等于没有"))


def _premises_papers(book: FactBook) -> Sides:
    """Papers whose data could not be read are there all the same; whose they are a person looks up."""
    read = of_quantity(book, "premises_proof_count")
    papers = book.documents_of("property_certificate", "lease_contract")
    if read.is_known or not papers:
        return Sides(evidence=read)
    pages = pages_text(tuple(p for d in papers for p in d.pages))
    note = f"第{pages}页的场所证明未读出，是否属于申报单位请核对"
    return Sides(evidence=Side(value=len(papers), notes=(note,)))


def _income_proofs(book: FactBook) -> Sides:
    complete = (
        all_read(book, "invoices", "invoice")
        and all_read(book, "tax_payments", "tax_payment_proof")
        and all_read(book, "contracts", "service_contract")
    )
    found = of_quantity(book, "income_proof_count")
    return Sides(evidence=at_least(found, complete, "收入证明未全部读取"))


def _audit_code(book: FactBook) -> Sides:
    """A barcode or a verification code, either will do. Not to have found one proves little on a scan:
    only a certain reading counts as "none"."""
    present, code = book.best("aud_barcode_present"), book.best("aud_verification_code")
    if present is not None and present.value is True:
        return Sides(evidence=Side(value=True, facts=(present.id,)))
    if code is not None:
        return Sides(evidence=Side(value=True, facts=(code.id,), notes=("读到验证码",)))
    if present is None or present.status is FactStatus.DOUBTFUL:
        return Sides(notes=("审计报告上未读到条码或验证码，请核对原件",))
    return Sides(evidence=Side(value=False, facts=(present.id,)))


def _scope(book: FactBook) -> Sides:
    """The scope of 2010 to 2015 by the year on each side; a window platform is in it at any year."""
    sides = []
    for number in (0, 1):
        years = _split(book, "reeval_recognition_year")[number]
        windows = _split(book, "reeval_is_window_platform")[number]
        window = any(f.value is True for f in windows)
        year = _of(years)
        inside = window or (None if not isinstance(year.value, int) else 2010 <= year.value <= 2015)
        facts = tuple(f.id for f in windows) + year.facts
        sides.append(NOTHING if inside is None else Side(value=inside, facts=facts))
    listed = [row for row in book.rows("recognitions") if book.cell(row, "recognitions.star")]
    if not sides[1].is_known and listed:
        sides[1] = _scope_of_rows(book, tuple(listed))
    return Sides(sides[0], sides[1])


def _scope_of_rows(book: FactBook, rows: tuple[Row, ...]) -> Side:
    """Star recognitions on papers of their own: any year inside the scope will do."""
    years = [f for row in rows if (f := book.cell(row, "recognitions.year")) is not None]
    inside = [f for f in years if isinstance(f.value, int) and 2010 <= f.value <= 2015]
    if inside:
        return Side(value=True, facts=(inside[0].id,))
    whole = len(years) == len(rows)
    return Side(value=False, facts=tuple(f.id for f in years)) if whole else NOTHING


def _stamp(book: FactBook) -> Sides:
    """The time the filing system printed: not the applicant's word."""
    return Sides(evidence=_of(list(book.all("reeval_submitted_at"))))


_TOLD = ("option", "case_file", "packet_yaml")


def _handed_in(book: FactBook) -> Sides:
    """The date on the recommender's letter beside the day of receipt, where someone told it (the day
    the packet was read here says nothing)."""
    received = book.case.received_date
    evidence = NOTHING
    if received is not None and received.source in _TOLD:
        evidence = Side(value=received.value, notes=("收件日期按案件信息",))
    return Sides(_of(list(book.all("rec_letter_date"))), evidence)


PAPER_SIDES: Mapping[str, Callable[[FactBook], Sides]] = {
    "quality_cert_valid": _quality,
    "ip_item_count": _stated_in_words(
        "ip_item_count", _text_states("app_qualifications_text", _IP)
    ),
    "recognition_ok_provincial_or_association": _stated_in_words(
        "recognition_ok_provincial_or_association",
        _text_states("app_recognition_docs", _PROVINCIAL),
    ),
    "recognition_ok_city_or_department": _stated_in_words(
        "recognition_ok_city_or_department", _text_states("app_recognition_docs", _CITY)
    ),
    "recognition_ok_prefecture_or_above": _stated_in_words(
        "recognition_ok_prefecture_or_above", _text_states("app_recognition_docs", _CITY)
    ),
    "has_fee_discount_policy": _is_there(
        "has_fee_discount_policy", "fee_discount_policy", "优惠|减免"
    ),
    "has_service_plan": _is_there("has_service_plan", "service_plan", "服务计划|发展规划"),
    "has_confidentiality_rule": _is_there("has_confidentiality_rule", None, "保密"),
    "decl_recommender": _one_recommender,
    "recognition_ok_provincial_ministry_or_association": _stated_in_words(
        "recognition_ok_provincial_ministry_or_association",
        _text_states("app_recognition_docs", _PROVINCIAL),
    ),
    "recognition_ok_city": _stated_in_words(
        "recognition_ok_city", _text_states("app_recognition_docs", "市")
    ),
    "aud_barcode_present": _audit_code,
    "rec_letter_date": _handed_in,
    "premises_proof_count": _premises_papers,
    "income_proof_count": _income_proofs,
    "in_reevaluation_scope": _scope,
    "reeval_recognition_year": _by_paper("reeval_recognition_year"),
    "reeval_star_level": _by_paper("reeval_star_level"),
    "reeval_submitted_at": _stamp,
    "xj_function_assets": _function_assets,
    "xj_info_events": _activity("xj_info_events", ()),
    "xj_tech_events": _activity("xj_tech_events", ("technical",)),
    "xj_startup_events": _activity("xj_startup_events", ("startup",)),
    "xj_bank_matching_events": _activity("xj_bank_matching_events", ("bank_matching",)),
    "xj_finance_lectures": _activity("xj_finance_lectures", ("lecture",)),
    "xj_consulting_events": _activity("xj_consulting_events", ("consulting",)),
    "xj_training_person_times": _training_year,
    "xj_free_small_firms": _free_firms,
}
"""Sides by quantity or field id, for those that papers answer."""
