"""Options and fixtures for all tests."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings
from support.config import the_tools

from extractor.pipeline.tools import Tools

# The same examples on every run, so that a red run means a change made it red. Look for new ones with
# HYPOTHESIS_PROFILE=explore, and leave what it finds behind as a test of its own.
settings.register_profile("steady", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("explore", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


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
