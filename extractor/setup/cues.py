"""Cues beside the titles and keywords of the doctypes: further titles, and how a paper runs on.

``config/cues.yaml``. The doctype catalogue says what a paper is; this file says what helps to tell it
from its neighbours in a bound book of scans.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from extractor.setup.catalogue import Catalogue
from extractor.setup.source import ConfigSource, Entry
from extractor.setup.yaml_strict import ConfigModel, closest


class Cue(ConfigModel):
    """Cues of one doctype.

    ``titles``/``keywords``: more of them. ``runs_on``: a following page without a title of its own is
    part of it when it looks like running text (``text``), like more of the same table (``table``),
    either (``both``), anything at all (``any``), or never (``none``). ``restarts``: a further page with
    its title begins a new document always (``title``: certificates, agreements), when it is another title
    (``other_title``: papers of activities), or only when it names another year or another company's
    figures (``never``: lists that repeat their title on every page).

    ``annex_of``: directly behind one of these papers a page of this type is its annex. ``kin``: words
    alone do not tell this paper from these; a page without a title stays with the one before.
    ``says``: patterns over the text of a page, blanks left out, that only this paper says of itself (特聘请您
    担任本平台专家): they stand for a title that nobody could read. ``instead_of``: a page with that paper's title is this one where a line matches ``where`` (a pattern).

    A title with ``…`` allows anything in between: ``关于推荐…的函``, ``…汇总表 !季度`` (not with 季度). Without
    ``…`` at its end the last part closes the title.
    """

    id: str
    titles: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    runs_on: Literal["text", "table", "both", "any", "none"] = "none"
    annex_of: tuple[str, ...] = ()
    kin: tuple[str, ...] = ()
    instead_of: str = ""
    where: str = ""
    restarts: Literal["title", "other_title", "never"] = "never"


def load_cues(config: ConfigSource, catalogue: Catalogue) -> Mapping[str, Cue]:
    """Cues by doctype; a doctype without an entry has the defaults.

    Raises:
        ConfigError: the file is wrong.
    """
    cues: dict[str, Cue] = {}
    for entry in config.entries("cues.yaml", "cues"):
        if entry.id not in catalogue.doctypes:
            raise entry.error(
                f"doctype {entry.id!r} is not known; {closest(entry.id, catalogue.doctypes)}", "id"
            )
        cue = entry.as_model(Cue)
        _check(entry, cue, catalogue)
        cues[entry.id] = cue
    return {name: cues.get(name, Cue(id=name)) for name in catalogue.doctypes}


def _check(entry: Entry, cue: Cue, catalogue: Catalogue) -> None:
    other = (cue.instead_of,) if cue.instead_of else ()
    for key, names in (("annex_of", cue.annex_of), ("kin", cue.kin), ("instead_of", other)):
        for name in names:
            if name not in catalogue.doctypes:
                raise entry.error(
                    f"{key}: doctype {name!r} is not known; {closest(name, catalogue.doctypes)}",
                    key,
                )
    for key, patterns in (("where", (cue.where,)), ("says", cue.says)):
        try:
            for pattern in patterns:
                re.compile(pattern)
        except re.error as error:
            raise entry.error(f"{key}: not a regular expression: {error}", key) from error
