"""Pairs that are easily taken wrongly, each with what should be said of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractor.matching import Match, Sameness, compare_organisations, find_duplicates, match_names

LINES = (Path(__file__).parent / "hard_pairs.tsv").read_text(encoding="utf-8").splitlines()
PAIRS = [tuple(line.split("\t")) for line in LINES if line and not line.startswith("#")]


@pytest.mark.parametrize(("left", "right", "verdict", "words"), PAIRS)
def test_a_hard_pair_is_judged_and_explained_in_both_languages(
    left: str, right: str, verdict: str, words: str
) -> None:
    for match in (compare_organisations(left, right), compare_organisations(right, left)):
        assert match.verdict == verdict, match.reason
        assert words in match.reason
        assert match.reason_en.strip()
        assert 0 <= match.score <= 1


def test_no_pair_of_the_set_is_taken_for_certain_that_is_not_one() -> None:
    wrong = [p for p in PAIRS if p[2] != "same" and _match(p).verdict is Sameness.SAME]
    assert not wrong


def test_a_list_finds_each_pair_that_is_the_same() -> None:
    for left, right, verdict, _ in PAIRS:
        if verdict == "same":
            found = find_duplicates([left, "上饶白鹤物流有限公司", right])
            assert [(d.first, d.second, d.match.verdict) for d in found] == [(0, 2, "same")]
            best = match_names([left], ["上饶白鹤物流有限公司", right])[0]
            assert best is not None and (best.index, best.match.verdict) == (1, "same")


def _match(pair: tuple[str, ...]) -> Match:
    return compare_organisations(pair[0], pair[1])
