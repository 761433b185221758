"""Who can be reached from outside while all runs, and what the inner hops say to a stranger."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

import pytest

from bench.running import Running
from tests.conftest import need_rasa

pytestmark = pytest.mark.slow
LISTENING = {"tcp": "0A", "tcp6": "0A", "udp": "07", "udp6": "07"}
"""The state of a socket that takes from anybody, in each table of /proc/net."""
MESSAGE = {"conversation": "c", "text": "hello", "metadata": {}}


@dataclass(frozen=True)
class Listener:
    """A socket that takes what comes."""

    part: str
    address: str
    port: int

    @property
    def is_inner(self) -> bool:
        """Whether only this machine can reach it."""
        found = ip_address(self.address)
        return (getattr(found, "ipv4_mapped", None) or found).is_loopback


@pytest.fixture(scope="module")
def open_wide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """An assistant whose front listens on every address of the machine."""
    need_rasa()
    running = Running(tmp_path_factory.mktemp("wide"), environment={"BOT_HOST": "0.0.0.0"})
    with running:
        yield running


def family(pid: int) -> set[int]:
    """A process and all that come from it."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(entry.name)] = int(
                (entry / "stat").read_text().rpartition(")")[2].split()[1]
            )
        except OSError:
            continue  # it ended
    found, fresh = {pid}, {pid}
    while fresh:
        fresh = {child for child, parent in parents.items() if parent in fresh} - found
        found |= fresh
    return found


def listeners(running: Running) -> set[Listener]:
    """Every listening socket of all its processes, with the part that holds it."""
    assert running.process is not None
    parts = {"rasa run": "assistant", "-m actions": "actions", "-m bot.front": "front"}
    holders = {}
    for pid in family(running.process.pid):
        line = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
        part = next((name for words, name in parts.items() if words in line), "supervisor")
        for link in Path(f"/proc/{pid}/fd").iterdir():
            try:
                holders[str(link.readlink())] = part
            except OSError:
                continue
    found = set()
    for table, state in LISTENING.items():
        for row in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            cells = row.split()
            part = holders.get(f"socket:[{cells[9]}]")
            if part and cells[3] == state:
                host, port = cells[1].split(":")
                words = [bytes.fromhex(host[n : n + 8])[::-1] for n in range(0, len(host), 8)]
                found.add(Listener(part, str(ip_address(b"".join(words))), int(port, 16)))
    return found


def port_of(running: Running, part: str) -> int:
    return next(one.port for one in listeners(running) if one.part == part)


def call(port: int, method: str, path: str, secret: str | None) -> int:
    headers = {"Content-Type": "application/json"} | ({"X-Bot-Secret": secret} if secret else {})
    body = json.dumps(MESSAGE).encode() if method == "POST" else None
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_only_the_front_can_be_reached_from_outside(open_wide: Running) -> None:
    found = listeners(open_wide)
    outer = {one for one in found if not one.is_inner}
    assert {(one.part, one.port) for one in outer} == {("front", open_wide.port)}
    assert {one.part for one in found} == {"front", "assistant", "actions"}


@pytest.mark.parametrize("secret", [None, "", "made up", "é"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/webhooks/front/message"), ("POST", "/webhooks/front/forget"),
        ("POST", "/webhooks/rest/webhook"), ("POST", "/webhooks/callback/webhook"),
        ("GET", "/conversations/c/tracker"), ("POST", "/conversations/c/messages"),
        ("POST", "/conversations/c/trigger_intent"), ("POST", "/model/parse"),
        ("POST", "/model/train"), ("PUT", "/model"), ("GET", "/domain"), ("GET", "/status"),
        ("GET", "/socket.io/"),
    ],
)  # fmt: skip
def test_the_assistant_refuses_a_stranger(
    open_wide: Running, method: str, path: str, secret: str | None
) -> None:
    assert call(port_of(open_wide, "assistant"), method, path, secret) in {403, 404}


@pytest.mark.parametrize("secret", [None, "", "made up", "é"])
@pytest.mark.parametrize(("method", "path"), [("POST", "/webhook"), ("GET", "/actions")])
def test_the_actions_refuse_a_stranger(
    open_wide: Running, method: str, path: str, secret: str | None
) -> None:
    assert call(port_of(open_wide, "actions"), method, path, secret) == 403


def test_both_inner_hops_take_the_shared_secret(open_wide: Running) -> None:
    secret = open_wide.settings.hop_secret
    assert call(port_of(open_wide, "assistant"), "POST", "/webhooks/front/message", secret) == 200
    assert call(port_of(open_wide, "actions"), "GET", "/actions", secret) == 200


def test_the_files_with_the_secret_are_for_their_owner_only(open_wide: Running) -> None:
    for name in ("secret.key", "run/endpoints.yml", "run/credentials.yml"):
        assert (open_wide.folder / name).stat().st_mode & 0o077 == 0
