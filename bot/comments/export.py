"""Export comments as CSV, JSON lines or XLSX, one row per comment, row by row."""

import asyncio
import csv
import io
import json
import re
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from bot.comments.tables import Comment

COLUMNS = (
    "receipt", "created_at", "channel", "language", "topic", "text", "window", "status", "themes",
    "hidden_reason", "public_reply", "replied_at", "plan_version", "notice_version",
    "turn_status", "updated_at",
)  # fmt: skip
PROGRESS_EVERY = 500
# A spreadsheet may pass over quotes and blanks before the sign that makes a formula; the wide
# signs are those of Japanese and Chinese keyboards.
_FORMULA = re.compile(r"""[\s"'\x00-\x1f\ufeff]*[=+\-@＝＋－＠]|[\t\r]""")
# What XML can't hold, and half pairs of UTF-16, which UTF-8 can't.
_ILLEGAL = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


def row(comment: Comment, originals: bool = True) -> dict[str, Any]:
    """A comment's row, by column; moments as ISO text in UTC, themes as a list.

    Without `originals`, a redacted comment has the wording that the public reads.
    """
    values: dict[str, Any] = {}
    for column in COLUMNS:
        value = getattr(comment, column)
        is_moment = isinstance(value, datetime)
        values[column] = value.isoformat(timespec="seconds") if is_moment else value
    if not originals and comment.public_text:
        values["text"] = comment.public_text
    return values


def cell(value: Any) -> str:
    """A cell as text that no spreadsheet runs as a formula."""
    if value is None:
        return ""
    text = "; ".join(value) if isinstance(value, list) else str(value)
    return "'" + text if _FORMULA.match(text) else text


async def as_csv(comments: AsyncIterator[Comment], originals: bool = True) -> AsyncIterator[str]:
    """CSV with a header, as UTF-8 text with the mark that spreadsheets look for."""
    yield "\ufeff" + _csv_line(COLUMNS)
    async for comment in comments:
        values = row(comment, originals)
        yield _csv_line([cell(values[column]) for column in COLUMNS])


async def as_jsonl(comments: AsyncIterator[Comment], originals: bool = True) -> AsyncIterator[str]:
    """One JSON object per line; nothing there runs as a formula, so the text is untouched."""
    async for comment in comments:
        yield json.dumps(row(comment, originals), ensure_ascii=False) + "\n"


async def write_xlsx(
    comments: AsyncIterator[Comment],
    path: Path,
    originals: bool = True,
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Write a spreadsheet; return the number of comments. Cells are text, never formulas.

    `progress` is told the count now and then.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet("comments")
    sheet.append(COLUMNS)
    count = 0
    async for comment in comments:
        values = row(comment, originals)
        cells = []
        for column in COLUMNS:
            one = WriteOnlyCell(sheet, value=_ILLEGAL.sub("", cell(values[column])))
            one.data_type = "s"
            cells.append(one)
        sheet.append(cells)
        count += 1
        if count % PROGRESS_EVERY == 0:
            progress(count)
    await asyncio.to_thread(book.save, path)
    return count


def _csv_line(cells: Any) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()
