"""Comments as CSV, JSON lines and XLSX: every column in its place, and nothing runs."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from openpyxl import load_workbook

from bot.comments.export import as_csv, as_jsonl, write_xlsx

HEADER = [
    "receipt", "created_at", "channel", "language", "topic", "text", "window", "status", "themes",
    "hidden_reason", "public_reply", "replied_at", "plan_version", "notice_version",
    "turn_status", "updated_at",
]  # fmt: skip
FORMULAS = {
    "equals": '=HYPERLINK("http://evil.example","click")',
    "plus": "+1+1",
    "minus": "-1+1",
    "at": "@SUM(A1:A9)",
    "tab": "\t=1+1",
    "carriage return": "\r=1+1",
    "newline": "\n=1+1",
    "blank": "  =1+1",
    "quote": '"=1+1',
    "apostrophe": "'=1+1",
    "several": " \n\"'=1+1",
    "no-break space": "\u00a0=1+1",
    "wide equals": "＝1+1",
    "command": "=cmd|' /C calc'!A0",
}
TEXTS = {
    "Spanish": "¿Habrá más Wi-Fi en el año próximo? ¡Ojalá!",
    "emoji": "Good 👍🏾 👨‍👩‍👧",
    "Chinese": "请在图书馆提供更多网络。",
    "Arabic": "نريد إنترنت أسرع",
    "combining": "cafe\u0301",
    "quotes and commas": 'He said "more, please"; I said: no.',
    "lines": "First.\n\nSecond.",
    "XML": "<b>bold</b> & ]]> &amp;",
    "5,000 characters": ("Más fibra, por favor. " * 250)[:5000],
}


async def stream(*comments):
    for comment in comments:
        yield comment


async def csv_rows(*comments):
    text = "".join([part async for part in as_csv(stream(*comments))])
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


async def csv_row(comment):
    header, row = await csv_rows(comment)
    return dict(zip(header, row, strict=True))


async def json_row(comment):
    (line,) = [part async for part in as_jsonl(stream(comment))]
    return json.loads(line)


async def sheet(path, *comments):
    await write_xlsx(stream(*comments), path)
    return load_workbook(path)["comments"]


async def xlsx_row(path, comment):
    header, row = (await sheet(path, comment)).iter_rows(values_only=True)
    return dict(zip(header, row, strict=True))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "comments.xlsx"


@pytest.fixture
def answered(comment):
    """A comment with something in every column."""
    return comment(
        state="answered",
        visibility="released",
        themes=["access", "cost"],
        hidden_reason="none",
        public_reply="Thank you.",
        replied_at=datetime(2018, 3, 2, 9, 0, tzinfo=UTC),
        turn_status="absent",
    )


ROW = {
    "receipt": "K7M4-QX9T",
    "created_at": "2018-03-01T15:30:00+00:00",
    "channel": "web",
    "language": "en",
    "topic": "education",
    "text": "More Wi-Fi, please.",
    "window": "open",
    "status": "answered",
    "themes": "access; cost",
    "hidden_reason": "none",
    "public_reply": "Thank you.",
    "replied_at": "2018-03-02T09:00:00+00:00",
    "plan_version": "2018-final",
    "notice_version": "2026-11",
    "turn_status": "absent",
    "updated_at": "2018-03-01T15:30:00+00:00",
}


async def test_the_csv_has_the_columns_of_the_contract_in_their_order(answered):
    header, row = await csv_rows(answered)
    assert header == HEADER
    assert row == [ROW[column] for column in HEADER]


async def test_the_json_has_the_columns_of_the_contract_in_their_order(answered):
    row = await json_row(answered)
    assert list(row) == HEADER
    assert row == ROW | {"themes": ["access", "cost"]}


async def test_the_sheet_has_the_columns_of_the_contract_in_their_order(answered, path):
    header, row = (await sheet(path, answered)).iter_rows(values_only=True)
    assert list(header) == HEADER
    assert list(row) == [ROW[column] for column in HEADER]


async def test_without_comments_there_is_only_the_header(path):
    assert await csv_rows() == [HEADER]
    assert [part async for part in as_jsonl(stream())] == []
    assert list((await sheet(path)).iter_rows(values_only=True)) == [tuple(HEADER)]


async def test_the_csv_begins_with_the_mark_that_spreadsheets_look_for():
    first = await anext(as_csv(stream()))
    assert first.startswith("\ufeffreceipt,")


async def test_what_is_not_there_is_an_empty_cell(comment, path):
    row = await csv_row(comment())
    assert [row[c] for c in ("hidden_reason", "public_reply", "replied_at", "themes")] == [""] * 4
    row = await xlsx_row(path, comment())
    assert [row[c] for c in ("hidden_reason", "public_reply", "replied_at")] == [None] * 3
    assert (await json_row(comment()))["replied_at"] is None


@pytest.mark.parametrize("state", ["received", "in_review", "answered", "closed"])
@pytest.mark.parametrize(
    ("visibility", "seen"),
    [
        ("pending", False),
        ("released", False),
        ("redacted", False),
        ("hidden", True),
        ("withdrawn", True),
        ("erased", True),
    ],
)
async def test_the_status_is_the_visibility_if_out_of_sight_else_the_state(
    comment, state, visibility, seen
):
    row = await csv_row(comment(state=state, visibility=visibility))
    assert row["status"] == (visibility if seen else state)


@pytest.mark.parametrize("column", ["text", "public_reply", "hidden_reason"])
@pytest.mark.parametrize("formula", FORMULAS)
async def test_a_cell_of_the_csv_never_runs_as_a_formula(comment, column, formula):
    given = FORMULAS[formula]
    row = await csv_row(comment(**{"text": "x", column: given}))
    assert row[column] == "'" + given


@pytest.mark.parametrize("formula", FORMULAS)
async def test_a_cell_of_the_sheet_never_runs_as_a_formula(comment, path, formula):
    page = await sheet(path, comment(FORMULAS[formula], themes=["=1+1"]))
    for cell in [page["F2"], page["I2"]]:
        assert cell.data_type == "s"
        assert cell.value.startswith("'")


async def test_a_theme_never_runs_as_a_formula(comment):
    assert (await csv_row(comment(themes=["=1+1", "cost"])))["themes"] == "'=1+1; cost"


@pytest.mark.parametrize("formula", FORMULAS)
async def test_the_text_of_the_json_is_untouched(comment, formula):
    assert (await json_row(comment(FORMULAS[formula])))["text"] == FORMULAS[formula]


@pytest.mark.parametrize("name", TEXTS)
async def test_a_text_of_any_kind_comes_through_unchanged(comment, path, name):
    given = comment(TEXTS[name])
    assert (await csv_row(given))["text"] == TEXTS[name]
    assert (await json_row(given))["text"] == TEXTS[name]
    assert (await xlsx_row(path, given))["text"] == TEXTS[name]


async def test_an_equals_sign_within_a_text_is_left_alone(comment):
    assert (await csv_row(comment("1 + 1 = 2, a-b, me@home")))["text"] == "1 + 1 = 2, a-b, me@home"


async def test_a_line_of_json_is_one_line_whatever_the_text(comment):
    parts = [part async for part in as_jsonl(stream(comment("a\nb\r\nc"), comment("d")))]
    assert [part.count("\n") for part in parts] == [1, 1]
    assert all(part.endswith("\n") for part in parts)


@pytest.mark.parametrize(
    "character", ["\x00", "\x07", "\x0b", "\x1b", "\x1f", "\ufffe", "\uffff"], ids=ascii
)
async def test_a_control_character_does_not_break_an_export(comment, path, character):
    given = comment(f"before{character}after")
    assert (await csv_row(given))["text"] == f"before{character}after"
    assert (await json_row(given))["text"] == f"before{character}after"
    assert (await xlsx_row(path, given))["text"] == "beforeafter"


async def test_every_cell_of_the_sheet_is_text(answered, path):
    for row in (await sheet(path, answered)).iter_rows(min_row=2):
        assert {cell.data_type for cell in row} == {"s"}


async def test_the_sheet_tells_how_many_comments_it_has(comment, path):
    assert await write_xlsx(stream(comment(), comment(), comment()), path) == 3


async def test_comments_of_a_store_are_exported_oldest_first(store, new):
    for number in range(5):
        await store.add_comment(new(f"d{number}", f"=comment {number}"))
    lines = [part async for part in as_csv(store.comments(batch=2))]
    rows = list(csv.DictReader(io.StringIO("".join(lines).removeprefix("\ufeff"), newline="")))
    assert [row["text"] for row in rows] == [f"'=comment {number}" for number in range(5)]
    assert {row["status"] for row in rows} == {"received"}
    assert len({row["receipt"] for row in rows}) == 5
