"""Options and fixtures for all tests."""

from __future__ import annotations

import pytest
from support.config import the_tools

from extractor.pipeline.tools import Tools


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--regenerate-golden",
        action="store_true",
        default=False,
        help="write the golden files anew instead of comparing with them",
    )


@pytest.fixture(scope="session")
def tools() -> Tools:
    """The project's own configuration, loaded once."""
    return the_tools()
