"""The rules over a reading, in one function: quantities, materials, criteria, findings.

Fast and pure: a corrected fact, another scheme or another date is judged again without reading a page.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from weakref import WeakKeyDictionary

from extractor.core.worksheet import (
    Case,
    CaseEntry,
    Judgement,
    Quantity,
    Reading,
    SchemeInfo,
)
from extractor.rules.across import Card
from extractor.rules.checks.load import load_checks
from extractor.rules.checks.run import run_checks
from extractor.rules.checks.spec import CheckSpec
from extractor.rules.criteria import judge_criteria
from extractor.rules.facts import FactBook
from extractor.rules.materials import judge_materials
from extractor.rules.quantities import registry
from extractor.setup.catalogue import Catalogue
from extractor.setup.scheme_loading import scheme_ids
from extractor.setup.schemes import Scheme

_CHECKS: WeakKeyDictionary[Catalogue, tuple[CheckSpec, ...]] = WeakKeyDictionary()


def judge(
    reading: Reading,
    case: Case,
    scheme: Scheme,
    catalogue: Catalogue,
    as_of: date | None = None,
    checks: Iterable[CheckSpec] | None = None,
    others: tuple[Card, ...] = (),
) -> Judgement:
    """What the rules say of a packet.

    Args:
        as_of: the date to judge at; ``None``: the filing date of the case (told, else read, else
            received). A date outside what the case says replaces its filing date.
        checks: the cross-checks to run; ``None``: those of the catalogue's own configuration.
        others: cards of the other packets of the round (``across.card_of``), for checks across packets;
            without any, those checks end ``not_run`` and say so.

    Raises:
        ConfigError: the cross-checks cannot be loaded.
    """
    book = FactBook(reading, _at(reading, case, catalogue, as_of), catalogue)
    materials = judge_materials(book, scheme)
    criteria = judge_criteria(book, scheme)
    quantities = all_quantities(book)
    specs = checks_of(catalogue) if checks is None else tuple(checks)
    findings = run_checks(book, scheme, {q.id: q for q in quantities}, specs, others)
    return Judgement(
        scheme=scheme_info(scheme, book),
        case=book.case,
        quantities=tuple(q for q in quantities if q.value is not None or q.trace),
        materials=materials,
        criteria=criteria,
        findings=findings,
    )


def all_quantities(book: FactBook) -> tuple[Quantity, ...]:
    """Every derived quantity of the catalogue, in its order."""
    return tuple(book.quantity(ident) for ident in book.catalogue.derived if ident in registry())


def checks_of(catalogue: Catalogue) -> tuple[CheckSpec, ...]:
    """The cross-checks beside a catalogue, loaded once; none where it was not loaded from files."""
    if catalogue.source is None:
        return ()
    if catalogue not in _CHECKS:
        _CHECKS[catalogue] = load_checks(catalogue.source, catalogue, scheme_ids(catalogue.source))
    return _CHECKS[catalogue]


def scheme_info(scheme: Scheme, book: FactBook) -> SchemeInfo:
    """The scheme as the worksheet names it, with the date it was judged at and where that came from."""
    filed, entry = book.filing_date, book.case.filing_date
    head = scheme.head
    return SchemeInfo(
        id=head.id,
        title=head.title_zh,
        status=head.status,
        as_of=filed.iso if filed is not None else "",
        as_of_source=entry.source if entry is not None else "unknown",
        banner=head.banner,
        gaps=(*head.gaps, *_printed_ambiguities(scheme)),
    )


def _printed_ambiguities(scheme: Scheme) -> tuple[str, ...]:
    """Ambiguities of the whole text, which no single condition carries: what is done about each."""
    found = (scheme.ambiguities[ident] for ident in scheme.head.ambiguity)
    return tuple(f"{a.id}（{a.text_zh}）：{a.default_zh}" for a in found)


def _at(reading: Reading, case: Case, catalogue: Catalogue, as_of: date | None) -> Case:
    """The case with ``as_of`` as its filing date where the case says another day or none."""
    if as_of is None:
        return case
    filed = FactBook(reading, case, catalogue).filing_date
    if filed is not None and filed.earliest() <= as_of <= filed.latest():
        return case
    return case.model_copy(
        update={
            "filing_date": CaseEntry(value=as_of.isoformat(), source="option"),
            "filing_year": CaseEntry(value=as_of.year, source="option"),
        }
    )
