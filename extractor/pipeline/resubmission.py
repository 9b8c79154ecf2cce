"""A resubmission against the last time: which figures changed, what was mended, what stands, what is new."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from extractor.core.worksheet import Fact, Finding, MaterialStatus, Outcome, Worksheet
from extractor.pipeline.changes import changes_between
from extractor.worksheet.naming import Naming
from extractor.worksheet.official.fill import choose
from extractor.worksheet.official.platforms import platform_name
from extractor.worksheet.shown import show_fact
from extractor.worksheet.summary.compared import Compared, Moved
from extractor.worksheet.telling import page_ranges
from extractor.worksheet.wording import Language, words_of

_GOOD = (MaterialStatus.FOUND, MaterialStatus.NOT_APPLICABLE)


@dataclass(frozen=True)
class Filing:
    """One of the two worksheets, with names for what it holds."""

    worksheet: Worksheet
    naming: Naming
    language: Language = "zh"

    def values(self) -> dict[str, tuple[str, tuple[Fact, ...]]]:
        """What each field was read as: shown text and the facts, certain ones where there are any."""
        words, by_field = words_of(self.language), dict[str, list[Fact]]()
        for fact in self.worksheet.facts:
            by_field.setdefault(fact.field, []).append(fact)
        found = {}
        for field, facts in by_field.items():
            chosen = choose(facts)
            texts = sorted({show_fact(f, words, self.naming).text for f in chosen})
            if texts:
                found[field] = (words("list.clause").join(texts), tuple(chosen))
        return found

    def label(self, field: str) -> str:
        """The field's label with its paper: many papers have a date or a number."""
        label = self.naming.label(field)
        facts = choose(f for f in self.worksheet.facts if f.field == field)
        types = {d.id: d.type for d in self.worksheet.documents}
        paper = types.get(facts[0].document or "") if facts else None
        if paper is None:
            return label
        name = self.naming.document_type(paper)
        return words_of(self.language)("fact.on_paper").format(paper=name, label=label)

    def row_counts(self) -> Counter[str]:
        """Rows read in each list."""
        counts: Counter[str] = Counter()
        for rows in self.worksheet.rows:
            counts[rows.field] += len(rows.rows)
        return counts


def resubmission(before: Filing, after: Filing) -> Compared:
    """What the later filing has otherwise. The order is that of the later worksheet."""
    words = words_of(after.language)
    changes = changes_between(before.worksheet, after.worksheet)
    failed = {(f.check, f.severity) for f in before.worksheet.findings if _failed(f)}
    ended = {f.check: f for f in after.worksheet.findings if not _failed(f)}
    passed = {c for c, f in ended.items() if f.outcome is Outcome.PASSED}
    return Compared(
        name=platform_name(after.worksheet),
        name_before=platform_name(before.worksheet),
        same_scheme=before.worksheet.scheme.id == after.worksheet.scheme.id,
        received_at=after.worksheet.packet.received_at,
        days=(before.worksheet.packet.received_at[:10], after.worksheet.packet.received_at[:10]),
        mended=tuple(f for f in changes.gone if f.check in passed),
        not_shown=tuple(f for f in changes.gone if f.check not in passed),
        standing=tuple(
            f
            for f in after.worksheet.findings
            if _failed(f) and (f.check, f.severity) in failed
        ),
        new=changes.new,
        verdicts=tuple(
            Moved(
                f"{c.criterion.article} {c.criterion.text}",
                words(f"verdict.{c.before}") if c.before is not None else "—",
                words(f"verdict.{c.criterion.verdict}"),
                page_ranges(c.criterion.pages, words("list.separator")),
            )
            for c in changes.verdicts
        ),
        materials=tuple(
            Moved(
                m.material.text,
                words(f"material.{m.before}") if m.before is not None else "—",
                words(f"material.{m.material.status}"),
                page_ranges(m.material.pages, words("list.separator")),
            )
            for m in changes.materials
        ),
        still_lacking=tuple(
            m.text
            for m in after.worksheet.materials
            if m.requirement == "mandatory"
            and m.status not in (*_GOOD, MaterialStatus.TEXT_NOT_LOADED)
        ),
        figures=tuple(_moved_figures(before, after)),
        words=words,
    )  # fmt: skip


def _moved_figures(before: Filing, after: Filing) -> list[Moved]:
    """Figures that are not what they were, and lists with more or fewer rows."""
    naming, words = after.naming, words_of(after.language)
    was, now = before.values(), after.values()
    figures = []
    for field in dict.fromkeys((*was, *now)):
        old, new = was.get(field), now.get(field)
        if (old and old[0]) != (new and new[0]):
            pages = {f.page for f in (new or old or ("", ()))[1] if f.page is not None}
            figures.append(
                Moved(
                    after.label(field) if new else before.label(field),
                    old[0] if old else "—",
                    new[0] if new else "—",
                    page_ranges(pages, words("list.separator")),
                )
            )
    rows_before, rows_after = before.row_counts(), after.row_counts()
    for field in dict.fromkeys((*rows_before, *rows_after)):
        if rows_before[field] != rows_after[field]:
            figures.append(
                Moved(
                    words("again.rows").format(label=naming.label(field)),
                    str(rows_before[field]),
                    str(rows_after[field]),
                    "",
                )
            )
    return figures


def _failed(finding: Finding) -> bool:
    return finding.outcome is Outcome.FAILED
