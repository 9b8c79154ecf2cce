"""Cases beside the schemes: a packet in plain words, and how criteria and materials must end.

``config/schemes/<id>/cases/*.yaml``. A person who knows the measure adds a case without Python; values
are written as they are printed (``312.4万元``, ``2021年4月``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import Field

from extractor.core.worksheet import CaseEntry, MaterialStatus, Verdict
from extractor.rules.checks.cases import Cell, ManyRows, Situation, book_of
from extractor.rules.criteria import judge_criteria
from extractor.rules.facts import FactBook
from extractor.rules.materials import judge_materials
from extractor.rules.situations import unknown_names
from extractor.setup.catalogue import Catalogue
from extractor.setup.schemes import CaseFile, Scheme
from extractor.setup.yaml_strict import ConfigModel, closest


class SchemeSituation(Situation):
    """One case. ``title``: a sentence. ``received``: the day told as that of receipt. ``expect``: criterion id to verdict. ``materials``: material id
    to status. ``notes``: criterion or material id to words its note must hold."""

    title: str = Field(min_length=1)
    received: str | None = None
    functions: tuple[str, ...] | None = None
    expect: dict[str, str] = Field(default_factory=dict)
    materials: dict[str, str] = Field(default_factory=dict)
    notes: dict[str, str] = Field(default_factory=dict)


class SchemeCases(ConfigModel):
    """A file of cases."""

    cases: tuple[SchemeSituation, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class SchemeCase:
    """A case with the file and line it stands at."""

    where: str
    situation: SchemeSituation


def cases_of(scheme: Scheme, catalogue: Catalogue) -> tuple[SchemeCase, ...]:
    """All cases of a scheme; a ``ConfigError`` where a file is wrong or names what does not exist."""
    return tuple(case for file in scheme.cases for case in _cases_in(file, scheme, catalogue))


def _cases_in(file: CaseFile, scheme: Scheme, catalogue: Catalogue) -> Iterator[SchemeCase]:
    verdicts, statuses = [v.value for v in Verdict], [s.value for s in MaterialStatus]
    criteria = [c.id for c in scheme.criteria]
    if scheme.head.function_rule is not None:
        criteria.append(scheme.head.function_rule.id)
    materials = [m.id for m in scheme.materials]
    for index, situation in enumerate(file.file.as_model(SchemeCases).cases):
        for key, words, ids, values in (
            ("expect", situation.expect, criteria, verdicts),
            ("materials", situation.materials, materials, statuses),
            ("notes", situation.notes, [*criteria, *materials], None),
        ):
            for ident, value in words.items():
                place = ("cases", index, key, ident)
                if ident not in ids:
                    raise file.file.error(place, f"{ident!r} is not known; {closest(ident, ids)}")
                if values is not None and value not in values:
                    raise file.file.error(place, f"found {value!r}; {closest(value, values)}")
        for below, message in unknown_names(situation, catalogue):
            raise file.file.error(("cases", index, *below), message)
        if not situation.expect and not situation.materials:
            raise file.file.error(("cases", index), "the case expects nothing; give 'expect'")
        yield SchemeCase(f"{file.file.name}:{file.file.line(('cases', index))}", situation)


_DIGITS = "〇一二三四五六七八九"


def _named(situation: SchemeSituation) -> SchemeSituation:
    """``{han}`` in the cells of many rows becomes the number in Chinese digits: names hold no others."""
    given = dict(situation.given)
    for ident, rows in situation.given.items():
        if isinstance(rows, ManyRows) and any("{han}" in str(v) for v in rows.row.values()):
            given[ident] = tuple(
                {
                    **{k: _with_digits(v, n) for k, v in rows.row.items()},
                    **rows.but.get(str(n), {}),
                }
                for n in range(1, rows.times + 1)
            )
    return situation.model_copy(update={"given": given})


def _with_digits(cell: Cell, number: int) -> Cell:
    digits = "".join(_DIGITS[int(d)] for d in str(number))
    return cell.replace("{han}", digits) if isinstance(cell, str) else cell


def book_of_case(case: SchemeCase, catalogue: Catalogue) -> FactBook:
    """The fact book of a case."""
    book = book_of(_named(case.situation), catalogue)
    functions, received = case.situation.functions, case.situation.received
    update = {}
    if functions is not None:
        update["functions"] = CaseEntry(value=functions, source="option")
    if received is not None:
        update["received_date"] = CaseEntry(value=received, source="option")
    if not update:
        return book
    told = book.told.model_copy(update=update)
    return FactBook(book.reading, told, catalogue)


def run_case(case: SchemeCase, scheme: Scheme, catalogue: Catalogue) -> tuple[str, ...]:
    """What ended otherwise than expected, one sentence each; empty where all is as expected."""
    book = book_of_case(case, catalogue)
    criteria = {c.id: c for c in judge_criteria(book, scheme)}
    materials = {m.id: m for m in judge_materials(book, scheme)}
    faults = []
    for ident, verdict in case.situation.expect.items():
        found = criteria[ident]
        if found.verdict != verdict:
            faults.append(
                f"{ident}: expected {verdict}, found {found.verdict} (stated {found.stated}, "
                f"evidence {found.evidence}, threshold {found.threshold}; {found.note})"
            )
    for ident, status in case.situation.materials.items():
        if materials[ident].status != status:
            note = materials[ident].note
            faults.append(f"{ident}: expected {status}, found {materials[ident].status} ({note})")
    for ident, words in case.situation.notes.items():
        note = (criteria[ident] if ident in criteria else materials[ident]).note or ""
        if words not in note:
            faults.append(f"{ident}: expected the words {words!r} in the note, found {note!r}")
    return tuple(faults)
