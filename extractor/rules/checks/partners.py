"""Partners, experts, staff and their papers: agreements, letters, certificates, social security."""

from __future__ import annotations

from decimal import Decimal

from extractor.core.worksheet import Fact
from extractor.matching.organisations import compare_organisations
from extractor.matching.people import compare_people
from extractor.matching.verdict import Sameness
from extractor.rules.checks.compare import code_fold
from extractor.rules.checks.desk import Breach, Desk, Missing, Result, text_of
from extractor.rules.checks.lists import rows_by_name
from extractor.rules.checks.registry import operation
from extractor.rules.checks.words import listed, percent
from extractor.rules.side import all_read
from extractor.values.names import name_norm
from extractor.values.parse import parse_value

ROSTER = "staff_roster"


@operation(
    params="kind:text column:field paper:text other:field?",
    shows="a b names",
    flags="not_found_on_scan other_line_proven not_asked",
)
def partners_have_papers(desk: Desk) -> Result:
    """Every signed partner of one ``kind`` on the form has a paper (``column``, doctype ``paper``).

    Names that differ like a slip of reading count as found. ``other_line_proven``: the quantity
    ``other`` reaches its own threshold, which the text lets stand instead. ``not_asked``: no material of
    the scheme asks for the paper. ``not_found_on_scan``: pages were read by OCR.
    """
    if not desk.book.documents:
        raise Missing("pages.doctype")
    column, paper = desk.text("column"), desk.text("paper")
    stated = _signed(desk, desk.text("kind"))
    if not stated:
        raise Missing("app_partners.name")
    rows = desk.book.rows(column.partition(".")[0])
    shown_there = [f for _, f in desk.column(rows, column)]
    lacking = [f for f in stated if not any(_is_one(f, other) for other in shown_there)]
    if not lacking:
        return Result()
    if len(shown_there) < len(rows) or not all_read(desk.book, column.partition(".")[0], paper):
        raise Missing(column)
    shown = {
        "a": str(len(stated)),
        "b": str(len({name_norm(text_of(f)) for f in shown_there})),
        "names": listed(text_of(f) for f in lacking),
    }
    flags = set()
    if desk.are_scans(page.no for page in desk.book.pages):
        flags.add("not_found_on_scan")
    if not any(paper in material.doctypes for material in desk.scheme.materials):
        flags.add("not_asked")
    if desk.texts("other") and _reaches(desk, desk.text("other")):
        flags.add("other_line_proven")
    facts = (*lacking, *shown_there)
    return Result((Breach(shown, facts, f"{len(lacking)} 家", frozenset(flags)),), shown)


def _signed(desk: Desk, kind: str) -> tuple[Fact, ...]:
    """Partners said to have signed, by name; a partner without a kind is an institution."""
    found: dict[str, Fact] = {}
    for row in desk.book.rows("app_partners"):
        name, said, signed = (
            desk.cell(row, f"app_partners.{c}") for c in ("name", "kind", "signed")
        )
        if name is None or (signed is not None and signed.value is False):
            continue
        if (text_of(said) if said is not None else "institution") == kind:
            found.setdefault(name_norm(text_of(name)), name)
    return tuple(found.values())


def _is_one(a: Fact, b: Fact) -> bool:
    left, right = text_of(a), text_of(b)
    matches = (compare_organisations(left, right), compare_people(left, right))
    return any(m.verdict is not Sameness.DIFFERENT for m in matches)


def _reaches(desk: Desk, quantity: str) -> bool:
    try:
        return desk.quantity_number(quantity) >= next(
            threshold
            for c in desk.scheme.criteria
            if c.quantity == quantity
            and not isinstance(threshold := c.canonical_threshold, tuple | str | bool)
            and threshold is not None
        )
    except (Missing, StopIteration):
        return False


@operation(params="share:number", shows="n names")
def staff_insured(desk: Desk) -> Result:
    """At least ``share`` of the roster's persons are on the social-security list.

    Names that differ like a slip of reading, and rows of that list without a read name, count as found.
    """
    staff = rows_by_name(desk, desk.rows(ROSTER), f"{ROSTER}.name")
    if not staff:
        raise Missing(f"{ROSTER}.name")
    rows = desk.rows("ss_persons")
    insured = [f for _, f in desk.column(rows, "ss_persons.name")]
    if not insured:
        raise Missing("ss_persons.name")
    known = {name_norm(text_of(f)) for f in insured}
    lacking = [
        found[0][1]
        for name, found in staff.items()
        if name not in known
        and not any(
            compare_people(text_of(found[0][1]), text_of(f)).verdict is Sameness.LIKELY
            for f in insured
        )
    ]
    lacking = lacking[max(0, len(rows) - len(insured)) :]
    shown = {"n": str(len(lacking)), "names": listed(text_of(f) for f in lacking)}
    if len(lacking) <= (1 - desk.number("share")) * len(staff):
        return Result(values=shown)
    far = f"{percent(Decimal(len(lacking)) / len(staff))}%"
    return Result((Breach(shown, tuple(lacking), far),), shown)


@operation(shows="name a b")
def certificates_fit_roster(desk: Desk) -> Result:
    """Education and title on the roster are those of the person's certificates.

    Of several certificates of a kind the highest counts. Vocational certificates and letters of
    appointment rank nobody, and a level that is no known word is left out.
    """
    staff = rows_by_name(desk, desk.rows(ROSTER), f"{ROSTER}.name")
    best: dict[tuple[str, str], tuple[int, Fact]] = {}
    for row in desk.rows("person_certificates"):
        name, kind, level = (
            desk.cell(row, f"person_certificates.{c}") for c in ("name", "kind", "level")
        )
        column = _RANKED.get(text_of(kind)) if kind is not None else None
        if name is None or level is None or column is None:
            continue
        rank = _rank(desk, column, text_of(level))
        key = (name_norm(text_of(name)), column)
        if rank is not None and (key not in best or rank > best[key][0]):
            best[key] = (rank, level)
    breaches, compared = [], 0
    for (name_key, column), (rank, level) in best.items():
        rows = staff.get(name_key, [])
        cell = desk.cell(rows[0][0], f"{ROSTER}.{column}") if len(rows) == 1 else None
        own = None if cell is None else _rank(desk, column, text_of(cell))
        if cell is None or own is None:
            continue
        compared += 1
        if own != rank:
            shown = {
                "name": text_of(rows[0][1]),
                "a": desk.book.catalogue.enums[column_enum(column)].zh(text_of(cell)),
                "b": text_of(level),
            }
            breaches.append(Breach(shown, (cell, level)))
    if not compared:
        raise Missing("person_certificates.name", "person_certificates.level")
    return Result(tuple(breaches))


_RANKED = {"degree": "education", "academic_degree": "education", "title": "title_level"}


def column_enum(column: str) -> str:
    """The vocabulary of a ranked column of the roster."""
    return "education_level" if column == "education" else "title_level"


def _rank(desk: Desk, column: str, value: str) -> int | None:
    """The rank of an id, or of a word printed on a certificate."""
    enum = desk.book.catalogue.enums[column_enum(column)]
    if (rank := enum.rank(value)) is not None:
        return rank
    parsed = parse_value("enum", value, enum=enum.labels)
    return None if parsed is None else enum.rank(str(parsed.value))


@operation(params="name:field code:field", shows="who", flags="look_alike")
def payer_is_applicant(desk: Desk) -> Result:
    """A paper made out to an organisation is the applicant's, by name or by code.

    ``look_alike``: the names differ like a slip of reading, and no code says otherwise.
    """
    name, code = desk.maybe(desk.text("name")), desk.maybe(desk.text("code"))
    own_name, own_code = desk.maybe("cert_name"), desk.maybe("cert_uscc")
    if name is None and code is None:
        raise Missing(desk.text("name"))
    if own_name is None and own_code is None:
        raise Missing("cert_name")
    codes = [code_fold(text_of(f)) for f in (code, own_code) if f is not None]
    if len(codes) == 2 and codes[0] == codes[1]:
        return Result()
    if name is None or own_name is None:
        if code is None or own_code is None:
            raise Missing(desk.text("name") if name is None else "cert_name")
        return Result((Breach({"who": text_of(code)}, (code, own_code)),))
    match = compare_organisations(text_of(name), text_of(own_name))
    if match.verdict is Sameness.SAME:
        return Result()
    likely = match.verdict is Sameness.LIKELY
    flags = frozenset({"look_alike"}) if likely else frozenset()
    return Result((Breach({"who": text_of(name)}, (name, own_name), flags=flags),))


@operation(params="column:field name:field", shows="name")
def named_in_table(desk: Desk) -> Result:
    """A table of several organisations names the applicant; a slip of reading counts as named."""
    column = desk.text("column")
    applicant = desk.fact(desk.text("name"))
    rows = desk.rows(column.partition(".")[0])
    cells = [f for _, f in desk.column(rows, column)]
    if any(
        compare_organisations(text_of(f), text_of(applicant)).verdict is not Sameness.DIFFERENT
        for f in cells
    ):
        return Result()
    if len(cells) < len(rows):
        raise Missing(column)
    return Result((Breach({"name": text_of(applicant)}, (applicant, *cells)),))
