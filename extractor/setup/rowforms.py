"""Row-list specifications: which columns a list has, under which headings.

``config/rows/<rows field>.yaml``. As with forms, headings are data; the reader tolerates OCR slips and
any column order or width.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from extractor.setup.catalogue import Catalogue
from extractor.setup.source import ConfigSource
from extractor.setup.yaml_strict import ConfigModel, StrictFile, closest


class ColumnSpec(ConfigModel):
    """One column and the headings it may stand under.

    ``ticks``: the column is one of several to be ticked; maps a value to the sub-headings under which a
    tick means it (``other``: none of the values). ``score``: the column for a number written instead.
    ``presence``: whether anything is written there (signatures). ``unit``: where neither heading nor
    cell prints one. ``kind``: parse as this type. ``dash``: a printed dash is an answer (no title) and
    kept as one; elsewhere it is an empty cell. ``looks``: what its cells look like where its heading is
    lost: person, post, org, phone, year or date.
    """

    field: str
    labels: tuple[str, ...] = ()
    ticks: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    score: str | None = None
    presence: bool = False
    unit: str | None = None
    kind: str | None = None
    dash: bool = False
    looks: Literal["person", "post", "org", "phone", "year", "date"] | None = None


class RowsSpec(ConfigModel):
    """One list. A table is this list when all ``required`` columns and at least ``least`` columns are
    found in one header; it is read in documents of the types ``documents``.

    ``ends``: words that begin a row which ends the list. ``totals``: words of rows that add up others.
    ``subtotals``: a 小计 behind the name of a group is the group's own row. ``across``: the list may be
    printed with its rows side by side (a column for each year).
    """

    rows: str
    documents: tuple[str, ...]
    required: tuple[str, ...] = Field(min_length=1)
    least: int = Field(default=2, ge=1)
    key: str
    columns: tuple[ColumnSpec, ...]
    ends: tuple[str, ...] = ()
    totals: tuple[str, ...] = ("合计", "总计", "小计", "共计")
    subtotals: bool = False
    across: bool = False


def load_row_specs(config: ConfigSource, catalogue: Catalogue) -> Mapping[str, RowsSpec]:
    """All lists by rows field, every id checked against the catalogue.

    Raises:
        ConfigError: a file is wrong; the message names file, line and key.
    """
    specs: dict[str, RowsSpec] = {}
    for name in config.names("rows/*.yaml"):
        file = config.one(name)
        spec = file.as_model(RowsSpec)
        _check(file, spec, catalogue)
        specs[spec.rows] = spec
    return specs


def _check(file: StrictFile, spec: RowsSpec, catalogue: Catalogue) -> None:
    field = catalogue.fields.get(spec.rows)
    if field is None or field.type != "rows":
        raise file.error(("rows",), f"{spec.rows!r} is no list of the field catalogue")
    columns = [c.id for c in field.columns]
    named = [*spec.required, spec.key, *(c.field for c in spec.columns)]
    for name in named:
        if name not in columns:
            raise file.error(
                ("columns",), f"column {name!r} is not known; {closest(name, columns)}"
            )
    for name in spec.documents:
        if name not in catalogue.doctypes:
            raise file.error(
                ("documents",), f"{name!r} is no doctype; {closest(name, catalogue.doctypes)}"
            )
