"""From a packet on disk to a worksheet, with the OCR played by a reader made by hand."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageChops
from support.config import the_tools
from support.pages import body, grid, line, page, seal
from support.readers import ActingReaders, ScriptedReaders

from extractor.core.errors import PacketError, UsageError
from extractor.core.page import PacketPage
from extractor.core.worksheet import Worksheet
from extractor.files.model import OpenedFile, OpenedPacket, SourceFile
from extractor.pipeline.naming import naming_of
from extractor.pipeline.page_cache import PageCache
from extractor.pipeline.pictures import PagePictures
from extractor.pipeline.pool import PageOutcome, PageTask
from extractor.pipeline.reading import ReaderMaker, ReadPacket, interpret
from extractor.pipeline.review import Asked, judge_reading, review
from extractor.pipeline.show import draw_stage
from extractor.pipeline.tools import RunOptions
from extractor.setup.case import CaseFile, merge_case

SCHEME = "jiangxi_2023"
RECEIVED = dt.date(2024, 5, 1)
LETTER = ("营业执照", "统一社会信用代码：91360106MA35F8XK2L", "名称：南昌企服科技有限公司")


def pdf(path: Path, pages: int = 1) -> Path:
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
    document.save(path, deterministic_id=True)
    return path


def run(
    path: Path,
    tmp_path: Path,
    *,
    case: CaseFile | None = None,
    case_file: CaseFile | None = None,
    make_reader: ReaderMaker | None = None,
) -> Worksheet:
    work = tmp_path / "work"
    work.mkdir(exist_ok=True)
    return review(
        path,
        Asked(case or CaseFile(scheme=SCHEME), case_file, RECEIVED),
        the_tools(),
        RunOptions(workers=1, use_cache=False),
        work,
        make_reader=make_reader or ScriptedReaders(LETTER),
    ).worksheet


def test_pages_of_several_files_are_numbered_through_the_packet(tmp_path: Path) -> None:
    box = tmp_path / "packet"
    box.mkdir()
    pdf(box / "2.pdf", 2)
    pdf(box / "10.pdf", 1)
    worksheet = run(box, tmp_path)
    names = {f.id: f.name for f in worksheet.packet.files}
    assert [(p.no, names[p.file], p.page_in_file) for p in worksheet.pages] == [
        (1, "2.pdf", 1),
        (2, "2.pdf", 2),
        (3, "10.pdf", 1),
    ]
    assert all(p.document in {d.id for d in worksheet.documents} for p in worksheet.pages)


def test_what_is_read_stands_in_the_worksheet_with_its_page(tmp_path: Path) -> None:
    worksheet = run(pdf(tmp_path / "a.pdf"), tmp_path)
    name = next(f for f in worksheet.facts if f.field == "lic_name")
    assert name.value == "南昌企服科技有限公司"
    assert name.page == 1
    assert worksheet.documents[0].type == "business_license"
    assert worksheet.scheme.id == SCHEME
    assert worksheet.scheme.chosen_by == "option"
    assert worksheet.criteria
    assert worksheet.packet.received_at == "2024-05-01"


def test_the_same_packet_gives_the_same_worksheet(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf")
    assert run(path, tmp_path) == run(path, tmp_path)


def test_progress_is_told_page_by_page(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []

    def tell(no: int, total: int, outcome: PageOutcome) -> None:
        told.append((no, total))

    work = tmp_path / "work"
    work.mkdir()
    review(
        pdf(tmp_path / "a.pdf", 3),
        Asked(CaseFile(scheme=SCHEME)),
        the_tools(),
        RunOptions(workers=1, use_cache=False),
        work,
        tell,
        ScriptedReaders(LETTER),
    )
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_page_that_cannot_be_read_is_a_problem_that_names_file_and_page(tmp_path: Path) -> None:
    worksheet = run(pdf(tmp_path / "证照.pdf", 2), tmp_path, make_reader=SecondPageFails())
    assert [p.no for p in worksheet.pages] == [1]
    (problem,) = worksheet.problems
    assert problem.kind == "damaged"
    assert problem.page == 2
    assert "证照.pdf" in problem.message
    assert "第2页" in problem.message


class SecondPageFails:
    """Picklable: the second page of each file is damaged."""

    def __call__(self) -> SecondPageFails:
        return self

    def read(self, task: PageTask) -> PageOutcome:
        if task.page_in_file == 2:
            return PageOutcome(task, None, "damaged", "该页已损坏，未读")
        return ScriptedReaders(LETTER)().read(task)

    def close(self) -> None:
        pass


def test_an_option_wins_over_the_case_file_and_that_over_packet_yaml(tmp_path: Path) -> None:
    box = tmp_path / "packet"
    box.mkdir()
    pdf(box / "a.pdf")
    (box / "packet.yaml").write_text(
        "scheme: national_2025_draft\nfiling_date: '2023-01-02'\nregion: '110000'\n"
    )
    plain = run(box, tmp_path, case=CaseFile())
    assert plain.scheme.id == "national_2025_draft"
    assert plain.scheme.chosen_by == "packet_yaml"
    assert plain.case.filing_date is not None
    assert plain.case.filing_date.source == "packet_yaml"
    filed = run(box, tmp_path, case=CaseFile(), case_file=CaseFile(filing_date="2024-03-04"))
    assert filed.case.filing_date is not None
    assert (filed.case.filing_date.value, filed.case.filing_date.source) == (
        "2024-03-04",
        "case_file",
    )
    assert filed.case.region is not None and filed.case.region.source == "packet_yaml"
    option = CaseFile(scheme=SCHEME, filing_date="2024-04-18")
    told = run(box, tmp_path, case=option, case_file=CaseFile(filing_date="2024-03-04"))
    assert told.scheme.id == SCHEME
    assert told.case.filing_date is not None
    assert (told.case.filing_date.value, told.case.filing_date.source) == ("2024-04-18", "option")


def test_a_wrong_packet_yaml_is_a_problem_and_the_packet_goes_on(tmp_path: Path) -> None:
    box = tmp_path / "packet"
    box.mkdir()
    pdf(box / "a.pdf")
    (box / "packet.yaml").write_text("filing_dat: 2024-04-18\n")
    worksheet = run(box, tmp_path)
    assert len(worksheet.pages) == 1
    (problem,) = [p for p in worksheet.problems if p.kind == "packet_yaml"]
    assert "packet.yaml" in problem.message
    assert "filing_dat" in problem.message


def test_without_a_scheme_date_and_place_choose_it_and_say_so(tmp_path: Path) -> None:
    worksheet = run(pdf(tmp_path / "a.pdf"), tmp_path, case=CaseFile())
    assert worksheet.scheme.id == "jiangxi_2023"
    assert "收件日期2024-05-01、所在地360106" in worksheet.scheme.chosen_by


def test_without_a_scheme_and_a_place_the_known_ones_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        run(
            pdf(tmp_path / "a.pdf"),
            tmp_path,
            case=CaseFile(),
            make_reader=ScriptedReaders(("一页没有印明所在地的文字",)),
        )
    assert "jiangxi_2023" in str(caught.value)
    assert "--scheme" in str(caught.value)


def test_an_unknown_scheme_is_named_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        run(pdf(tmp_path / "a.pdf"), tmp_path, case=CaseFile(scheme="jiangxi_2032"))
    assert "jiangxi_2032" in str(caught.value)
    assert "jiangxi_2023" in str(caught.value)


@pytest.mark.parametrize(
    "case", [CaseFile(scheme="x"), CaseFile(scheme=SCHEME, functions=("trainig",))]
)
def test_a_name_nobody_knows_is_said_before_a_page_is_read(tmp_path: Path, case: CaseFile) -> None:
    traces = tmp_path / "traces"
    traces.mkdir()
    with pytest.raises(UsageError):
        run(pdf(tmp_path / "a.pdf"), tmp_path, case=case, make_reader=ActingReaders(traces))
    assert list(traces.iterdir()) == []


def test_an_unknown_function_is_named_with_the_known_ones(tmp_path: Path) -> None:
    case = CaseFile(scheme=SCHEME, functions=("training", "trainig"))
    with pytest.raises(UsageError) as caught:
        run(pdf(tmp_path / "a.pdf"), tmp_path, case=case)
    assert "trainig" in str(caught.value)
    assert "technical" in str(caught.value)


def test_a_function_nobody_knows_in_packet_yaml_is_a_problem_and_not_judged_by(
    tmp_path: Path,
) -> None:
    box = tmp_path / "packet"
    box.mkdir()
    pdf(box / "a.pdf")
    (box / "packet.yaml").write_text("functions: [trainig]\n")
    worksheet = run(box, tmp_path)
    assert [p.kind for p in worksheet.problems] == ["packet_yaml"]
    assert "trainig" in worksheet.problems[0].message
    assert worksheet.case.functions is None


def test_nothing_at_the_path_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(PacketError, match="gone"):
        run(tmp_path / "gone.pdf", tmp_path)


def test_a_zip_is_read_like_a_folder(tmp_path: Path) -> None:
    inner = io.BytesIO(pdf(tmp_path / "a.pdf").read_bytes())
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
        archive.writestr("材料/a.pdf", inner.getvalue())
    worksheet = run(tmp_path / "p.zip", tmp_path)
    assert [f.name for f in worksheet.packet.files] == ["材料/a.pdf"]
    assert len(worksheet.pages) == 1


# -- interpreting and judging without files ----------------------------------------------------


def packet_of(*pages: PacketPage) -> ReadPacket:
    info = SourceFile(
        id="file_a", name="a.pdf", sha256="0" * 64, media_type="application/pdf", bytes=1,
        pages=len(pages),
    )  # fmt: skip
    opened = OpenedPacket("p_test", "a.pdf", (OpenedFile(info, Path("a.pdf")),), ())
    return ReadPacket(opened, pages, ())


def test_seals_and_signatures_are_listed_with_their_document() -> None:
    sealed = page(line("真实性声明", x=200, y=70, em=20), body("本单位声明"), seal(400, 600))
    reading = interpret(packet_of(sealed), the_tools(), RECEIVED)
    (document,) = reading.documents
    (found,) = document.seals
    assert found.page == 1
    assert found.box == (345.0, 545.0, 455.0, 655.0)
    assert document.signatures == ()


def test_a_document_without_a_printed_title_is_called_by_its_type() -> None:
    reading = interpret(packet_of(page(body("甲乙丙丁戊己庚辛"))), the_tools(), RECEIVED)
    assert reading.documents[0].title == the_tools().catalogue.doctypes["other_material"].zh


def test_rules_never_change_a_reading() -> None:
    table = grid([["申请单位名称", "南昌企服科技有限公司"], ["注册资本", "500万元"]])
    read = packet_of(page(line("中小企业公共服务示范平台申请表", x=120, y=70, em=18), table))
    reading = interpret(read, the_tools(), RECEIVED)
    before = reading.model_copy(deep=True)
    for scheme in ("jiangxi_2023", "national_2025_draft"):
        told = merge_case(CaseFile(scheme=scheme), None, None)
        judged = judge_reading(reading, told, the_tools(), RECEIVED, ())
        assert judged.facts == before.facts
        assert judged.rows == before.rows
    assert reading == before


# -- pictures, drawing, names ------------------------------------------------------------------


def picture_bytes(colour: tuple[int, int, int] = (250, 250, 250)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (595, 842), colour).save(out, "JPEG")
    return out.getvalue()


def test_pictures_come_by_page_number_and_are_copied(tmp_path: Path) -> None:
    key = PageCache(tmp_path / "cache").store_picture(picture_bytes((10, 200, 10)))
    plain = page(no=4)
    with_picture = PacketPage(3, "file_a", 3, replace(page(no=3).read, image_key=key))
    pictures = PagePictures([with_picture, plain], tmp_path / "cache")
    got = pictures.get(3)
    assert got is not None and got.size == (595, 842)
    assert pictures.get(4) is None
    assert pictures.get(99) is None
    assert pictures.copy_to(tmp_path / "out") == {3: "0003.jpg"}
    assert (tmp_path / "out" / "0003.jpg").is_file()


@pytest.mark.parametrize("stage", ["words", "tables", "fields"])
def test_a_stage_is_drawn_on_a_copy_at_its_place(stage: str) -> None:
    table = grid([["注册资本", "500万元"]], y=300)
    read = packet_of(page(line("中小企业公共服务示范平台申请表", x=120, y=70, em=18), table))
    reading = interpret(read, the_tools(), RECEIVED)
    white = Image.new("RGB", (1190, 1684), "white")
    drawn = draw_stage(white, read.pages[0], stage, reading)  # type: ignore[arg-type]
    assert white.getextrema() == ((255, 255),) * 3
    changed = ImageChops.difference(white, drawn).getbbox()
    assert changed is not None
    x0, y0, x1, y1 = changed
    assert y1 <= 2 * (table.box.y1 + 4)
    assert x1 > x0 and y1 > y0
    if stage == "tables":
        assert y0 >= 2 * (table.box.y0 - 12)


def test_every_field_has_a_name_that_no_bracket_surrounds() -> None:
    for lang in ("zh", "en"):
        naming = naming_of(the_tools().catalogue, lang)
        for field in the_tools().catalogue.fields:
            label = naming.labels[field]
            assert label.strip()
            closed_at = min((i for i, c in enumerate(label) if c in "）)"), default=-1)
            assert not (label[0] in "（(" and closed_at == len(label) - 1)  # （一）…（八） may


def test_sensitive_fields_are_known_to_the_writers() -> None:
    naming = naming_of(the_tools().catalogue)
    assert {"app_legal_rep_id_no", "app_legal_rep_mobile"} <= naming.sensitive
    assert "app_org_name" not in naming.sensitive
