"""Fixtures that several folders share: the whole assistant, running."""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from bench.running import Running
from bot import ROOT
from tests.database import migrate_apart
from tests.services import NotInstalled, Postgres, Redis, postgres_server, redis_server
from tests.sms.phone import TOKEN

# The same made-up texts in every run, so that what passed here passes there; `make test-heavy`
# looks at fresh ones (HYPOTHESIS_PROFILE=default).
hypothesis.settings.register_profile("steady", derandomize=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


def missing(what: str, reason: str) -> None:
    """Skip, or fail where everything is required (CI sets REQUIRE_ALL=1)."""
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(f"{what} is missing: {reason}")
    pytest.skip(f"{what} is missing: {reason}")


def need_rasa() -> None:
    """Skip or fail unless Rasa's environment is there."""
    if not (ROOT / ".venv-rasa" / "bin" / "python").exists():
        missing("Rasa's environment", "make it with: make install")


@pytest.fixture(scope="session")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One running assistant for all tests that only talk to it; no rate limit."""
    need_rasa()
    folder = tmp_path_factory.mktemp("assistant")
    environment = {"BOT_RATE_LIMIT": "off", "BOT_TWILIO_AUTH_TOKEN": TOKEN}
    with Running(folder, environment=environment) as running:
        yield running


@pytest.fixture
def own_assistant(tmp_path: Path) -> Iterator[Running]:
    """An assistant of the test's own, to break; start it in the test."""
    need_rasa()
    running = Running(tmp_path / "var", environment={"BOT_RATE_LIMIT": "off"})
    yield running
    running.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL for all tests; take a database of your own with `postgres_url`."""
    try:
        yield from postgres_server()
    except NotInstalled as error:
        missing("PostgreSQL", str(error))


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """The address of an empty database in PostgreSQL."""
    name = postgres.fresh()
    yield postgres.url(name)
    postgres.sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres_with_tables(postgres: Postgres) -> str:
    """A database with all tables of the store, migrated once, to be copied."""
    name = postgres.fresh()
    migrate_apart(postgres.url(name))
    return name


@pytest.fixture
def tables_url(postgres: Postgres, postgres_with_tables: str) -> Iterator[str]:
    """The address of a database in PostgreSQL with all tables of the store, and nothing in them."""
    name = postgres.fresh(postgres_with_tables)
    yield postgres.url(name)
    postgres.sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def redis_process() -> Iterator[Redis]:
    """One Redis for all tests; take it with `redis_url`, which empties it."""
    try:
        yield from redis_server()
    except NotInstalled as error:
        missing("Redis", str(error))


@pytest.fixture
def redis_url(redis_process: Redis) -> str:
    """The address of an empty Redis."""
    redis_process.ask("FLUSHALL")
    return redis_process.url


@pytest.fixture
def own_redis() -> Iterator[Redis]:
    """A Redis of the test's own, to stop and start."""
    try:
        yield from redis_server()
    except NotInstalled as error:
        missing("Redis", str(error))
