"""10,000 webhook posts, 50 at once, with repeats, while the assistant is killed now and then."""

import asyncio
import os
import random
import re
import signal
import time
from collections import Counter
from statistics import quantiles

import pytest
from aiohttp import ClientSession, ClientTimeout, web
from sqlalchemy import select

from bench.running import Running
from bot.comments.sms_tables import InboundText
from bot.comments.tables import Comment, Outgoing, Turn
from bot.settings import Settings
from bot.web.app import make_app
from bot.web.keys import STORE
from bot.web.sms import TEXTS
from tests.sms.conftest import until
from tests.sms.fake_twilio import ACCOUNT, NUMBER, FakeTwilio
from tests.sms.phone import TOKEN, Phone, payload
from tests.sms.scripted import At

pytestmark = pytest.mark.heavy
PHONES, AT_ONCE, RESTARTS = 500, 50, 2
QUESTIONS = [
    "what are the five pillars?", "when were comments due?", "who is Frank Johnson?",
    "¿cuáles son los cinco pilares?", "what does the plan say about education?", "more",
    "how much does the city spend on IT?", "¿quién dirigió el plan?",
]  # fmt: skip
SORRY = re.compile(r"longer than usual|tarda")


class Run:
    """What was sent and how long each answer took."""

    def __init__(self) -> None:
        self.posts = self.repeats_that_differ = 0
        self.webhook: list[float] = []
        self.api: list[float] = []
        self.bad: Counter[int] = Counter()
        self.comments: list[str] = []


async def one_phone(client: At, number: int, run: Run) -> None:
    """18 texts, two of them a comment, and two of them sent twice."""
    dice = random.Random(number)
    phone = Phone(client, f"+1443{number:07}")
    first, second = (f"Comment {n} of phone {number}: more benches, please." for n in (1, 2))
    script = [*dice.choices(QUESTIONS, k=6), "COMMENT", first, "1", *dice.choices(QUESTIONS, k=5),
              "COMMENT", second, "1", "thanks"]  # fmt: skip
    run.comments += [first, second]
    twice = dice.sample(range(len(script)), 2)
    for place, text in enumerate(script):
        began = time.monotonic()
        if place in twice and dice.random() < 0.5:
            heard = await phone.text(text)
            run.webhook.append(time.monotonic() - began)
            again = await phone.again()
            run.repeats_that_differ += heard != again
            run.posts += 2
        elif place in twice:
            twin = Phone(client, phone.number)
            fields = payload(text, phone.number)
            heard, again = await asyncio.gather(phone.post(fields), twin.post(fields))
            run.repeats_that_differ += heard != again
            run.posts += 2
        else:
            heard = await phone.text(text)
            run.webhook.append(time.monotonic() - began)
            run.posts += 1
        if phone.status != 200 or not heard:
            run.bad[phone.status] += 1


async def one_visitor(client: At, run: Run, over: asyncio.Event) -> None:
    """Asks on the web for as long as the run goes."""
    dice, conversation = random.Random(1), None
    while not over.is_set():
        began = time.monotonic()
        body = {"text": dice.choice(QUESTIONS), "conversation": conversation}
        async with client.post("/api/messages", json=body) as response:
            answer = await response.json()
            if response.status == 200:
                run.api.append(time.monotonic() - began)
                conversation = answer["conversation"]


async def test_every_text_is_answered_once_and_no_comment_is_lost_or_doubled(own_assistant):
    running: Running = own_assistant
    running.start()
    twilio = FakeTwilio(TOKEN)
    port = re.search(r" -p (\d+) ", running.children()[running.child("rasa run")])
    assert port
    settings = Settings(
        data_dir=running.folder, rate_limit="off", twilio_auth_token=TOKEN,
        twilio_account_sid=ACCOUNT, twilio_number=NUMBER, timezone="UTC",
        assistant_url=f"http://127.0.0.1:{port[1]}",
    )  # fmt: skip
    async with twilio.server:
        app = make_app(settings)
        app[TEXTS].connector.providers["twilio"].api = twilio.url
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        run = await load(url, running)
        store = app[STORE]

        async def nothing_waits() -> bool:
            async with store.session() as session:
                waits = select(InboundText.id).where(InboundText.state == "waiting").limit(1)
                sends = select(Outgoing.id).where(Outgoing.state == "queued").limit(1)
                return (
                    not (await session.execute(waits)).first()
                    and not (await session.execute(sends)).first()
                )

        await until(nothing_waits, 120)
        async with store.session() as session:
            texts = list((await session.execute(select(InboundText))).scalars())
            comments = Counter((await session.execute(select(Comment.text))).scalars())
            turns = Counter((await session.execute(select(Turn.id))).scalars())
            letters = list((await session.execute(select(Outgoing))).scalars())
        await runner.cleanup()
    late = [text for text in texts if text.late]
    answered = {letter.key.rpartition(":")[0].removeprefix("late:") for letter in letters}
    p95 = {name: quantiles(times, n=20)[-1] for name, times in vars(run).items()
           if name in ("webhook", "api")}  # fmt: skip
    print(
        f"{run.posts} posts, {len(texts)} texts, {len(late)} late, {len(comments)} comments; "
        f"p95 webhook {p95['webhook'] * 1000:.0f} ms, API {p95['api'] * 1000:.0f} ms"
    )
    assert run.posts == PHONES * 20 == 10_000
    assert not run.bad and not run.repeats_that_differ
    assert len(texts) == PHONES * 18 and {text.state for text in texts} == {"answered"}
    assert {text.id for text in late} == answered
    assert len(twilio.sent) == len(letters)
    assert max(turns.values()) == 1
    assert comments == Counter(run.comments)
    assert p95["webhook"] <= 3 * p95["api"]


async def load(url: str, running: Running) -> Run:
    """Let all phones text, and kill the assistant in between."""
    run, at_once, over = Run(), asyncio.Semaphore(AT_ONCE), asyncio.Event()
    async with ClientSession(timeout=ClientTimeout(total=60)) as session:
        client = At(session, url)

        async def phone(number: int) -> None:
            async with at_once:
                await one_phone(client, number, run)

        async def kill() -> None:
            for n in range(1, RESTARTS + 1):
                while run.posts < n * PHONES * 20 // (RESTARTS + 1):
                    await asyncio.sleep(0.2)
                os.killpg(running.child("rasa run"), signal.SIGKILL)

        visitors = [asyncio.create_task(one_visitor(client, run, over)) for _ in range(4)]
        killer = asyncio.create_task(kill())
        await asyncio.gather(*(phone(number) for number in range(PHONES)))
        over.set()
        await asyncio.gather(killer, *visitors)
    return run
