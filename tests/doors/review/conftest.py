"""One result in a folder, and the page over it."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.review_site import Site, doubted_worksheet, write_result


@pytest.fixture
def site(tmp_path: Path) -> Site:
    write_result(tmp_path / "out" / "某平台", doubted_worksheet())
    return Site(tmp_path / "out", tmp_path / "home")
