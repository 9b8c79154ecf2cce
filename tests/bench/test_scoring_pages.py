"""The yardstick for what is seen on pages: seals, marks, orientation, names, kept apart by damage."""

from __future__ import annotations

from dataclasses import replace

from support.pages import body, line, page, seal

from extractor.bench.score import Score
from extractor.bench.score_pages import score_pages
from extractor.bench.tally import ByDamage, shares
from extractor.bench.truth import Truth
from extractor.core.geometry import Box
from extractor.core.page import Mark, PacketPage

BOX = (100.0, 100.0, 200.0, 200.0)
SMALL = (50.0, 50.0, 60.0, 60.0)


def truth(**parts: object) -> Truth:
    true = {"no": 1, "document_type": "declaration", "damage_class": "fax"} | parts
    return Truth.model_validate(
        {"packet": "t", "scheme": "s", "pages": [true], "facts": [], "rows": []}
    )


def seen(*parts: object, marks: tuple[Mark, ...] = (), turned: int = 0) -> PacketPage:
    made = page(line("声明", x=250, y=40), *parts)  # type: ignore[arg-type]
    return replace(made, read=replace(made.read, marks=marks, rotation_deg=turned))


def scored(found: PacketPage, wanted: Truth, **more: object) -> dict[str, tuple[int, int]]:
    score = Score()
    score_pages(score, [found], wanted, **more)  # type: ignore[arg-type]
    return {k: (m.classes["fax"].right, m.classes["fax"].total) for k, m in score.damage.items()}


def test_a_seal_counts_where_its_box_is_and_its_ring_only_when_read() -> None:
    wanted = truth(seals=[{"text": "南昌企服有限公司", "kind": "公章", "box": BOX}])
    stamp = seal(150, 150, 100)
    assert scored(seen(stamp), wanted)["seals found"] == (1, 1)
    assert scored(seen(stamp), wanted)["seal organisation"] == (0, 1)
    named = replace(stamp, text="南昌企服 有限公司")
    assert scored(seen(named), wanted)["seal organisation"] == (1, 1)
    assert scored(seen(named), wanted)["seals true"] == (1, 1)
    elsewhere = seal(400, 600, 80)
    assert scored(seen(elsewhere), wanted)["seals found"] == (0, 1)
    assert scored(seen(elsewhere), wanted)["seals true"] == (0, 1)


def test_an_empty_box_seen_as_ticked_is_wrong_on_both_counts() -> None:
    wanted = truth(marks=[{"kind": "box_empty", "box": SMALL}])
    assert scored(seen(), wanted)["marks"] == (1, 1)
    ticked = Mark("box_ticked", Box(*SMALL), 0.9)
    assert scored(seen(marks=(ticked,)), wanted)["marks"] == (0, 1)
    assert scored(seen(marks=(ticked,)), wanted)["marks true"] == (0, 1)


def test_a_ticked_box_and_a_tick_say_the_same() -> None:
    wanted = truth(marks=[{"kind": "tick", "box": SMALL}])
    assert scored(seen(marks=(Mark("box_ticked", Box(*SMALL), 0.9),)), wanted)["marks"] == (1, 1)
    assert scored(seen(), wanted)["marks"] == (0, 1)


def test_a_page_read_upside_down_is_a_wrong_orientation() -> None:
    assert scored(seen(turned=180), truth())["orientation"] == (0, 1)
    assert scored(seen(turned=180), truth(rotation_deg=180))["orientation"] == (1, 1)


def test_names_in_prose_are_counted_one_by_one() -> None:
    wanted = truth(
        entities=[
            {"kind": "organisation", "text": "甲公司"},
            {"kind": "organisation", "text": "乙公司"},
        ]
    )

    def names(text: str) -> list[tuple[str, str]]:
        assert "甲公司与丙公司" in text
        return [("organisation", "甲公司"), ("organisation", "丙公司"), ("date", "2024年")]

    result = scored(seen(body("甲公司与丙公司签约。", y=300)), wanted, entities=names)
    assert result["organisation found"] == (1, 2)
    assert result["organisation true"] == (1, 2)
    assert "date true" not in result


def test_damage_classes_add_up_and_are_listed_apart() -> None:
    fields = ByDamage()
    fields.add("photo", True)
    fields.add("fax", False, "x")
    other = ByDamage()
    other.add("fax", True)
    fields.merge(other)
    assert (fields.total.right, fields.total.total) == (2, 3)
    assert [
        (n, [(k, t.right, t.total) for k, t in ms]) for n, ms in shares({"fields": fields})
    ] == [
        ("fax", [("fields", 1, 2)]),
        ("photo", [("fields", 1, 1)]),
    ]
