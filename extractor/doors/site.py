"""What belongs to this site: its key and the ledger in which signed heads are kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from extractor.decisions.heads import HeadStore
from extractor.jobs.ledger import default_place, open_ledger


@contextmanager
def site_heads() -> Iterator[HeadStore]:
    """The heads of this site's chains of decisions, kept in its ledger (made on first use)."""
    ledger = open_ledger(default_place())
    try:
        yield ledger.heads()
    finally:
        ledger.close()
