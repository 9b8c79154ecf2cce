"""The configuration of the project, loaded once for all tests."""

from __future__ import annotations

from functools import cache

from extractor.pipeline.tools import Tools, load_tools


@cache
def the_tools() -> Tools:
    return load_tools()
