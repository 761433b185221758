"""The command line's part of the comment store: `bot comments --help`, `bot db --help`."""

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from bot.settings import Settings
from bot.terminal import AT_LEAST_ONE, Fault, with_settings, with_store

if TYPE_CHECKING:
    from bot.comments.store import Store
    from bot.comments.tables import Comment


@click.group()
def comments() -> None:
    """The comments that residents have left.

    Example: bot comments list
    """


@comments.command("list")
@click.option("--limit", type=AT_LEAST_ONE, default=50, show_default=True, help="newest so many")
@with_settings
def comments_list(limit: int, settings: Settings) -> None:
    """List comments, newest last.

    Example: bot comments list --limit 10
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    async def read(store: "Store") -> "list[Comment]":
        return [one async for one in store.comments()][-limit:]

    rows = with_store(settings, read)
    if not rows:
        click.echo("There are no comments yet.")
        return
    table = Table(show_lines=False)
    for column in ("receipt", "filed (UTC)", "channel", "topic", "window", "status", "comment"):
        table.add_column(column, overflow="fold", no_wrap=column in {"receipt", "filed (UTC)"})
    for one in rows:
        filed = one.created_at.strftime("%Y-%m-%d %H:%M")
        cells = (one.receipt, filed, one.channel, one.topic, one.window, one.status, one.text)
        table.add_row(*(Text(cell) for cell in cells))
    width = None if sys.stdout.isatty() else 160
    Console(width=width).print(table)


@comments.command("export")
@click.option(
    "--format",
    "kind",
    type=click.Choice(["csv", "jsonl", "xlsx"]),
    default="csv",
    show_default=True,
)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="a file instead of the terminal"
)
@with_settings
def comments_export(kind: str, out: Path | None, settings: Settings) -> None:
    """Export every comment, one row each.

    Example: bot comments export --format csv --out comments.csv
    """
    from bot.comments.export import as_csv, as_jsonl, write_xlsx

    if kind == "xlsx" and out is None:
        raise Fault("A spreadsheet needs a file: add --out comments.xlsx")

    async def write(store: "Store") -> int:
        if kind == "xlsx":
            assert out is not None
            with TemporaryDirectory() as folder:
                made = Path(folder) / "comments.xlsx"
                written = await write_xlsx(store.comments(), made)
                shutil.copyfile(made, out)
            return written
        lines = as_csv(store.comments()) if kind == "csv" else as_jsonl(store.comments())
        count = 0
        with click.open_file(
            str(out) if out else "-", "w", encoding="utf-8", atomic=bool(out)
        ) as file:
            async for line in lines:
                file.write(line)
                count += 1
        return count - (kind == "csv")

    try:
        count = with_store(settings, write)
    except BrokenPipeError:
        raise  # whoever reads has enough: click ends the command quietly
    except OSError as error:
        raise Fault(f"{out} can't be written: {error.strerror}.") from error
    click.echo(f"{count} comments exported.", err=True)


@click.group()
def db() -> None:
    """The database.

    Example: bot db upgrade
    """


@db.command("upgrade")
@with_settings
def db_upgrade(settings: Settings) -> None:
    """Bring the database to the tables of this version.

    Example: bot db upgrade
    """
    with_store(settings, _nothing)
    click.echo("The database is up to date.")


@db.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_settings
def db_backup(file: Path, settings: Settings) -> None:
    """Write comments, conversations and the secret key into one file, while all runs.

    Example: bot db backup backup.zip
    """
    from bot.backup import BackupFailed, backup

    try:
        contents = backup(settings, file)
    except BackupFailed as error:
        raise Fault(str(error)) from error
    click.echo(f"{file}: {', '.join(contents.parts)} ({file.stat().st_size / 1e6:.1f} MB).")
    if not contents.has_key:
        click.echo("The secret key is not in it: it comes from BOT_SECRET_KEY. Keep it elsewhere.")


@db.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--yes", is_flag=True, help="replace what is there without asking")
@with_settings
def db_restore(file: Path, yes: bool, settings: Settings) -> None:
    """Put a backup in the place of the database; stop the assistant first.

    What was there is kept beside it. An older backup is brought to this version's tables.

    Example: bot db restore backup.zip
    """
    from bot.backup import BackupFailed, read_contents, restore
    from bot.run import CannotStart, check_port

    try:
        contents = read_contents(file)
        check_port(settings)
        when = contents.made_at.strftime("%Y-%m-%d %H:%M UTC")
        if not yes:
            click.confirm(
                f"Replace the present {contents.kind} database by the backup of {when}?", abort=True
            )
        kept = restore(settings, file)
    except BackupFailed as error:
        raise Fault(str(error)) from error
    except CannotStart as error:
        raise Fault(f"{error} Nothing was restored.") from error
    with_store(settings, _nothing)
    click.echo(f"The backup of {when} is restored.")
    for old in kept:
        click.echo(f"Kept: {old}")


async def _nothing(_: "Store") -> None:
    return None
