"""What every command of the command line needs: settings, the store, one clear sentence."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bot.settings import BadSettings, Settings, load

if TYPE_CHECKING:
    from bot.comments.store import Store

T = TypeVar("T")
AT_LEAST_ONE = click.IntRange(min=1)


class Fault(click.ClickException):
    """One clear sentence for the person at the terminal."""

    def show(self, file: Any = None) -> None:
        """Print the sentence without click's prefix."""
        click.echo(self.message, err=True)


def with_settings(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the settings, or end it with one clear line."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            settings: Settings = load()
            return command(*args, settings=settings, **kwargs)
        except BadSettings as error:
            raise Fault(str(error)) from error

    return run


def with_store(settings: Settings, work: "Callable[[Store], Coroutine[Any, Any, T]]") -> T:
    """Do something with the store of these settings, brought up to date; or end with one line."""
    from bot.comments.migrate import upgrade
    from bot.comments.store import Store, StoreUnavailable

    async def run() -> T:
        store = Store(settings.database)
        try:
            await upgrade(store)
            return await work(store)
        except StoreUnavailable:
            # The thread of a connection that failed ends after it, and is loud without its loop.
            await asyncio.sleep(0.1)
            raise
        finally:
            await store.close()

    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Fault(f"{settings.data_dir} can't be made: {error.strerror}.") from error
    try:
        return asyncio.run(run())
    except StoreUnavailable as error:
        raise Fault(f"The database can't be used: {error}.") from error
