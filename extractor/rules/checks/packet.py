"""The packet as a whole: whose papers, how surely read, pages that nobody could read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from extractor.core.worksheet import Fact
from extractor.files.model import NOTICE_KINDS
from extractor.rules.checks.compare import code_fold, similarity
from extractor.rules.checks.desk import (
    Breach,
    Desk,
    Missing,
    NotApplicable,
    Result,
    text_of,
)
from extractor.rules.checks.registry import operation
from extractor.rules.checks.words import listed, pages_text
from extractor.values.names import name_norm


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
    failed = {
        p.page
        for p in desk.book.reading.problems
        if p.page is not None and p.kind not in NOTICE_KINDS
    }
    poor = {p.no for p in pages if p.quality < float(desk.number("least"))}
    bad = sorted(blank | failed | poor)
    if not bad:
        return Result()
    reasons: Mapping[str, None] = dict.fromkeys(
        r for p in pages if p.no in poor for r in p.quality_reasons
    )
    shown = {"n": str(len(bad)), "pages": pages_text(bad), "why": listed(reasons) or "原因未记录"}
    return Result((Breach(shown, pages=tuple(bad)),))


DUPLICATE = "duplicate_page"
"""Kind of the notice that the reading of pages gives for a page that repeats an earlier one."""

_EARLIER = re.compile(r"第(\d+)页与第(\d+)页")


@operation(shows="i j")
def pages_not_repeated(desk: Desk) -> Result:
    """No page is in the packet twice. Pages that repeat another one are named by whoever read them."""
    if not desk.book.pages:
        raise Missing("pages.no")
    pairs = {}
    for problem in desk.book.reading.problems:
        if problem.kind == DUPLICATE and (found := _EARLIER.search(problem.message)):
            pairs[int(found[1])] = int(found[2])
    breaches = [
        Breach({"i": str(page), "j": str(earlier)}, pages=(page, earlier))
        for page, earlier in sorted(pairs.items())
    ]
    return Result(tuple(breaches))


@operation(shows="b packet")
def applies_once(desk: Desk) -> Result:
    """No other packet of the round has this code, this year and another recommender.

    One packet cannot say; the others' cards come with a summary over several packets.
    """
    if not desk.others:
        raise NotApplicable("单个申报包无法判断，须与同年度其他申报包一并汇总核对")
    code, recommender = desk.fact("cert_uscc"), desk.fact("rec_recommender")
    year = desk.filing_year()
    breaches, lacking = [], []
    for card in desk.others:
        if card.uscc is None or code_fold(card.uscc) != code_fold(text_of(code)):
            continue
        if card.filing_year is None or card.recommender is None:
            lacking.append("rec_recommender" if card.recommender is None else "pkt_filing_year")
        elif card.filing_year == year and name_norm(card.recommender) != name_norm(
            text_of(recommender)
        ):
            shown = {"b": card.recommender, "packet": card.packet}
            breaches.append(Breach(shown, (code, recommender)))
    return Result(tuple(breaches), missing=tuple(lacking))
