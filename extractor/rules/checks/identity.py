"""Who it is: codes, names, legal representative, address, nature, seals."""

from __future__ import annotations

from decimal import Decimal

from extractor.core.worksheet import Fact, SealInfo
from extractor.matching.addresses import compare_addresses
from extractor.matching.organisations import compare_organisations
from extractor.matching.verdict import Sameness
from extractor.rules.checks.compare import (
    code_fold,
    differing_characters,
    similarity,
    without_addressee,
)
from extractor.rules.checks.desk import Breach, Desk, Missing, NotApplicable, Result, text_of
from extractor.rules.checks.mending import runs_on
from extractor.rules.checks.registry import operation
from extractor.rules.checks.repair import code_readings, only_one
from extractor.rules.checks.words import is_doubtful, listed
from extractor.values.identifiers import id_number_ok, uscc_ok, uscc_repairs
from extractor.values.names import name_norm

#: Codes of the provinces (GB/T 2260), by the words an address starts with.
PROVINCES = {
    "北京": "11", "天津": "12", "河北": "13", "山西": "14", "内蒙古": "15", "辽宁": "21",
    "吉林": "22", "黑龙江": "23", "上海": "31", "江苏": "32", "浙江": "33", "安徽": "34",
    "福建": "35", "江西": "36", "山东": "37", "河南": "41", "湖北": "42", "湖南": "43",
    "广东": "44", "广西": "45", "海南": "46", "重庆": "50", "四川": "51", "贵州": "52",
    "云南": "53", "西藏": "54", "陕西": "61", "甘肃": "62", "青海": "63", "宁夏": "64",
    "新疆": "65",
}  # fmt: skip

#: From this score on ``compare_organisations`` found nothing but look-alike characters.
LOOK_ALIKE_SCORE = 0.9

#: ``nature_fits``: which entity classes a ticked nature goes with (functions at the catalogue's head).
NATURE_CLASSES = {
    "public_institution": ("nonprofit_legal_person",),
    "social_group": ("nonprofit_legal_person",),
    "private_non_enterprise": ("nonprofit_legal_person", "unincorporated"),
    "foundation": ("nonprofit_legal_person",),
    "state_owned_enterprise": ("enterprise_legal_person", "unincorporated", "individual_business"),
    "private_enterprise": ("enterprise_legal_person", "unincorporated", "individual_business"),
}

ENTITY_CLASSES = {
    "nonprofit_legal_person": "非营利法人",
    "enterprise_legal_person": "企业法人",
    "unincorporated": "非法人组织",
    "branch": "分支机构",
    "individual_business": "个体工商户",
}


@operation(params="code:field", shows="value repairs")
def uscc_valid(desk: Desk) -> Result:
    """The check character of a unified social credit code is right (GB 32100-2015)."""
    fact = desk.fact(desk.text("code"))
    code = text_of(fact)
    if uscc_ok(code):
        return Result()
    found = uscc_repairs(code)
    repairs = only_one(found)
    values = {"value": code, "repairs": listed(repairs) or "无"}
    return Result((Breach(values, (fact,), repairs=repairs, slip=bool(found)),))


@operation(params="code:field")
def id_number_valid(desk: Desk) -> Result:
    """The check character of an identity number is right (GB 11643); the number is never shown."""
    fact = desk.fact(desk.text("code"))
    code = text_of(fact)
    if "*" in code:
        raise NotApplicable("身份证号已脱敏，无法校验")
    return Result() if id_number_ok(code) else Result((Breach({}, (fact,)),))


@operation(params="left:field right:field", shows="a b repairs")
def equal_code(desk: Desk) -> Result:
    """Two codes are equal after folding letters that a code never holds to their digits."""
    left, right = desk.facts((desk.text("left"), desk.text("right")))
    a, b = text_of(left), text_of(right)
    if code_fold(a) == code_fold(b):
        return Result()
    found = tuple(
        dict.fromkeys(
            f"{desk.book.catalogue.label(one.field)} {text_of(one)} → {code}"
            for one, other in ((left, right), (right, left))
            for code in _readings_towards(one, text_of(other))
        )
    )
    repairs = only_one(found)
    values = {"a": a, "b": b, "repairs": listed(repairs) or "无"}
    return Result((Breach(values, (left, right), repairs=repairs, slip=bool(found)),))


def _readings_towards(fact: Fact, goal: str) -> tuple[str, ...]:
    """Other readings of a code that equal ``goal``; a code whose own check character is right and that
    was read without doubt has none."""
    code = text_of(fact)
    if uscc_ok(code) and not is_doubtful(fact):
        return ()
    near = code_readings(code, lambda other: code_fold(other) == code_fold(goal))
    noted = tuple(alt for alt in fact.alternatives if code_fold(alt) == code_fold(goal))
    return tuple(dict.fromkeys((*near, *noted)))


@operation(params="left:field right:field", shows="a b", metrics="similarity", flags="look_alike")
def equal_name(desk: Desk) -> Result:
    """Two names are one organisation's; endings of an addressee, brackets and width do not count.

    Where the page of the differing name also carries the other one (platform name beside legal name
    on a cover), the two belong together and the check passes. ``look_alike``: they differ only in
    characters that are taken for each other, a slip of reading first.
    """
    left, right = desk.facts((desk.text("left"), desk.text("right")))
    a, b = without_addressee(text_of(left)), text_of(right)
    match = compare_organisations(a, b)
    if match.verdict is Sameness.SAME or _stands_beside(desk, left, b):
        return Result()
    slip = match.verdict is Sameness.LIKELY and match.score >= LOOK_ALIKE_SCORE
    flags = frozenset({"look_alike"}) if slip else frozenset()
    metrics = {"similarity": similarity(a, b)}
    shown, cut = {"a": a, "b": b}, runs_on(left, b) or runs_on(right, a)
    return Result((Breach(shown, (left, right), match.reason, flags, metrics, slip=cut),))


def _stands_beside(desk: Desk, fact: Fact, name: str) -> bool:
    return any(
        other.page == fact.page
        and other.id != fact.id
        and other.value is not None
        and name_norm(text_of(other)) == name_norm(name)
        for other in desk.book.all(fact.field)
    )


@operation(params="left:field right:field", shows="a b", metrics="differing_characters")
def equal_person(desk: Desk) -> Result:
    """Two names of persons are equal without blanks."""
    left, right = desk.facts((desk.text("left"), desk.text("right")))
    a, b = text_of(left), text_of(right)
    apart = differing_characters(a, b)
    if apart == 0:
        return Result()
    metrics = {"differing_characters": Decimal(apart)}
    return Result((Breach({"a": a, "b": b}, (left, right), metrics=metrics),))


@operation(params="left:field right:fields at_least:number", shows="a b", metrics="similarity")
def similar_name(desk: Desk) -> Result:
    """A name is like the first of several that was read; one inside the other counts as alike."""
    left, right = desk.fact(desk.text("left")), desk.first(desk.texts("right"))
    a, b = text_of(left), text_of(right)
    alike = similarity(a, b)
    inside = name_norm(a) in name_norm(b) or name_norm(b) in name_norm(a)
    if inside or alike >= desk.number("at_least"):
        return Result()
    return Result((Breach({"a": a, "b": b}, (left, right), metrics={"similarity": alike}),))


@operation(params="left:fields right:field", shows="a b", flags="registered_address")
def same_address(desk: Desk) -> Result:
    """Two addresses name the same county and street, or one contains the other.

    A part that one of them does not print is no difference.
    """
    left, right = desk.first(desk.texts("left")), desk.fact(desk.text("right"))
    a, b = text_of(left), text_of(right)
    match = compare_addresses(a, b)
    if match.verdict is not Sameness.DIFFERENT:
        return Result()
    registered = left.field == "app_registered_address"
    flags = frozenset({"registered_address"}) if registered else frozenset()
    return Result((Breach({"a": a, "b": b}, (left, right), match.reason, flags),))


@operation(shows="nature kind")
def nature_fits(desk: Desk) -> Result:
    """The nature ticked on the form goes with the kind of certificate."""
    fact = desk.fact("app_entity_nature")
    kind = text_of_quantity(desk, "applicant_entity_class")
    allowed = NATURE_CLASSES.get(text_of(fact))
    if allowed is None:
        return Result()
    if kind not in ENTITY_CLASSES or kind == "branch":
        raise Missing("applicant_entity_class")
    if kind in allowed:
        return Result()
    nature = desk.book.catalogue.enums["entity_nature"].zh(text_of(fact))
    return Result((Breach({"nature": nature, "kind": ENTITY_CLASSES[kind]}, (fact,)),))


def text_of_quantity(desk: Desk, ident: str) -> str:
    """The text value of a computed quantity; ``unknown`` counts as missing."""
    value = desk.quantity(ident).value
    if not isinstance(value, str) or value == "unknown":
        raise Missing(ident)
    return value


@operation(shows="a b")
def same_province(desk: Desk) -> Result:
    """Digits 3-4 of the code on the certificate are those of the applicant's region."""
    code = desk.fact("cert_uscc")
    digits = text_of(code)[2:4]
    region = _region_of(desk)
    # 10: registered with the national authority, wherever the office is.
    if not digits.isdigit() or digits == "10" or digits == region[:2]:
        return Result()
    names = {number: name for name, number in PROVINCES.items()}
    values = {"a": names.get(digits, digits), "b": names.get(region[:2], region)}
    return Result((Breach(values, (code,)),))


def _region_of(desk: Desk) -> str:
    """The region's code out of the case, else the province that the certificate's address names."""
    told = desk.book.case.region
    if told is not None and isinstance(told.value, str | int) and str(told.value)[:2].isdigit():
        return str(told.value)
    address = desk.maybe("cert_address")
    text = text_of(address) if address is not None else ""
    for name, number in PROVINCES.items():
        if text.removeprefix("中国").startswith(name):
            return number
    raise Missing("pkt_region_code")


@operation(params="at_least:number", shows="page text conf")
def seals_name_applicant(desk: Desk) -> Result:
    """The text of official seals on the applicant's own papers is like the applicant's name."""
    own = {
        "application_form", "application_report", "staff_roster_form", "equipment_list_form",
        "served_enterprise_list_form", "declaration",
    }  # fmt: skip
    name = desk.fact("cert_name")
    seals = [
        seal
        for document in desk.papers(*own)
        for seal in document.seals
        if _said(seal) and (seal.kind is None or seal.kind == "official")
    ]
    if not seals:
        raise Missing("seals.text")
    breaches = [
        Breach(
            {"page": str(seal.page), "text": _said(seal), "conf": f"{seal.confidence:.2f}"},
            (name,),
            pages=(seal.page,),
        )
        for seal in seals
        if similarity(_said(seal), text_of(name)) < desk.number("at_least")
    ]
    return Result(tuple(breaches))


def _said(seal: SealInfo) -> str:
    """Whose seal it is: the organisation on its ring, else all that stands on it."""
    if seal.organisation is None and seal.edge:
        return ""  # half a seal's words are nobody's name
    return seal.organisation or seal.text or ""


@operation(params="names:fields applicant:field", shows="who row", flags="former_name")
def rows_name_applicant(desk: Desk) -> Result:
    """In each row of a list at least one of the named columns is the applicant."""
    columns = desk.texts("names")
    applicant = desk.fact(desk.text("applicant"))
    breaches, unread = [], 0
    for row in desk.rows(columns[0].partition(".")[0]):
        cells = [cell for cell in (desk.cell(row, c) for c in columns) if cell is not None]
        if not cells:
            unread += 1
        elif not any(name_norm(text_of(applicant)) in name_norm(text_of(c)) for c in cells):
            who = " / ".join(text_of(c) for c in cells)
            breaches.append(Breach({"who": who, "row": str(row.no)}, (*cells, applicant)))
    return Result(tuple(breaches), unread=unread)
