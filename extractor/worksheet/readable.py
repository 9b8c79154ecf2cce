"""Ids in what rules say, told as people know them.

``worksheet.json`` names fields and conditions by their ids, for programs. A reviewer knows a condition
by its article and its first words, and a field by its label, behind which its id says nothing more.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from extractor.core.worksheet import Criterion, Worksheet
from extractor.worksheet.naming import Naming
from extractor.worksheet.wording import Words

_BEHIND = re.compile(r" ?[（(]([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)?)[）)]", re.ASCII)
_MOST_WORDS = {True: 14, False: 44}  # characters of a clause, Chinese and English


def without_ids(worksheet: Worksheet, naming: Naming) -> Worksheet:
    """Findings without the ids that stand in brackets behind labels."""

    def told(text: str) -> str:
        return _BEHIND.sub(
            lambda found: "" if naming.name(found[1]) != found[1] else found[0], text
        )

    findings = tuple(
        f.model_copy(update={"message": told(f.message)}) if _BEHIND.search(f.message) else f
        for f in worksheet.findings
    )
    return worksheet.model_copy(update={"findings": findings})


def with_clauses(worksheet: Worksheet, words: Words) -> Worksheet:
    """Notes and messages that name conditions by article and first words instead of ids."""
    names = {c.id: _clause(c, words) for c in worksheet.criteria}
    if not names:
        return worksheet
    ids = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w.])({ids})(?![\w.])", re.ASCII)

    def told(text: str) -> str:
        return pattern.sub(lambda found: names[found[1]], text)

    return worksheet.model_copy(
        update={
            "criteria": tuple(_noted(c, told) for c in worksheet.criteria),
            "materials": tuple(
                m.model_copy(update={"note": told(m.note)}) if m.note else m
                for m in worksheet.materials
            ),
            "findings": tuple(
                f.model_copy(update={"message": told(f.message)}) for f in worksheet.findings
            ),
        }
    )


def _noted(criterion: Criterion, told: Callable[[str], str]) -> Criterion:
    return (
        criterion.model_copy(update={"note": told(criterion.note)}) if criterion.note else criterion
    )


def _clause(criterion: Criterion, words: Words) -> str:
    most = _MOST_WORDS[words.chinese]
    text = criterion.text if words.chinese else criterion.text.partition(" [")[0]
    short = text if len(text) <= most else text[:most].rstrip("，、；, ") + "…"
    return words("clause.named").format(article=criterion.article, text=short)
