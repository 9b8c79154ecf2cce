"""Drills: what the product promises to survive, done to it.

Small versions run with all other tests. The full size: ``EXTRACTOR_DRILLS=full pytest -m drill tests/drills -s``.
"""

from __future__ import annotations

import os

import pytest


@pytest.fixture(scope="session")
def is_full() -> bool:
    """Whether the full size is asked for."""
    return os.environ.get("EXTRACTOR_DRILLS") == "full"


@pytest.fixture
def full_only(is_full: bool) -> None:
    """Skips a drill in the normal run: another one beside it shows nearly the same."""
    if not is_full:
        pytest.skip("EXTRACTOR_DRILLS=full runs it")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/drills/" in item.path.as_posix():
            item.add_marker(pytest.mark.drill)
