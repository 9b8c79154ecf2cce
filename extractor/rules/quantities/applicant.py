"""Who applies: the registration paper, the kind of body, where and since when it stands."""

from __future__ import annotations

from datetime import date

from extractor.core.canonical import DateRange, PartialDate
from extractor.core.worksheet import Fact
from extractor.rules.quantities.base import Result, Workings, quantity
from extractor.rules.quantities.book import Book

NONPROFIT_CODES = ("11", "12", "13", "19", "51", "52", "53")
"""First two USCC characters of public institutions, mass and social organisations."""

WEST = ("15", "45", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65")
WEST_PREFECTURES = ("4228", "4331", "2224")
"""Enshi, Xiangxi, Yanbian. Both lists from ``config/derived.yaml`` west_region_flag."""


def _first_of(work: Workings, *fields: str) -> Fact | None:
    """The first of these fields that stands on the applicant's registration paper."""
    certificate = work.book.papers.certificate
    if certificate is not None:
        own = [f for f in fields if f.startswith(certificate[0])]
        fields = (*own, *(f for f in fields if f not in own))
    for field in fields:
        fact = work.book.best(field)
        if fact is not None:
            work.step(work.book.catalogue.label(field), str(fact.value), fact)
            return fact
    for field in fields:
        work.lack(field)
    return None


def _value(fact: Fact | None) -> Result:
    return None if fact is None or isinstance(fact.value, bool) else fact.value


@quantity(
    "cert_name",
    formula="营业执照、事业单位法人证书、登记证书、执业许可证上的名称，取申报单位自己的证照",
)
def cert_name(book: Book, work: Workings) -> Result:
    """Name on the applicant's registration paper."""
    return _value(_first_of(work, "lic_name", "pic_name", "npo_name", "ppl_name"))


@quantity("cert_uscc", formula="证照上的统一社会信用代码，取申报单位自己的证照")
def cert_uscc(book: Book, work: Workings) -> Result:
    """USCC on the applicant's registration paper."""
    return _value(_first_of(work, "lic_uscc", "pic_uscc", "npo_uscc", "ppl_uscc"))


@quantity("cert_legal_rep", formula="证照上的法定代表人（负责人），取申报单位自己的证照")
def cert_legal_rep(book: Book, work: Workings) -> Result:
    """Legal representative on the applicant's registration paper."""
    fields = ("lic_legal_rep", "pic_legal_rep", "npo_legal_rep", "ppl_head")
    return _value(_first_of(work, *fields))


@quantity("cert_address", formula="证照上的住所，取申报单位自己的证照")
def cert_address(book: Book, work: Workings) -> Result:
    """Address on the applicant's registration paper."""
    return _value(_first_of(work, "lic_address", "pic_address", "npo_address"))


@quantity("cert_capital", unit="元", formula="证照上的注册资本或开办资金，取申报单位自己的证照")
def cert_capital(book: Book, work: Workings) -> Result:
    """Registered or opening capital on the applicant's registration paper."""
    fields = ("lic_registered_capital", "pic_opening_capital", "npo_opening_capital")
    return _value(_first_of(work, *fields))


@quantity(
    "applicant_entity_class",
    formula="按证照种类、负责人标签和统一社会信用代码前两位判定主体类别",
)
def applicant_entity_class(book: Book, work: Workings) -> Result:
    """Kind of body: ``nonprofit_legal_person | enterprise_legal_person | unincorporated | branch |
    individual_business``; ``None`` where the papers do not tell (village collectives included)."""
    uscc = _first_of(work, "lic_uscc", "pic_uscc", "npo_uscc", "ppl_uscc")
    return entity_class(work, None if uscc is None else str(uscc.value))


def entity_class(work: Workings, uscc: str | None) -> str | None:
    """The class from a code and the words on the licence; the words go first."""
    label, kind = work.book.best("lic_rep_label"), work.book.best("lic_type")
    form = work.book.best("npo_legal_form")
    for fact in (label, kind, form):
        if fact is not None:
            work.step(work.book.catalogue.label(fact.field), str(fact.value), fact)
    words = str(kind.value) if kind is not None else ""
    if (label is not None and label.value == "branch_head") or "分公司" in words or "分支" in words:
        return "branch"
    if label is not None and label.value in ("managing_partner", "investor"):
        return "unincorporated"
    if any(word in words for word in ("合伙", "个人独资")):
        return "unincorporated"
    if (label is not None and label.value == "operator") or "个体" in words:
        return "individual_business"
    if form is not None and form.value in ("partnership", "individual"):
        return "unincorporated"
    if uscc is not None:
        return class_of_code(uscc)
    return _class_without_code(work, words)


def class_of_code(uscc: str) -> str | None:
    """The class a code's first two characters stand for; ``None`` where they do not tell."""
    head = uscc[:2]
    if head in NONPROFIT_CODES:
        return "nonprofit_legal_person"
    if head in ("91", "93"):
        return "enterprise_legal_person"
    return {"92": "individual_business", "31": "unincorporated"}.get(head)


def _class_without_code(work: Workings, words: str) -> str | None:
    if any(word in words for word in ("有限责任公司", "股份有限公司", "全民所有制", "集体所有制")):
        return "enterprise_legal_person"
    if work.book.best("pic_name") is not None or work.book.best("npo_kind") is not None:
        return "nonprofit_legal_person"
    return None


@quantity(
    "applicant_is_legal_person",
    formula="主体类别为非营利法人或企业法人",
)
def applicant_is_legal_person(book: Book, work: Workings) -> Result:
    """Whether the applicant is an independent legal person."""
    found = work.quantity("applicant_entity_class").value
    if found is None:
        return None
    return found in ("nonprofit_legal_person", "enterprise_legal_person")


@quantity(
    "registered_in_jiangxi",
    formula="证照统一社会信用代码第3、4位为36，或证照住所以江西开头",
)
def registered_in_jiangxi(book: Book, work: Workings) -> Result:
    """Whether the registration is in Jiangxi, by code or by address."""
    uscc, address = work.quantity("cert_uscc").value, work.quantity("cert_address").value
    by_code = None if uscc is None else str(uscc)[2:4] == "36"
    by_address = None if address is None else str(address).startswith("江西")
    if by_code or by_address:
        return True
    # A Jiangxi code may be misread and an address may begin with the city: one "no" alone settles
    # nothing unless the code was read.
    return by_code


@quantity(
    "operating_years_at_filing",
    unit="年",
    formula="自成立日期至申报日的整年数",
)
def operating_years_at_filing(book: Book, work: Workings) -> Result:
    """Whole years from founding to filing.

    A licence prints the founding date. Certificates of public institutions and social organisations
    are renewed: their dates prove years at least, never too few, so the stated date counts where it
    gives more.
    """
    filed = book.filing_date
    if filed is None:
        work.lack("pkt_filing_date")
    else:
        work.step("申报日期", filed.iso)
    proven, stated = founding_on_paper(work), book.best("app_registration_date")
    dated = [f for f in (proven, stated) if f is not None and start_of(f) is not None]
    if not dated:
        work.lack("lic_established_date")
        work.lack("app_registration_date")
    if not dated or filed is None:
        return None
    founded = dated[0]
    if founded is proven and proven.field != "lic_established_date":
        work.step("现行证书的日期只能证明不少于该年数", str(proven.value), proven)
        founded = min(dated, key=lambda f: _earliest(f))
    work.step(book.catalogue.label(founded.field), str(founded.value), founded)
    return years_since(work, founded, filed)


def founding_on_paper(work: Workings) -> Fact | None:
    """The fact on a registration paper that tells since when; the licence goes first."""
    for field in ("lic_established_date", "pic_valid_period", "npo_issue_date"):
        fact = work.book.best(field)
        if fact is not None and start_of(fact) is not None:
            return fact
    return None


def _earliest(fact: Fact) -> date:
    start = start_of(fact)
    return date.max if start is None else start.earliest()


def start_of(fact: Fact) -> PartialDate | None:
    """The date a fact begins with (a date, or the start of a range)."""
    if not isinstance(fact.value, str):
        return None
    try:
        if "/" in fact.value:
            return DateRange.parse(fact.value).start
        return PartialDate.parse(fact.value)
    except ValueError:
        return None


def years_since(work: Workings, fact: Fact, filed: PartialDate) -> int | None:
    """Whole years up to filing (reading A) and up to the end of the year before it (reading B).

    A date without its day gives the fewest years it can mean; where the most would be another number,
    a third reading says so.
    """
    founded = start_of(fact)
    if founded is None:
        return None
    fewest = whole_years(founded.latest(), filed.earliest())
    most = whole_years(founded.earliest(), filed.latest())
    # Up to 31 December inclusive: a body founded on 1 January has a full year by then.
    year_end = date(filed.year, 1, 1)
    work.reading("A", fewest)
    work.reading("B", max(0, whole_years(founded.latest(), year_end)))
    if most != fewest:
        work.reading("C", most, "日期不完整，按最早可能的成立日期")
    return fewest


def whole_years(start: date, end: date) -> int:
    """Full years between two days; 29 February counts as reached on 1 March."""
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


@quantity(
    "west_region_flag",
    formula="证照统一社会信用代码第3至8位属于西部12省（区、市）或恩施、湘西、延边",
)
def west_region_flag(book: Book, work: Workings) -> Result:
    """Whether the applicant lies in a Western Development region; the list is a general one."""
    region = book.case.region
    if region is not None and region.source != "read" and region.value is not None:
        work.step("所在地行政区划代码（案件信息）", str(region.value))
        code = str(region.value)
    else:
        uscc = work.quantity("cert_uscc").value
        if uscc is None:
            return None
        code = str(uscc)[2:8]
    return code[:2] in WEST or code[:4] in WEST_PREFECTURES


@quantity(
    "south_xinjiang_flag",
    formula="推荐单位或证照住所含和田、喀什、克州（克孜勒苏），或代码第3至6位为6532、6531、6530",
)
def south_xinjiang_flag(book: Book, work: Workings) -> Result:
    """Whether the applicant lies in Hotan, Kashgar or Kizilsu."""
    recommender = work.fact("rec_recommender")
    address, uscc = work.quantity("cert_address").value, work.quantity("cert_uscc").value
    words = f"{recommender.value if recommender else ''}{address or ''}"
    if any(name in words for name in ("和田", "喀什", "克州", "克孜勒苏")):
        return True
    if uscc is not None:
        return str(uscc)[2:6] in ("6530", "6531", "6532")
    return False if words else None


@quantity(
    "functions_applied",
    formula="案件信息所给；否则申请表所填服务功能；否则服务内容表中有数的功能",
)
def functions_applied(book: Book, work: Workings) -> Result:
    """Ids of ``service_function`` applied for; told functions go first."""
    told = book.case.functions
    if told is not None and told.value is not None:
        value = told.value if isinstance(told.value, tuple) else (str(told.value),)
        work.step("申报的服务功能（案件信息）", value)
        return tuple(value)
    stated = book.best("app_service_functions")
    if stated is not None:
        work.step(book.catalogue.label("app_service_functions"), stated.value, stated)
        return stated.value if isinstance(stated.value, tuple) else (str(stated.value),)
    found = _functions_with_rows(book, work)
    if not found:
        for name in ("app_service_functions", "app_service_content.function"):
            work.lack(name)
        return None
    return tuple(found)


def _functions_with_rows(book: Book, work: Workings) -> list[str]:
    """Functions whose row in the service table carries a figure above nought."""
    found: list[str] = []
    for row in book.rows("app_service_content"):
        name = book.cell(row, "app_service_content.function")
        detail = book.cell(row, "app_service_content.is_detail")
        if name is None or (detail is not None and detail.value is True):
            continue
        function = function_id(book, str(name.value))
        figures = [
            book.cell(row, f"app_service_content.{c}") for c in ("served_smes", "online", "offline")
        ]
        if function and function not in found and any(_is_positive(f) for f in figures):
            found.append(function)
            work.step("服务内容表中有数的功能", str(name.value), name)
    for row in book.rows("app_service_scale"):
        content = book.cell(row, "app_service_scale.content")
        function = function_id(book, str(content.value)) if content is not None else None
        if function and function not in found:
            found.append(function)
            work.step("服务规模表中的功能", str(content.value if content else ""), content)
    return found


def _is_positive(fact: Fact | None) -> bool:
    return fact is not None and str(fact.value) not in ("0", "False")


def function_id(book: Book, words: str) -> str | None:
    """The id of the service function named in ``words``; ``None`` where none is."""
    enum = book.catalogue.enums["service_function"]
    for ident, labels in enum.labels.items():
        if words == ident or any(label in words for label in labels):
            return ident
    return None


@quantity(
    "in_reevaluation_scope",
    formula="认定年度在2010至2015年之间（含），或为窗口平台",
)
def in_reevaluation_scope(book: Book, work: Workings) -> Result:
    """Whether a Jiangsu platform is subject to the 2019 re-evaluation."""
    window, year = work.fact("reeval_is_window_platform"), work.number("reeval_recognition_year")
    if window is not None and window.value is True:
        return True
    return None if year is None else 2010 <= year <= 2015
