"""Rows of a spreadsheet that somebody uploaded: CSV or XLSX, one at a time, trusting nothing."""

import csv
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

MOST_BYTES = 50 * 1024 * 1024
MOST_UNPACKED = 400 * 1024 * 1024
"""Bytes of an unpacked XLSX file: a small file that unpacks to more is an attack."""
MOST_COLUMNS = 200
LONGEST_CELL = 64 * 1024 * 1024
"""Characters that the CSV reader takes before it gives up; what is too long is told by line."""


class BadSheet(ValueError):
    """The file as a whole can't be read, in one sentence."""


@dataclass(frozen=True)
class Line:
    """One line of the sheet, as text by column; `problem` if the line can't be read."""

    number: int
    """As the spreadsheet numbers it; the header is line 1."""
    cells: dict[str, str]
    problem: str | None = None


def lines(path: Path) -> Iterator[Line]:
    """The lines after the header. Raises BadSheet, also in the middle of reading."""
    with path.open("rb") as file:
        start = file.read(4)
    if start == b"PK\x03\x04":
        yield from _xlsx(path)
    elif start == b"\xd0\xcf\x11\xe0":
        raise BadSheet("This is an old Excel file (.xls). Save it as .xlsx or as CSV UTF-8.")
    else:
        yield from _csv(path)


def _csv(path: Path) -> Iterator[Line]:
    with path.open("rb") as file:
        start = file.read(4)
    encoding = "utf-16" if start[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        with path.open(encoding=encoding, newline="") as file:
            yield from _csv_lines(file)
    except UnicodeError as error:
        raise BadSheet(
            "The file is not in UTF-8. In Excel choose Save as, then CSV UTF-8; nothing was read "
            "from where it stops being UTF-8."
        ) from error
    finally:
        csv.field_size_limit(before)


def _csv_lines(file: TextIO) -> Iterator[Line]:
    sample = file.readline(1024 * 1024)
    file.seek(0)
    separator = max(",;\t", key=sample.count)
    reader = csv.reader(file, delimiter=separator, strict=True)
    try:
        names = _header(next(reader, []))
    except csv.Error as error:
        raise BadSheet(f"The first line can't be read as column names ({error}).") from error
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield Line(number, {}, f"can't be read as CSV ({error})")
            continue
        if cells is None:
            return
        if not any(one.strip() for one in cells):
            continue
        if len(cells) > len(names):
            more = f"has {len(cells)} cells, and there are {len(names)} columns"
            yield Line(number, {}, f"{more}; is a comma outside of quotes?")
            continue
        yield Line(number, dict(zip(names, cells, strict=False)))


def _xlsx(path: Path) -> Iterator[Line]:
    with path.open("rb") as file:
        yield from _xlsx_lines(file)


def _xlsx_lines(file: BinaryIO) -> Iterator[Line]:
    try:
        with zipfile.ZipFile(file) as packed:
            if sum(one.file_size for one in packed.infolist()) > MOST_UNPACKED:
                raise BadSheet("The file unpacks to far more than a spreadsheet of comments.")
        book = load_workbook(file, read_only=True, data_only=False)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        if isinstance(error, BadSheet):
            raise
        raise BadSheet("The file is damaged, or not an Excel file.") from error
    try:
        sheet: Any = book.worksheets[0]
        rows = sheet.iter_rows()
        first = next(rows, ())
        names = _header([_cell_text(cell)[0] for cell in first])
        for number, row in enumerate(rows, 2):
            cells: dict[str, str] = {}
            problem = None
            for name, cell in zip(names, row, strict=False):
                cells[name], wrong = _cell_text(cell)
                problem = problem or (wrong and f"{name}: {wrong}")
            if any(one.strip() for one in cells.values()):
                yield Line(number, cells, problem)
    finally:
        book.close()


def _cell_text(cell: Any) -> tuple[str, str | None]:
    """A cell's text, and what is wrong with it."""
    value = cell.value
    if value is None:
        return "", None
    if cell.data_type == "f":
        return str(value), "a formula; paste it as a value"
    if cell.data_type == "e":
        return str(value), f"the error {value}"
    if isinstance(value, datetime | date):
        return value.isoformat(), None
    if isinstance(value, float) and value.is_integer():
        return str(int(value)), None
    return str(value), None


def _header(cells: list[str]) -> list[str]:
    names = [" ".join(one.strip().lower().replace("_", " ").split()) for one in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise BadSheet("The file is empty: its first line should hold the names of the columns.")
    if len(names) > MOST_COLUMNS:
        raise BadSheet(f"The file has more than {MOST_COLUMNS} columns.")
    twice = sorted({one for one in names if one and names.count(one) > 1})
    if twice:
        raise BadSheet(f"Two columns are called {twice[0]}. Rename or delete one.")
    return names
