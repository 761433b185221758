"""The supervisor: starts front, assistant and actions, restarts what dies, stops all.

The assistant and the actions listen on loopback only, on ports chosen free.
"""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import yaml

from bot import ROOT
from bot.client import address
from bot.settings import BadSettings, Settings
from bot.trained import RASA_PYTHON, is_damaged, model_path, rasa_environment

START_LIMIT = 120.0
STOP_LIMIT = 8.0
AFTER_FRONT = 1.5
"""Seconds that assistant and actions have at least: they work for nobody any more then."""
BACK_OFF = (0.5, 1, 2, 4, 8, 15)
"""Seconds before a restart; the last one is kept. A minute of health forgets the past."""
HEALTHY_AFTER = 60.0

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""Products of one vector are quicker than the waking of threads for them."""

OF_RASA = {
    "LOG_LEVEL": "WARNING",
    # A lock that a dead assistant left behind ends soon after the front gave its message up.
    "TICKET_LOCK_LIFETIME": "10",
}


class CannotStart(Exception):
    """Why nothing was started, in one sentence."""


@dataclass
class Service:
    """One process that is kept running."""

    name: str
    command: list[str]
    environment: dict[str, str]
    ready_url: str
    log: Path | None = None
    """Where its output goes; None is our own."""
    speaks: bool = False
    """Whether standard output is ours even so, and only what else is printed goes to the log."""
    process: asyncio.subprocess.Process | None = field(default=None, init=False)
    failures: int = field(default=0, init=False)

    async def start(self) -> None:
        """Start the process in a group of its own, so that Ctrl-C reaches only us."""
        output = None if self.log is None else self.log.open("a")
        try:
            self.process = await asyncio.create_subprocess_exec(
                *self.command, env=self.environment, cwd=ROOT, start_new_session=True,
                stdout=None if self.speaks else output, stderr=output,
            )  # fmt: skip
        finally:
            if output is not None:
                output.close()

    async def stop(self, limit: float | None = None) -> None:
        """End the process and its children; by force after the limit, in seconds."""
        process = self.process
        if process is None or process.returncode is not None:
            return
        _signal_group(process.pid, signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), STOP_LIMIT if limit is None else limit)
        except TimeoutError:
            _signal_group(process.pid, signal.SIGKILL)
            await process.wait()
        _signal_group(process.pid, signal.SIGKILL)  # children that it left behind


def _signal_group(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, number)


def free_port(preferred: int) -> int:
    """The preferred port on loopback if it is free, else any that is.

    One that another supervisor chose is not free, though what it starts may not listen yet.
    """
    for port in (preferred, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                if port and port not in _claims:
                    _claims[port] = _claim(port)
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise CannotStart("No port is free on this machine.")


_claims: dict[int, socket.socket] = {}


def _claim(port: int) -> socket.socket:
    """Hold a name that only one process can have, until this one ends. Raises OSError if taken."""
    held = socket.socket(socket.AF_UNIX)
    if sys.platform == "linux":
        held.bind(f"\0plan-assistant-port-{port}")
    return held


def free_ports(preferred: int, count: int) -> list[int]:
    """Different ports on loopback that are free, the preferred one first if it is."""
    with contextlib.ExitStack() as held:
        ports = [free_port(preferred)]
        while len(ports) < count:
            probe = held.enter_context(socket.socket())
            probe.bind(("127.0.0.1", 0))
            ports.append(int(probe.getsockname()[1]))
    return ports


def check_port(settings: Settings) -> None:
    """Raise CannotStart if the front's own port is taken."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise CannotStart(
                f"Port {settings.port} on {settings.host} can't be used ({error.strerror}). "
                f"Set BOT_PORT to another, or stop what uses it."
            ) from error


def write_config(settings: Settings, secret: str, actions_port: int) -> tuple[Path, Path]:
    """Derive this run's endpoints.yml and credentials.yml in the data dir; readable by us only."""
    folder = settings.data_dir / "run"
    folder.mkdir(parents=True, exist_ok=True)
    endpoints = yaml.safe_load((ROOT / "endpoints.yml").read_text())
    endpoints["action_endpoint"] = {
        "url": f"http://127.0.0.1:{actions_port}/webhook",
        "headers": {"X-Bot-Secret": secret},
    }
    endpoints["tracker_store"]["url"] = trackers_url(settings)
    if settings.redis_url:
        endpoints["lock_store"] = lock_store(settings.redis_url)
    channel = {
        "secret": secret,
        "log_format": settings.log_format,
        "log_level": settings.log_level,
    }
    credentials = {"bot.nlu.channel.FrontChannel": channel}
    paths = folder / "endpoints.yml", folder / "credentials.yml"
    for path, content in zip(paths, (endpoints, credentials), strict=True):
        path.unlink(missing_ok=True)
        with open(path, "x", opener=lambda p, f: os.open(p, f, 0o600)) as file:
            yaml.safe_dump(content, file)
    return paths


def trackers_url(settings: Settings) -> str:
    """Where the dialogue's state is kept: in PostgreSQL beside the comments, else in a file.

    The assistant's driver is another than the front's, and so are some words of the address.
    """
    if not settings.database.startswith("postgresql"):
        return f"sqlite:///{(settings.data_dir / 'trackers.db').absolute()}"
    from sqlalchemy.engine import make_url  # only here: the supervisor stays small

    url = make_url(settings.database).set(drivername="postgresql+psycopg2")
    of_asyncpg = [name for name in url.query if name.startswith("prepared_statement")]
    plain = url.difference_update_query(["ssl", *of_asyncpg])
    if "ssl" in url.query:
        plain = plain.update_query_dict({"sslmode": url.query["ssl"]})
    return plain.render_as_string(hide_password=False)


def lock_store(redis_url: str) -> dict[str, object]:
    """The part of endpoints.yml that says where assistants lock conversations."""
    from redis.connection import parse_url  # only here: the supervisor stays small

    options = parse_url(redis_url)  # type: ignore[no-untyped-call]
    files = {n: options[n] for n in ("ssl_certfile", "ssl_keyfile", "ssl_ca_certs") if n in options}
    return {
        "type": "bot.nlu.lock_store.SharedLockStore",
        "url": options.get("host", "localhost"),
        "port": options.get("port", 6379),
        "db": options.get("db", 0),
        "username": options.get("username"),
        "password": options.get("password"),
        "use_ssl": redis_url.startswith("rediss:"),
        "key_prefix": "planassistant",
        **files,
    }


def rasa_command(model: Path, port: int, endpoints: Path, credentials: Path) -> list[str]:
    """The assistant's command: on loopback, with our channel as the only way in."""
    return [
        str(RASA_PYTHON), "-m", "bot.nlu.rasa", "run", "-i", "127.0.0.1", "-p", str(port),
        "--model", str(model), "--endpoints", str(endpoints), "--credentials", str(credentials),
        "--response-timeout", "30", "--quiet",
    ]  # fmt: skip


def services(settings: Settings, model: Path) -> list[Service]:
    """The processes of this run: actions, assistants, front."""
    secret = settings.hop_secret
    assistant_ports = free_ports(5005, settings.assistant_workers)
    actions_port = free_port(5055)
    endpoints, credentials = write_config(settings, secret, actions_port)
    ours = (
        dict(os.environ)
        | ONE_THREAD
        | {
            "BOT_DATA_DIR": str(settings.data_dir),
            "BOT_INNER_SECRET": secret,
            "BOT_ASSISTANT_URL": ",".join(f"http://127.0.0.1:{port}" for port in assistant_ports),
            "BOT_ACTIONS_PORT": str(actions_port),
            "PYTHONUNBUFFERED": "1",
        }
    )
    assistants = []
    for number, port in enumerate(assistant_ports, 1):
        name = "assistant" if number == 1 else f"assistant-{number}"
        # Rasa's libraries warn of one another's age at every start; that is nobody's news.
        log = settings.data_dir / "run" / f"{name}.log"
        log.write_text("")
        assistants.append(
            Service(
                name, rasa_command(model, port, endpoints, credentials),
                rasa_environment() | ONE_THREAD | OF_RASA,
                f"http://127.0.0.1:{port}/webhooks/front/", log,
                speaks=settings.log_format == "json",
            )
        )  # fmt: skip
    return [
        Service(
            "actions", [sys.executable, "-m", "actions"], ours,
            f"http://127.0.0.1:{actions_port}/health",
        ),
        *assistants,
        Service(
            "front", [sys.executable, "-m", "bot.front"], ours,
            f"{address(settings)}/live",
        ),
    ]  # fmt: skip


async def wait_ready(service: Service, stopping: asyncio.Event) -> None:
    """Wait until a service answers. Raises CannotStart if it ends or takes too long."""
    limit = time.monotonic() + START_LIMIT
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as session:
        while not stopping.is_set():
            if service.process is not None and service.process.returncode is not None:
                where = f"the end of {service.log}" if service.log else "the lines above"
                raise CannotStart(f"The {service.name} ended at its start; see {where}.")
            with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError):
                async with session.get(service.ready_url) as response:
                    if response.status == 200:
                        return
            if time.monotonic() > limit:
                raise CannotStart(f"The {service.name} was not ready in {START_LIMIT:.0f} s.")
            await asyncio.sleep(0.2)


async def keep_running(
    service: Service, stopping: asyncio.Event, say: Callable[[str], None]
) -> None:
    """Restart a service whenever it ends, waiting longer each time."""
    while not stopping.is_set():
        assert service.process is not None
        began = time.monotonic()
        await service.process.wait()
        _signal_group(service.process.pid, signal.SIGKILL)  # children that it left behind
        if stopping.is_set():
            return
        if time.monotonic() - began > HEALTHY_AFTER:
            service.failures = 0
        delay = BACK_OFF[min(service.failures, len(BACK_OFF) - 1)]
        service.failures += 1
        say(f"The {service.name} ended (code {service.process.returncode}); again in {delay:g} s.")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), delay)
        if not stopping.is_set():
            with contextlib.suppress(OSError):  # no memory, no file: the next round tries again
                await service.start()


async def supervise(settings: Settings, model: Path) -> None:
    """Run until SIGINT or SIGTERM. Raises CannotStart."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    try:
        running = services(settings, model)
    except OSError as error:
        raise CannotStart(
            f"The data folder {settings.data_dir} can't be written ({error.strerror})."
        ) from error
    tasks: list[asyncio.Task[None]] = []
    try:
        for service in running:
            await service.start()
        await asyncio.gather(*(wait_ready(service, stopping) for service in running))
        if stopping.is_set():
            return
        print(f"Ready: {address(settings)}", flush=True)
        tasks = [asyncio.create_task(keep_running(service, stopping, _say)) for service in running]
        await stopping.wait()
    finally:
        stopping.set()
        for task in tasks:
            task.cancel()
        await stop_all(running, settings.drain_seconds)


async def stop_all(running: list[Service], drain: float = 0) -> None:
    """Stop the front first: it finishes the messages at hand, and they need the others."""
    began = time.monotonic()
    fronts = [service for service in running if service.name == "front"]
    await asyncio.gather(*(service.stop(STOP_LIMIT + drain) for service in fronts))
    left = max(AFTER_FRONT, STOP_LIMIT - (time.monotonic() - began))
    await asyncio.gather(*(service.stop(left) for service in running if service not in fronts))


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def run(settings: Settings) -> None:
    """Train if needed, then run until stopped. Raises CannotStart."""
    settings = settings.model_copy(update={"data_dir": settings.data_dir.absolute()})
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(
            f"The data folder {settings.data_dir} can't be made ({error.strerror}). "
            f"Set BOT_DATA_DIR."
        ) from error
    check_port(settings)
    try:
        _ = settings.key
    except BadSettings as error:
        raise CannotStart(str(error)) from error
    model = trained_model(settings)
    _say("Starting the assistant, the actions and the front ...")
    asyncio.run(supervise(settings, model))


def trained_model(settings: Settings) -> Path:
    """The model of the present data, trained first if it is missing. Raises CannotStart.

    A process of its own trains and checks, so that the supervisor stays small.
    """
    model = model_path()
    if model.exists() and is_damaged(model):
        _say(f"The model {model.name} is damaged and is made again.")
        model.unlink()
    if not model.exists():
        _say("Training the assistant; this takes about a minute ...")
    code, errors = _until_done(training(settings))
    if code != 0 or not model.exists():
        lines = errors.strip().splitlines() or ["Training failed."]
        raise CannotStart(lines[-1])
    return model


def training(settings: Settings) -> list[str]:
    """The command that trains the assistant if its model is missing."""
    return [sys.executable, "-m", "bot.train", "--work", str(settings.data_dir / "build")]


def _until_done(command: list[str]) -> tuple[int, str]:
    """Run a command to its end; Ctrl-C and SIGTERM end it with all its children."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    process = subprocess.Popen(  # noqa: S603
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    try:
        _, errors = process.communicate()
        return process.returncode, errors
    except KeyboardInterrupt as error:
        _signal_group(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_LIMIT)
        _signal_group(process.pid, signal.SIGKILL)
        raise CannotStart("Stopped before the assistant was trained.") from error
    finally:
        signal.signal(signal.SIGTERM, before)
