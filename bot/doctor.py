"""`bot doctor`: looks at everything the assistant needs, and says what to do where it is wrong.

It changes nothing and prints no secret.
"""

import asyncio
import contextlib
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
from sqlalchemy import URL, func, make_url, select
from sqlalchemy.exc import ArgumentError

from bot import trained
from bot.backup import BackupFailed, postgres_program
from bot.channels.shared import Shared
from bot.client import address
from bot.comments.migrate import is_current
from bot.comments.store import Store, StoreUnavailable
from bot.comments.tables import Conversation
from bot.language import encoder
from bot.run import CannotStart, check_port
from bot.settings import Settings

RASA = "3.6.21"
LITTLE_SPACE, NO_SPACE = 2e9, 200e6
"""Bytes free, below which there is a warning, and a problem."""
SHORT, TOO_SHORT = 32, 16
"""Characters of a secret, below which there is a warning, and a problem."""
CLOCK_OFF = 5.0
"""Seconds by which clocks may differ."""
INSTALLED = datetime.fromtimestamp(Path(__file__).stat().st_mtime, UTC)
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class State(StrEnum):
    """How a thing is."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Finding:
    """What was found of one thing, and what to do about it."""

    name: str
    state: State
    words: str
    remedy: str = ""


def ok(name: str, words: str) -> Finding:
    """A thing that is as it should be."""
    return Finding(name, State.OK, words)


def warning(name: str, words: str, remedy: str) -> Finding:
    """A thing that works, but should not stay so in earnest."""
    return Finding(name, State.WARNING, words, remedy)


def problem(name: str, words: str, remedy: str) -> Finding:
    """A thing that keeps residents from being answered, or puts something at risk."""
    return Finding(name, State.PROBLEM, words, remedy)


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Look at one thing after the other."""
    running = await _ready(settings)
    for finding in (
        *_settings(settings), *_folder(settings), _port(settings, running), _own_python(),
        _rasa(), _encoder(), _model(),
    ):  # fmt: skip
        yield finding
    async for finding in _database(settings):
        yield finding
    async for finding in _redis(settings):
        yield finding
    for look in (_clock, _address, _secrets):
        for finding in look(settings):
            yield finding
    yield _parts(running)


def without_secrets(settings: Settings) -> Callable[[str], str]:
    """A function that blanks every secret of the settings in a text, however it came there."""
    values = [getattr(settings, name) for name in type(settings).model_fields]
    hidden = [value.get_secret_value() for value in values if hasattr(value, "get_secret_value")]
    for url in (settings.database_url, settings.redis_url, *hidden):
        with contextlib.suppress(ValueError):
            hidden.append(urlsplit(url or "").password or "")

    def blank(text: str) -> str:
        for secret in sorted(filter(None, hidden), key=len, reverse=True):
            text = text.replace(secret, "...")
        return text

    return blank


def _settings(settings: Settings) -> Iterator[Finding]:
    yield ok("settings", "every BOT_ variable is known and has a good value")
    if settings.today is not None:
        yield warning(
            "today", f"BOT_TODAY says that today is {settings.today}",
            "Unset BOT_TODAY where residents are answered.",
        )  # fmt: skip
    if settings.rate_limit == "off":
        yield warning("limits", "they are off", "Set BOT_RATE_LIMIT=on where residents write.")
    if settings.log_level == "debug":
        yield warning("log", "it holds every step", "Set BOT_LOG_LEVEL=info.")


def _folder(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir.absolute()
    there = folder
    while not there.exists():
        there = there.parent
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        yield problem(
            "data folder", f"{folder} can't be written",
            "Give it to the user who runs the assistant, or set BOT_DATA_DIR.",
        )  # fmt: skip
        return
    yield ok("data folder", f"{folder} can be written")
    if folder.exists() and stat.S_IMODE(folder.stat().st_mode) & stat.S_IXOTH:
        for file in (folder / "bot.db", folder / "trackers.db"):
            if file.exists() and stat.S_IMODE(file.stat().st_mode) & stat.S_IROTH:
                yield warning(
                    "data folder", f"every user of this machine can read {file}",
                    f"chmod 700 {folder}",
                )  # fmt: skip
                break
    free = shutil.disk_usage(there).free
    told = f"{free / 1e9:.1f} GB free at {there}"
    if free < NO_SPACE:
        yield problem("disk", told, "Make room: soon nothing can be stored.")
    elif free < LITTLE_SPACE:
        yield warning("disk", told, "Make room, at least 2 GB.")
    else:
        yield ok("disk", told)


def _port(settings: Settings, running: dict[str, str] | None) -> Finding:
    if running is not None:
        return ok("port", f"a front answers at {address(settings)}")
    try:
        check_port(settings)
    except CannotStart as error:
        return problem("port", str(error).partition(" Set ")[0], "Set BOT_PORT to another.")
    return ok("port", f"{settings.port} on {settings.host} is free")


def _own_python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < (3, 11):
        return problem(
            "Python", f"this is {version}", "Run make install with Python 3.11 or newer."
        )
    return ok("Python", f"{version} for the front and the actions")


def _rasa() -> Finding:
    remedy = "Run: make install"
    if not trained.RASA_PYTHON.exists():
        return problem("Rasa's Python", f"{trained.RASA_PYTHON} is missing", remedy)
    script = "import sys, importlib.metadata as m; print(sys.version.split()[0], m.version('rasa'))"
    try:
        done = subprocess.run(  # noqa: S603
            [str(trained.RASA_PYTHON), "-c", script], capture_output=True, text=True, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return problem("Rasa's Python", f"{trained.RASA_PYTHON} does not run", remedy)
    python, _, rasa = done.stdout.strip().partition(" ")
    if done.returncode or rasa != RASA or not python.startswith("3.10."):
        found = f"Python {python or '?'} with Rasa {rasa or '?'}, not 3.10 with {RASA}"
        return problem("Rasa's Python", found, remedy)
    return ok("Rasa's Python", f"{python} with Rasa {rasa}")


def _encoder() -> Finding:
    try:
        encoder.check_files(encoder.ENCODER_DIR)
    except (encoder.DamagedEncoder, OSError) as error:
        return problem(
            "encoder", str(error), "Bring models/encoder back: git checkout models/encoder"
        )
    return ok("encoder", "its files are whole")


def _model() -> Finding:
    model = trained.model_path(trained.MODELS)
    if not model.exists():
        return warning(
            "model", "none is trained of the present data",
            "Run make train; else the next start takes a minute more.",
        )  # fmt: skip
    return ok("model", model.name)


def _missing(url: URL) -> bool:
    """Whether the database is a file that is not there yet."""
    return url.drivername.startswith("sqlite") and not Path(url.database or "").exists()


async def _database(settings: Settings) -> AsyncIterator[Finding]:
    try:
        url = make_url(settings.database)
    except ArgumentError:
        yield problem("database", "its address can't be read", "Check BOT_DATABASE_URL.")
        return
    is_file = url.drivername.startswith("sqlite")
    shown = url.render_as_string(hide_password=True)
    if _missing(url):
        yield ok("database", f"{url.database} is made at the first start")
        return
    store = Store(settings.database)
    try:
        await store.ping()
        current = await is_current(store)
        yield ok("database", f"{shown} answers")
        if current:
            yield ok("tables", "of this version")
        elif is_file:
            yield ok("tables", "of an older version; the next start brings them up to date")
        else:
            yield problem("tables", "not of this version", "Run: bot db upgrade")
        async with store.session() as session:
            theirs = None if is_file else (await session.execute(select(func.now()))).scalar_one()
            newest = None
            if current:
                query = select(func.max(Conversation.updated_at))
                newest = (await session.execute(query)).scalar_one()
        yield _clocks(theirs, newest)
    except (StoreUnavailable, OSError) as error:
        await asyncio.sleep(0.1)  # the thread of a connection that failed ends after it
        yield problem(
            "database", f"{shown} can't be used ({error})", "Start it, or check BOT_DATABASE_URL."
        )
    finally:
        await store.close()
    if not is_file:
        for name in ("pg_dump", "pg_restore"):
            try:
                postgres_program(name)
            except BackupFailed:
                yield warning(
                    "backup", f"{name} is missing", "Install PostgreSQL's client programs."
                )


def _clocks(theirs: datetime | None, newest: datetime | None) -> Finding:
    """This machine's clock beside the database's, and beside what was stored last."""
    now = datetime.now(UTC)
    remedy = "Switch on time synchronisation, such as systemd-timesyncd."
    if theirs is not None and abs((theirs - now).total_seconds()) > CLOCK_OFF:
        off = (now - theirs).total_seconds()
        return problem("clocks", f"this machine is {off:+.0f} s off the database's clock", remedy)
    if newest is not None and (newest - now).total_seconds() > CLOCK_OFF:
        return problem(
            "clocks", f"something was stored at {newest:%Y-%m-%d %H:%M}, in the future", remedy
        )
    return ok("clocks", "they agree")


async def _redis(settings: Settings) -> AsyncIterator[Finding]:
    if not settings.redis_url:
        return
    shared = Shared(settings.redis_url, b"doctor")
    try:
        if await shared.is_there():
            yield ok("Redis", "it answers")
        else:
            yield warning(
                "Redis", "it does not answer; each front counts alone until it does",
                "Start it, or check BOT_REDIS_URL.",
            )  # fmt: skip
    finally:
        await shared.close()


def _clock(settings: Settings) -> Iterator[Finding]:
    if datetime.now(UTC) < INSTALLED.replace(hour=0, minute=0, second=0):
        yield problem(
            "clock", f"it says {datetime.now(UTC):%Y-%m-%d}, before this program was installed",
            "Set the clock, and switch on time synchronisation.",
        )  # fmt: skip
        return
    yield ok("clock", f"{settings.now():%Y-%m-%d %H:%M} in {settings.timezone}")


def _address(settings: Settings) -> Iterator[Finding]:
    public = settings.public_url
    local = settings.host in LOOPBACK
    if public is None:
        if not local:
            yield warning(
                "address", f"the front listens on {settings.host} and knows no public address",
                "Set BOT_PUBLIC_URL to the https address that residents see.",
            )  # fmt: skip
        else:
            yield ok("address", "for this machine only")
        if settings.twilio_auth_token or settings.sms_gateway_secret:
            yield warning(
                "text messages", "signatures are made over the public address, which is not set",
                "Set BOT_PUBLIC_URL.",
            )  # fmt: skip
        return
    if public.startswith("http:") and urlsplit(public).hostname not in LOOPBACK:
        yield problem(
            "address", f"{public} is without TLS, so messages and cookies can be read on the way",
            "Put a web server with TLS before the front, and set BOT_PUBLIC_URL to https.",
        )  # fmt: skip
    else:
        yield ok("address", public)
    if not settings.proxies:
        yield warning(
            "proxy", "none is trusted, so all residents count as one address",
            "Set BOT_TRUSTED_PROXIES to the web server's address.",
        )  # fmt: skip


def _secrets(settings: Settings) -> Iterator[Finding]:
    found = False
    for name in ("secret_key", "inner_secret", "metrics_token", "sms_gateway_secret"):
        value = getattr(settings, name)
        length = len(value.get_secret_value()) if value is not None else SHORT
        if length < SHORT:
            found = True
            told = problem if length < TOO_SHORT else warning
            yield told(
                "secrets", f"BOT_{name.upper()} has {length} characters",
                "Make one with: openssl rand -hex 32",
            )  # fmt: skip
    file = settings.data_dir.absolute() / "secret.key"
    if settings.secret_key is None and file.is_file():
        information = file.stat()
        if stat.S_IMODE(information.st_mode) & 0o077:
            found = True
            yield problem("secrets", f"others can read {file}", f"chmod 600 {file}")
        elif information.st_size < TOO_SHORT:
            found = True
            yield problem(
                "secrets", f"{file} is empty or too short", "Bring it back from the backup."
            )
    if not found:
        yield ok("secrets", "long enough, and readable by their owner only")


def _parts(running: dict[str, str] | None) -> Finding:
    if running is None:
        return ok("running", "nothing runs at this port")
    down = [name for name, state in running.items() if state != "ok"]
    if down:
        return problem("running", f"down: {', '.join(down)}", "Look at that part's log.")
    return ok("running", f"{', '.join(running) or 'the front'}: all answer")


async def _ready(settings: Settings) -> dict[str, str] | None:
    """What the running front says of its parts; None if none runs."""
    token = settings.metrics_token
    headers = {"Authorization": f"Bearer {token.get_secret_value()}"} if token else {}
    limit = aiohttp.ClientTimeout(total=5)
    with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError, ValueError):
        async with (
            aiohttp.ClientSession(timeout=limit) as session,
            session.get(f"{address(settings)}/ready", headers=headers) as response,
        ):
            said = await response.json()
            if isinstance(said, dict) and "ready" in said:
                return dict(said.get("dependencies") or {})
    return None
