"""Open booklets on one page, and labels in two languages."""

from __future__ import annotations

from dataclasses import replace

from support.pages import body, grid, line, page

from extractor.core.geometry import Size
from extractor.core.page import PacketPage
from extractor.fields.forms.answers import answers_on
from extractor.fields.forms.labels import Label, LabelIndex


def answers(paper: PacketPage, *labels: str) -> dict[str, list[str]]:
    index = LabelIndex(Label(name, (name,)) for name in labels)
    found: dict[str, list[str]] = {}
    for answer in answers_on(paper, index, prose=False):
        if answer.firm:
            found.setdefault(answer.owner, []).append(answer.run.text.strip(" :："))
    return found


def landscape(paper: PacketPage) -> PacketPage:
    return replace(paper, read=replace(paper.read, upright=Size(842, 595)))


def booklet() -> PacketPage:
    left = [
        line("登记编号：", x=60, y=120),
        line("抚食备2021第0457号", x=115, y=127),
        line("单位名称：抚州市小微企业服务中心", x=60, y=170),
        line("办公场所：抚州市临川区文昌大道66号", x=60, y=205),
        line("主要负责人：", x=60, y=240),
        line("汤文", x=126, y=247),
        line("有效期限：2021年6月1日至2026年5月31日", x=60, y=290),
    ]
    right = body(
        "1. 本登记证由登记机关核发，仅限本单位使用。",
        "2. 办公场所改变的，应当在三十日内办理变更。",
        "3. 主要负责人改变的，应当交回本登记证换领。",
        "4. 登记编号不得涂改，遗失的应当公告声明。",
        "5. 有效期限届满前三十日内申请延续登记。",
        "6. 单位名称与公章不符的，本登记证无效。",
        x=450,
        y=118,
    )
    return landscape(page(left, right))


def test_the_rules_on_the_right_half_of_a_booklet_answer_nothing_on_its_left() -> None:
    found = answers(booklet(), "登记编号", "单位名称", "办公场所", "主要负责人", "有效期限")
    assert found["登记编号"][0] == "抚食备2021第0457号"
    assert found["主要负责人"][0] == "汤文"
    assert "抚州市临川区文昌大道66号" in found["办公场所"]
    assert "抚州市小微企业服务中心" in found["单位名称"]


def test_values_in_a_column_of_their_own_are_no_second_half() -> None:
    rows = [("名称", "抚州市小微企业服务中心"), ("住所", "抚州市临川区文昌大道66号"), ("法定代表人", "汤文"),
            ("开办资金", "120万元"), ("举办单位", "抚州市工业和信息化局"), ("经费来源", "财政补助")]  # fmt: skip
    labels = [line(k, x=300, y=100 + 40 * i) for i, (k, _) in enumerate(rows)]
    values = [line(v, x=470, y=100 + 40 * i) for i, (_, v) in enumerate(rows)]
    found = answers(landscape(page(labels, values)), *[k for k, _ in rows])
    assert {k: v[0] for k, v in found.items()} == dict(rows)


def test_a_label_in_brackets_behind_its_translation_ends_with_the_bracket() -> None:
    paper = page(grid([["Purpose of visit（来访目的）：商谈合作", "接待人"]]))
    assert answers(paper, "来访目的")["来访目的"] == ["商谈合作"]
