"""Strings to canonical values, pure: one module each for money, dates, numbers, identifiers, names, enums."""

from __future__ import annotations

from extractor.values.parse import KINDS, parse_value
from extractor.values.parsed import NO_CONTEXT, Parsed, UnitContext

__all__ = ["KINDS", "NO_CONTEXT", "Parsed", "UnitContext", "parse_value"]
