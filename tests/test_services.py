"""The servers that the tests start themselves."""

import asyncpg
import pytest

from tests.services import NotInstalled, Postgres, Redis, program


async def test_each_test_gets_an_empty_database(postgres_url: str) -> None:
    connection = await asyncpg.connect(postgres_url.replace("+asyncpg", ""))
    tables = await connection.fetch("SELECT 1 FROM pg_tables WHERE schemaname = 'public'")
    await connection.close()
    assert tables == []


def test_postgresql_comes_back_with_its_data_after_a_restart(postgres: Postgres) -> None:
    name = postgres.fresh()
    postgres.sql("CREATE TABLE kept (word text); INSERT INTO kept VALUES ('yes')", name)
    postgres.stop()
    postgres.start()
    assert postgres.sql("SELECT word FROM kept", name) == "yes"


def test_each_test_gets_an_empty_redis(redis_process: Redis, redis_url: str) -> None:
    assert redis_process.ask("DBSIZE") == "0"
    assert redis_url == redis_process.url


def test_a_missing_program_says_how_to_get_it() -> None:
    with pytest.raises(NotInstalled, match="make system-deps"):
        program("no-such-program")
