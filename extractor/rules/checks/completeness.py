"""Papers, sections, seals and signatures: there, not there, or not looked at.

A truth value that a reader set says there or not there; where no reader set one, the check does not
know. A value whose presence is tested (a date, an opinion) counts as not there once its paper was read.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from extractor.core.canonical import as_decimal
from extractor.core.worksheet import Document, Fact
from extractor.rules.checks.compare import similarity
from extractor.rules.checks.desk import (
    Breach,
    Desk,
    Missing,
    NotApplicable,
    Result,
    decimal_of,
    text_of,
)
from extractor.rules.checks.equipment import function_words, functions_applied
from extractor.rules.checks.registry import operation
from extractor.rules.checks.words import listed, pages_text, plain
from extractor.setup.schemes import MaterialSpec, Part
from extractor.values.names import name_norm

SEAL_WORDS = {
    "official": "公章", "finance": "财务专用章", "contract": "合同专用章", "invoice": "发票专用章",
    "audit_firm": "会计师事务所章", "person": "个人名章",
}  # fmt: skip

CHINESE_NUMBERS = "一二三四五六七八九十"


@operation(shows="names articles", flags="by_others")
def mandatory_papers_present(desk: Desk) -> Result:
    """Each mandatory paper of the scheme is in the packet.

    Papers that a recommender or bureau owes may travel apart: flag ``by_others``. Alternatives are
    another check's business. A part of an audit report stands for the report.
    """
    _need_documents(desk)
    own: list[tuple[MaterialSpec, list[str]]] = []
    others: list[tuple[MaterialSpec, list[str]]] = []
    for material in desk.scheme.materials:
        if material.status != "mandatory" or material.any_of or material.alternatives:
            continue
        lacking = [d for d in material.doctypes if not _has(desk, d)]
        if lacking:
            (others if material.by else own).append((material, lacking))
    breaches = [
        _absent(desk, found, flag) for found, flag in ((own, ()), (others, ("by_others",))) if found
    ]
    return Result(tuple(breaches))


def _need_documents(desk: Desk) -> None:
    if not desk.book.documents:
        raise Missing("pages.doctype")


def _absent(
    desk: Desk, found: list[tuple[MaterialSpec, list[str]]], flags: tuple[str, ...]
) -> Breach:
    names = [desk.book.catalogue.label(d) for _, lacking in found for d in lacking]
    articles = [material.article for material, _ in found]
    shown = {
        "names": listed(dict.fromkeys(names), 9),
        "articles": listed(dict.fromkeys(articles), 9),
    }
    return Breach(shown, flags=frozenset(flags))


def _has(desk: Desk, doctype: str) -> bool:
    if desk.papers(doctype):
        return True
    doctypes = desk.book.catalogue.doctypes
    parts = [d.id for d in doctypes.values() if d.part_of == doctype]
    return bool(parts and desk.papers(*parts))


@operation(shows="name alternatives")
def alternatives_satisfied(desk: Desk) -> Result:
    """Of each mandatory paper with alternatives, one alternative is complete.

    Papers that a recommender or bureau owes may travel apart and are not looked at.
    """
    _need_documents(desk)
    breaches, asked = [], 0
    for material in desk.scheme.materials:
        if material.status != "mandatory" or material.by:
            continue
        options = material.parsed_alternatives or (
            tuple((Part((d,)),) for d in material.doctypes) if material.any_of else ()
        )
        if not options:
            continue
        asked += 1
        if any(all(_part_there(desk, part) for part in option) for option in options):
            continue
        words = [" + ".join(_part_words(desk, part) for part in option) for option in options]
        shown = {"name": material.text_zh, "alternatives": " / ".join(words)}
        breaches.append(Breach(shown))
    if not asked:
        raise NotApplicable("本办法无择一材料")
    return Result(tuple(breaches))


def _part_there(desk: Desk, part: Part) -> bool:
    """Whether a part of an alternative is in the packet.

    A field that must hold on the paper counts as not holding once its paper was read.
    """
    if part.if_field is not None:
        condition = desk.maybe(part.if_field)
        if condition is None or condition.value is not True:
            return False
    there = sum(len(desk.papers(d)) for d in part.doctypes)
    if not there and any(_has(desk, d) for d in part.doctypes):
        there = 1
    if there < part.least:
        return False
    fact = desk.maybe(part.with_field) if part.with_field is not None else None
    return part.with_field is None or (fact is not None and fact.value is True)


def _part_words(desk: Desk, part: Part) -> str:
    label = desk.book.catalogue.label
    words = "或".join(label(d) for d in part.doctypes)
    if part.least > 1:
        words += f" {part.least} 份"
    return words + (f"（含{label(part.with_field)}）" if part.with_field else "")


@operation(shows="condition name")
def conditional_papers_present(desk: Desk) -> Result:
    """Papers asked for because of a function applied for are there."""
    breaches, asked = [], 0
    for material in desk.scheme.materials:
        condition = material.condition
        if (
            material.status != "conditional"
            or condition is None
            or condition.field != "functions_applied"
        ):
            continue
        asked += 1
        applied = functions_applied(desk)
        hit = tuple(f for f in applied if f in _wanted(condition.value))
        if hit and not any(_has(desk, d) for d in material.doctypes):
            name = listed(desk.book.catalogue.label(d) for d in material.doctypes)
            breaches.append(Breach({"condition": f"申报{function_words(desk, hit)}", "name": name}))
    if not asked:
        raise NotApplicable("本办法无可由机器判断的条件材料")
    return Result(tuple(breaches))


def _wanted(value: object) -> tuple[str, ...]:
    if isinstance(value, tuple | list):
        return tuple(str(v) for v in value)
    return (str(value),)


@operation(params="sections:mapping", shows="sections")
def report_has_sections(desk: Desk) -> Result:
    """The narrative has all sections the scheme asks for. ``sections``: their number by scheme id."""
    wanted = int(desk.mapping("sections").get(desk.scheme.id, "0"))
    if not wanted:
        raise NotApplicable("本办法未列申请报告各部分")
    fact = desk.fact("report_sections_present")
    found = set(fact.value) if isinstance(fact.value, tuple) else {text_of(fact)}
    numbers = {n for n in (_section_number(text) for text in found) if n is not None}
    lacking = [CHINESE_NUMBERS[i - 1] for i in range(1, wanted + 1) if i not in numbers]
    if not lacking:
        return Result()
    return Result((Breach({"sections": listed((f"（{n}）" for n in lacking), 9)}, (fact,)),))


def _section_number(text: str) -> int | None:
    core = text.strip().strip("（）()、.．")[:2]
    if core[:1] in CHINESE_NUMBERS and core[:1]:
        return CHINESE_NUMBERS.index(core[0]) + 1
    number = as_decimal(core)
    return int(number) if number is not None else None


@operation(params="slack:number", shows="n low high")
def narrative_length(desk: Desk) -> Result:
    """The narrative's length lies in the scheme's limits, each widened by ``slack`` (a share)."""
    criteria = desk.criteria("report_narrative_chars")
    limits = criteria[0].threshold if criteria else None
    if not isinstance(limits, tuple) or len(limits) != 2:
        raise NotApplicable("本办法未限定字数")
    fact = desk.fact("report_narrative_chars")
    count, (low, high) = decimal_of(fact), (Decimal(str(x)) for x in limits)
    shown = {"n": plain(count), "low": plain(low), "high": plain(high)}
    slack = desk.number("slack")
    if low * (1 - slack) <= count <= high * (1 + slack):
        return Result(values=shown)
    return Result((Breach(shown, (fact,)),), shown)


@operation(params="label_of:field own:mapping foreign:mapping", shows="other")
def form_of_scheme(desk: Desk) -> Result:
    """The form's printed label and title are this scheme's, not another's.

    ``own``: scheme id to a word its label holds; ``foreign``: scheme id to words, separated by
    blanks, that titles of other schemes' forms hold.
    """
    fact = desk.maybe(desk.text("label_of"))
    label = fact.printed.label if fact is not None else None
    titles = [
        (d.title, d) for d in desk.papers("application_form", "recommendation_form") if d.title
    ]
    if label is None and not titles:
        raise Missing(desk.text("label_of"))
    own = desk.mapping("own").get(desk.scheme.id)
    other = [word for scheme, word in desk.mapping("own").items() if scheme != desk.scheme.id]
    breaches = []
    if (
        label
        and own
        and own not in label
        and (word := next((w for w in other if w in label), None))
    ):
        facts = (fact,) if fact is not None else ()
        breaches.append(Breach({"other": f"{word}（标签“{label}”）"}, facts))
    for title, document in titles:
        for word in desk.mapping("foreign").get(desk.scheme.id, "").split():
            if word in title:
                breaches.append(Breach({"other": title}, pages=document.pages[:1]))
    return Result(tuple(breaches))


@operation(params="asked:mapping", shows="missing")
def rule_texts_found(desk: Desk) -> Result:
    """Each text of rules asked for was found. ``asked``: field to the doctype that proves it too.

    Only the texts that the scheme's own clauses (``serves``) ask for are looked at; where no reader
    looked for a text and its paper is not there, the check does not know.
    """
    quantities = {c.quantity for c in desk.criteria()}
    asked = {f: d for f, d in desk.mapping("asked").items() if f in quantities}
    if not asked:
        raise NotApplicable("本办法未要求此类制度文本")
    absent: list[str] = []
    unknown: list[str] = []
    for field, doctype in asked.items():
        fact = desk.maybe(field)
        if (fact is not None and fact.value not in (False, ())) or desk.papers(doctype):
            continue
        (unknown if fact is None else absent).append(field)
    words = listed((desk.book.catalogue.label(f) for f in absent), 9)
    return Result((Breach({"missing": words}),) if absent else (), missing=tuple(unknown))


def sealed(document: Document) -> bool | None:
    """Whether a seal was found on a document; ``None``: none found, and nobody said there is none."""
    return True if document.seals else None


def _state(fact: Fact | None) -> bool | None:
    return None if fact is None else fact.value is True


@operation(params="parts:mapping", shows="missing", flags="")
def parts_present(desk: Desk) -> Result:
    """All parts of a paper are there. ``parts``: field to the word for it; ``doctype`` names the paper.

    Truth values say it themselves; a seal found on the paper's pages proves ``…_sealed``; any other
    value is there once read, and lacking once its paper was.
    """
    parts = {k: v for k, v in desk.mapping("parts").items() if k != "doctype"}
    papers = desk.paper(desk.mapping("parts")["doctype"])
    if not desk.was_read(papers):
        raise Missing(*parts)
    absent, unknown = [], []
    for field, word in parts.items():
        state = _part_state(desk, field, papers)
        if state is False:
            absent.append(word)
        elif state is None:
            unknown.append(field)
    if absent:
        pages = tuple(p for d in papers for p in d.pages)[:3]
        facts = tuple(f for field in parts if (f := desk.maybe(field)) is not None)
        return Result((Breach({"missing": "、".join(absent)}, facts, pages=pages),))
    return Result(missing=tuple(unknown))


def _part_state(desk: Desk, field: str, papers: tuple[Document, ...]) -> bool | None:
    fact = desk.maybe(field)
    if desk.book.catalogue.spec(field).type == "bool":
        if fact is None and field.endswith("_sealed"):
            return True if any(sealed(d) for d in papers) else None
        return _state(fact)
    if fact is not None:
        return True
    seen = any(f.field == field and f.raw for f in desk.book.reading.facts)
    return None if seen else False


@operation(params="field:field doctype:text", shows="page")
def paper_sealed(desk: Desk) -> Result:
    """A paper carries a seal, by a reader's word or by a seal found on its pages."""
    fact = desk.maybe(desk.text("field"))
    papers = desk.paper(desk.text("doctype"))
    if any(sealed(d) for d in papers) or _state(fact) is True:
        return Result()
    if fact is None:
        raise Missing(desk.text("field"))
    pages = papers[0].pages[:1]
    return Result((Breach({"page": pages_text(pages)}, (fact,), pages=pages),))


@operation(params="doctypes:texts", shows="docs")
def papers_sealed(desk: Desk) -> Result:
    """Each of these papers that is in the packet carries a seal.

    Where no seal was found on any of the packet's papers, seals were not looked for.
    """
    papers = desk.papers(*desk.texts("doctypes"))
    if not papers:
        raise Missing(desk.texts("doctypes")[0])
    if not any(d.seals for d in desk.book.documents):
        raise Missing("seals.doc")
    by_type: dict[str, list[Document]] = {}
    for document in papers:
        by_type.setdefault(document.type, []).append(document)
    bare = {t: ds for t, ds in by_type.items() if not any(sealed(d) for d in ds)}
    if not bare:
        return Result()
    docs = listed((desk.book.catalogue.label(t) for t in bare), 9)
    pages = tuple(d.pages[0] for ds in bare.values() for d in ds)
    return Result((Breach({"docs": docs}, pages=pages),))


@operation(params="doctypes:texts", shows="page kind")
def seals_are_official(desk: Desk) -> Result:
    """Where an official seal is asked for, no other kind of seal stands alone."""
    papers = desk.papers(*desk.texts("doctypes"))
    kinds = [(d, seal) for d in papers for seal in d.seals if seal.kind is not None]
    if not kinds:
        raise Missing("seals.kind")
    breaches = []
    for document in papers:
        mine = [s for s in document.seals if s.kind is not None]
        if mine and all(s.kind != "official" for s in mine):
            for seal in mine:
                words = SEAL_WORDS.get(seal.kind or "", seal.kind or "")
                breaches.append(Breach({"page": str(seal.page), "kind": words}, pages=(seal.page,)))
    return Result(tuple(breaches))


@operation(params="names:mapping", shows="page doc other")
def papers_name_applicant(desk: Desk) -> Result:
    """The main papers all name the applicant. ``names``: field with a name to the paper's doctype.

    A differing name that belongs to another paper of the same kind (a partner's licence beside the
    applicant's own) is reported with its page.
    """
    applicant = desk.fact("cert_name")
    own = text_of(applicant)
    breaches, compared = [], 0
    for field, doctype in desk.mapping("names").items():
        for fact in desk.book.all(field):
            name = text_of(fact)
            desk.take(fact)
            compared += 1
            if name_norm(name) == name_norm(own) or name_norm(own) in name_norm(name):
                continue
            if similarity(name, own) >= Decimal("0.8"):
                continue
            page = str(fact.page) if fact.page is not None else "？"
            shown = {"page": page, "doc": desk.book.catalogue.label(doctype), "other": name}
            breaches.append(Breach(shown, (fact, applicant)))
    if not compared:
        raise Missing(*desk.mapping("names"))
    return Result(tuple(breaches))


@operation(params="least:number", shows="criterion text c")
def deciding_values_sure(desk: Desk) -> Result:
    """Every value that decides a numeric criterion was read with confidence ``least`` or more."""
    least = float(desk.number("least"))
    breaches, looked = [], 0
    for criterion in desk.scheme.criteria:
        if criterion.comparator in ("judge", "is_true") or criterion.quantity is None:
            continue
        for fact in _behind(desk, criterion.quantity):
            looked += 1
            if fact.confidence < least and fact.status != "corrected":
                shown = {
                    "criterion": f"{criterion.article} {desk.book.catalogue.label(criterion.quantity)}",
                    "text": fact.raw[:40],
                    "c": f"{fact.confidence:.2f}",
                }
                breaches.append(Breach(shown, (fact,)))
    if not looked:
        raise Missing("assets_for_test")
    return Result(tuple(_one_per_fact(breaches)))


def _one_per_fact(breaches: list[Breach]) -> list[Breach]:
    found: dict[str, Breach] = {}
    for breach in breaches:
        found.setdefault(breach.facts[0].id, breach)
    return list(found.values())


def _behind(desk: Desk, ident: str) -> tuple[Fact, ...]:
    """The single facts behind a quantity or field; lists of many cells are left out."""
    if ident in desk.book.catalogue.derived:
        quantity = desk.quantities.get(ident) or desk.book.quantity(ident)
        ids = [i for step in quantity.trace for i in step.facts if len(step.facts) <= 4]
        facts = (desk.book.facts_by_id.get(i) for i in dict.fromkeys(ids))
        return tuple(f for f in facts if f is not None)
    if "." in ident:
        return ()
    fact = desk.book.best(ident)
    return (fact,) if fact is not None else ()


@operation(params="least:number", shows="n pages why")
def pages_readable(desk: Desk) -> Result:
    """No page is of a quality below ``least`` or of a kind that nobody could read."""
    pages = desk.book.pages
    if not pages:
        raise Missing("pages.no")
    blank = {p for d in desk.papers("blank_or_unreadable") for p in d.pages}
    failed = {p.page for p in desk.book.reading.problems if p.page is not None}
    poor = {p.no for p in pages if p.quality < float(desk.number("least"))}
    bad = sorted(blank | failed | poor)
    if not bad:
        return Result()
    reasons: Mapping[str, None] = dict.fromkeys(
        r for p in pages if p.no in poor for r in p.quality_reasons
    )
    shown = {"n": str(len(bad)), "pages": pages_text(bad), "why": listed(reasons)}
    return Result((Breach(shown, pages=tuple(bad)),))
