"""Import of comments from a spreadsheet: a dry run with a report line by line, then the import.

The same line is stored once, however often its file comes: a comment's draft is named after the
line's own id, or after its day and text.
"""

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.comments.receipt import new_receipt
from bot.comments.sheets import BadSheet, Line, lines
from bot.comments.store import NewComment, Store
from bot.comments.tables import Comment, CommentEvent, CommentTopic
from bot.language.clean import COMMENT_LIMIT, clean
from bot.language.detect import language_of
from bot.language.mask import mask

COLUMNS = {
    "text": ("text", "comment", "comments", "your comment", "comentario", "message"),
    "date": ("date", "created at", "submitted", "submitted at", "received", "timestamp", "fecha"),
    "language": ("language", "lang", "idioma"),
    "topic": ("topic", "pillar", "about", "tema"),
    "id": ("id", "response id", "entry id", "number"),
}
"""What a column may be called, by what it holds. Only the text is needed."""
BATCH = 200
SHOWN_PROBLEMS = 200
_LANGUAGES = {"en": "en", "english": "en", "inglés": "en", "es": "es", "spanish": "es",
              "español": "es", "espanol": "es"}  # fmt: skip


@dataclass(frozen=True)
class Origin:
    """What every comment of an import shares."""

    channel: str
    plan_version: str
    notice_version: str
    window: Callable[[date], str]
    """Which window a day falls in."""
    timezone: str


@dataclass
class Report:
    """What an import did, or would do."""

    total: int = 0
    stored: int = 0
    """New comments; in a dry run, those that would be."""
    repeated: int = 0
    """Stored before, or twice in the file."""
    wrong: int = 0
    masked: int = 0
    """Comments out of which personal data was taken."""
    problems: list[tuple[int, str]] = field(default_factory=list)
    """Line and what is wrong with it; the first 200."""
    ignored: list[str] = field(default_factory=list)
    """Columns that are not used."""


@dataclass(frozen=True)
class _Ready:
    line: int
    at: datetime
    new: NewComment


async def run(store: Store, path: Path, origin: Origin, actor: str, dry: bool) -> Report:
    """Read a file and store its comments, or only say what that would do. Raises BadSheet."""
    report = Report()
    seen: set[str] = set()
    sheet = lines(path)
    while True:
        taken = await asyncio.to_thread(_read, sheet, origin, report)
        if taken is None:
            return report
        fresh = []
        for one in taken:
            if one.new.draft in seen:
                report.repeated += 1
            else:
                seen.add(one.new.draft)
                fresh.append(one)
        await _store(store, fresh, actor, report, dry)


def _read(sheet: Iterator[Line], origin: Origin, report: Report) -> list[_Ready] | None:
    """The next lines that can be stored; None at the end. What is wrong goes into the report."""
    taken = list(islice(sheet, BATCH))
    if not taken:
        return None
    ready = []
    for line in taken:
        report.total += 1
        if report.total == 1:
            columns = _columns(line.cells)
            report.ignored = [one for one in line.cells if one and one not in columns.values()]
            if not line.problem and "text" not in columns:
                names = ", ".join(COLUMNS["text"][:3])
                raise BadSheet(f"No column holds the comments. Name one of them: {names}.")
        try:
            if line.problem:
                raise ValueError(line.problem)
            ready.append(_comment(line, origin))
        except ValueError as error:
            report.wrong += 1
            if len(report.problems) < SHOWN_PROBLEMS:
                report.problems.append((line.number, str(error)))
    return ready


def _comment(line: Line, origin: Origin) -> _Ready:
    """The line's comment, cleaned and masked as one from a resident. Raises ValueError."""
    columns = _columns(line.cells)

    def given(what: str) -> str:
        return line.cells.get(columns.get(what, ""), "").strip()

    written = given("text")
    if len(written) > COMMENT_LIMIT:
        raise ValueError(f"the comment has {len(written):,} characters; {COMMENT_LIMIT:,} fit")
    cleaned = clean(written)
    if not cleaned.has_words:
        raise ValueError("the comment is empty" if not written else "there are no words in it")
    language = _language(given("language"), cleaned.text)
    masked = mask(cleaned.text, language)
    at = _moment(given("date"), ZoneInfo(origin.timezone))
    name = given("id") or f"{given('date')}\n{cleaned.text}"
    digest = hashlib.sha256(f"{origin.channel}\n{name}".encode()).hexdigest()[:30]
    new = NewComment(
        draft=f"import-{digest}", channel=origin.channel, language=language,
        topic=_topic(given("topic")), text=masked.text,
        window=origin.window(at.astimezone(ZoneInfo(origin.timezone)).date()),
        masked=tuple(str(kind) for kind in masked.kinds), plan_version=origin.plan_version,
        notice_version=origin.notice_version,
    )  # fmt: skip
    return _Ready(line.number, at, new)


async def _store(store: Store, ready: list[_Ready], actor: str, report: Report, dry: bool) -> None:
    if not ready:
        return
    async with store.session(None) as session:
        drafts = [one.new.draft for one in ready]
        query = select(Comment.draft).where(Comment.draft.in_(drafts))
        known = set((await session.scalars(query)).all())
        fresh = [one for one in ready if one.new.draft not in known]
        report.repeated += len(ready) - len(fresh)
        report.stored += len(fresh)
        report.masked += sum(bool(one.new.masked) for one in fresh)
        if dry or not fresh:
            return
        now = datetime.now(UTC)
        made = []
        for one in fresh:
            columns = Comment.__table__.columns
            values = {name: value for name, value in vars(one.new).items() if name in columns}
            values["masked"] = list(one.new.masked)
            made.append(
                Comment(
                    **values, receipt=new_receipt(), created_at=one.at, updated_at=now, themes=[]
                )
            )
        session.add_all(made)
        await session.flush()
        session.add_all(
            CommentEvent(
                comment_id=comment.id, at=now, actor=actor, action="imported",
                after={"topic": comment.topic, "window": comment.window, "line": one.line},
            )
            for comment, one in zip(made, fresh, strict=True)
        )  # fmt: skip


def _columns(cells: dict[str, str]) -> dict[str, str]:
    """The column of the sheet for each thing we read."""
    found = {}
    for what, names in COLUMNS.items():
        for name in names:
            if name in cells:
                found[what] = name
                break
    return found


def _language(typed: str, text: str) -> str:
    if typed:
        language = _LANGUAGES.get(typed.lower())
        if language is None:
            raise ValueError(f"the language {typed[:30]} is neither English nor Spanish")
        return language
    return "es" if language_of(text) == "es" else "en"


def _topic(typed: str) -> str:
    if not typed:
        return CommentTopic.SOMETHING_ELSE.value
    key = "_".join(typed.lower().replace("-", " ").split())
    if key not in set(CommentTopic):
        raise ValueError(f"the topic {typed[:40]} is not one of {', '.join(CommentTopic)}")
    return key


def _moment(typed: str, zone: ZoneInfo) -> datetime:
    """A date or a date with time; American dates too. Without one, now."""
    if not typed:
        return datetime.now(UTC)
    typed = typed.strip()
    moment: datetime | None = None
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError:
        for form in ("%m/%d/%Y", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M %p"):
            try:
                moment = datetime.strptime(typed, form)
                break
            except ValueError:
                continue
    if moment is None:
        raise ValueError(f"the date {typed[:30]} is not like 2018-03-16 or 3/16/2018")
    if len(typed) <= 10:
        moment = datetime.combine(moment.date(), time(12))
    moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    if (
        not datetime(2000, 1, 1, tzinfo=UTC)
        <= moment
        <= datetime.now(UTC).replace(hour=23, minute=59)
    ):
        raise ValueError(f"the date {typed[:30]} is in the future or before 2000")
    return moment.astimezone(UTC)
