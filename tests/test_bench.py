"""The load tool counts only what an action answered, and a figure says whether it holds."""

from dataclasses import dataclass

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bench.beside import Ours
from bench.figure import Figure, table
from bench.load import QUESTIONS, Reply, WrongAnswer, at_once, one_at_a_time
from bench.running import Running
from bench.usual import ANSWER, Usual


@dataclass
class Told:
    """Any address, read as a usual bot's replies."""

    url: str
    usual: Usual

    def body(self, text: str, conversation: str | None) -> dict[str, str]:
        return self.usual.body(text, conversation)

    def read(self, status: int, answer: object, conversation: str | None) -> Reply:
        return self.usual.read(status, answer, conversation)


@pytest.fixture
async def bot(tmp_path):
    """A bot that answers by its action, unless the test empties `says`."""
    heard, says = [], [ANSWER + "yes."]

    async def answer(request: web.Request) -> web.Response:
        body = await request.json()
        heard.append((body["sender"], body["message"]))
        replies = [{"recipient_id": body["sender"], "text": text} for text in says]
        return web.json_response(replies)

    app = web.Application()
    app.router.add_post("/", answer)
    async with TestServer(app) as server:
        yield Told(str(server.make_url("/")), Usual(tmp_path)), heard, says


async def test_one_conversation_asks_one_question_after_the_other(bot):
    target, heard, _ = bot
    times = await one_at_a_time(target, 12)
    assert len(times) == 12
    assert len({sender for sender, _ in heard}) == 1
    assert [text for _, text in heard] == [*QUESTIONS, *QUESTIONS][:12]


async def test_many_conversations_are_many_and_each_begins_elsewhere(bot):
    target, heard, _ = bot
    assert await at_once(target, 20, 60) > 0
    senders = {sender for sender, _ in heard}
    assert len(senders) == 20
    assert len(heard) == 60
    assert {text for _, text in heard} == set(QUESTIONS)


@pytest.mark.parametrize("said", [[], ["Hey! How are you?"]])
async def test_what_no_action_answered_stops_the_run(bot, said):
    target, _, says = bot
    says[:] = said
    with pytest.raises(WrongAnswer):
        await one_at_a_time(target, 1)


@pytest.mark.parametrize(
    ("status", "answer", "good"),
    [
        (200, {"conversation": "c", "status": "answered"}, True),
        (200, {"conversation": "c", "status": "safety"}, False),
        (503, {"error": {"code": "unavailable"}}, False),
    ],
)
def test_of_ours_only_what_passed_an_action_counts(tmp_path, status, answer, good):
    assert Ours(Running(tmp_path)).read(status, answer, None).is_good is good


def test_a_figure_says_whether_it_holds(capsys):
    good = [Figure("a", 1.0, most=1.0), Figure("b", 5.0, least=5), Figure("c", 99.0)]
    assert table(good)
    assert not table([*good, Figure("d", 1.1, most=1.0)])
    assert not table([Figure("e", 4.9, least=5)])
    assert capsys.readouterr().out.count("DOES NOT HOLD") == 2
