"""The audit report: number, client, firm, year, opinion, signing CPAs, from cover and opinion pages."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractor.core.baselines import baseline_rows
from extractor.core.page import PacketPage
from extractor.core.text import fold_text
from extractor.core.worksheet import Fact, Method
from extractor.fields.audit.amounts import REPAIRED
from extractor.fields.audit.names import (
    audit_client,
    audit_firm,
    firm_of_seal,
    first_fact,
    hidden_firms,
)
from extractor.fields.audit.signatures import CPA, signing_cpas
from extractor.fields.audit.statement_ways import at_most
from extractor.fields.audit.statements import statement_unit
from extractor.fields.make import Spot, build_fact, spot_of
from extractor.fields.prose import DATE, find_fact, page_paragraphs
from extractor.fields.runs import TextRun
from extractor.fields.specs import FieldSpecs
from extractor.fields.view import DocumentView, Extraction

_NUMBER = (
    r"([\u4e00-\u9fa5]{1,12}(?:审|专审|会审|财审|师)?(?:字|报字)?\s*[〔\[(（【﹝]\s*20\s?\d\s?\d\s*[〕\])）】﹞]"
    r"\s*第?\s*[A-Z]{0,3}[-\d\s]{1,10}号)"
)
_YEARS = (
    r"^\s*[（(]?((?:19|20)\d\d)\s*年度\s*[）)]?\s*$",
    r"(?:审计期间|审计年度|会计期间|会计年度)\s*[:：]?\s*((?:19|20)\d\d)\s*年",
    r"(20\d\d)\s*年度\s*(?:的)?\s*(?:利润表|财务报表|审计报告|会计报表)",
    r"^\s*(20\d\d)\s*年度[^。，,；;:：]{0,30}(?:审计|审核|鉴证|审阅)报告(?:书)?\s*$",
)
#: 对贵单位2022年度及2023年度…进行了审计: the latest year named is the report's.
_AUDITED = re.compile(
    r"(?:审计了|对)[^。；]{2,60}?20\d\d\s*年度[^。；]{0,60}(?:审计|审核|鉴证|专$)"
)
_YEAR_ENDS = (r"(20\d\d)\s*年\s*12\s*月\s*[:：.·]?\s*31\s*日",)
_LICENCE_NUMBERS = (
    r"证书序号\s*[:：]?\s*(?:N[Oo0][.。]?|№)?\s*(\d{4,12})",
    r"(?:执业证书编号|证书编号|会计师事务所编号)\s*[:：]?\s*(\d{6,12})",
)
#: Worst character of a code without a check digit from which on it may be certain.
SURE_CODE = 0.98
#: The certificate of a CPA, bound beside the firm's: its number is not the firm's.
_PERSONS_PAPER = re.compile(r"批准注册协会|注册会计师证书")
_SPECIAL_TITLE = re.compile(r".{0,20}专项(?:审计|审核|鉴证)报告")
_SERVICE_FLOWS = re.compile(r"服务.{0,6}(?:收支|收入)")
#: Words that a row with the date of signing does not hold.
_SENTENCE_DATE = re.compile(
    r"资产负债表|利润表|财务|报表|年度|截至|截止|期间|我们|贵(?:公司|单位|中心)|公允|经营成果|现金流量|"
    r"包括|以及|发生|余额|批准|成立|注册资本|准则|[，。；]\s*$|日的|日止"
)
#: Statements that have no document of their own: their unit is the report's.
_OTHER_STATEMENT = re.compile(r"现金流量表|权益变动表|净资产变动表")
_OPINIONS: tuple[tuple[str, str], ...] = (
    ("disclaimer", r"无法表示意见"),
    ("adverse", r"否定意见"),
    ("qualified", r"(?<!无)保留意见"),
)
_FAIR = r"在所有重大方面.{0,40}公允反映"
#: Older reports have no heading that names the opinion; the sentence itself does.
_REFUSED = re.compile(r"(?:无法|不)对[^。；]{0,20}财务报表[^。；]{0,10}发表(?:审计)?意见")
_DENIED = re.compile(r"(?:没有|未能|未)(?:能)?$|(?:没有|未能)[^。；]{0,30}编制[^。；]{0,12}$")
_EXCEPT = re.compile(r"除[^。；]{2,60}外")
_EMPHASIS = r"(?:[一二三四五六七八九十][、.．]\s*|^)(与持续经营相关的重大不确定性|强调事项)"


def read_firm_licence(view: DocumentView, specs: FieldSpecs) -> Extraction:
    """The number of a firm's practice certificate (证书序号, else 执业证书编号)."""
    pages = [p for p in view.pages if not _PERSONS_PAPER.search(fold_text(p.read.text))]
    rows = [run for page in pages for run in _rows(page)]
    fact = first_fact(view, specs, "aud_firm_licence_no", rows, _LICENCE_NUMBERS)
    return Extraction(facts=(fact,) if fact is not None else ())


def read_audit(view: DocumentView, specs: FieldSpecs) -> Extraction:
    """Facts and signing CPAs of an audit report (statements are documents of their own)."""
    facts: list[Fact | None] = []
    paras = [run for page in view.pages for run in page_paragraphs(page)]
    for page in view.pages:
        facts += _page_facts(view, specs, page)
    facts += hidden_firms(view, facts)
    facts.append(_opinion(view, specs, paras))
    facts.append(_framework(view, specs, paras))
    rows = [run for page in view.pages for run in _rows(page)]
    facts.append(_emphasis(view, view.pages, rows))
    facts += _service_sections(view)
    facts = _years_against_ends(_years_in_doubt(facts))
    facts += _other_units(view, specs)
    if not any(f is not None and f.field == "aud_firm" for f in facts):
        facts.append(firm_of_seal(view))
    signed = _signature_page(view)
    cpas = None
    if signed is not None:
        facts.append(_report_date(view, specs, signed))
        cpas = signing_cpas(view, signed)
    elif view.type == "special_audit_report" and view.pages:
        facts.append(_report_date(view, specs, view.pages[-1]))
    return Extraction(
        facts=tuple(f for f in facts if f is not None), rows=(cpas,) if cpas is not None else ()
    )


def _other_units(view: DocumentView, specs: FieldSpecs) -> list[Fact]:
    """The unit printed on cash flow statements and the like, page by page."""
    found: list[Fact] = []
    for page in view.pages:
        head = "".join(fold_text(x.text) for run in _rows(page)[:4] for x in run.lines)
        if _OTHER_STATEMENT.search(head):
            one = DocumentView(view.id, view.type, view.title, (page,))
            found += statement_unit(one, specs.catalogue)[1]
    return found


def _rows(page: PacketPage) -> list[TextRun]:
    return [TextRun(page, tuple(r)) for r in baseline_rows(page.read.lines)]


def _page_facts(view: DocumentView, specs: FieldSpecs, page: PacketPage) -> list[Fact | None]:
    """What may stand on any page: number, client, firm, year, code."""
    c = specs.catalogue
    rows, paras = _rows(page), page_paragraphs(page)
    period = r"(20\d\d\s*年\s*12\s*月\s*[:：.·]?\s*31\s*日)"
    code = (
        r"(?:报告编码|防伪[编条]?[号码]|防伪查询码|验证码|防伪标识|备案号|报备号码?|报备编号|备案编号|赋码)"
        r"\s*[:：]?\s*"
        r"([\u4e00-\u9fa5]?[0-9A-Z]{6,24})"
    )
    return [
        find_fact(view, c, "aud_report_no", rows, _NUMBER),
        audit_client(view, specs, page, rows),
        audit_firm(view, specs, page),
        find_fact(view, c, "aud_period_end", paras, period, kind="date"),
        # Whole rows: a year that stands alone on its row is a cover's, not the first cell of a table's.
        first_fact(view, specs, "aud_fiscal_year", [*rows, *paras], _YEARS)
        or _audited_year(view, specs, [*rows, *paras])
        or first_fact(view, specs, "aud_fiscal_year", [*rows, *paras], _YEAR_ENDS),
        _unchecked(find_fact(view, c, "aud_verification_code", rows, code)),
        _barcode(view, page),
    ]


def _audited_year(view: DocumentView, specs: FieldSpecs, runs: Sequence[TextRun]) -> Fact | None:
    """The latest year of the sentence that says what was audited."""
    for run in runs:
        found = _AUDITED.search(run.text)
        if found is not None:
            latest = max(re.findall(r"20\d\d(?=\s*年度)", found.group()))
            pattern = rf"({latest})\s*年度"
            return find_fact(view, specs.catalogue, "aud_fiscal_year", [run], pattern)
    return None


def _unchecked(fact: Fact | None) -> Fact | None:
    """A code that no check digit vouches for: doubtful unless every character was read surely."""
    if fact is None or fact.confidence >= SURE_CODE or fact.method is Method.TEXT_LAYER:
        return fact
    return at_most(fact, REPAIRED)


def _barcode(view: DocumentView, page: PacketPage) -> Fact | None:
    """A barcode or QR code on a page of the report; its absence is said nowhere: copies lose it."""
    for mark in page.read.marks:
        if mark.kind == "barcode":
            spot = Spot(page, mark.box, "（条码/二维码）", mark.confidence)
            return build_fact(
                "aud_barcode_present", spot, True, document=view.id, method=Method.MARK
            )
    return None


def _opinion(view: DocumentView, specs: FieldSpecs, paras: Sequence[TextRun]) -> Fact | None:
    """The opinion by its heading, or unqualified where the fair-presentation sentence stands alone.

    A heading counts, not a mention: 保留意见 inside 无保留意见 or a CPA's duties is no opinion.
    """
    for value, pattern in _OPINIONS:
        for run in paras:
            heading = re.match(
                r"^\s*(?:[一二三四五六七八九十][、.．]\s*)?(?:形成)?("
                + pattern
                + r")(?:的基础)?\s*$",
                run.text,
            )
            if heading:
                return _enum_fact(view, "aud_opinion_type", run, heading.span(1), value)
    for run in paras:
        refused = _REFUSED.search(run.text)
        if refused:
            return _enum_fact(view, "aud_opinion_type", run, refused.span(), "disclaimer")
        fair = re.search(_FAIR, run.text)
        if fair:
            limited = _limited(run.text, fair.start())
            if limited:
                return _enum_fact(view, "aud_opinion_type", run, fair.span(), limited)
            emphasis = any(re.search(_EMPHASIS, other.text) for other in paras)
            value = "unqualified_emphasis" if emphasis else "unqualified"
            return _enum_fact(view, "aud_opinion_type", run, fair.span(), value)
    return None


def _limited(text: str, at: int) -> str | None:
    """What the sentence around ``at`` takes back: 除…外 (qualified), 没有/未能 (adverse)."""
    start = max(text.rfind(stop, 0, at) for stop in "。；") + 1
    before = text[start:at]
    if _DENIED.search(before):
        return "adverse"
    return "qualified" if _EXCEPT.search(before) else None


def _enum_fact(
    view: DocumentView, field: str, run: TextRun, span: tuple[int, int], value: str | bool
) -> Fact | None:
    spot = spot_of(run, *span)
    if spot is None:
        return None
    return build_fact(field, spot, value, document=view.id, method=Method.PROSE)


def _emphasis(
    view: DocumentView, pages: Sequence[PacketPage], rows: Sequence[TextRun]
) -> Fact | None:
    """Flag of an emphasis or going-concern paragraph; false only where the opinion was read."""
    opinion: TextRun | None = None
    for run in rows:
        if re.search(r"[一二三四五六七八九十][、.．]?\s*审计意见", run.text) and opinion is None:
            opinion = run
        found = re.search(_EMPHASIS, run.text.strip())
        if found and len(run.text.strip()) <= 24:
            return _enum_fact(view, "aud_going_concern_flag", run, (0, len(run.text)), True)
    if opinion is None:
        return None
    return _enum_fact(view, "aud_going_concern_flag", opinion, (0, len(opinion.text)), False)


def _framework(view: DocumentView, specs: FieldSpecs, paras: Sequence[TextRun]) -> Fact | None:
    words = specs.catalogue.enums["accounting_framework"].labels
    ordered = sorted(((w, m) for m, ws in words.items() for w in ws), key=lambda p: -len(p[0]))
    for run in paras:
        if "编制" not in run.text and "准则" not in run.text:
            continue
        for word, member in ordered:
            at = run.text.find(word)
            if at >= 0:
                return _enum_fact(view, "aud_framework", run, (at, at + len(word)), member)
    return None


def _signature_page(view: DocumentView) -> PacketPage | None:
    """The page where CPAs sign: their title stands before a colon, or alone at the end of a row."""
    for page in view.pages:
        text = fold_text(page.read.text)
        stamped = any("会计师事务所" in (seal.organisation or "") for seal in page.read.seals)
        if "会计师事务所" not in text and not stamped and "审计意见" not in text:
            continue
        for run in _rows(page):
            if CPA.search(run.text) or re.search(
                r"中国注册会计师[^的]{0,12}$", fold_text(run.text)
            ):
                return page
    return None


def _report_date(view: DocumentView, specs: FieldSpecs, page: PacketPage) -> Fact | None:
    """The lowest date of the page that no sentence holds: 包括2022年12月31日资产负债表 says what was audited."""
    found = None
    for row in baseline_rows(page.read.lines):
        run = TextRun(page, tuple(row))
        if len(fold_text(run.text)) > 60 or _SENTENCE_DATE.search(run.text):
            continue
        fact = find_fact(view, specs.catalogue, "aud_report_date", [run], f"({DATE})")
        if fact is not None and isinstance(fact.value, str) and len(fact.value) == 10:
            found = fact
    return found


def _years_in_doubt(facts: Sequence[Fact | None]) -> list[Fact | None]:
    """Fiscal years that do not go before the year of the report's number: doubtful.

    A report is numbered in the year after the one it is on; one on several years has the last of them
    before its number. A digit misread in a sentence shows here.
    """
    numbered = {
        int(found.group(1))
        for f in facts
        if f is not None and f.field == "aud_report_no"
        and (found := re.search(r"(20\d\d)", str(f.value)))
    }  # fmt: skip
    if len(numbered) != 1:
        return list(facts)
    (year,) = numbered
    return [
        at_most(f, REPAIRED)
        if f is not None and f.field == "aud_fiscal_year" and f.value not in (year - 1, year)
        else f
        for f in facts
    ]


def _years_against_ends(facts: Sequence[Fact | None]) -> list[Fact | None]:
    """A fiscal year and the day its page says the year ended on: where they differ, one is misread."""
    ends = {
        f.page: str(f.value)[:4] for f in facts if f is not None and f.field == "aud_period_end"
    }
    years = {f.page: str(f.value) for f in facts if f is not None and f.field == "aud_fiscal_year"}
    apart = {page for page, year in years.items() if ends.get(page, year) != year}
    told = ("aud_fiscal_year", "aud_period_end")
    return [
        at_most(f, REPAIRED) if f is not None and f.field in told and f.page in apart else f
        for f in facts
    ]


def _service_sections(view: DocumentView) -> list[Fact]:
    """Where the report speaks of service income and expenditure under a heading of its own.

    A special report on them says so with its title, on the cover and above the text.
    """
    pages = [(page, _rows(page)) for page in view.pages]
    whole = "".join(fold_text(run.text) for _page, rows in pages for run in rows)
    titled: list[Fact | None] = []
    if _SERVICE_FLOWS.search(whole):
        for _page, rows in pages:
            title = next((r for r in rows if _SPECIAL_TITLE.fullmatch(fold_text(r.text))), None)
            if title is not None:
                titled.append(
                    _enum_fact(view, "svc_audit_present", title, (0, len(title.text)), True)
                )
    found = [f for f in titled if f is not None]
    if found:
        return found
    section = _service_section(view, [run for _page, rows in pages for run in rows])
    return [section] if section is not None else []


def _service_section(view: DocumentView, rows: Sequence[TextRun]) -> Fact | None:
    """The short line that heads the section on service income and expenditure."""
    for run in rows:
        text = run.text.strip()
        found = re.search(r"服务收支(情况|明细|专项)?", text)
        if found and len(text) <= 40:
            start = run.text.find(found.group(0))
            return _enum_fact(
                view, "svc_audit_present", run, (start, start + len(found.group(0))), True
            )
    return None
