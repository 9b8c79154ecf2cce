"""What ids are called on screen, from the catalogue."""

from __future__ import annotations

import re

from extractor.setup.catalogue import Catalogue, FieldSpec
from extractor.worksheet.naming import Naming

_PLACEHOLDER = re.compile(r"^[（(](.+)[)）]$")


def naming_of(catalogue: Catalogue, lang: str = "zh") -> Naming:
    """Labels, enum words, kinds and column order for the worksheet writers."""
    specs = [*catalogue.fields.values(), *catalogue.columns.values()]
    labels = {s.id: s.en if lang == "en" else _zh(s) for s in specs}
    for quantity in catalogue.derived.values():
        labels[quantity.id] = quantity.en if lang == "en" else quantity.zh
    kinds: dict[str, str] = {s.id: s.type for s in specs}
    kinds.update({d.id: d.type for d in catalogue.derived.values()})
    enums = {
        s.id: {m.id: m.id if lang == "en" else m.zh[0] for m in catalogue.enums[s.enum].members}
        for s in specs
        if s.enum is not None
    }
    classes = catalogue.enums["entity_class"].members
    enums["applicant_entity_class"] = {m.id: m.id if lang == "en" else m.zh[0] for m in classes}
    return Naming(
        labels=labels,
        enum_labels=enums,
        document_types={d.id: d.en if lang == "en" else d.zh for d in catalogue.doctypes.values()},
        kinds=kinds,
        columns={
            f.id: tuple(c.id for c in f.columns) for f in catalogue.fields.values() if f.columns
        },
        sensitive=frozenset(s.id for s in specs if s.sensitive),
    )


def _zh(spec: FieldSpec) -> str:
    """The first label; the catalogue brackets names that no paper prints."""
    found = _PLACEHOLDER.match(spec.zh[0])
    return found.group(1) if found else spec.zh[0]
