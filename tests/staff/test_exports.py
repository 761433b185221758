"""The filtered view as a file."""

import asyncio
import csv
import io
import json

from openpyxl import load_workbook

from bot.comments.export import COLUMNS


def rows_of(desk):
    return list(csv.DictReader(io.StringIO(desk.body.decode("utf-8-sig"))))


async def test_the_file_holds_just_the_view(reviewer, file_comment):
    await file_comment("=1+1 about money", topic="economy")
    await file_comment("about schools")
    await reviewer.open("/staff/comments?topic=economy")
    await reviewer.open(
        next(a for a in reviewer.page.all("a") if a.words == "Export this view")["href"]
    )
    assert "Export 1 comments" in reviewer.words
    await reviewer.open(reviewer.page.one("main").all("a", download=None)[1]["href"])
    (row,) = rows_of(reviewer)
    assert tuple(row) == COLUMNS
    assert row["text"] == "'=1+1 about money"


async def test_json_lines_and_originals_for_admins_only(reviewer, admin, file_comment):
    filed = await file_comment("Call Bob")
    await reviewer.open(f"/staff/comments/{filed.receipt}")
    await reviewer.press("Redact", public_text="Call [name]", reason="personal_data")
    for desk, text in ((reviewer, "Call [name]"), (admin, "Call Bob")):
        await desk.open("/staff/exports/comments.jsonl?visibility=any")
        assert json.loads(desk.body)["text"] == text


async def test_a_spreadsheet_is_made_with_its_progress_and_is_ones_own(
    reviewer, admin, file_comment, store
):
    for n in range(3):
        await file_comment(f"text {n}")
    await reviewer.open("/staff/exports")
    await reviewer.press("Make an Excel file")
    progress = reviewer.address
    for _ in range(50):
        if "Download" in reviewer.words:
            break
        await asyncio.sleep(0.05)
        await reviewer.open(progress)
    assert "3 comments are in it" in reviewer.words
    await reviewer.open(f"{progress}/comments.xlsx")
    sheet = load_workbook(io.BytesIO(reviewer.body)).active
    assert [cell.value for cell in sheet[1]] == list(COLUMNS)
    assert sheet.max_row == 4
    await admin.open(progress)
    assert admin.status == 403


async def test_an_export_is_in_the_desks_history(reviewer, store):
    from sqlalchemy import select

    from bot.comments.staff_tables import StaffEvent

    await reviewer.open("/staff/exports/comments.csv?topic=economy")
    async with store.session() as session:
        event = (
            await session.scalars(select(StaffEvent).where(StaffEvent.action == "exported"))
        ).one()
    assert (event.subject, event.after) == ("csv", {"view": "topic=economy"})
