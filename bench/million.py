"""A store of a million comments, and how fast the desk answers over it."""

import math
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import insert, text

from bot.comments import staff
from bot.comments.staff_tables import Role
from bot.comments.store import Store
from bot.comments.tables import Comment, CommentEvent, CommentTopic
from bot.front import make_app
from bot.plan.load import load
from bot.settings import Settings
from bot.staff.asked import COOKIE
from bot.web.keys import STORE

WORDS = """school library bus park internet computer class water street light data police church
market garden phone bridge music health river winter summer children parents teachers neighbors
wifi homework training jobs office money plan city council meeting report form payment website
safety camera sensor shop repair language spanish senior youth sports pool corner block house
rent budget permit online paper letter answer question project test pilot open public private
cable speed price free cost access tablet laptop printer room hour evening weekend sunday""".split()  # noqa: SIM905  (one word a cell is easier to read)
"""Common words come first: they are drawn by a Zipf-like law, as in real texts."""
RARE = 20_000
BATCH = 5_000
VIEWS = (
    "", "sort=newest", "visibility=any&sort=newest", "topic=education", "channel=sms",
    "language=es&visibility=any", "window=late", "topic=economy&language=es&channel=sms",
    "state=in_review", "visibility=released&topic=accountability", "assignee=nobody",
    "since=2018-03-01&until=2018-03-10", "masked=yes", "visibility=hidden&sort=oldest",
    "search=school&visibility=any", "search=library+sunday&visibility=any",
    "search=%22free+wifi%22&visibility=any", "search=rare12345&visibility=any",
    "search=budget&topic=economy", "search=nothinglikethis", "search=sunday+-school",
    "search=%22school+sunday%22&language=es", "search=rare12345&state=in_review&sort=oldest",
    "search=sunday&masked=yes", "search=school&visibility=any&since=2018-03-01&until=2018-03-10",
)  # fmt: skip


def rows(count: int) -> Iterator[dict[str, Any]]:
    """Comments with a spread as in a real store; the same each time."""
    chance = random.Random(7)
    weights = [1 / (n + 1) for n in range(len(WORDS))]
    topics = list(CommentTopic)
    start = datetime(2018, 2, 1, tzinfo=UTC)
    for number in range(1, count + 1):
        words = chance.choices(WORDS, weights, k=chance.randint(12, 40))
        words.append(f"rare{chance.randint(0, RARE)}")
        visibility = chance.choices(["pending", "released", "hidden"], [50, 45, 5])[0]
        masked = chance.random() < 0.03
        moment = start + timedelta(seconds=number * 5)
        yield {
            "id": number, "receipt": f"{number:09}", "draft": f"m{number}", "created_at": moment,
            "updated_at": moment, "channel": chance.choices(["web", "sms", "phone"], [6, 3, 1])[0],
            "language": "es" if chance.random() < 0.15 else "en",
            "topic": chance.choice(topics).value, "text": " ".join(words),
            "window": chance.choices(["early", "open", "late"], [1, 8, 1])[0],
            "state": chance.choices(["received", "in_review", "answered"], [5, 3, 2])[0],
            "visibility": visibility, "masked": ["email"] if masked else [],
            "has_masked": masked, "plan_version": "v", "notice_version": "n", "themes": [],
            "assignee": "ana" if chance.random() < 0.1 else None,
            "priority": chance.choices([0, 1, 2], [1, 5, 94])[0], "legal_hold": False,
        }  # fmt: skip


async def fill(store: Store, count: int) -> None:
    """Put the comments into an empty store with all its tables."""
    batch: list[dict[str, Any]] = []
    for row in rows(count):
        batch.append(row)
        if len(batch) == BATCH or row["id"] == count:
            async with store.session() as session:
                await session.execute(insert(Comment), batch)
                events = [
                    {"comment_id": one["id"], "at": one["created_at"], "actor": "resident",
                     "action": "filed"} for one in batch
                ]  # fmt: skip
                await session.execute(insert(CommentEvent), events)
            batch = []
    async with store.engine.begin() as connection:
        await connection.execute(text("ANALYZE"))


async def signed_in(app: web.Application) -> dict[str, str]:
    """The headers of a new reviewer's browser."""
    person = await staff.add(app[STORE], f"speed{time.time_ns()}", Role.REVIEWER, None, "bench")
    return {"Cookie": f"{COOKIE}={await staff.open_session(app[STORE], person)}"}


@dataclass(frozen=True)
class Speed:
    """Milliseconds of each view, slowest first, and of an export's first byte."""

    views: dict[str, float]
    first_byte: float

    @property
    def p95(self) -> float:
        """95 of 100 pages take at most so long; each view counts as often as it was asked."""
        times = sorted(self.views.values())
        return times[math.ceil(len(times) * 0.95) - 1]


async def measure(settings: Settings, rounds: int = 3) -> Speed:
    """Ask for each view a few times, one after the other; the best time of each counts."""
    app = make_app(settings, load())
    async with TestClient(TestServer(app), cookie_jar=aiohttp.DummyCookieJar()) as client:
        headers = await signed_in(app)
        times: dict[str, float] = {}
        for _ in range(rounds):
            for view in VIEWS:
                began = time.perf_counter()
                async with client.get(f"/staff/comments?{view}", headers=headers) as response:
                    assert response.status == 200
                    await response.read()
                took = (time.perf_counter() - began) * 1000
                times[view] = min(took, times.get(view, math.inf))
        began = time.perf_counter()
        address = "/staff/exports/comments.csv?visibility=any"
        async with client.get(address, headers=headers) as response:
            await response.content.readany()
            first_byte = (time.perf_counter() - began) * 1000
            response.close()
    return Speed(dict(sorted(times.items(), key=lambda one: -one[1])), first_byte)
