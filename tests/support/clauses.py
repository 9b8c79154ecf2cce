"""From every clause of the five texts to the configuration: the table in ``tests/traceability``.

    python tests/support/clauses.py

writes ``docs/coverage.md``. A clause names what carries it: ids of criteria, materials, rules and
ambiguities of its scheme, of cross-checks, fields and doctypes, ``scheme.KEY`` for what stands in the
head, ``function.ID`` for a service function; or the reason why no single packet answers to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import Field, model_validator

from extractor.rules.checks.load import load_checks
from extractor.rules.checks.spec import CheckSpec
from extractor.setup.catalogue import Catalogue, load_catalogue
from extractor.setup.scheme_loading import load_schemes
from extractor.setup.schemes import Scheme
from extractor.setup.yaml_strict import ConfigModel, load_model

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tests" / "traceability"
PAGE = ROOT / "docs" / "coverage.md"


class Clause(ConfigModel):
    """``at``: article, paragraph or note; ``words``: verbatim, spaces aside; then ids or the reason."""

    at: str = Field(min_length=1)
    words: str = Field(min_length=2)
    ids: tuple[str, ...] = ()
    not_for_one_packet: str | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Clause:
        if bool(self.ids) == bool(self.not_for_one_packet):
            raise ValueError("a clause has either 'ids' or the reason 'not_for_one_packet'")
        return self


class ClauseTable(ConfigModel):
    """One text. ``articles``: how many numbered articles (第…条) it has; 0 for a notice without."""

    seed: str
    scheme: str
    articles: int
    clauses: tuple[Clause, ...]


@dataclass(frozen=True)
class Loaded:
    """The configuration that the clauses point into."""

    catalogue: Catalogue
    schemes: Mapping[str, Scheme]
    checks: Mapping[str, CheckSpec]


@cache
def loaded() -> Loaded:
    catalogue = load_catalogue(ROOT / "config")
    schemes = load_schemes(ROOT / "config", catalogue)
    checks = load_checks(ROOT / "config", catalogue, tuple(schemes))
    return Loaded(catalogue, schemes, {spec.id: spec for spec in checks})


@cache
def tables() -> tuple[ClauseTable, ...]:
    """All tables in the order of the texts."""
    found = [load_model(ClauseTable, path) for path in sorted(FOLDER.glob("*.yaml"))]
    return tuple(sorted(found, key=lambda t: t.seed))


def own_ids(scheme: Scheme) -> frozenset[str]:
    """Everything of a scheme that a clause must stand behind; what another text gave is left out."""
    head = scheme.head
    elsewhere = {x.id for x in (*head.exclusions, *head.time_rules) if x.source is not None}
    functions = {f"function.{f.id}" for f in head.functions}
    return (scheme.served_ids - elsewhere) | set(scheme.ambiguities) | functions


def kind_of(ident: str, scheme: Scheme, config: Loaded) -> str | None:
    """What an id is, in Chinese; ``None``: nothing of this scheme, nor of the catalogue."""
    head = scheme.head
    if ident.startswith("scheme."):
        return "办法" if getattr(head, ident.removeprefix("scheme."), None) else None
    if ident.startswith("function."):
        known = {f.id for f in head.functions}
        return "服务功能" if ident.removeprefix("function.") in known else None
    check = config.checks.get(ident)
    if check is not None:
        return "核对" if {"all", scheme.id} & set(check.schemes) else None
    rules = (*head.time_rules, *head.counting_rules, *head.exclusions, *head.relaxations)
    listed = {
        "条件": [c.id for c in scheme.criteria],
        "材料": [m.id for m in scheme.materials],
        "歧义": list(scheme.ambiguities),
        "规则": [*(r.id for r in rules), *([head.function_rule.id] if head.function_rule else [])],
        "栏目": [*config.catalogue.fields],
        "文件类型": [*config.catalogue.doctypes],
    }
    return next((kind for kind, ids in listed.items() if ident in ids), None)


def numbered(text: str) -> tuple[int, int | None] | None:
    """``第六条（三）`` as (6, 3), ``第六条 末款`` as (6, None); ``None``: not an article."""
    match = re.match(r"第([一二三四五六七八九十]+)条(?:（([一二三四五六七八九十]+)）)?", text)
    if match is None:
        return None
    return han_number(match[1]), han_number(match[2]) if match[2] else None


def han_number(text: str) -> int:
    """一 to 九十九."""
    tens, ten, ones = text.rpartition("十") if "十" in text else ("", "", text)
    digits = "一二三四五六七八九"
    value = digits.index(ones) + 1 if ones else 0
    return value + (10 * (digits.index(tens) + 1 if tens else 1) if ten else 0)


def serving(ids: tuple[str, ...], scheme: Scheme, config: Loaded) -> tuple[str, ...]:
    """Checks that run under the scheme and serve one of the ids."""
    return tuple(
        spec.id
        for spec in config.checks.values()
        if {"all", scheme.id} & set(spec.schemes) and set(spec.serves) & set(ids)
    )


def coverage_page() -> str:
    """``docs/coverage.md``."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    config = loaded()
    clauses = [c for table in tables() for c in table.clauses]
    carried = sum(1 for c in clauses if c.ids)
    yield "# 条文与配置对照"
    yield ""
    yield (
        "五份文本中凡规定条件、材料、表式或日期的条、款、附件和附注，逐条列出它落在 `config/` 的哪里。"
        "本页由 `tests/traceability/` 生成（`make coverage`），请勿手改；测试核对编号均存在、"
        "各办法的条件、材料、规则和歧义都有条文可循。"
    )
    yield ""
    yield f"共 {len(clauses)} 处：{carried} 处落在配置，{len(clauses) - carried} 处不由单份材料回答。"
    for table in tables():
        scheme = config.schemes[table.scheme]
        with_ids = sum(1 for c in table.clauses if c.ids)
        yield ""
        yield f"## {scheme.head.title_zh}"
        yield ""
        yield (
            f"`{scheme.id}`：{len(table.clauses)} 处，{with_ids} 处落在配置"
            + (f"；第一条至第{table.articles}条" if table.articles else "")
            + "。"
        )
        yield ""
        yield "| 条款 | 原文 | 落在 | 另有核对 |"
        yield "|---|---|---|---|"
        for clause in table.clauses:
            yield _row(clause, scheme, config)


def _row(clause: Clause, scheme: Scheme, config: Loaded) -> str:
    if clause.not_for_one_packet:
        return f"| {clause.at} | {clause.words} | 不由单份材料回答：{clause.not_for_one_packet} | |"
    kinds: dict[str, list[str]] = {}
    for ident in clause.ids:
        shown = ident.removeprefix("scheme.").removeprefix("function.")
        kinds.setdefault(kind_of(ident, scheme, config) or "？", []).append(f"`{shown}`")
    where = "；".join(f"{kind} {'、'.join(ids)}" for kind, ids in kinds.items())
    others = [c for c in serving(clause.ids, scheme, config) if c not in clause.ids]
    return f"| {clause.at} | {clause.words} | {where} | {'、'.join(others)} |"


if __name__ == "__main__":
    PAGE.write_text(coverage_page(), encoding="utf-8")
