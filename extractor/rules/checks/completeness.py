"""Papers, sections and cells of the form: there, not there, or not looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from extractor.core.canonical import as_decimal
from extractor.core.worksheet import Fact
from extractor.rules.checks.audit import covers_services
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
from extractor.rules.checks.words import listed, plain
from extractor.rules.occasion import due_materials
from extractor.setup.schemes import MaterialSpec, Part
from extractor.values.names import name_norm

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
    for material in due_materials(desk.book, desk.scheme):
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


@operation(shows="name alternatives", flags="not_found_on_scan")
def alternatives_satisfied(desk: Desk) -> Result:
    """Of each mandatory paper with alternatives, one alternative is complete.

    Papers that a recommender or bureau owes may travel apart and are not looked at.
    ``not_found_on_scan``: the papers are there, words that one of them must hold were not found.
    """
    _need_documents(desk)
    breaches, asked = [], 0
    for material in due_materials(desk.book, desk.scheme):
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
        scan = any(_only_words_lack(desk, option) for option in options)
        flags = frozenset({"not_found_on_scan"}) if scan else frozenset()
        breaches.append(Breach(shown, flags=flags))
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
    return part.with_field is None or _holds(desk, part.with_field)


def _holds(desk: Desk, field: str) -> bool:
    if field == "svc_audit_present":
        return covers_services(desk)
    fact = desk.maybe(field)
    return fact is not None and fact.value is True


def _only_words_lack(desk: Desk, option: Sequence[Part]) -> bool:
    """All papers of an alternative are there, on scans; only what must stand on one was not found."""
    bare = [replace(part, with_field=None) for part in option]
    told = [desk.maybe(part.with_field) for part in option if part.with_field is not None]
    pages = [p for part in option for d in desk.papers(*part.doctypes) for p in d.pages]
    return (
        all(_part_there(desk, part) for part in bare)
        and all(fact is None for fact in told)
        and desk.are_scans(pages)
    )


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


@operation(params="slack:number", shows="a b")
def lengths_fit(desk: Desk) -> Result:
    """Jiangsu's texts are as long as asked: at most the served limit, or about it, each with ``slack``."""
    shown = {"a": "—", "b": "—"}
    facts: list[Fact] = []
    wrong, lacking = False, []
    for name, field in (("a", "ops_narrative_chars"), ("b", "case_narrative_chars")):
        criterion, fact = next(iter(desk.criteria(field)), None), desk.maybe(field)
        if criterion is None or not isinstance(criterion.threshold, Decimal):
            continue
        if fact is None:
            lacking.append(field)
            continue
        count, limit = decimal_of(fact), criterion.threshold
        shown[name] = plain(count)
        least = (
            limit * (1 - desk.number("slack")) if criterion.comparator == "about" else Decimal(0)
        )
        if not least <= count <= limit * (1 + desk.number("slack")):
            wrong = True
            facts.append(fact)
    if wrong:
        return Result((Breach(shown, tuple(facts)),), shown)
    return Result(values=shown, missing=tuple(lacking))


@operation(params="alike:number", shows="name")
def contents_found(desk: Desk) -> Result:
    """Each entry of the packet's table of contents is a paper that was found, by title, kind or the words
    in which the scheme asks for it."""
    entries = desk.fact("pkt_contents")
    names = entries.value if isinstance(entries.value, tuple) else (text_of(entries),)
    _need_documents(desk)
    known: set[str] = set()
    for document in desk.book.documents:
        kind = desk.book.catalogue.doctypes.get(document.type)
        known.update(name_norm(t) for t in (document.title, kind.zh if kind else "") if t)
        known.update(name_norm(t) for t in (kind.titles if kind else ()))
    types = {document.type for document in desk.book.documents}
    known.update(name_norm(m.text_zh) for m in desk.scheme.materials if types & set(m.doctypes))
    lacking = [n for n in names if not any(_alike(n, k, desk.number("alike")) for k in known if k)]
    if not lacking:
        return Result()
    return Result((Breach({"name": listed(lacking)}, (entries,)),))


def _alike(entry: str, title: str, least: Decimal) -> bool:
    """Whether an entry may mean a paper: one line often names several, in words of its own.

    Half of the pairs of neighbouring characters of the shorter are enough: an entry that is reported
    as lacking has to be like no paper at all.
    """
    own = name_norm(entry)
    if own in title or title in own or similarity(own, title) >= least:
        return True
    pairs, others = ({t[i : i + 2] for i in range(len(t) - 1)} for t in (own, title))
    return bool(pairs and others) and 2 * len(pairs & others) >= min(len(pairs), len(others))
