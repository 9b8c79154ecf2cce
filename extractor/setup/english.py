"""English of Chinese texts that rules put into a worksheet: ``config/english/*.yaml``.

Each entry is a Chinese text (its ``id``) with its English. A text may have places, ``{x}``, which the
English repeats: ``{n}``, ``{m}`` and ``{c}`` stand for numbers, ``{p}`` for page numbers, the others for
any words. An overlay adds texts of its own schemes, or says known ones otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter

from pydantic import Field

from extractor.setup.scheme_head import SchemeHead
from extractor.setup.source import ConfigSource
from extractor.setup.yaml_strict import ConfigModel


class EnglishText(ConfigModel):
    """One Chinese text and its English."""

    id: str = Field(min_length=1)
    en: str = Field(min_length=1)


def places_of(text: str) -> frozenset[str]:
    """The names of the places in a text. ``ValueError``: a bracket is not closed."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def load_english(source: ConfigSource) -> Mapping[str, str]:
    """Chinese text → English.

    Raises:
        ConfigError: a file is not as it must be, or an English text has other places than its Chinese.
    """
    found: dict[str, str] = {}
    for entry in source.entries("english/*.yaml", "texts"):
        text = entry.as_model(EnglishText)
        try:
            odd = places_of(text.id) ^ places_of(text.en)
        except ValueError as error:
            raise entry.error(f"en: {error}", "en") from error
        if odd:
            raise entry.error(
                f"en: its places must be those of the Chinese; differing: {', '.join(sorted(odd))}",
                "en",
            )
        found[text.id] = text.en
    return found


def titles_of_schemes(source: ConfigSource) -> Mapping[str, str]:
    """Chinese title → English title of every scheme. ``ConfigError``: a ``scheme.yaml`` is wrong."""
    heads = (source.one(n).as_model(SchemeHead) for n in source.names("schemes/*/scheme.yaml"))
    return {head.title_zh: head.title_en for head in heads}
