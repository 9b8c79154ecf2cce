"""Labels of licences set far apart and read as two texts: the value never keeps half a label."""

from __future__ import annotations

import pytest
from support.pages import line, page
from support.reading import values_of


@pytest.mark.parametrize("joint", ["", " ", "："])
def test_a_label_read_in_two_halves_is_one_label(joint: str) -> None:
    lines = [
        line("统一社会信用代码", y=100),
        line("名", y=130), line(f"称{joint}赣州虔诚中小企业服务有限公司", x=140, y=130),
        line("类", y=150), line(f"型{joint}有限责任公司(自然人独资)", x=140, y=150),
        line("法定代表人 汪若兰", y=170),
        line("住", y=190), line(f"所{joint}江西省赣州市章贡区翠微路18号3栋402室", x=140, y=190),
    ]  # fmt: skip
    found = values_of("business_license", page(lines))
    assert found["lic_name"] == "赣州虔诚中小企业服务有限公司"
    assert found["lic_type"] == "有限责任公司(自然人独资)"
    assert found["lic_address"] == "江西省赣州市章贡区翠微路18号3栋402室"


def test_a_label_whose_first_half_was_not_read_ends_the_value_above_it() -> None:
    lines = [
        line("业务范围：一般项目：企业管理咨询；科技中介服务；技术服务、技", y=120),
        line("术开发、技术咨询", x=140, y=138),
        line("所：江苏省无锡市梁溪区人民中路139号", x=140, y=160),
        line("法定代表人：李建国", y=190),
    ]
    found = values_of("npo_registration_certificate", page(lines))
    assert (
        found["npo_business_scope"]
        == "一般项目：企业管理咨询；科技中介服务；技术服务、技术开发、技术咨询"
    )
