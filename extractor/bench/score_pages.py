"""What was seen on the pages themselves, against truth: the right way up, seals, marks, names in prose.

Pages of the packet come in upright space; truth speaks in viewer points.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from extractor.bench.score import Score
from extractor.bench.truth import TrueEntity, TrueMark, TruePage, TrueSeal, Truth
from extractor.core.geometry import Box
from extractor.core.page import Mark, PacketPage, ReadPage, Seal
from extractor.core.text import fold_text
from extractor.fields.runs import paragraphs

#: A stamp counts as found where its box and the true one share so much of their union.
SEAL_IOU = 0.35
#: Kinds of mark that say "this one", however it was put on paper.
_YES = frozenset({"tick", "box_ticked", "circle", "cross"})

Entities = Callable[[str], Iterable[tuple[str, str]]]
"""Names in running text as ``(kind, text)``."""


def score_pages(
    score: Score, pages: Sequence[PacketPage], truth: Truth, entities: Entities | None = None
) -> None:
    """Add what the pages of one packet show to ``score``."""
    for true in truth.pages:
        here = [page for page in pages if page.no == true.no]
        if not here:
            continue
        where = f"{truth.packet} p{true.no} [{true.damage_class}]"
        if any(page.read.lines for page in here):
            turned = sorted({page.read.rotation_deg for page in here})
            ok = turned == [true.rotation_deg]
            score.damage["orientation"].add(
                true.damage_class, ok, f"{where}: turned {turned}, not {true.rotation_deg}"
            )
        _score_seals(score, here, true, where)
        _score_marks(score, here, true, where)
        if entities is not None and true.entities:
            _score_entities(score, here, true, where, entities)


def _score_seals(score: Score, pages: Sequence[PacketPage], true: TruePage, where: str) -> None:
    found = [(p.read, s, p.read.viewer_box(s.box)) for p in pages for s in p.read.seals]
    for seal in true.seals:
        hit = _nearest(seal, found)
        if hit is not None:
            score.damage["seals true"].add(true.damage_class, True)
        score.damage["seals found"].add(
            true.damage_class, hit is not None, f"{where} {seal.kind} {seal.text} {seal.box}"
        )
        if hit is not None:
            found.remove(hit)
            got = hit[1].organisation or hit[1].text or ""
            ok = fold_text(seal.text) in fold_text(got)
            score.damage["seal organisation"].add(
                true.damage_class, ok, f"{where}: {got!r}, not {seal.text}"
            )
    for _read, _stamp, box in found:
        score.damage["seals true"].add(true.damage_class, False, f"{where} nothing at {box}")


def _nearest(
    seal: TrueSeal, found: Sequence[tuple[ReadPage, Seal, Box]]
) -> tuple[ReadPage, Seal, Box] | None:
    box = Box(*seal.box)
    best = max(found, key=lambda f: f[2].iou(box), default=None)
    return best if best is not None and best[2].iou(box) >= SEAL_IOU else None


def _score_marks(score: Score, pages: Sequence[PacketPage], true: TruePage, where: str) -> None:
    """Each true mark: is one that says the same there? Each found "yes": is there one in truth?"""
    found = [(m, p.read.viewer_box(m.box)) for p in pages for m in p.read.marks]
    for mark in true.marks:
        near = [m for m, box in found if _meets(box, mark)]
        if mark.kind == "box_empty":
            ok = not any(m.kind in _YES for m in near)
        else:
            ok = any(m.kind in _YES for m in near)
        got = [m.kind for m in near]
        score.damage["marks"].add(true.damage_class, ok, f"{where} {mark.kind} {mark.box}: {got}")
    if true.marks:
        _score_false_marks(score, found, true, where)


def _score_false_marks(
    score: Score, found: Sequence[tuple[Mark, Box]], true: TruePage, where: str
) -> None:
    wanted = [m for m in true.marks if m.kind in _YES]
    for mark, box in found:
        if mark.kind in _YES:
            ok = any(_meets(box, m) for m in wanted)
            score.damage["marks true"].add(
                true.damage_class, ok, f"{where} {mark.kind} at {box.as_tuple()}"
            )


def _meets(box: Box, mark: TrueMark) -> bool:
    true = Box(*mark.box)
    return box.expanded(2).contains_point(true.cx, true.cy) or true.expanded(2).contains_point(
        box.cx, box.cy
    )


def _score_entities(
    score: Score,
    pages: Sequence[PacketPage],
    true: TruePage,
    where: str,
    entities: Entities,
) -> None:
    """Recall and precision per kind over the page's text; both sides as multisets of folded text."""
    text = "\n".join(run.text for page in pages for run in paragraphs(page, page.read.lines))
    kinds = {e.kind for e in true.entities}
    found = Counter((k, fold_text(t)) for k, t in entities(text) if k in kinds)
    wanted = Counter(_key(e) for e in true.entities)
    for (kind, name), count in wanted.items():
        hits = min(count, found[kind, name])
        for i in range(count):
            score.damage[f"{kind} found"].add(true.damage_class, i < hits, f"{where}: {name}")
    for (kind, name), count in found.items():
        hits = min(count, wanted[kind, name])
        for i in range(count):
            score.damage[f"{kind} true"].add(true.damage_class, i < hits, f"{where}: {name}")


def _key(entity: TrueEntity) -> tuple[str, str]:
    return entity.kind, fold_text(entity.text)
