"""All readers over all documents: the one place that says who reads what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from extractor.core.worksheet import Fact, RowSet
from extractor.fields.audit.reader import read_audit, read_firm_licence
from extractor.fields.audit.service_income import read_service_income
from extractor.fields.audit.statements import read_statement
from extractor.fields.confirm import confirm_facts
from extractor.fields.forms.contents import read_contents
from extractor.fields.forms.declaration import read_declaration
from extractor.fields.forms.letters import read_letter, read_quarter
from extractor.fields.forms.narrative import read_narrative
from extractor.fields.forms.reader import read_form
from extractor.fields.forms.recommendation import read_recommendation
from extractor.fields.lists.reader import finish_rows, stated_total
from extractor.fields.lists.rows import all_rows
from extractor.fields.make import no_surer_than_seen
from extractor.fields.papers.activities import read_activity
from extractor.fields.papers.agreements import read_agreement
from extractor.fields.papers.certificates import CERTIFICATES, read_certificate
from extractor.fields.papers.events import read_events
from extractor.fields.papers.recognitions import read_annex, read_recognition
from extractor.fields.papers.rows import applicant_names, read_paper
from extractor.fields.papers.rulebooks import read_rulebook
from extractor.fields.specs import FieldSpecs
from extractor.fields.view import DocumentView, Extraction, merge

Reader = Callable[[DocumentView, FieldSpecs], Extraction]
NamedReader = Callable[[DocumentView, FieldSpecs, Sequence[str]], Extraction]


def _form(view: DocumentView, specs: FieldSpecs) -> Extraction:
    form = specs.forms.get(view.type)
    if form is None or view.type in CERTIFICATES:
        return Extraction()
    return Extraction(facts=read_form(view, form, specs.catalogue))


def _lists(view: DocumentView, specs: FieldSpecs) -> Extraction:
    rows = tuple(finish_rows(view, r, specs) for r in all_rows(view, specs.rows, specs.catalogue))
    total = stated_total(view, specs) if any(r.field == "served_list" for r in rows) else None
    return Extraction(facts=(total,) if total is not None else (), rows=rows)


def _statement(view: DocumentView, specs: FieldSpecs) -> Extraction:
    return read_statement(view, specs.statements, specs.catalogue)


#: Readers every document goes through; each knows by itself whether the paper is one of its own.
_COMMON: tuple[Reader, ...] = (_form, _lists, _statement, read_certificate, read_paper)
_SPECIAL: Mapping[str, tuple[Reader, ...]] = {
    "declaration": (read_declaration,),
    "recommendation_form": (read_recommendation,),
    "application_report": (read_narrative,),
    "operation_narrative": (read_narrative,),
    "case_narrative": (read_narrative,),
    "recommendation_letter": (read_letter,),
    "cover_or_contents": (read_contents,),
    "quarterly_report": (read_quarter,),
    "quarterly_summary": (read_quarter,),
    "application_form": (read_events,),
    "audit_report": (read_audit, read_service_income),
    "special_audit_report": (read_audit, read_service_income),
    "audit_firm_licence": (read_firm_licence,),
    "service_activity_evidence": (read_activity,),
    "fee_discount_policy": (read_rulebook,),
    "management_rules": (read_rulebook,),
    "service_catalogue": (read_rulebook,),
    "service_plan": (read_rulebook,),
    "work_summary": (read_rulebook,),
}
#: Read last: which of the names on them is the applicant's, other papers must have said.
_NAMED: Mapping[str, NamedReader] = {
    "cooperation_agreement": read_agreement,
    "recognition_document": read_recognition,
    "notice_annex": read_annex,
}


@dataclass(slots=True)
class ReadBefore:
    """What documents gave, for who looks at a packet again and again while its pages come in: a
    document of the very same pages is not read anew. Good for one set of specs."""

    _known: dict[tuple[object, ...], tuple[DocumentView, Extraction]] = field(default_factory=dict)

    def of(self, view: DocumentView, specs: FieldSpecs) -> Extraction:
        """What the readers find in the document by itself."""
        # Who looks again has the same readings, in pages of his own making.
        pages = ((page.no, page.sheet, id(page.read)) for page in view.pages)
        key = (view.id, view.type, view.title, *pages)
        if key not in self._known:  # the view is kept too: its readings' ids are then nobody else's
            self._known[key] = view, _read(view, specs)
        return self._known[key][1]


def _read(view: DocumentView, specs: FieldSpecs) -> Extraction:
    return merge(reader(view, specs) for reader in (*_COMMON, *_SPECIAL.get(view.type, ())))


def extract_fields(
    documents: Sequence[DocumentView], specs: FieldSpecs, before: ReadBefore | None = None
) -> tuple[tuple[Fact, ...], tuple[RowSet, ...]]:
    """Facts and lists of all documents, document order; ids unique, confidences confirmed."""
    known = before if before is not None else ReadBefore()
    read = [known.of(view, specs) for view in documents]
    applicant = applicant_names(fact for found in read for fact in found.facts)
    for number, view in enumerate(documents):
        if view.type in _NAMED:
            read[number] += _NAMED[view.type](view, specs, applicant)
    facts: dict[str, Fact] = {}
    for fact in (fact for found in read for fact in found.facts):
        facts.setdefault(fact.id, fact)
    rows = tuple(rows for found in read for rows in found.rows)
    return _calibrated(confirm_facts(tuple(facts.values())), rows, documents, specs)


def _calibrated(
    facts: Sequence[Fact],
    rows: Sequence[RowSet],
    documents: Sequence[DocumentView],
    specs: FieldSpecs,
) -> tuple[tuple[Fact, ...], tuple[RowSet, ...]]:
    """All facts no surer than such readings proved to be on pages of such quality."""
    reasons: dict[int, tuple[str, ...]] = {}
    for page in (page for view in documents for page in view.pages):
        reasons[page.no] = (*reasons.get(page.no, ()), *page.read.quality.reasons)

    def weighed(fact: Fact) -> Fact:
        return no_surer_than_seen(fact, reasons.get(fact.page or 0, ()), specs.calibration)

    told = tuple(weighed(fact) for fact in facts)
    listed = tuple(
        found.model_copy(
            update={
                "rows": tuple(
                    row.model_copy(update={"cells": {k: weighed(c) for k, c in row.cells.items()}})
                    for row in found.rows
                )
            }
        )
        for found in rows
    )
    return told, listed
