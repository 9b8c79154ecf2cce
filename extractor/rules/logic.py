"""Groups of conditions of which one is enough: how they end together.

The whole tree is never summed up: no worksheet says recognised or not. But a group that the text joins by
"or" is one condition to its reader, so each such group has a row of its own after its members.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from extractor.core.worksheet import Criterion, Verdict
from extractor.setup.scheme_head import Logic
from extractor.setup.schemes import Scheme

#: From what keeps a group open most to least: the first found among its open members names the group.
OPEN = (
    Verdict.FOR_JUDGEMENT, Verdict.READINGS_DIFFER, Verdict.CONFLICT, Verdict.RELAXABLE,
    Verdict.TEXT_NOT_LOADED, Verdict.NOT_SHOWN,
)  # fmt: skip
_MET = (Verdict.MET, Verdict.MET_STATED_ONLY)


def judge_groups(scheme: Scheme, judged: Mapping[str, Criterion]) -> Iterator[Criterion]:
    """A row for each outermost "any" group of the scheme, in its order; ids ``<first member>.any``."""
    if scheme.head.logic is not None:
        for group in _any_groups(scheme.head.logic):
            yield _row(group, judged)


def _any_groups(tree: Logic) -> Iterator[Logic]:
    if tree.any:
        yield tree
        return
    for member in tree.all:
        if isinstance(member, Logic):
            yield from _any_groups(member)


def _row(group: Logic, judged: Mapping[str, Criterion]) -> Criterion:
    members = [judged[ident] for ident in group.ids()]
    facts = tuple(dict.fromkeys(f for m in members for f in m.facts))
    article = members[0].article
    same = all(m.article.startswith(article[:3]) for m in members)
    return Criterion(
        id=f"{members[0].id}.any",
        article=article.partition("（")[0] if same else "、".join(m.article for m in members),
        text=_words(group, judged),
        comparator="is_true",
        verdict=verdict_of(group, judged),
        facts=facts,
        pages=tuple(sorted({p for m in members for p in m.pages})),
        kind="group",
        note="；".join(f"{m.id}：{WORDS[m.verdict]}" for m in members),
    )


WORDS = {
    Verdict.MET: "达到",
    Verdict.MET_STATED_ONLY: "填报达到、未见佐证",
    Verdict.NOT_MET: "未达到",
    Verdict.CONFLICT: "填报与佐证矛盾",
    Verdict.READINGS_DIFFER: "读法不同",
    Verdict.RELAXABLE: "可放宽",
    Verdict.NOT_SHOWN: "未见",
    Verdict.NOT_APPLICABLE: "不适用",
    Verdict.FOR_JUDGEMENT: "由人判断",
    Verdict.TEXT_NOT_LOADED: "条文未载入",
}
"""Verdicts inside the sentence of a group."""


def _words(group: Logic, judged: Mapping[str, Criterion]) -> str:
    parts = [
        judged[m].text if isinstance(m, str) else f"（{_words(m, judged)}）"
        for m in (*group.any, *group.all)
    ]
    return ("；或：" if group.any else "；并且：").join(parts)


def verdict_of(group: Logic | str, judged: Mapping[str, Criterion]) -> Verdict:
    """How a group ends.

    Any: the surest member that is met, else what is still open, else not met. All: the weakest of what
    is met where all are, not met where one is not, else what is still open. A member that does not
    apply helps no "any" and harms no "all".
    """
    if isinstance(group, str):
        return judged[group].verdict
    found = [verdict_of(member, judged) for member in (*group.any, *group.all)]
    counted = [v for v in found if v is not Verdict.NOT_APPLICABLE]
    if not counted:
        return Verdict.NOT_APPLICABLE
    if group.any:
        for verdict in (*_MET, *OPEN):
            if verdict in counted:
                return verdict
        return Verdict.NOT_MET
    if Verdict.NOT_MET in counted:
        return Verdict.NOT_MET
    for verdict in (*OPEN, *reversed(_MET)):
        if verdict in counted:
            return verdict
    return Verdict.NOT_MET
