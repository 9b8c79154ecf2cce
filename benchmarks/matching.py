"""How fast and how well 2,000 names find their like among 2,000, beside plain rapidfuzz in the same run.

    python benchmarks/matching.py [--names 2000] [--seed 7] [--list FILE]

The names are drawn (place, brand, trade, legal form), or read from the first column of FILE. Each is
damaged as lists are: a misread character, one left out, the legal form in other words, brackets, the
province left out, the end cut off, a former name added; a tenth are of firms that are not in the list. The
peer is ``rapidfuzz.process.cdist`` with its normalised edit similarity and the best above 0.83, ours
explains what it found. Machines are shared and noisy: compare the two times of one run.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from extractor.matching import Sameness, find_duplicates, match_names
from extractor.matching.organisations import SLIP_SIMILARITY

PLACES = (
    "江西",
    "江西省",
    "江西省南昌市",
    "南昌市",
    "九江",
    "湖南",
    "广东省深圳市",
    "上海",
    "浙江杭州",
    "",
)
BRANDS = "宇辰华泰青橙红梅白鹤云帆鼎新正源海诚天成嘉禾万和康瑞普惠星辉立信远航博雅中兴同创金穗弘毅"
TRADES = (
    "信息科技", "电子商务", "机械制造", "环保科技", "食品", "医药", "建筑工程", "物流", "新材料", "农业发展",
    "企业管理咨询", "检测技术", "教育科技", "文化传媒", "软件",
)  # fmt: skip
FORMS = ("有限公司", "有限公司", "有限公司", "股份有限公司", "有限责任公司")


def drawn_names(count: int, rng: random.Random) -> list[str]:
    """Different names; two brand characters, so that many firms differ in one."""
    found: dict[str, None] = {}
    while len(found) < count:
        brand = "".join(rng.sample(BRANDS, 2))
        name = rng.choice(PLACES) + brand + rng.choice(TRADES) + rng.choice(FORMS)
        found[name] = None
    return list(found)


def damaged(name: str, rng: random.Random) -> str:
    """The name as another list may print it."""
    at = rng.randrange(2, max(3, len(name) - 4))
    return rng.choice(
        (
            name,
            name,
            name,
            name[:at] + rng.choice(BRANDS) + name[at + 1 :],
            name[:at] + name[at + 1 :],
            name.replace("有限责任公司", "有限公司"),
            name.replace("江西省", "").replace("江西", ""),
            name[:-2],
            f"{name}（原名：{name[:2]}旧名商贸有限公司）",
            f"{name[:2]}（{name[2:4]}）{name[4:]}",
        )
    )


def peer(names: Sequence[str], firms: Sequence[str]) -> list[tuple[int | None, bool]]:
    """The most similar name above the same limit; sure where it is equal."""
    table = process.cdist(names, firms, scorer=Levenshtein.normalized_similarity)
    best = np.argmax(table, axis=1)
    top = table[np.arange(len(names)), best]
    return [
        (int(i) if score >= SLIP_SIMILARITY else None, bool(score == 1))
        for i, score in zip(best, top, strict=True)
    ]


def ours(names: Sequence[str], firms: Sequence[str]) -> list[tuple[int | None, bool]]:
    return [
        (None, False) if m is None else (m.index, m.match.verdict is Sameness.SAME)
        for m in match_names(names, firms)
    ]


Way = Callable[[Sequence[str], Sequence[str]], list[tuple[int | None, bool]]]


def measured(
    way: Way, names: Sequence[str], firms: Sequence[str], truth: Sequence[int | None]
) -> tuple[float, str]:
    """Processor seconds, and how the answers compare with the truth."""
    start = time.process_time()
    found = way(names, firms)
    took = time.process_time() - start
    right = sum(f == t for (f, _), t in zip(found, truth, strict=True))
    wrong = sum(f is not None and f != t for (f, _), t in zip(found, truth, strict=True))
    surely = sum(s and f != t for (f, s), t in zip(found, truth, strict=True))
    share = (
        f"right {right / len(names):.1%}, wrong {wrong / len(names):.1%}, wrong and sure {surely}"
    )
    return took, share


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    arguments.add_argument("--names", type=int, default=2000)
    arguments.add_argument("--seed", type=int, default=7)
    arguments.add_argument("--list", type=Path, help="names, one a line; first column of a TSV")
    asked = arguments.parse_args()
    rng = random.Random(asked.seed)
    if asked.list is None:
        every = drawn_names(asked.names + asked.names // 10, rng)
    else:
        lines = asked.list.read_text(encoding="utf-8").splitlines()
        every = list(dict.fromkeys(line.partition("\t")[0] for line in lines if line.strip()))
        rng.shuffle(every)
    cut = len(every) * 10 // 11
    firms, strangers = every[:cut], every[cut:]
    order = rng.sample(range(cut), cut - len(strangers))
    truth: list[int | None] = [*order, *([None] * len(strangers))]
    names = [damaged(firms[i], rng) for i in order] + strangers
    took = {}
    for title, way in (("rapidfuzz cdist", peer), ("extractor", ours)):
        took[title], share = measured(way, names, firms, truth)
        print(f"{title:16} {len(names)} × {len(firms)}: {took[title]:.2f} s; {share}")
    print(f"times as long as the peer: {took['extractor'] / took['rapidfuzz cdist']:.1f}")
    start = time.process_time()
    pairs = find_duplicates(names)
    print(
        f"duplicates within {len(names)}: {time.process_time() - start:.2f} s, {len(pairs)} pairs"
    )


if __name__ == "__main__":
    main()
