"""TEDS: how alike two tables are, as the edit distance of their HTML trees (Zhong et al., 2020).

``1 - distance / max(nodes)`` where a node is ``table``, ``tr`` or ``td``. Renaming a ``td`` costs 1
where the spans differ, otherwise the normalised edit distance of the texts (0 in TEDS-S).
The distance is the one of Zhang and Shasha (1989).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser

from extractor.core.page import Table


@dataclass
class Node:
    tag: str
    spans: tuple[int, int] = (1, 1)
    text: str = ""
    children: list[Node] = field(default_factory=list)


def teds(found: Node, truth: Node, *, structure_only: bool = False) -> float:
    """Similarity 0..1; 1.0 for equal tables."""

    def rename(a: Node, b: Node) -> float:
        if a.tag != b.tag or a.spans != b.spans:
            return 1.0
        if a.tag != "td" or structure_only:
            return 0.0
        return _text_distance(a.text, b.text)

    most = max(_count(found), _count(truth))
    return 1.0 - _tree_distance(found, truth, rename) / most


def tree_of_table(table: Table) -> Node:
    root = Node("table")
    for row in range(table.n_rows):
        cells = [c for c in table.row_cells(row) if c.row == row]
        leaves = [Node("td", (c.row_span, c.col_span), _squeezed(c.text)) for c in cells]
        root.children.append(Node("tr", children=leaves))
    return root


def tree_of_html(html: str) -> Node:
    """The first table of a page."""
    reader = _Reader()
    reader.feed(html)
    return reader.root


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Node("table")
        self._cell: Node | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.root.children.append(Node("tr"))
        elif tag in ("td", "th"):
            given = dict(attrs)
            spans = (int(given.get("rowspan") or 1), int(given.get("colspan") or 1))
            self._cell = Node("td", spans)
            self.root.children[-1].children.append(self._cell)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._cell = None

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.text += _squeezed(data)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _count(node: Node) -> int:
    return 1 + sum(_count(child) for child in node.children)


def _text_distance(a: str, b: str) -> float:
    if not a and not b:
        return 0.0
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1] / max(len(a), len(b))


def _tree_distance(a: Node, b: Node, rename: Callable[[Node, Node], float]) -> float:
    nodes_a, left_a, roots_a = _postorder(a)
    nodes_b, left_b, roots_b = _postorder(b)
    trees = [[0.0] * len(nodes_b) for _ in nodes_a]
    for i in roots_a:
        for j in roots_b:
            la, lb = left_a[i], left_b[j]
            forest = [[0.0] * (j - lb + 2) for _ in range(i - la + 2)]
            for x in range(1, i - la + 2):
                forest[x][0] = forest[x - 1][0] + 1
            for y in range(1, j - lb + 2):
                forest[0][y] = forest[0][y - 1] + 1
            for x in range(1, i - la + 2):
                for y in range(1, j - lb + 2):
                    p, q = la + x - 1, lb + y - 1
                    drop = min(forest[x - 1][y], forest[x][y - 1]) + 1
                    if left_a[p] == la and left_b[q] == lb:
                        swap = forest[x - 1][y - 1] + rename(nodes_a[p], nodes_b[q])
                        forest[x][y] = trees[p][q] = min(drop, swap)
                    else:
                        keep = forest[left_a[p] - la][left_b[q] - lb] + trees[p][q]
                        forest[x][y] = min(drop, keep)
    return trees[-1][-1]


def _postorder(root: Node) -> tuple[list[Node], list[int], list[int]]:
    """Nodes in post-order, the leftmost leaf of each, and the key roots, ascending."""
    nodes: list[Node] = []
    left: list[int] = []

    def visit(node: Node) -> int:
        firsts = [visit(child) for child in node.children]
        nodes.append(node)
        left.append(firsts[0] if firsts else len(nodes) - 1)
        return left[-1]

    visit(root)
    last: dict[int, int] = {first: i for i, first in enumerate(left)}
    return nodes, left, sorted(last.values())
