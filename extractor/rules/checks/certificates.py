"""Certificates and filings: what the form claims and what is attached, and how fresh it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from extractor.core.worksheet import Fact, FactStatus
from extractor.matching.organisations import compare_organisations
from extractor.matching.verdict import Sameness
from extractor.rules.checks.compare import similarity
from extractor.rules.checks.desk import (
    Breach,
    Desk,
    Missing,
    Result,
    date_of,
    text_of,
)
from extractor.rules.checks.registry import operation
from extractor.rules.checks.terms import months_before
from extractor.rules.checks.words import listed
from extractor.rules.side import all_read
from extractor.values.folding import fold_width

LIST = "certificates"
_SITE_SUFFIX = re.compile(r"-\d+$")


@operation(shows="a b", flags="organisation")
def website_filing_agrees(desk: Desk) -> Result:
    """The filing number on the form is the filing's, and the filing organisation is the applicant.

    The ``-1`` that marks one website of a filing does not count. Either pair may be lacking.
    """
    filed, stated = desk.maybe("icp_no"), desk.maybe("app_icp_no")
    organisation, applicant = desk.maybe("icp_org"), desk.maybe("cert_name")
    breaches, compared = [], 0
    if filed is not None and stated is not None:
        compared += 1
        if _filing_number(filed) != _filing_number(stated):
            shown = {"a": text_of(stated), "b": text_of(filed)}
            breaches.append(Breach(shown, (stated, filed)))
    if organisation is not None and applicant is not None:
        compared += 1
        match = compare_organisations(text_of(organisation), text_of(applicant))
        if match.verdict is Sameness.DIFFERENT:
            shown = {"a": text_of(applicant), "b": text_of(organisation)}
            flags = frozenset({"organisation"})
            breaches.append(Breach(shown, (applicant, organisation), flags=flags))
    if not compared:
        raise Missing("icp_no" if filed is None else "app_icp_no", "icp_org")
    return Result(tuple(breaches))


def _filing_number(fact: Fact) -> str:
    text = re.sub(r"[\s号]", "", fold_width(text_of(fact))).upper()
    return _SITE_SUFFIX.sub("", text)


@operation(params="kinds:texts months:number", shows="a")
def surveillance_recent(desk: Desk) -> Result:
    """The last surveillance audit, or the issue, of a management-system certificate is recent.

    A date after filing is the next audit planned, not the last one held.
    """
    filed = desk.filing_date()
    limit = months_before(filed.earliest(), int(desk.number("months")))
    latest: tuple[date, Fact] | None = None
    for row in desk.rows(LIST):
        kind = desk.cell(row, f"{LIST}.kind")
        if kind is None or kind.value not in desk.texts("kinds"):
            continue
        for column in ("surveillance_date", "issue_date"):
            fact = desk.cell(row, f"{LIST}.{column}")
            if fact is None:
                continue
            day = date_of(fact).latest()
            if day <= filed.latest() and (latest is None or day > latest[0]):
                latest = (day, fact)
    if latest is None:
        raise Missing(f"{LIST}.surveillance_date", f"{LIST}.issue_date")
    shown = {"a": text_of(latest[1])}
    if latest[0] >= limit:
        return Result(values=shown)
    return Result((Breach(shown, (latest[1],)),), shown)


@dataclass(frozen=True, slots=True)
class _Claim:
    """A word in the text on qualifications: what it claims, and the kinds of paper that prove it."""

    pattern: str
    words: str
    certificates: tuple[str, ...] = ()
    items: tuple[str, ...] = ()


_CLAIMS = (
    _Claim(r"9001|质量管理体系", "质量管理体系认证", ("gbt19001", "professional_qms")),
    _Claim(r"17025|CNAS", "ISO/IEC 17025 认可", ("iso17025",)),
    _Claim(r"CMA|检验检测机构资质", "检验检测机构资质认定", ("cma",)),
    _Claim(r"许可证|服务许可", "许可证", ("licence", "training_qualification")),
    _Claim(r"办学许可|培训资质", "培训资质", ("training_qualification", "licence")),
    _Claim(r"发明专利", "发明专利", items=("invention",)),
    _Claim(r"实用新型", "实用新型专利", items=("utility",)),
    _Claim(r"外观设计", "外观设计专利", items=("design",)),
    _Claim(r"软件著作权|软著", "软件著作权", items=("software",)),
    _Claim(r"商标", "商标注册证", items=("trademark",)),
    _Claim(r"(?:国家|行业|地方|团体|企业)标准", "标准", items=("standard",)),
)
_NUMBER = re.compile(r"(?:编号|证书号|登记号|注册号)[:：为]?\s*([A-Za-z0-9][A-Za-z0-9\-/ ]{5,})")
_PAPERS = {
    LIST: ("qualification_certificate", "management_system_certificate"),
    "ip_items": ("ip_certificate",),
}


@operation(params="alike:number", shows="item")
def qualifications_have_papers(desk: Desk) -> Result:
    """Every standard, certificate or number named in the text on qualifications has its paper.

    A number is found where an attached one is at least ``alike``. Papers that are there and could not
    be read in full may be the ones.
    """
    stated = desk.fact("app_qualifications_text")
    text = fold_width(text_of(stated))
    held = {name: _column(desk, f"{name}.kind") for name in _PAPERS}
    numbers = [text_of(f) for name in _PAPERS for f in _column(desk, f"{name}.number")]
    claims = [c for c in _CLAIMS if re.search(c.pattern, text)]
    named = tuple(dict.fromkeys(n.strip() for n in _NUMBER.findall(text)))
    if not claims and not named:
        return Result(note="所填文字未点名具体证书")
    lacking = [
        claim.words
        for claim in claims
        if not any(f.value in claim.certificates for f in held[LIST])
        and not any(f.value in claim.items for f in held["ip_items"])
    ]
    alike = desk.number("alike")
    lacking += [n for n in named if not any(similarity(n, other) >= alike for other in numbers)]
    if not lacking:
        return Result()
    unread = [
        f"{name}.{column}"
        for name, papers in _PAPERS.items()
        for column in ("kind", "number")
        if not all_read(desk.book, name, *papers)
        or len(_column(desk, f"{name}.{column}")) < len(desk.book.rows(name))
    ]
    if unread or not desk.book.documents:
        raise Missing(*(unread or ["pages.doctype"]))
    return Result((Breach({"item": listed(lacking)}, (stated,)),))


def _column(desk: Desk, column: str) -> list[Fact]:
    rows = desk.book.rows(column.partition(".")[0])
    return [fact for _, fact in desk.column(rows, column)]


@operation(flags="not_found_on_scan")
def barcode_present(desk: Desk) -> Result:
    """The audit report carries a barcode or a verification code.

    ``not_found_on_scan``: none was seen, but not with certainty.
    """
    marks, codes = (
        desk.book.all("aud_barcode_present"),
        desk.book.all("aud_verification_code"),
    )
    desk.take(*marks, *codes)
    if codes or any(fact.value is True for fact in marks):
        return Result()
    if not marks:
        raise Missing("aud_barcode_present")
    sure = any(fact.status is not FactStatus.DOUBTFUL for fact in marks)
    flags = frozenset() if sure else frozenset({"not_found_on_scan"})
    return Result((Breach({}, tuple(marks), flags=flags),))
