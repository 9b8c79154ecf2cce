"""Names of real listed firms: damaged and short names find their firm, brands of others do not."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from extractor.matching import Sameness, find_duplicates, match_names

pytestmark = pytest.mark.real
SEED = 7


def folder() -> Path:
    root = os.environ.get("EXTRACTOR_REAL_DATA")
    if not root or not (Path(root) / "company_names").is_dir():
        pytest.skip("EXTRACTOR_REAL_DATA is unset or holds no company_names")
    return Path(root) / "company_names"


def pairs() -> list[tuple[str, str]]:
    lines = (folder() / "full_and_short_names.tsv").read_text("utf-8").splitlines()[1:]
    return [(full, short) for full, _, short in (line.partition("\t") for line in lines)]


def damaged(name: str, kind: str, rng: random.Random, alphabet: list[str]) -> str:
    at = rng.randrange(len(name))
    other = rng.choice(alphabet)
    return {
        "substituted": name[:at] + other + name[at + 1 :],
        "deleted": name[:at] + name[at + 1 :],
        "inserted": name[:at] + other + name[at:],
        "cut": name[:-2],
        "formless": name.removesuffix("股份有限公司"),
        "spaced": " ".join(name),
    }[kind]


@pytest.mark.parametrize(
    ("kind", "share"),
    [("substituted", 0.99), ("deleted", 0.95), ("inserted", 0.97), ("cut", 0.98),
     ("formless", 0.98), ("spaced", 1.0)],
)  # fmt: skip
def test_a_damaged_name_finds_its_firm_and_is_never_sure_of_another(
    kind: str, share: float
) -> None:
    rng = random.Random(SEED)
    firms = list(dict.fromkeys(full for full, _ in pairs()))
    alphabet = sorted(set("".join(firms)))
    found = match_names([damaged(f, kind, rng, alphabet) for f in firms], firms)
    right = sum(m is not None and m.name == f for m, f in zip(found, firms, strict=True))
    assert right / len(firms) >= share
    wrong = [m for m, f in zip(found, firms, strict=True) if m is not None and m.name != f]
    assert len(wrong) / len(firms) <= 0.005
    assert all(m.match.verdict is Sameness.LIKELY for m in wrong)


def test_short_names_find_their_firm_or_none() -> None:
    rows = pairs()
    firms = list(dict.fromkeys(full for full, _ in rows))
    found = match_names([short for _, short in rows], firms)
    right = sum(m is not None and m.name == full for m, (full, _) in zip(found, rows, strict=True))
    missed = sum(m is None for m in found)
    assert right / len(rows) >= 0.9
    assert (len(rows) - right - missed) / len(rows) <= 0.01


def test_brands_of_others_are_refused() -> None:
    firms = list(dict.fromkeys(full for full, _ in pairs()))
    brands = (folder() / "short_forms_sample.txt").read_text("utf-8").split()
    found = [m for m in match_names(brands, firms) if m is not None]
    # a few of the sample are brands of firms in the list
    assert len(found) / len(brands) <= 0.01
    assert all(m.match.verdict is Sameness.LIKELY for m in found)


def test_real_firms_are_not_taken_for_duplicates() -> None:
    firms = list(dict.fromkeys(full for full, _ in pairs()))
    assert not [d for d in find_duplicates(firms) if d.match.verdict is Sameness.SAME]
    assert len(find_duplicates(firms)) <= 2
