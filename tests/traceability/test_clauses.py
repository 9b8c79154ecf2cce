"""Every clause that states a condition, a paper, a form rule or a date is carried by the configuration."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from support.clauses import (
    PAGE,
    Clause,
    ClauseTable,
    coverage_page,
    han_number,
    kind_of,
    loaded,
    numbered,
    own_ids,
    tables,
)

by_scheme = pytest.mark.parametrize("table", tables(), ids=lambda t: t.scheme)


def test_the_five_texts_have_a_table_each() -> None:
    assert [t.scheme for t in tables()] == [
        "jiangsu_2019_reevaluation",
        "national_2025_draft",
        "taiyuan_2023",
        "jiangxi_2023",
        "xinjiang_2012",
    ]


@by_scheme
def test_every_id_that_a_clause_names_exists_under_its_scheme(table: ClauseTable) -> None:
    scheme = loaded().schemes[table.scheme]
    for clause in table.clauses:
        for ident in clause.ids:
            assert kind_of(ident, scheme, loaded()), f"{clause.at}: {ident}"


@by_scheme
def test_everything_a_scheme_asks_stands_behind_a_clause(table: ClauseTable) -> None:
    named = {ident for clause in table.clauses for ident in clause.ids}
    assert sorted(own_ids(loaded().schemes[table.scheme]) - named) == []


@by_scheme
def test_no_article_and_no_item_of_an_article_is_left_out(table: ClauseTable) -> None:
    found: dict[int, set[int]] = {}
    for clause in table.clauses:
        number = numbered(clause.at)
        if number is not None:
            items = found.setdefault(number[0], set())
            if number[1] is not None:
                items.add(number[1])
    assert sorted(found) == list(range(1, table.articles + 1))
    for article, items in found.items():
        assert sorted(items) == list(range(1, len(items) + 1)), article


def _places(article: str) -> set[str]:
    """``第五条 第七条（一）`` names both; 一、复评范围 and 一 are one place."""
    parts = article.split()
    return {article, *parts, *(p.partition("、")[0] for p in parts), article.partition(" ")[0]}


@by_scheme
def test_a_clause_names_ids_of_its_own_article(table: ClauseTable) -> None:
    """Each criterion and paper is named at least once by a clause of the article that it cites."""
    scheme = loaded().schemes[table.scheme]
    at_of: dict[str, set[str]] = {}
    for clause in table.clauses:
        for ident in clause.ids:
            at_of.setdefault(ident, set()).update(_places(clause.at))
    for ident in own_ids(scheme) & scheme.served_ids:
        cited = _places(scheme.article_of(ident) or "")
        assert cited & at_of[ident], f"{ident} cites {scheme.article_of(ident)}"


def _told(text: str) -> str:
    return re.sub(r"[\s（）()，,；;：:。、…]", "", text)


@by_scheme
def test_the_words_of_a_clause_are_those_of_the_conditions_it_names(table: ClauseTable) -> None:
    """Of the criteria and papers named at their own article one at least prints words of the clause."""
    scheme = loaded().schemes[table.scheme]
    text_of = {x.id: x.text_zh for x in (*scheme.criteria, *scheme.materials)}
    for clause in table.clauses:
        own = [i for i in clause.ids if _places(scheme.article_of(i) or "") & _places(clause.at)]
        texts = [text_of[i] for i in own if i in text_of]
        if not texts or numbered(clause.at) is None:
            continue
        pieces = [_told(p) for text in texts for p in re.split("[…，；。]", text) if len(p) > 3]
        words = _told(clause.words)
        assert any(p in words or words in _told(t) for p in pieces for t in texts), clause.at


def test_the_page_is_the_one_the_tables_give() -> None:
    """Run ``make coverage`` where this fails."""
    assert PAGE.read_text(encoding="utf-8") == coverage_page()


def test_a_clause_has_ids_or_a_reason() -> None:
    with pytest.raises(ValueError, match="either 'ids' or the reason"):
        Clause(at="第一条", words="目的和依据")
    with pytest.raises(ValueError, match="either 'ids' or the reason"):
        Clause(at="第一条", words="目的和依据", ids=("x",), not_for_one_packet="y")


def test_numbers_of_articles_are_read() -> None:
    assert [han_number(t) for t in ("一", "十", "十一", "二十", "三十九")] == [1, 10, 11, 20, 39]
    assert numbered("第十一条（三）") == (11, 3)
    assert numbered("附件1 推荐表") is None


@pytest.mark.real
@by_scheme
def test_the_words_are_verbatim_and_no_article_of_the_text_is_missing(table: ClauseTable) -> None:
    """Needs ``EXTRACTOR_SEEDS``: the folder of the five texts."""
    folder = os.environ.get("EXTRACTOR_SEEDS")
    if not folder:
        pytest.skip("EXTRACTOR_SEEDS is unset")
    text = (Path(folder) / table.seed).read_text(encoding="utf-8")
    together = re.sub(r"\s", "", text)
    for clause in table.clauses:
        assert re.sub(r"\s", "", clause.words) in together, clause.at
    begun = re.findall(r"^\s*第([一二三四五六七八九十]+)条", text, re.MULTILINE)
    assert {han_number(n) for n in begun} == set(range(1, table.articles + 1))
