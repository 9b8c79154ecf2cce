"""What ids are called on screen, from the catalogue."""

from __future__ import annotations

import re
from weakref import WeakKeyDictionary

from extractor.rules.evaluate import checks_of
from extractor.setup.catalogue import Catalogue, EnumMember, FieldSpec
from extractor.setup.english import load_english, titles_of_schemes
from extractor.worksheet.english import English
from extractor.worksheet.naming import Naming

_PLACEHOLDER = re.compile(r"^[（(]([^（()）]+)[)）]$")


def naming_of(catalogue: Catalogue, lang: str = "zh") -> Naming:
    """Labels, enum words, kinds and column order for the worksheet writers."""
    specs = [*catalogue.fields.values(), *catalogue.columns.values()]
    labels = {s.id: s.en if lang == "en" else _zh(s) for s in specs}
    for quantity in catalogue.derived.values():
        labels[quantity.id] = quantity.en if lang == "en" else quantity.zh
    kinds: dict[str, str] = {s.id: s.type for s in specs}
    kinds.update({d.id: d.type for d in catalogue.derived.values()})
    enums = {
        s.id: {m.id: _word(m, lang) for m in catalogue.enums[s.enum].members}
        for s in specs
        if s.enum is not None
    }
    classes = catalogue.enums["entity_class"].members
    enums["applicant_entity_class"] = {m.id: _word(m, lang) for m in classes}
    return Naming(
        labels=labels,
        enum_labels=enums,
        document_types={d.id: d.en if lang == "en" else d.zh for d in catalogue.doctypes.values()},
        kinds=kinds,
        columns={
            f.id: tuple(c.id for c in f.columns) for f in catalogue.fields.values() if f.columns
        },
        sensitive=frozenset(s.id for s in specs if s.sensitive),
        english=english_of(catalogue) if lang == "en" else None,
        heads={} if lang == "en" else _SIDES,
    )


_SIDES = {"agreements.partner": "合作方", "agreements.applicant": "申请单位一方"}
"""Papers print 甲方 and 乙方 for either of them; two columns of one name would not say who is who."""
_ENGLISH: WeakKeyDictionary[Catalogue, English] = WeakKeyDictionary()


def english_of(catalogue: Catalogue) -> English:
    """English of what rules say, for a catalogue that was loaded from files; made once."""
    if catalogue not in _ENGLISH:
        _ENGLISH[catalogue] = _english(catalogue)
    return _ENGLISH[catalogue]


def _english(catalogue: Catalogue) -> English:
    named = [*catalogue.fields.values(), *catalogue.columns.values()]
    labels = {s.id: (catalogue.label(s.id), s.en) for s in named}
    labels.update({d.id: (d.zh, d.en) for d in catalogue.derived.values()})
    texts = {word: m.id.replace("_", " ") for e in catalogue.enums.values() for m in e.members for word in m.zh}  # fmt: skip
    texts.update(reversed(labels.values()))
    texts.update({d.zh: d.en for d in catalogue.doctypes.values()})
    for quantity in catalogue.derived.values():
        texts.update((reading.zh, reading.en) for reading in quantity.readings)
    checks = {c.id: (c.zh, c.en, c.finding_zh, c.finding_en) for c in checks_of(catalogue)}
    texts.update({zh: en for zh, en, _, _ in checks.values()})
    if catalogue.source is not None:
        texts.update(titles_of_schemes(catalogue.source))
        texts.update(load_english(catalogue.source))
    return English(texts, checks, labels)


def _word(member: EnumMember, lang: str) -> str:
    """What a value of a closed list is called; ids are made of English words."""
    return member.id.replace("_", " ") if lang == "en" else member.zh[0]


def _zh(spec: FieldSpec) -> str:
    """The first label; the catalogue brackets names that no paper prints."""
    found = _PLACEHOLDER.match(spec.zh[0])
    return found.group(1) if found else spec.zh[0]
