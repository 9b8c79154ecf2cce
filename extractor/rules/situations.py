"""What a case names must exist: fields, columns, papers. Said with the place, before the case is run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from extractor.rules.checks.cases import ManyRows, Situation, SomeRows
from extractor.setup.catalogue import NO_PAPER, Catalogue
from extractor.setup.yaml_strict import Place, closest


def unknown_names(situation: Situation, catalogue: Catalogue) -> Iterator[tuple[Place, str]]:
    """Each wrong name or shape of a situation: the keys that lead to it, and what would be right."""
    for ident, given in situation.given.items():
        place: Place = ("given", ident)
        if ident not in catalogue.fields:
            yield place, f"{ident!r} is not known; {closest(ident, catalogue.fields)}"
            continue
        is_list = catalogue.fields[ident].type == "rows"
        if isinstance(given, ManyRows | SomeRows | tuple):
            if is_list:
                yield from _columns(ident, given, catalogue)
        elif is_list:
            yield place, f"{ident!r} is a list; write its rows: [{{column: value}}, …]"
    papers = [*catalogue.doctypes, *NO_PAPER]
    for key, names in (
        ("papers", situation.papers),
        ("sealed", tuple(situation.sealed)),
        ("titles", tuple(situation.titles)),
    ):
        for index, name in enumerate(names):
            if name not in papers:
                at: Place = (key, index) if key == "papers" else (key, name)
                yield at, f"doctype {name!r} is not known; {closest(name, papers)}"
    if situation.filed:
        try:
            dt.date.fromisoformat(situation.filed)
        except ValueError:
            yield ("filed",), f"found {situation.filed!r}; expected a day such as '2024-04-18'"


def _columns(
    ident: str, given: ManyRows | SomeRows | tuple[object, ...], catalogue: Catalogue
) -> Iterator[tuple[Place, str]]:
    known = [c.id.partition(".")[2] for c in catalogue.fields[ident].columns]
    rows: Iterable[tuple[Place, object]]
    if isinstance(given, ManyRows):
        changed = [(("but", number), row) for number, row in given.but.items()]
        rows = [(("row",), given.row), *changed]
    elif isinstance(given, SomeRows):
        rows = [(("rows", n), row) for n, row in enumerate(given.rows)]
    else:
        rows = [((n,), row) for n, row in enumerate(given)]
    for place, row in rows:
        for column in row if isinstance(row, dict) else ():
            if column not in known:
                words = f"column {column!r} of {ident} is not known; {closest(column, known)}"
                yield ("given", ident, *place, column), words
