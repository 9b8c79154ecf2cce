"""What a seal says is kept as read; names printed near by only suggest."""

from __future__ import annotations

import pytest

from extractor.pipeline.seal_names import person_of_square, seal_words, with_printed


@pytest.mark.parametrize(
    ("ring", "inner", "organisation", "kind"),
    [
        ("南昌企服科技有限公司", "", "南昌企服科技有限公司", "official"),
        ("3601南昌企服科技有限公司0192", "财务专用章", "南昌企服科技有限公司", "finance"),
        ("南昌企服科技有限公司合同专用章", "", "南昌企服科技有限公司", "contract"),
        ("江西华瑞会计师事务所（普通合伙）", "", "江西华瑞会计师事务所（普通合伙）", "audit_firm"),
        ("江西华瑞会计师事务所(普通合伙)", "", "江西华瑞会计师事务所（普通合伙）", "audit_firm"),
        ("南昌企服科技有限公司", "公章", "南昌企服科技有限公司", "official"),
        ("南昌企服科技有限公司", "合尚专册章", "南昌企服科技有限公司", "contract"),
        ("南昌企服科技有限公司", "业务专用章", "南昌企服科技有限公司", None),
        ("张伟之印", "", None, "person"),
        ("昌企", "", None, None),
        ("", "", None, None),
    ],
)
def test_ring_and_inner_line_say_whose_and_of_what_kind(
    ring: str, inner: str, organisation: str | None, kind: str | None
) -> None:
    words = seal_words(ring, inner, 0.95, "round" if kind != "person" else "rect")
    assert words.kind == kind
    if kind != "person":
        assert words.organisation == organisation


def test_a_name_that_does_not_end_like_one_is_less_sure() -> None:
    whole = seal_words("南昌企服科技有限公司", "", 0.95, "round")
    cut = seal_words("南昌企服科技有限", "", 0.95, "round")
    assert cut.confidence < whole.confidence


def test_a_printed_name_never_replaces_what_was_read() -> None:
    words = seal_words("南昌企报科技有限公司", "", 0.8, "round")
    near = with_printed(words, ["申报单位：南昌企服科技有限公司（盖章）"])
    assert near.organisation == "南昌企报科技有限公司"
    assert near.printed == "南昌企服科技有限公司"
    assert near.confidence == words.confidence


def test_the_same_name_in_print_makes_it_sure() -> None:
    words = seal_words("南昌企服科技有限公司", "", 0.8, "round")
    same = with_printed(words, ["申报单位：南昌企服科技有限公司（盖章）"])
    assert same.printed is None and same.confidence >= 0.9


def test_other_names_in_print_say_nothing() -> None:
    words = seal_words("南昌企服科技有限公司", "", 0.8, "round")
    assert with_printed(words, ["苏州恒信检测中心", "2024年4月18日"]) == words


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        (["宇方", "印新"], "方新宇印"),
        (["印方", "章霞"], "方霞印章"),
        (["公司", "企服"], None),
        (["南昌企服科技有限公司"], None),
    ],
)
def test_a_square_seal_is_read_in_columns_from_the_right(rows: list[str], text: str | None) -> None:
    assert person_of_square(rows) == text


def test_the_seal_of_a_licensed_person_names_no_organisation() -> None:
    words = seal_words("中国注册会计师", "张伟360100010001", 0.95, "rect")
    assert (words.organisation, words.kind) == (None, "person")
