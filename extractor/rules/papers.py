"""Which of a packet's papers are the applicant's own, and of which year.

A packet also holds partners' licences, the audit firm's licence, and audit reports of several years.
``ApplicantPapers`` ranks them; it never hides a paper for good: where nothing tells the papers apart,
the first stands, and the identity checks report the difference.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from extractor.core.canonical import PartialDate
from extractor.core.worksheet import Document, Fact
from extractor.setup.catalogue import Catalogue

REGISTRATION = ("lic_", "pic_", "npo_", "ppl_")
"""Prefixes of fields on registration papers, in the order of ``cert_name``'s formula."""

AUDIT = ("aud_", "bs_", "is_", "ba_", "gi_", "svc_")
"""Prefixes of fields in audit reports and their parts."""

_NOT_AUDIT = ("is_public_benefit_platform",)
_SAME_NAME = 0.85
"""Edit similarity from which two readings of a name may be one name (product choice: an OCR slip in
a name of eight characters is 0.875)."""


def folded_name(name: object) -> str:
    """A name without width differences, spaces and punctuation, for comparing."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", str(name))).casefold()


@dataclass(frozen=True, slots=True)
class AuditBundle:
    """An audit report with the statements that follow it. ``year``: fiscal year, if read."""

    documents: tuple[str, ...]
    report: str | None
    year: int | None
    client_matches: bool | None


class ApplicantPapers:
    """Chooses the applicant's registration paper and the audit of the year before filing."""

    def __init__(
        self,
        documents: tuple[Document, ...],
        facts: Mapping[str, tuple[Fact, ...]],
        filing_year: int | None,
        catalogue: Catalogue,
    ) -> None:
        self._documents = documents
        self._facts = facts
        self._filing_year = filing_year
        self._catalogue = catalogue

    def own(self, field: str, facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
        """Of ``facts`` claiming ``field``, those on the applicant's own paper of the right year."""
        if field.startswith(REGISTRATION):
            return self._own_registration(field, facts)
        if field.startswith(AUDIT) and not field.startswith(_NOT_AUDIT):
            return self._own_audit(facts)
        return facts

    @cached_property
    def certificate(self) -> tuple[str, str | None] | None:
        """Prefix and document id of the applicant's registration paper; ``None``: none was read."""
        ranked = self._ranked_certificates
        return (ranked[0][1], ranked[0][2]) if ranked else None

    @cached_property
    def _ranked_certificates(self) -> tuple[tuple[int, str, str | None], ...]:
        """(rank, prefix, document) of each registration paper read, the applicant's first."""
        codes = {str(f.value) for f in self._facts.get("app_uscc", ())}
        names = {
            folded_name(f.value)
            for field in ("app_org_name", "decl_org_name")
            for f in self._facts.get(field, ())
        }
        papers: dict[tuple[str, str | None], tuple[int, int]] = {}
        for order, prefix in enumerate(REGISTRATION):
            for field, facts in self._facts.items():
                if field.startswith(prefix):
                    for fact in facts:
                        papers.setdefault((prefix, fact.document), (order, fact.page or 0))
        ranked = [
            (-self._match(prefix, doc, codes, names), where, prefix, doc)
            for (prefix, doc), where in papers.items()
        ]
        ranked.sort(key=lambda r: (r[0], r[1], str(r[3])))
        return tuple((-rank, prefix, doc) for rank, _, prefix, doc in ranked)

    def _match(self, prefix: str, document: str | None, codes: set[str], names: set[str]) -> int:
        def on_paper(field: str) -> Iterable[Fact]:
            return (f for f in self._facts.get(prefix + field, ()) if f.document == document)

        if any(str(f.value) in codes for f in on_paper("uscc")):
            return 3
        read = [folded_name(f.value) for f in on_paper("name")]
        if any(name in names for name in read):
            return 2
        return int(any(are_similar(a, b) for a in read for b in names))

    def _own_registration(self, field: str, facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
        prefix = next(p for p in REGISTRATION if field.startswith(p))
        ranked = self._ranked_certificates
        mine = [(rank, doc) for rank, p, doc in ranked if p == prefix]
        if not mine:
            return facts
        rank, document = mine[0]
        if rank == 0 and ranked[0][0] > 0:
            # Another kind of certificate carries the applicant's name; this one is a stranger's.
            return ()
        return tuple(f for f in facts if f.document == document)

    @cached_property
    def audits(self) -> tuple[AuditBundle, ...]:
        """The audit reports, the one of the year before filing in the applicant's name first."""
        groups: list[list[Document]] = []
        for document in sorted(self._documents, key=lambda d: d.pages[:1]):
            spec = self._catalogue.doctypes.get(document.type)
            if document.type in ("audit_report", "special_audit_report"):
                groups.append([document])
            elif spec is not None and spec.part_of == "audit_report":
                if groups and groups[-1][0].type != "special_audit_report":
                    groups[-1].append(document)
                else:
                    groups.append([document])
        bundles = [self._bundle(group) for group in groups]
        return tuple(sorted(bundles, key=self._audit_rank))

    def _bundle(self, group: list[Document]) -> AuditBundle:
        ids = tuple(d.id for d in group)
        clients = [f for f in self._facts.get("aud_client", ()) if f.document in ids]
        names = {folded_name(f.value) for f in self._facts.get("app_org_name", ())}
        matches = (
            any(are_similar(folded_name(c.value), n) for c in clients for n in names)
            if clients and names
            else None
        )
        report = group[0].id if group[0].type.endswith("audit_report") else None
        return AuditBundle(ids, report, self._fiscal_year(ids), matches)

    def _fiscal_year(self, documents: tuple[str, ...]) -> int | None:
        fact = self._year_fact(documents)
        return None if fact is None else _year(fact)

    def _year_fact(self, documents: tuple[str, ...]) -> Fact | None:
        for field in ("aud_fiscal_year", "aud_period_end"):
            for fact in self._facts.get(field, ()):
                if fact.document in documents and _year(fact) is not None:
                    return fact
        return None

    def _audit_rank(self, bundle: AuditBundle) -> tuple[int, int, int]:
        wanted = None if self._filing_year is None else self._filing_year - 1
        year = 1 if bundle.year is None or wanted is None else 0 if bundle.year == wanted else 2
        client = {True: 0, None: 1, False: 2}[bundle.client_matches]
        return (client if client == 2 else 0, year, client)

    def _own_audit(self, facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
        for bundle in self.audits:
            mine = tuple(f for f in facts if f.document in bundle.documents)
            if mine:
                # The applicant's own statement goes before the consolidated one.
                own = tuple(f for f in mine if "合并" not in self._title(f.document))
                return own or mine
        return facts

    def audit_year(self, fact: Fact) -> int | None:
        """The fiscal year of the audit a fact stands in; ``None`` where it was not read."""
        return next((b.year for b in self.audits if fact.document in b.documents), None)

    def audit_year_fact(self, fact: Fact) -> Fact | None:
        """The fact that gives ``audit_year``."""
        bundle = next((b for b in self.audits if fact.document in b.documents), None)
        return None if bundle is None else self._year_fact(bundle.documents)

    def _title(self, document: str | None) -> str:
        return next((d.title for d in self._documents if d.id == document), "")


def _year(fact: Fact) -> int | None:
    """The year a fact names: a year, or that of a date."""
    if isinstance(fact.value, int) and not isinstance(fact.value, bool):
        return fact.value
    try:
        return PartialDate.parse(str(fact.value)).year
    except ValueError:
        return None


def are_similar(a: str, b: str) -> bool:
    """Whether two folded names may be readings of one name."""
    return a == b or difflib.SequenceMatcher(None, a, b, autojunk=False).ratio() >= _SAME_NAME
