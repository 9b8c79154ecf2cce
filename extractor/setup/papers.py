"""Papers read one row each: which labels a contract, certificate or proof carries, and for what.

``config/papers/<doctype>.yaml``. As with forms, labels are data; every spelling a paper may carry is
listed, OCR slips are tolerated by the reader. Adding a label needs no code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from extractor.setup.catalogue import Catalogue
from extractor.setup.source import ConfigSource
from extractor.setup.yaml_strict import ConfigModel, StrictFile, closest


class PaperEntry(ConfigModel):
    """One value and the labels it may stand behind.

    ``unit``: where neither label nor value prints one. ``only``: words one of which the paper must
    carry for this entry to count (a label that means another thing on other papers).
    """

    field: str
    labels: tuple[str, ...] = Field(min_length=1)
    unit: str | None = None
    only: tuple[str, ...] = ()


class PaperSpec(ConfigModel):
    """The labels of one document type.

    ``rows``: the rows field that each paper is a row of; absent: the entries are single fields.
    ``layout``: ``prose`` for paragraphs, ``certificate`` for labels in columns. ``each``: what one row
    is, the whole document or a page on which the ``key`` column stands. ``stops``: labels that only
    bound a value.
    """

    paper: str
    rows: str | None = None
    layout: Literal["prose", "certificate"]
    each: Literal["document", "page"] = "document"
    key: tuple[str, ...] = ()
    entries: tuple[PaperEntry, ...]
    stops: tuple[str, ...] = ()


def load_papers(config: ConfigSource, catalogue: Catalogue) -> Mapping[str, PaperSpec]:
    """All papers by document type, every id checked against the catalogue.

    Raises:
        ConfigError: a file is wrong; the message names file, line and key.
    """
    papers: dict[str, PaperSpec] = {}
    for name in config.names("papers/*.yaml"):
        file = config.one(name)
        paper = file.as_model(PaperSpec)
        _check(file, paper, catalogue)
        papers[paper.paper] = paper
    return papers


def _check(file: StrictFile, paper: PaperSpec, catalogue: Catalogue) -> None:
    if paper.paper not in catalogue.doctypes:
        raise file.error(
            ("paper",), f"{paper.paper!r} is no doctype; {closest(paper.paper, catalogue.doctypes)}"
        )
    if paper.rows is not None and paper.rows not in catalogue.fields:
        raise file.error(
            ("rows",), f"field {paper.rows!r} is not known; {closest(paper.rows, catalogue.fields)}"
        )
    if paper.rows is not None:
        known = [c.id for c in catalogue.fields[paper.rows].columns]
    else:
        known = [*catalogue.fields]
    for number, entry in enumerate(paper.entries):
        if entry.field not in known:
            raise file.error(
                ("entries", number, "field"),
                f"{entry.field!r} is no value of this paper; {closest(entry.field, known)}",
            )
    own = [e.field for e in paper.entries]
    for number, field in enumerate(paper.key):
        if field not in own:
            raise file.error(
                ("key", number), f"{field!r} is none of the entries; {closest(field, own)}"
            )
