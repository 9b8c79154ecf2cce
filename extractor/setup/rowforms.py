"""Row-list specifications: which columns a list has, under which headings.

``config/rows/<rows field>.yaml``. As with forms, headings are data; the reader tolerates OCR slips and
any column order or width.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from extractor.setup.catalogue import Catalogue, FieldType
from extractor.setup.source import ConfigSource
from extractor.setup.yaml_strict import ConfigModel, Place, StrictFile, closest


class ColumnSpec(ConfigModel):
    """One column and the headings it may stand under.

    ``ticks``: the column is one of several to be ticked; maps a value to the sub-headings under which a
    tick means it (``other``: none of the values). ``score``: the column for a number written instead.
    ``presence``: whether anything is written there (signatures). ``unit``: where neither heading nor
    cell prints one. ``kind``: parse as this type. ``dash``: a printed dash is an answer (no title) and
    kept as one; elsewhere it is an empty cell. ``looks``: what its cells look like where its heading is
    lost or unknown (``fields/lists/looks.py``); ``span`` are years of work, ``number`` running numbers.
    """

    field: str
    labels: tuple[str, ...] = ()
    ticks: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    score: str | None = None
    presence: bool = False
    unit: str | None = None
    kind: FieldType | None = None
    dash: bool = False
    looks: (
        Literal[
            "person", "post", "org", "phone", "year", "date", "education", "title", "school", "office",
            "age", "span", "money", "count", "yes_no", "number",
        ]
        | None
    ) = None  # fmt: skip


class RowsSpec(ConfigModel):
    """One list. A table is this list when all ``required`` columns and at least ``least`` columns are
    found in one header; it is read in documents of the types ``documents``.

    ``ends``: words that begin a row which ends the list. ``totals``: words of rows that add up others.
    ``subtotals``: a 小计 behind the name of a group is the group's own row. ``across``: the list may be
    printed with its rows side by side (a column for each year). ``instead_of``: a list of the same
    documents, which is not read where this one fits their tables better. ``strays_in``: types of documents that hold
    other lists; a page of this one among theirs is read where its headings leave no doubt.
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
    instead_of: str | None = None
    strays_in: tuple[str, ...] = ()


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
    lists = [name for name, known in catalogue.fields.items() if known.type == "rows"]
    if field is None or field.type != "rows":
        raise file.error(("rows",), f"{spec.rows!r} is no list; {closest(spec.rows, lists)}")
    known = [c.id for c in field.columns]
    named: list[tuple[Place, str]] = [(("key",), spec.key)]
    named += [(("required", n), name) for n, name in enumerate(spec.required)]
    for n, column in enumerate(spec.columns):
        named.append((("columns", n, "field"), column.field))
        if column.score is not None:
            named.append((("columns", n, "score"), column.score))
        _check_ticks(file, n, column, catalogue)
    for place, name in named:
        if name not in known:
            raise file.error(place, f"column {name!r} is not known; {closest(name, known)}")
    for key, types in (("documents", spec.documents), ("strays_in", spec.strays_in)):
        for n, name in enumerate(types):
            if name not in catalogue.doctypes:
                raise file.error(
                    (key, n), f"{name!r} is no doctype; {closest(name, catalogue.doctypes)}"
                )


def _check_ticks(file: StrictFile, number: int, column: ColumnSpec, catalogue: Catalogue) -> None:
    spec = catalogue.columns.get(column.field)
    enum = catalogue.enums.get(spec.enum) if spec is not None and spec.enum else None
    known = [*enum.labels, "other"] if enum is not None else []
    for value in column.ticks if known else ():
        if value not in known:
            raise file.error(
                ("columns", number, "ticks", value),
                f"value {value!r} is not known; {closest(value, known)}",
            )
