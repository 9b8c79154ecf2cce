"""A recognition may name the applicant in one sentence and its star level in a later one."""

from __future__ import annotations

from support.pages import line, page, view
from support.reading import extract_all

NAME = "南通中远中小企业服务有限公司"


def test_the_star_level_may_stand_in_a_later_sentence_that_names_the_applicant() -> None:
    form = view("application_form", page(line(f"申报单位名称：{NAME}", y=100)))
    paper = view(
        "recognition_document",
        page(
            line("关于公布示范平台名单的通知", x=150, y=80, em=18),
            line(f"现认定{NAME}等单位为示范平台。", x=94, y=200),
            line("有效期为三年，自公布之日起计算。", x=94, y=240),
            line(f"经评定，{NAME}为三星级平台。", x=94, y=280),
            no=2,
        ),
    )
    facts, _rows = extract_all(form, paper)
    assert [f.value for f in facts if f.field == "reeval_star_level"] == ["3"]
