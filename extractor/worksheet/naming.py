"""What ids are called on screen: the caller's catalogue, as plain mappings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from extractor.worksheet.english import English


def _empty() -> dict[str, str]:
    return {}


@dataclass(frozen=True)
class Naming:
    """Names for ids in the worksheet's language. What is missing is shown as its id.

    Attributes:
        labels: field, column and derived-quantity id → label.
        enum_labels: field or column id → its enum's id → word.
        document_types: document type id → name.
        kinds: field or column id → value kind (``money``, ``ratio``, ``date`` … of ``fields.yaml``).
        columns: rows field id → its column ids in form order.
        sensitive: field and column ids whose values are masked by default.
        heads: column id → its head where its label alone is that of another column of the list.
        english: tells in English what rules said in Chinese; ``None`` where it stays Chinese.
    """

    labels: Mapping[str, str] = field(default_factory=_empty)
    enum_labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    document_types: Mapping[str, str] = field(default_factory=_empty)
    kinds: Mapping[str, str] = field(default_factory=_empty)
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sensitive: frozenset[str] = frozenset()
    english: English | None = None
    heads: Mapping[str, str] = field(default_factory=_empty)

    def head(self, column_id: str) -> str:
        """A column's head in its list: its label, but where another column of the list has it too."""
        return self.heads.get(column_id) or self.label(column_id)

    def label(self, field_id: str) -> str:
        """The field's label, or its id."""
        return self.labels.get(field_id, field_id)

    def name(self, ident: str) -> str:
        """What a field, quantity or document type is called, or its id."""
        return self.labels.get(ident) or self.document_type(ident)

    def document_type(self, type_id: str) -> str:
        """The document type's name, or its id."""
        return self.document_types.get(type_id, type_id)

    def enum_word(self, field_id: str, value: str) -> str | None:
        """The word for an enum's ``value``; ``None`` where the field has no such enum entry.

        An unknown ``field_id`` ("" for a quantity) is answered only where all enums that have this
        value agree on its word.
        """
        if field_id in self.enum_labels:
            return self.enum_labels[field_id].get(value)
        if field_id in self.kinds:
            return None
        words = {words[value] for words in self.enum_labels.values() if value in words}
        return words.pop() if len(words) == 1 else None
