"""Evidence papers: recognitions, certificates, premises, proofs, reports, and what a person judges."""

from __future__ import annotations

from decimal import Decimal

from extractor.core.canonical import PartialDate, as_decimal
from extractor.core.worksheet import Fact, Row
from extractor.rules.papers import are_similar, folded_name
from extractor.rules.quantities.base import Result, Workings, quantity, total
from extractor.rules.quantities.book import Book


def _valid_at_filing(book: Book, until: Fact | None) -> bool | None:
    """Whether a paper valid until then is valid at filing; ``None`` where either date is unknown."""
    if until is None or book.filing_date is None:
        return None
    try:
        return PartialDate.parse(str(until.value)).latest() >= book.filing_date.earliest()
    except ValueError:
        return None


def _recognised(book: Book, work: Workings, levels: tuple[str, ...], *, valid: bool) -> Result:
    """Whether a recognition of one of these levels was read (and, with ``valid``, is valid at filing).

    A recognition whose validity was not read proves nothing either way: the answer is then unknown
    unless another one does.
    """
    found: list[bool | None] = []
    rows = work.rows("recognitions")
    for row in rows:
        level = book.cell(row, "recognitions.level")
        if level is None:
            work.lack("recognitions.level")
            found.append(None)
            continue
        until = book.cell(row, "recognitions.valid_until")
        work.step("认定级别", str(level.value), level, until)
        if level.value not in levels:
            found.append(False)
        elif not valid:
            found.append(True)
        else:
            if until is None:
                work.lack("recognitions.valid_until")
            found.append(_valid_at_filing(book, until))
    if any(found):
        return True
    return None if not rows or None in found else False


@quantity(
    "recognition_ok_provincial_or_association",
    formula="认定文件中有省级或全国性协会的认定，且申报时有效",
)
def recognition_ok_provincial_or_association(book: Book, work: Workings) -> Result:
    """Recognition at province level or by a national association, valid at filing."""
    return _recognised(book, work, ("provincial", "national_association"), valid=True)


@quantity(
    "recognition_ok_provincial_ministry_or_association",
    formula="认定文件中有省级、国家级或全国性协会的认定，且申报时有效",
)
def recognition_ok_provincial_ministry_or_association(book: Book, work: Workings) -> Result:
    """Recognition at province level, by a ministry or a national association, valid at filing."""
    return _recognised(book, work, ("provincial", "national", "national_association"), valid=True)


@quantity(
    "recognition_ok_city_or_department",
    formula="认定文件中有市级、省直部门或省级的认定",
)
def recognition_ok_city_or_department(book: Book, work: Workings) -> Result:
    """Recognition at city level or by a provincial department."""
    return _recognised(book, work, ("city", "provincial_department", "provincial"), valid=False)


@quantity("recognition_ok_city", formula="认定文件中有市级认定，且申报时有效")
def recognition_ok_city(book: Book, work: Workings) -> Result:
    """Recognition at city level, valid at filing."""
    return _recognised(book, work, ("city",), valid=True)


@quantity(
    "recognition_ok_prefecture_or_above",
    formula="认定文件中有地州级、区直部门、省级、国家级或全国性协会的认定",
)
def recognition_ok_prefecture_or_above(book: Book, work: Workings) -> Result:
    """Recognition by prefecture or above."""
    levels = ("city", "provincial_department", "provincial", "national", "national_association")
    return _recognised(book, work, levels, valid=False)


@quantity(
    "quality_cert_valid",
    formula="质量管理体系认证证书的持证单位为申报单位，且申报时有效",
)
def quality_cert_valid(book: Book, work: Workings) -> Result:
    """Whether a quality-management certificate of the applicant is valid at filing.

    ISO/IEC 17025 or CMA alone leaves the answer open: a person decides whether it counts.
    """
    name = work.quantity("cert_name").value
    found: list[bool | None] = []
    rows = work.rows("certificates")
    for row in rows:
        kind = book.cell(row, "certificates.kind")
        holder, until = (
            book.cell(row, "certificates.holder"),
            book.cell(row, "certificates.expiry_date"),
        )
        if kind is None:
            work.lack("certificates.kind")
            found.append(None)
            continue
        work.step("证书种类", str(kind.value), kind, holder, until)
        if kind.value in ("gbt19001", "professional_qms"):
            own = _same(holder, name)
            valid = _valid_at_filing(book, until)
            for column, answer in (("holder", own), ("expiry_date", valid)):
                if answer is None:
                    work.lack(f"certificates.{column}")
            found.append(False if own is False or valid is False else (own and valid))
        else:
            found.append(None if kind.value in ("iso17025", "cma") else False)
    if any(found):
        return True
    return None if not rows or None in found else False


def _same(fact: Fact | None, name: object) -> bool | None:
    if fact is None or name is None:
        return None
    return are_similar(folded_name(fact.value), folded_name(name))


def _count_rows(work: Workings, rows_field: str) -> int | None:
    rows = work.rows(rows_field)
    if not rows:
        return None
    work.step(work.book.catalogue.label(rows_field), len(rows), *_first_cells(rows))
    return len(rows)


def _first_cells(rows: tuple[Row, ...]) -> list[Fact]:
    return [next(iter(row.cells.values())) for row in rows if row.cells]


@quantity("ip_item_count", unit="项", formula="知识产权等证书份数")
def ip_item_count(book: Book, work: Workings) -> Result:
    """IP items read; ``None`` where no such paper was read."""
    return _count_rows(work, "ip_items")


@quantity("qualification_count", unit="项", formula="资质和体系认证证书份数")
def qualification_count(book: Book, work: Workings) -> Result:
    """Qualification certificates read; ``None`` where no such paper was read."""
    return _count_rows(work, "certificates")


@quantity("ip_or_qualification_count", unit="项", formula="知识产权与资质证书份数之和")
def ip_or_qualification_count(book: Book, work: Workings) -> Result:
    """IP items and certificates read; ``None`` where neither was."""
    items = _count_rows(work, "ip_items")
    certificates = _count_rows(work, "certificates")
    if items is None and certificates is None:
        return None
    return (items or 0) + (certificates or 0)


@quantity(
    "premises_area_evidence",
    unit="平方米",
    formula="自有房产（权利人为申报单位）与租用、无偿使用场地（使用人为申报单位）的面积合计",
)
def premises_area_evidence(book: Book, work: Workings) -> Result:
    """Area proven by papers. The lessor's own certificate is not added: the rooms would count twice.

    A paper without kind, area or the applicant's name on it is left out; ``None`` where none is left.
    """
    name = work.quantity("cert_name").value
    areas: list[Decimal] = []
    for row in work.rows("premises_docs"):
        kind, area = book.cell(row, "premises_docs.kind"), book.cell(row, "premises_docs.area")
        if kind is None or area is None:
            work.lack("premises_docs.kind" if kind is None else "premises_docs.area")
            continue
        column = "owner" if kind.value == "owned" else "user"
        if kind.value not in ("owned", "leased", "free_use"):
            continue
        holder = book.cell(row, f"premises_docs.{column}")
        if holder is None:
            work.lack(f"premises_docs.{column}")
        number = as_decimal(area.value)
        if _same(holder, name) and number is not None:
            areas.append(number)
            work.step("场所证明面积", number, area, holder)
    return total(areas) if areas else None


@quantity("premises_proof_count", unit="份", formula="场所证明材料份数")
def premises_proof_count(book: Book, work: Workings) -> Result:
    """Premises papers read; ``None`` where none was."""
    return _count_rows(work, "premises_docs")


@quantity(
    "income_proof_count",
    unit="笔",
    formula="未作废的发票、完税凭证、双方盖章的合同，按对方单位和金额归并后计数",
)
def income_proof_count(book: Book, work: Workings) -> Result:
    """Distinct service income proofs: a contract and its invoice (same party and amount) are one."""
    found: dict[tuple[str, str], Fact] = {}
    any_read = False
    for rows_field, party, flag, wanted in (
        ("invoices", "buyer", "voided", False),
        ("tax_payments", "taxpayer", None, None),
        ("contracts", "party_a", "sealed_both", True),
    ):
        for number, row in enumerate(book.rows(rows_field)):
            any_read = True
            if flag is not None:
                mark = book.cell(row, f"{rows_field}.{flag}")
                if (
                    mark.value if mark is not None else (not wanted if wanted else False)
                ) != wanted:
                    continue
            amount = book.cell(row, f"{rows_field}.amount")
            other = book.cell(row, f"{rows_field}.{party}")
            shown = amount or other
            if shown is None:
                continue
            whole = amount is not None and other is not None and rows_field != "tax_payments"
            key = (
                (folded_name(other.value), str(amount.value))
                if whole and amount is not None and other is not None
                else (rows_field, str(number))
            )
            found.setdefault(key, shown)
    if not any_read:
        for name in ("invoices", "tax_payments", "contracts"):
            work.lack(name)
        return None
    work.step("归并后的收入证明", len(found), *found.values())
    return len(found)


@quantity("expenditure_proof_count", unit="笔", formula="服务支出证明份数")
def expenditure_proof_count(book: Book, work: Workings) -> Result:
    """Service expenditure proofs read; ``None`` where none was."""
    return _count_rows(work, "expenditure_proofs")


@quantity(
    "social_security_ok",
    formula="社保缴费证明的单位为申报单位，且有缴费金额或人数",
)
def social_security_ok(book: Book, work: Workings) -> Result:
    """Whether a social-security payment proof in the applicant's name was read."""
    payer, name = work.fact("ss_org_name"), work.quantity("cert_name").value
    same = _same(payer, name)
    paid = work.fact("ss_amount") or work.fact("ss_headcount")
    if same is None:
        return None
    return same and (True if paid is not None else None)


@quantity("credit_clean_3y", formula="信用报告已上传且未列出不良记录")
def credit_clean_3y(book: Book, work: Workings) -> Result:
    """Whether an uploaded credit report lists nothing adverse; ``None`` without a report."""
    dated, findings = work.fact("credit_report_date"), work.fact("credit_findings")
    if dated is None or findings is None:
        # An empty list of findings must have been read as such; an unread one proves nothing.
        return None
    return findings.value == ()


@quantity(
    "system_online_offline_text",
    formula="仅收集：申请报告、网址、备案号中关于线上系统的内容",
)
def system_online_offline_text(book: Book, work: Workings) -> Result:
    """What was read about the online system, for the reviewer."""
    found = [work.fact(name) for name in ("app_website", "app_icp_no", "icp_no")]
    words = [str(f.value) for f in found if f is not None]
    return tuple(words) if words else None


@quantity("narrative_for_judgement", formula="仅收集：申请报告、推荐表中的相关文字")
def narrative_for_judgement(book: Book, work: Workings) -> Result:
    """The passages that a person judges; the facts stand in the trace."""
    names = ("report_narrative", "rec_regional_effect", "rec_demonstration", "rec_opinion")
    found = [f for f in (work.fact(name) for name in names) if f is not None]
    return tuple(book.catalogue.label(f.field) for f in found) if found else None
