"""A stored worksheet judged again, under another scheme or at another date, without reading a page.

What was read does not change: only what the rules say of it is computed anew. A masked worksheet is
judged by stand-ins of its hidden numbers (``worksheet.stand_ins``), so no outcome turns because of the
masking. Decisions stay; rejected facts are left out.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from extractor import __version__
from extractor.core.errors import UsageError
from extractor.core.worksheet import (
    Case,
    CaseEntry,
    ExtractorInfo,
    Fact,
    FactStatus,
    Judgement,
    Reading,
    Row,
    RowSet,
    Worksheet,
)
from extractor.pipeline.naming import naming_of
from extractor.pipeline.tools import Tools
from extractor.rules.evaluate import judge
from extractor.setup.catalogue import Catalogue
from extractor.setup.scheme_loading import load_scheme, scheme_ids
from extractor.setup.schemes import Scheme
from extractor.worksheet.mask import is_masked, mask_judgement
from extractor.worksheet.stand_ins import stand_in, stand_in_rows

_TOLD = frozenset({"option", "case_file", "packet_yaml"})
"""Sources of case data that a person gave; everything else is found again in what was read."""


def judge_worksheet(
    worksheet: Worksheet,
    tools: Tools,
    scheme: str | None = None,
    as_of: dt.date | None = None,
) -> Worksheet:
    """``worksheet`` as the rules of today's configuration judge it.

    Args:
        scheme: id of the scheme to judge by; ``None``: the one it was judged by.
        as_of: the date to judge at; ``None``: the filing date (told, else read, else received).

    Raises:
        UsageError: there is no such scheme. ConfigError: rules cannot be loaded.
    """
    loaded = _loaded(tools)
    rules = loaded.scheme(scheme or worksheet.scheme.id, tools)
    reading = reading_of(worksheet)
    judged = judge(reading, told_of(worksheet.case), rules, tools.catalogue, as_of)
    if is_masked(worksheet):
        judged = mask_judgement(judged, reading, loaded.sensitive)
    return with_judgement(worksheet, judged, loaded.info(worksheet, tools), scheme is not None)


def with_judgement(
    worksheet: Worksheet, judged: Judgement, extractor: ExtractorInfo, chosen: bool
) -> Worksheet:
    """``worksheet`` with the rules' part replaced. ``chosen``: the scheme was named by the user."""
    chosen_by = "option" if chosen else worksheet.scheme.chosen_by
    return worksheet.model_copy(
        update={
            "extractor": extractor,
            "scheme": judged.scheme.model_copy(update={"chosen_by": chosen_by}),
            "case": judged.case,
            "quantities": judged.quantities,
            "materials": judged.materials,
            "criteria": judged.criteria,
            "findings": judged.findings,
        }
    )


def reading_of(worksheet: Worksheet) -> Reading:
    """What the rules may look at: all that was read, without rejected facts, stand-ins for stars."""
    return Reading(
        packet=worksheet.packet,
        pages=worksheet.pages,
        documents=worksheet.documents,
        facts=tuple(stand_in(f) for f in worksheet.facts if not _is_rejected(f)),
        rows=tuple(stand_in_rows(_without_rejected(rows)) for rows in worksheet.rows),
        problems=worksheet.problems,
    )


def sensitive_fields(tools: Tools) -> frozenset[str]:
    """Ids of fields and columns whose values are masked by default."""
    return _loaded(tools).sensitive


def told_of(case: Case) -> Case:
    """The case as a person told it; what the rules had filled in from the packet is left out."""
    told = {name: _told(getattr(case, name)) for name in Case.model_fields}
    # The year follows from the date; the day of receipt is known to the run itself.
    return Case(**{**told, "filing_year": None, "received_date": case.received_date})


def _told(entry: CaseEntry | None) -> CaseEntry | None:
    return entry if entry is not None and entry.source in _TOLD else None


def _is_rejected(fact: Fact) -> bool:
    return fact.status is FactStatus.REJECTED


def _without_rejected(rows: RowSet) -> RowSet:
    if not any(_is_rejected(f) for row in rows.rows for f in row.cells.values()):
        return rows
    kept = []
    for row in rows.rows:
        cells = {column: f for column, f in row.cells.items() if not _is_rejected(f)}
        if cells:
            kept.append(Row(no=row.no, cells=cells))
    return rows.model_copy(update={"rows": tuple(kept)})


@dataclass(slots=True)
class _Loaded:
    """What is the same for every worksheet judged with one catalogue, so that it is made once."""

    sensitive: frozenset[str]
    config_sha256: str
    overridden: tuple[str, ...]
    schemes: dict[str, Scheme] = field(default_factory=dict)

    def scheme(self, ident: str, tools: Tools) -> Scheme:
        if ident not in self.schemes:
            known = scheme_ids(tools.config)
            if ident not in known:
                raise UsageError(
                    f"没有名为 {ident} 的办法；请用 --scheme 指定其一：{'、'.join(known)}"
                )
            self.schemes[ident] = load_scheme(tools.config, ident, tools.catalogue)
        return self.schemes[ident]

    def info(self, worksheet: Worksheet, tools: Tools) -> ExtractorInfo:
        return ExtractorInfo(
            version=__version__,
            config_sha256=self.config_sha256,
            engines=worksheet.extractor.engines,
            overridden=self.overridden,
        )


_LOADED: WeakKeyDictionary[Catalogue, _Loaded] = WeakKeyDictionary()


def _loaded(tools: Tools) -> _Loaded:
    found = _LOADED.get(tools.catalogue)
    if found is None:
        found = _Loaded(
            sensitive=naming_of(tools.catalogue).sensitive,
            config_sha256=tools.config.sha256(),
            overridden=tools.config.overridden(),
        )
        _LOADED[tools.catalogue] = found
    return found
