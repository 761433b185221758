"""Two machines behind the balancer of deploy/: restarts, and what they share going and coming."""

import asyncio
import contextlib
import json
import select
import signal
import socket
import threading
import time
import urllib.error
import urllib.request

import aiohttp
import pytest

from bench.running import free_port
from bot.web.comment_words import TEXTS
from tests.conftest import missing
from tests.faults.cluster import (
    Balancer,
    Cluster,
    Traffic,
    file_comment,
    kill,
    suppressed,
    until_answered,
)
from tests.services import NotInstalled, until
from tests.talk import Resident
from tests.web.conftest import Visitor
from tests.web.test_comment_form import TYPED as EN_TYPED
from tests.web.test_comment_form import read_back

EN = TEXTS["en"]

pytestmark = pytest.mark.slow


def test_a_rolling_restart_drops_no_message(cluster: Cluster) -> None:
    with Traffic(cluster.balancer.url) as traffic:
        said: list[str] = []
        writer = threading.Thread(
            target=lambda: said.append(
                file_comment(
                    cluster.balancer.url, "Restart the lights.", lambda _: traffic.wait_for(30)
                )
            )
        )
        writer.start()
        for machine in cluster.machines:
            traffic.wait_for(20)
            assert machine.stop() < 13
            traffic.wait_for(20)
            machine.start()
            until(machine.is_ready, "The machine")
        traffic.wait_for(20)
        writer.join(60)
    assert traffic.refused == []
    assert "receipt" in said[0]
    assert cluster.comments("Restart the lights.") == 1


def test_any_machine_answers_the_next_message_of_a_comment(cluster: Cluster) -> None:
    resident = Resident(cluster.machines[0].url)
    resident.say("I want to leave a comment")
    resident.url = cluster.machines[1].url
    resident.press("Quality of life")
    resident.url = cluster.machines[0].url
    resident.say("Any bench will do.")
    resident.url = cluster.machines[1].url
    resident.say("yes")
    assert "receipt" in resident.heard()
    assert cluster.comments("Any bench will do.") == 1


def test_what_is_the_fronts_own_business_is_not_reached_from_outside(cluster: Cluster) -> None:
    with urllib.request.urlopen(f"{cluster.balancer.url}/live", timeout=5) as response:
        assert json.load(response) == {"live": True}
    for path in ("/ready", "/metrics"):
        with pytest.raises(urllib.error.HTTPError) as hidden:
            urllib.request.urlopen(f"{cluster.balancer.url}{path}", timeout=5)
        assert hidden.value.code == 404


def test_redis_may_go_and_come_and_nobody_notices(cluster: Cluster) -> None:
    with Traffic(cluster.balancer.url) as traffic:
        traffic.wait_for(20)
        cluster.redis.stop(signal.SIGKILL)
        said = file_comment(cluster.balancer.url, "Redis may go.")
        traffic.wait_for(20)
        cluster.redis.start()
        traffic.wait_for(20)
    assert traffic.refused == []
    assert "receipt" in said
    assert cluster.comments("Redis may go.") == 1


def test_postgresql_restarts_under_load_and_the_dialogue_goes_on(cluster: Cluster) -> None:
    def restart(step: int) -> None:
        if step in {1, 3}:
            cluster.postgres.stop(signal.SIGQUIT)
            cluster.postgres.start()

    with Traffic(cluster.balancer.url) as traffic:
        said = file_comment(cluster.balancer.url, "PostgreSQL may restart.", restart)
        traffic.wait_for(20)
    assert "receipt" in said
    assert cluster.comments("PostgreSQL may restart.") == 1
    assert all(one.startswith("503") for one in traffic.refused), traffic.refused
    assert all("Nothing you wrote is lost" in one for one in traffic.refused)


def test_half_sent_requests_keep_nobody_waiting_and_are_ended(cluster: Cluster) -> None:
    address = ("127.0.0.1", cluster.balancer.port)
    head = b"POST /api/messages HTTP/1.1\r\nHost: plan\r\n"
    body = b"Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{"
    half = [socket.create_connection(address) for _ in range(200)]
    for number, connection in enumerate(half):
        connection.sendall(head + (body if number % 2 else b""))
    with Traffic(cluster.balancer.url) as traffic:
        traffic.wait_for(40)
    assert traffic.refused == []
    assert select.select(half, [], [], 0)[0] == []  # they still hang then
    for connection in half:
        connection.settimeout(20)
        assert connection.recv(100).startswith((b"HTTP/1.1 408", b"HTTP/1.0 408"))
        connection.close()


def test_after_a_power_cut_between_store_and_reply_the_comment_is_there_once(
    cluster: Cluster,
) -> None:
    text = "Power to the pavilion."
    machine = cluster.machines[0]
    resident = Resident(machine.url)
    resident.say("I want to leave a comment")
    resident.press("Quality of life")
    resident.say(text)
    assert machine.process is not None
    everything = [machine.process.pid, *machine.children()]
    writer = threading.Thread(target=lambda: suppressed(lambda: resident.say("yes")))
    writer.start()
    while not cluster.comments(text):
        pass
    kill(*everything)
    writer.join(30)
    machine.process.wait(10)

    resident.url = cluster.balancer.url
    until_answered(resident, lambda: resident.say("yes"))
    assert cluster.comments(text) == 1
    machine.start()
    until(machine.is_ready, "The machine")
    resident.url = machine.url
    until_answered(resident, lambda: resident.say("yes"))
    time.sleep(3)  # the outbox is looked into
    assert cluster.comments(text) == 1


async def test_with_postgresql_down_the_form_keeps_a_comment_and_files_it_once_it_is_back(
    cluster: Cluster,
) -> None:
    text = EN_TYPED["text"]
    async with aiohttp.ClientSession(cluster.balancer.url) as session:
        visitor = Visitor(session)  # type: ignore[arg-type]
        await read_back(visitor)
        await asyncio.to_thread(cluster.postgres.stop)
        try:
            page = await visitor.press(EN["file_it"])
            assert page.one("h1").words == EN["waits_title"]
            await asyncio.sleep(4)  # the balancer finds no front ready, and goes by those alive
            await visitor.open("/comment")
            assert visitor.status == 200
        finally:
            await asyncio.to_thread(cluster.postgres.start)
    await asyncio.to_thread(until, lambda: cluster.comments(text.replace("'", "''")) == 1, "It")


async def test_while_postgresql_hangs_everybody_is_told_so_and_then_all_goes_on(
    cluster: Cluster,
) -> None:
    text = EN_TYPED["text"].replace("'", "''")
    before = cluster.comments(text)
    resident = Resident(cluster.balancer.url)
    await asyncio.to_thread(resident.say, "what are the five pillars?")
    async with aiohttp.ClientSession(cluster.balancer.url) as session:
        visitor = Visitor(session)  # type: ignore[arg-type]
        await read_back(visitor)
        cluster.postgres.hang()
        try:
            began = time.monotonic()
            page = await visitor.press(EN["file_it"])
            assert page.one("h1").words == EN["waits_title"]
            assert time.monotonic() - began < 20
            began = time.monotonic()
            await asyncio.to_thread(resident.say, "when did the plan start?")
            assert resident.status_code in {200, 503}
            assert time.monotonic() - began < 20  # or the balancer had spoken
        finally:
            cluster.postgres.go_on()
    await asyncio.to_thread(until, lambda: cluster.comments(text) == before + 1, "The comment")
    await asyncio.to_thread(
        until_answered, resident, lambda: resident.say("when did the plan start?")
    )


def test_with_no_front_at_all_programs_and_people_are_told_so() -> None:
    balancer = Balancer((f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"))
    try:
        balancer.start(until_ready=False)
        resident = Resident(balancer.url)

        def told() -> bool:
            with contextlib.suppress(ValueError):  # it takes a front for alive until it has looked
                return resident.say("hello")["error"]["code"] == "unavailable"
            return False

        until(told, "The balancer")
        assert resident.status_code == 503
        with pytest.raises(urllib.error.HTTPError) as error:
            urllib.request.urlopen(balancer.url)
        said = error.value.read().decode()
        assert error.value.code == 503
        assert "call 311" in said and "llame al 311" in said
    except NotInstalled as error:
        missing("HAProxy", str(error))
    finally:
        balancer.stop()
