"""Logs are one line an entry, hold no personal data, and JSON is JSON."""

from __future__ import annotations

import io
import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.setup.logs import set_up_logs, without_personal_data
from extractor.setup.settings import Settings


@pytest.fixture
def written():
    root = logging.getLogger()
    before, level = list(root.handlers), logging.getLogger("extractor").level
    out = io.StringIO()

    def entries(kind: str) -> tuple[logging.Logger, io.StringIO]:
        set_up_logs(Settings(log_format=kind), out)
        return logging.getLogger("extractor.test"), out

    yield entries
    root.handlers[:] = before
    logging.getLogger("extractor").setLevel(level)


def test_personal_numbers_are_painted_over_in_message_arguments_and_traceback(written) -> None:
    log, out = written("json")
    try:
        raise ValueError("cell 360102199003078888 of 13812345678")
    except ValueError:
        log.exception("row %s of %s", "36010219900307001X", "zhang@example.com")
    entry = json.loads(out.getvalue())
    for secret in ("360102199003078888", "36010219900307001X", "13812345678", "zhang@"):
        assert secret not in out.getvalue()
    assert entry["level"] == "ERROR" and "ValueError" in entry["trace"]
    assert entry["message"] == "row <身份证号> of <邮箱>"


def test_what_is_no_personal_number_stays(written) -> None:
    log, out = written("text")
    text = "页 12，金额 3150000.00，信用代码 91360100MA35K2XX1Y，sha 090f04abcd9d9a7498bc"
    log.info(text)
    assert text in out.getvalue()


@given(st.text())
def test_packet_text_never_makes_a_line_of_its_own(text: str) -> None:
    assert len(without_personal_data("a" + text + "b").splitlines()) == 1


def test_setting_up_twice_writes_once(written) -> None:
    log, out = written("text")
    written("text")
    log.warning("once")
    assert out.getvalue().count("once") == 1
