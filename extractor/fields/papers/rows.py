"""Every paper of ``config/papers`` to its row or facts: labels first, then what its family adds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from extractor.core.worksheet import Fact
from extractor.fields.papers.agreements import finish_contract, finish_letter
from extractor.fields.papers.certificate_kinds import finish_certificate, finish_ip, finish_person
from extractor.fields.papers.premises import finish_premises
from extractor.fields.papers.reader import Paper, papers_of, row_set
from extractor.fields.papers.receipts import finish_expenditure, finish_invoice, tax_rows
from extractor.fields.papers.social_security import (
    finish_credit,
    finish_social_security,
    insured_persons,
)
from extractor.fields.specs import FieldSpecs
from extractor.fields.view import DocumentView, Extraction
from extractor.values.names import name_norm

Finish = Callable[[Paper], None]

_FINISH: Mapping[str, Finish] = {
    "lease_contract": finish_premises,
    "property_certificate": finish_premises,
    "service_contract": finish_contract,
    "government_service_contract": finish_contract,
    "expert_appointment": finish_letter,
    "qualification_certificate": finish_certificate,
    "management_system_certificate": finish_certificate,
    "ip_certificate": finish_ip,
    "education_certificate": finish_person,
    "title_certificate": finish_person,
    "invoice": finish_invoice,
    "service_expenditure_proof": finish_expenditure,
    "social_security_proof": finish_social_security,
    "credit_report": finish_credit,
}
#: Read with the applicant's name, by ``agreements``.
_ELSEWHERE = frozenset({"cooperation_agreement"})
#: A row with nothing but these says no more than that there is such a paper.
_NOTHING = frozenset({"kind", "sealed", "sealed_both", "voided", "is_government", "is_sme_service"})
#: Fields that name the applicant, those it wrote itself first.
_OWN_NAMES = ("app_org_name", "decl_org_name", "lic_name", "pic_name", "npo_name", "ppl_name")


def read_paper(view: DocumentView, specs: FieldSpecs) -> Extraction:
    """Row or facts of a contract, certificate or proof; empty for other documents."""
    spec = specs.papers.get(view.type)
    if spec is None or view.type in _ELSEWHERE:
        return Extraction()
    papers = papers_of(view, specs)
    finish = _FINISH.get(view.type)
    for paper in papers:
        if finish is not None:
            finish(paper)
    if spec.rows is None:
        listed = [insured_persons(p) for p in papers if view.type == "social_security_proof"]
        facts = tuple(f for p in papers for f in p.cells.values())
        return Extraction(facts=facts, rows=tuple(r for r in listed if r is not None))
    if view.type == "tax_payment_proof":
        papers = tuple(r for p in papers for r in tax_rows(p))
    told = [p for p in papers if any(c.split(".")[1] not in _NOTHING for c in p.cells)]
    rows = row_set(view, spec.rows, told)
    return Extraction(rows=(rows,) if rows is not None else ())


def applicant_names(facts: Iterable[Fact]) -> tuple[str, ...]:
    """The names the applicant goes by in its own forms; a licence's only where no form names anybody.

    A packet also holds licences of partners and of the audit firm.
    """
    found: dict[str, Counter[str]] = {f: Counter() for f in _OWN_NAMES}
    shown: dict[str, str] = {}
    for fact in facts:
        if fact.field in found and isinstance(fact.value, str):
            norm = name_norm(fact.value)
            found[fact.field][norm] += 1
            shown.setdefault(norm, fact.value)
    forms = found["app_org_name"] + found["decl_org_name"]
    licences = [found[f] for f in _OWN_NAMES[2:]]
    chosen = forms or next((c for c in licences if c), Counter())
    return tuple(shown[n] for n, _ in chosen.most_common(3))
