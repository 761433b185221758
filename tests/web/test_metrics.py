"""/metrics: figures for those inside, nothing of a person, and all that dashboard and alarms name."""

import asyncio
import json
import re

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot import ROOT, metrics
from bot.channels.heartbeat import beat
from bot.comments.outgoing import Letter, enqueue
from bot.comments.tables import ContactKind
from bot.web.keys import ASSISTANT, STORE
from tests.sms.phone import TOKEN, Phone

BEARER = {"Authorization": "Bearer a-made-up-metrics-token"}
AFAR = {"X-Forwarded-For": "203.0.113.9"}
LAST_SUCCESS = ("bot_last_success_timestamp_seconds",)


async def look(client, **headers):
    async with client.get("/metrics", headers=headers) as response:
        return response.status, await response.text()


async def figures(client):
    """Every figure by its name and labels."""
    status, text = await look(client)
    assert status == 200
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def risen(client, work, *names):
    """By how much some figures rise while something is done."""
    before = await figures(client)
    await work
    after = await figures(client)
    return [after.get(name, 0) - before.get(name, 0) for name in names]


async def posted(client, text, **headers):
    async with client.post("/api/messages", json={"text": text}, headers=headers) as response:
        await response.read()


async def opened(client, path):
    async with client.get(path) as response:
        await response.read()


# Who may read them


@pytest.fixture
async def public(aiohttp_client, make, settings):
    """A front behind a trusted proxy, with a token for figures."""
    more = {"trusted_proxies": "127.0.0.1", "metrics_token": "a-made-up-metrics-token"}
    return await aiohttp_client(make(type(settings)(**settings.model_dump() | more)))


async def test_a_caller_on_loopback_reads_prometheus_text(client):
    async with client.get("/metrics") as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"


async def test_for_a_stranger_there_are_none(public):
    assert (await look(public, **AFAR))[0] == 404


async def test_a_stranger_with_the_token_reads_them(public):
    assert (await look(public, **AFAR, **BEARER))[0] == 200


@pytest.mark.parametrize("given", ["Bearer another", "Bearer ", "a-made-up-metrics-token", "é"])
async def test_a_wrong_token_opens_nothing(public, given):
    assert (await look(public, **AFAR, Authorization=given))[0] == 404


async def test_what_a_proxy_on_this_machine_passes_on_is_not_loopback(client):
    assert (await look(client, **AFAR))[0] == 404
    async with client.get("/ready", headers=AFAR) as response:
        assert await response.json() == {"ready": True}


async def test_the_token_opens_the_parts_of_ready_too(public):
    async with public.get("/ready", headers=AFAR | BEARER) as response:
        assert set((await response.json())["dependencies"]) == {"assistant", "actions", "store"}


# What they say


async def test_a_message_counts_by_channel_language_and_status(client):
    assert await risen(
        client, posted(client, "what are the pillars?"),
        ("bot_messages_total", "web", "en", "answered"), ("bot_message_seconds_count", "web"),
        ("bot_message_part_seconds_count", "assistant"), ("bot_message_part_seconds_count", "record"),
        ("bot_requests_total", "/api/messages", "200"),
    ) == [1, 1, 1, 1, 1]  # fmt: skip


async def test_a_message_without_an_answer_counts_as_an_error(client, fake):
    fake.status = 500
    assert await risen(
        client, posted(client, "what are the pillars?"),
        ("bot_messages_total", "web", "en", "error"), ("bot_errors_total", "assistant"),
    ) == [1, 1]  # fmt: skip


async def test_danger_is_no_part_of_the_assistants_time(client):
    names = [("bot_message_part_seconds_count", part) for part in ("rules", "assistant")]
    assert await risen(client, posted(client, "my house is on fire"), *names) == [1, 0]


async def test_a_filed_comment_counts(client, fake):
    fake.replies = [fake.replies[0] | {"receipt": "K7M4-QX9T"}]
    assert await risen(client, posted(client, "yes"), ("bot_comments_filed_total", "web")) == [1]


async def test_a_store_that_is_gone_counts_as_an_error_and_as_down(client, lose_store):
    assert (await figures(client))["bot_up", "store"] == 1
    await lose_store()
    (errors,) = await risen(client, posted(client, "pillars?"), ("bot_errors_total", "store"))
    assert errors >= 1
    assert (await figures(client))["bot_up", "store"] == 0


async def test_each_part_is_shown_up_or_down(client, fake):
    fake.has_actions = False
    shown = await figures(client)
    assert {part: shown["bot_up", part] for part in ("assistant", "actions", "store")} == {
        "assistant": 1, "actions": 0, "store": 1,
    }  # fmt: skip


async def test_an_unexpected_error_counts(aiohttp_client, app):
    async def fail(_):
        raise RuntimeError("it broke")

    app.router.add_get("/broken", fail)
    client = await aiohttp_client(app)
    name = ("bot_errors_total", "unexpected")
    assert await risen(client, opened(client, "/broken"), name) == [1]


async def test_what_waits_to_be_sent_is_counted(client, app):
    async with app[STORE].session() as session:
        await enqueue(
            session, Letter("reply:1", ContactKind.EMAIL, "sealed", "We answered.", "en", "Reply")
        )
    shown = await figures(client)
    assert shown["bot_outgoing_messages", "email"] == 1
    assert shown["bot_outgoing_messages", "sms"] == 0
    assert 0 <= shown["bot_outgoing_overdue_seconds", "email"] < 60


async def test_segments_of_text_messages_count(aiohttp_client, make, settings):
    more = {"twilio_auth_token": TOKEN}
    client = await aiohttp_client(make(type(settings)(**settings.model_dump() | more)))
    (segments,) = await risen(client, Phone(client).text("pillars?"), ("bot_sms_segments_total",))
    assert segments in {1, 2}


# Silence


async def test_a_question_of_our_own_through_all_parts_is_a_success(client, app, fake):
    before = (await figures(client))[LAST_SUCCESS]
    assert await beat(app[ASSISTANT], app[STORE])
    assert (await figures(client))[LAST_SUCCESS] > before
    assert fake.last["conversation"].startswith("heartbeat-")


async def test_it_is_no_message_and_no_comment(client, app):
    names = [("bot_message_seconds_count", "web"), ("bot_comments_filed_total", "web")]
    assert await risen(client, beat(app[ASSISTANT], app[STORE]), *names) == [0, 0]


@pytest.mark.parametrize("missing", ["assistant", "store"])
async def test_when_a_part_is_missing_the_last_success_stays(
    client, app, fake, lose_store, missing
):
    if missing == "assistant":
        fake.status = 500
    else:
        await lose_store()
    before = (await figures(client))[LAST_SUCCESS]
    assert not await beat(app[ASSISTANT], app[STORE])
    assert (await figures(client))[LAST_SUCCESS] == before


async def test_it_is_asked_again_and_again_while_the_front_runs(
    aiohttp_client, make, settings, fake
):
    await aiohttp_client(make(settings.model_copy(update={"heartbeat_seconds": 1})))
    while len(fake.heard) < 2:
        await asyncio.sleep(0.05)


# Nothing of a person, and labels from closed lists


async def test_nothing_that_callers_write_becomes_a_label(client, app):
    before = set(await figures(client))  # of other fronts in this process
    for number in range(6):
        await posted(client, f"quokka{number} of Quokka Street", **{"User-Agent": "quokka"})
        await opened(client, f"/quokka{number}")
        await opened(client, f"/c/K7M4-QX9{number}")
    shown = set(await figures(client)) - before
    routes = {route.resource.canonical for route in app.router.routes() if route.resource}
    assert {name[1] for name in shown if name[0] == "bot_requests_total"} <= routes | {
        "unknown", "/broken",
    }  # fmt: skip
    assert not [name for name in shown if "quokka" in str(name).lower() or "K7M4" in str(name)]


# The dashboard and the alarms


def expressions():
    dashboard = json.loads((ROOT / "deploy" / "grafana.json").read_text())
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            yield f"grafana.json: {panel['title']} {target['refId']}", target["expr"]
    for group in yaml.safe_load((ROOT / "deploy" / "alerts.yml").read_text())["groups"]:
        for rule in group["rules"]:
            yield f"alerts.yml: {rule['alert']}", rule["expr"]


EXPRESSIONS = dict(expressions())
NAME = re.compile(r"\b((?:bot|process)_[a-z_]+)(?:\{([^}]*)\})?")
OF_PROMETHEUS = {"job", "instance"}
"""Labels that the scraping puts on."""


@pytest.mark.parametrize("where", EXPRESSIONS)
async def test_every_figure_that_they_name_exists_with_its_labels(client, say, fake, where):
    await say("pillars?")
    fake.status = 500
    await say("pillars?")
    _, text = await look(client)
    named = NAME.findall(EXPRESSIONS[where])
    assert named or EXPRESSIONS[where].startswith("up{")
    for name, labels in named:
        assert re.search(rf"^{name}[{{ ]", text, re.MULTILINE), name
        for label, value in re.findall(r'(\w+)="([^"]*)"', labels):
            if label not in OF_PROMETHEUS:
                assert re.search(rf'^{name}{{.*{label}="{value}"', text, re.MULTILINE), label
        for group in re.findall(r"by \(([^)]*)\)", EXPRESSIONS[where]):
            for label in set(group.split(", ")) - OF_PROMETHEUS:
                assert re.search(rf'^{name}{{.*{label}="', text, re.MULTILINE), label


def test_every_alarm_says_what_is_wrong_and_what_to_do():
    for group in yaml.safe_load((ROOT / "deploy" / "alerts.yml").read_text())["groups"]:
        for rule in group["rules"]:
            assert rule["annotations"]["summary"].endswith(".")
            assert rule["annotations"]["action"].endswith(".")
            assert rule["labels"]["severity"] in {"page", "ticket"}


def test_every_figure_and_every_alarm_is_documented():
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    for metric in metrics.REGISTRY.collect():
        name = f"{metric.name}_total" if metric.type == "counter" else metric.name
        assert name.startswith("process_") or f"`{name}`" in page, name
    for where in EXPRESSIONS:
        if where.startswith("alerts.yml"):
            assert f"`{where.partition(': ')[2]}`" in page
