"""The engine of this machine: ready before there is work where that is asked for."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from support.readers import ActingReaders

from extractor.jobs.local import LocalEngine, LocalSettings


def started(folder: Path, wanted: int) -> int:
    """Workers that made their reader, waited for."""
    until = time.monotonic() + 60
    while (found := len(list(folder.glob("pid-*")))) < wanted and time.monotonic() < until:
        time.sleep(0.05)
    return found


@pytest.mark.parametrize(("warm", "wanted"), [(True, 2), (False, 0)])
def test_workers_wait_for_work_only_where_that_was_asked_for(
    tmp_path: Path, warm: bool, wanted: int
) -> None:
    engine = LocalEngine(ActingReaders(tmp_path), LocalSettings(workers=2, warm=warm))
    try:
        engine.warm()
        assert started(tmp_path, wanted) == wanted
        engine.warm()  # they are there
        assert started(tmp_path, wanted) == wanted
    finally:
        engine.close()
