"""Strings to canonical values, pure: one module each for money, dates, numbers, identifiers, names, enums."""

from __future__ import annotations

from extractor.values.parsed import Parsed, UnitContext

__all__ = ["Parsed", "UnitContext"]
