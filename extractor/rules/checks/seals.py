"""Seals and signatures: there, not there, or not looked at.

A truth value that a reader set says there or not there; where no reader set one, the check does not
know. A value whose presence is tested (a date, an opinion) is lacking once its paper was read.
"""

from __future__ import annotations

from extractor.core.worksheet import Document, Fact
from extractor.rules.checks.desk import (
    Breach,
    Desk,
    Missing,
    Result,
    text_of,
)
from extractor.rules.checks.registry import operation
from extractor.rules.checks.words import listed, pages_text

SEAL_WORDS = {
    "official": "公章", "finance": "财务专用章", "contract": "合同专用章", "invoice": "发票专用章",
    "audit_firm": "会计师事务所章", "person": "个人名章",
}  # fmt: skip


def sealed(document: Document) -> bool | None:
    """Whether a seal was found on a document; ``None``: none found, and nobody said there is none."""
    return True if document.seals else None


def _state(fact: Fact | None) -> bool | None:
    return None if fact is None else fact.value is True


@operation(params="parts:mapping", shows="missing", flags="not_found_on_scan")
def parts_present(desk: Desk) -> Result:
    """All parts of a paper are there. ``parts``: field to the word for it; ``doctype`` names the paper.

    Truth values say it themselves; a seal found on the paper's pages proves ``…_sealed``; any other
    value is there once read, and lacking once its paper was. ``not_found_on_scan``: nothing was
    seen to be lacking, some value was only not found on a scan.
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
        told = [f for f in facts if f.value is False]
        flags = NOT_FOUND if not told and desk.are_scans(pages) else frozenset()
        return Result((Breach({"missing": "、".join(absent)}, facts, flags=flags, pages=pages),))
    return Result(missing=tuple(unknown))


NOT_FOUND = frozenset({"not_found_on_scan"})


def _part_state(desk: Desk, field: str, papers: tuple[Document, ...]) -> bool | None:
    fact = desk.maybe(field)
    if desk.book.catalogue.spec(field).type == "bool":
        if fact is None and field.endswith("_sealed"):
            return True if any(sealed(d) for d in papers) else None
        return _state(fact)
    if fact is not None:
        return True
    return None if desk.was_seen(field) else False


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


@operation(params="field:field names:fields", shows="row who")
def rows_sealed(desk: Desk) -> Result:
    """In each row of papers the truth value ``field`` is not false. ``names``: columns that name the paper.

    A row where nobody looked is unread, not lacking.
    """
    column = desk.text("field")
    breaches, unread = [], 0
    for row in desk.rows(column.partition(".")[0]):
        state = desk.cell(row, column)
        if state is None:
            unread += 1
        elif state.value is False:
            named = [cell for name in desk.texts("names") if (cell := desk.cell(row, name))]
            who = text_of(named[0]) if named else f"第{row.no}份"
            breaches.append(Breach({"row": str(row.no), "who": who}, (state, *named)))
    if unread and not breaches and unread == len(desk.rows(column.partition(".")[0])):
        raise Missing(column)
    return Result(tuple(breaches), unread=unread)


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
