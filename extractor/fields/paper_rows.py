"""Every paper of ``config/papers`` to its row or facts: labels first, then what its family adds."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from extractor.fields.papers import Paper, papers_of, row_set
from extractor.fields.specs import FieldSpecs
from extractor.fields.view import DocumentView, Extraction

Finish = Callable[[Paper], None]

_FINISH: Mapping[str, Finish] = {}


def read_paper(view: DocumentView, specs: FieldSpecs) -> Extraction:
    """Row or facts of a contract, certificate or proof; empty for other documents."""
    papers = papers_of(view, specs)
    finish = _FINISH.get(view.type)
    for paper in papers:
        if finish is not None:
            finish(paper)
    spec = specs.papers.get(view.type)
    if spec is None:
        return Extraction()
    if spec.rows is None:
        return Extraction(facts=tuple(f for p in papers for f in p.cells.values()))
    rows = row_set(view, spec.rows, papers)
    return Extraction(rows=(rows,) if rows is not None else ())
