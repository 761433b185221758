"""Import and entry by hand: dry run, what is wrong line by line, nothing twice."""

import csv
import io

import aiohttp
import pytest
from openpyxl import Workbook

HEAD = "Comment,Date,Language,Topic,Response ID\n"


def csv_of(*rows, head=HEAD):
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return (head + out.getvalue()).encode()


def xlsx_of(*rows):
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


@pytest.fixture
def upload(reviewer):
    async def upload(content, name="comments.csv", channel="form", token=True):
        await reviewer.open("/staff/import")
        form = aiohttp.FormData()
        if token:
            form.add_field(
                "token", reviewer.page.one("main").all("input", name="token")[0]["value"]
            )
        form.add_field("channel", channel)
        form.add_field("file", content, filename=name, content_type="application/octet-stream")
        await reviewer._send("POST", "/staff/import", data=form)
        return reviewer.words

    return upload


async def stored(store):
    return [c async for c in store.comments()]


async def test_a_dry_run_stores_nothing_and_the_import_just_once(upload, reviewer, store):
    content = csv_of(
        [
            "More Wi-Fi in parks, write to bob@example.org",
            "3/1/2018",
            "English",
            "quality of life",
            "7",
        ],
        ["Más bibliotecas abiertas los domingos para estudiar", "2018-03-20 10:00", "", "", "8"],
    )
    words = await upload(content)
    assert "To be stored2" in words and "With personal data, which is taken out1" in words
    assert await stored(store) == []
    await reviewer.press("Import 2 comments")
    one, two = await stored(store)
    assert "bob@example.org" not in one.text and one.masked == ["email"] and one.has_masked
    assert (one.channel, one.topic, one.window, two.window) == (
        "form",
        "quality_of_life",
        "open",
        "late",
    )
    assert (one.language, two.language, two.topic) == ("en", "es", "something_else")
    assert one.created_at.isoformat().startswith("2018-03-01T17:00")
    words = await upload(content)
    assert "Here already, left out2" in words and "nothing to import" in words


async def test_what_is_wrong_is_told_line_by_line_and_the_rest_is_imported(upload, reviewer, store):
    words = await upload(csv_of(
        ["fine", "", "", "", ""], ["", "2018-01-01", "", "", "9"], ["bad date", "soon", "", "", ""],
        ["bad language", "", "Klingon", "", ""], ["bad topic", "", "", "weather", ""],
        ["future", "2199-01-01", "", "", ""], ["x" * 6000, "", "", "", ""], ["?!", "", "", "", ""],
        ["fine", "", "", "", ""], ["a", "b", "c", "d", "e", "f"],
    ))  # fmt: skip
    for said in (
        "3the comment is empty", "4the date soon", "5the language Klingon", "6the topic weather",
        "7the date 2199-01-01 is in the future", "8the comment has 6,000 characters; 5,000 fit",
        "9there are no words in it", "11has 6 cells, and there are 5 columns",
    ):  # fmt: skip
        assert said in words, said
    assert "To be stored1" in words and "Here already, left out1" in words
    await reviewer.press("Import 1 comments")
    assert [c.text for c in await stored(store)] == ["fine"]


async def test_an_excel_file_is_read_and_its_formulas_are_not_run(upload, reviewer, store):
    words = await upload(
        xlsx_of(
            ["text", "id", "mood"], ["A good idea", 1.0, "x"], ['=HYPERLINK("http://e","x")', 2, ""]
        ),
        "c.xlsx",
    )
    assert "3text: a formula; paste it as a value" in words
    assert "Columns that are not used: mood" in words
    await reviewer.press("Import 1 comments")
    assert [c.text for c in await stored(store)] == ["A good idea"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (csv_of(["ñandú"], head="text\n").decode().encode("latin-1"), "not in UTF-8"),
        (b"mood,when\nfine,now\n", "No column holds the comments"),
        (b"", "Choose a file"),
        (b"\n\n", "The file is empty"),
        (b"text,text\na,b\n", "Two columns are called text"),
        (b"PK\x03\x04 nothing", "damaged, or not an Excel file"),
        (b"\xd0\xcf\x11\xe0 old", "old Excel file"),
        (b'text\n"open', "can't be read as CSV"),
        (b"text\n" + b"y" * 10 * 1024 * 1024, "has 10,485,760 characters; 5,000 fit"),
    ],
    ids=[
        "latin-1",
        "no text column",
        "empty",
        "blank",
        "twice",
        "bad zip",
        "xls",
        "open quote",
        "10 MB cell",
    ],
)
async def test_a_bad_file_is_told_in_one_sentence(upload, store, content, said):
    assert said in await upload(content)
    assert await stored(store) == []


async def test_utf_16_and_semicolons_are_read(upload):
    words = await upload("text;date\nMás árboles, por favor;2018-03-01\n".encode("utf-16"))
    assert "To be stored1" in words


async def test_a_forged_upload_is_refused(upload, reviewer, store):
    await upload(csv_of(["x", "", "", "", ""]), token=False)
    assert reviewer.status == 403


async def test_a_phone_call_is_entered_once_however_often_it_is_sent(reviewer, store):
    await reviewer.open("/staff/enter")
    await reviewer.press(
        "Store the comment", channel="phone", text="Call me at 410-555-0123, more Wi-Fi"
    )
    assert reviewer.status == 400 and "Choose a topic" in reviewer.words
    assert "Call me at" in reviewer.words
    values = {"topic": "economy", "date": "2018-03-16", "contact": "ana@example.org"}
    page, address = reviewer.page, reviewer.address
    for _ in range(2):
        reviewer.page, reviewer.address = page, address
        await reviewer.press("Store the comment", **values)
    assert "Stored. The receipt is" in reviewer.words and "Taken out: phone" in reviewer.words
    (one,) = await stored(store)
    assert (one.channel, one.window, one.topic) == ("phone", "open", "economy")
    assert "410-555-0123" not in one.text
    assert "The author asked to be told by e-mail" in reviewer.words
    assert "entered by hand" in reviewer.words
