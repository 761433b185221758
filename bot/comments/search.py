"""Full-text search over comments: FTS5 in SQLite, a column of words and its index in PostgreSQL.

Both search what the public may read of a comment and the city's reply, without regard to case
and accents. Migrations make them, and the databases keep them in step with the comments.
"""

import re

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    bindparam,
    column,
    func,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.ext.asyncio import AsyncSession

SEARCH = table("comment_search", column("rowid"))
"""SQLite's index; its row ids are the comments' ids."""
_ACCENTED, _PLAIN = "áàäâãéèëêíìïîóòöôõúùüûñç", "aaaaaeeeeiiiiooooouuuunc"
WORDS: ColumnElement[str] = literal_column("comments.comment_search", TSVECTOR)
"""PostgreSQL's column of words; its index has the column's name too."""
MOST_TERMS = 12
MANY = 2000
FEW = 200
"""Up to so many are named one by one."""
_TERM = re.compile(r'(-?)(?:"([^"]*)"|([^\s"]+))')
_WORD = re.compile(r"\w+")
_LETTERS = re.compile(r"[^\W_]+")


def terms(typed: str) -> list[tuple[bool, str]]:
    """The words and "whole phrases" that were typed; True for those that must not occur (-)."""
    found = []
    for minus, phrase, word in _TERM.findall(typed):
        words = " ".join(_WORD.findall(phrase or word))
        if words:
            found.append((bool(minus), words))
    return found[:MOST_TERMS]


def narrow(query: Select[int], typed: str, dialect: str) -> Select[int] | None:
    """A query over comments, narrowed to what matches; None if nothing can match."""
    wanted = terms(typed)
    if not any(not minus for minus, _ in wanted):
        return None
    if dialect == "sqlite":
        match = text("comment_search MATCH :match").bindparams(match=_fts5(wanted))
        return query.join(SEARCH, literal_column("comments.id") == SEARCH.c.rowid).where(match)
    return query.where(_postgresql(wanted))


async def few(session: AsyncSession, typed: str) -> list[int] | None:
    """The comments that have all the words, in any order, if they are few.

    None if they are many, or in SQLite. PostgreSQL counts the frequent words only. Whether another
    is rare it can't tell, and would look for it among all comments in their order.
    """
    words = " ".join(words for minus, words in terms(typed) if not minus)
    if session.get_bind().dialect.name == "sqlite" or not words:
        return None
    number: ColumnElement[int] = literal_column("comments.id", Integer)
    query = select(number).select_from(table("comments")).where(_postgresql(terms(words)))
    found = (await session.scalars(query.limit(FEW + 1))).all()
    return None if len(found) > FEW else list(found)


async def begin_with(session: AsyncSession, typed: str) -> tuple[ColumnElement[bool], bool] | None:
    """Comments with words that begin as each typed one does, and whether they are many.

    None if no word was typed.
    """
    words = _LETTERS.findall(_folded(typed))[:MOST_TERMS]
    if not words:
        return None
    number: ColumnElement[int] = literal_column("comments.id", Integer)
    if session.get_bind().dialect.name == "sqlite":
        match = text("comment_search MATCH :begins")
        match = match.bindparams(begins=" AND ".join(f'"{word}"*' for word in words))
        found = select(SEARCH.c.rowid).where(match)
        # Of many the newest are soon found by going through all; the + keeps SQLite from
        # looking each of them up first.
        condition = literal_column("+comments.id").in_(found)
    else:
        begins = " & ".join(f"{word}:*" for word in words)
        condition = WORDS.bool_op("@@")(func.to_tsquery("simple", bindparam("begins", begins)))
        found = select(number).select_from(table("comments")).where(condition)
    # Few are named one by one: neither database can guess that they are few.
    some = (await session.scalars(found.limit(MANY + 1))).all()
    return (condition, True) if len(some) > MANY else (number.in_(some), False)


async def plan_anew(session: AsyncSession, typed: str) -> None:
    """Let PostgreSQL plan by the very words: a rare word needs another way than a frequent one.

    What a search reads is mostly in memory, so reading here and there costs little more than
    reading on; PostgreSQL assumes a turning disk and would rather go through all comments.
    """
    if typed and session.get_bind().dialect.name == "postgresql":
        await session.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
        await session.execute(text("SET LOCAL random_page_cost = 1.1"))


async def go_in_order(session: AsyncSession) -> None:
    """Let PostgreSQL go through comments in their order, until enough are found.

    It takes what holds a part of a word for rare and would sort all that match.
    """
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("SET LOCAL enable_sort = off"))
        await session.execute(text("SET LOCAL enable_bitmapscan = off"))


def _fts5(wanted: list[tuple[bool, str]]) -> str:
    wants = " AND ".join(f'"{words}"' for minus, words in wanted if not minus)
    for minus, words in wanted:
        if minus:
            wants = f'({wants}) NOT "{words}"'
    return wants


def _postgresql(wanted: list[tuple[bool, str]]) -> ColumnElement[bool]:
    parts = [f'{"-" if minus else ""}"{words}"' for minus, words in wanted]
    query = func.websearch_to_tsquery("simple", bindparam("match", _folded(" ".join(parts))))
    return WORDS.bool_op("@@")(query)


def _folded(typed: str) -> str:
    return typed.lower().translate(str.maketrans(_ACCENTED, _PLAIN))
