"""The command line's part of the staff desk: `bot staff --help`."""

from typing import TYPE_CHECKING

import click

from bot.settings import Settings
from bot.terminal import Fault, with_settings, with_store

if TYPE_CHECKING:
    from bot.comments.store import Store

ACTOR = "command line"


@click.group()
def staff() -> None:
    """Who may use the staff desk.

    Example: bot staff add ana --role admin
    """


@staff.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(["viewer", "reviewer", "admin"]), required=True)
@click.option("--email", help="for the daily e-mail, and for the city's own sign-in")
@click.option("--password", is_flag=True, help="ask for a password instead of printing a link")
@with_settings
def staff_add(name: str, role: str, email: str | None, password: bool, settings: Settings) -> None:
    """Add a person: prints a one-time link, or asks for a password.

    Example: bot staff add ana --role admin
    """
    from bot.comments import staff as people
    from bot.comments.staff_tables import Role

    typed = click.prompt("Password", hide_input=True, confirmation_prompt=True) if password else ""

    async def add(store: "Store") -> str:
        if password:
            people.hash_password(typed)  # a bad one is refused before anybody is added
        person = await people.add(store, name, Role(role), email, ACTOR)
        if password:
            await people.set_password(store, person.id, typed, ACTOR)
            return ""
        return await people.new_link(store, person.id, ACTOR)

    try:
        link = with_store(settings, add)
    except people.BadStaff as error:
        raise Fault(str(error)) from error
    click.echo(f"{name.strip().lower()} may sign in as {role}.")
    if link:
        _print_link(settings, link)


@staff.command("link")
@click.argument("name")
@with_settings
def staff_link(name: str, settings: Settings) -> None:
    """Print a new one-time link, for a forgotten password. Codes of a lost phone go too.

    Example: bot staff link ana
    """
    from bot.comments import staff as people
    from bot.staff.codes import switch_off

    async def renew(store: "Store") -> str:
        person = await people.by_name(store, name)
        if person is None:
            raise people.BadStaff(f"Nobody is called {name}.")
        await switch_off(store, person.id, ACTOR)
        return await people.new_link(store, person.id, ACTOR)

    try:
        _print_link(settings, with_store(settings, renew))
    except people.BadStaff as error:
        raise Fault(str(error)) from error


@staff.command("list")
@with_settings
def staff_list(settings: Settings) -> None:
    """List everybody who may sign in.

    Example: bot staff list
    """
    from bot.comments import staff as people

    rows = with_store(settings, people.everyone)
    for one in rows:
        state = "active" if one.active else "off"
        click.echo(f"{one.name}\t{one.role}\t{state}\t{'codes' if one.code_secret else 'no codes'}")
    if not rows:
        click.echo("Nobody yet. Add somebody with: bot staff add NAME --role admin")


@click.group("retention")
def retention_group() -> None:
    """How long things are kept.

    Example: bot retention run --dry-run
    """


@retention_group.command("run")
@click.option("--dry-run", is_flag=True, help="only say what would be deleted")
@with_settings
def retention_run(dry_run: bool, settings: Settings) -> None:
    """Delete what is past its period; legal holds are kept. The front does this each night.

    Example: bot retention run --dry-run
    """
    from bot.comments import retention
    from bot.staff.privacy import periods_of

    async def run(store: "Store") -> list[retention.Due]:
        trackers = settings.data_dir / "trackers.db"
        return await retention.run(store, periods_of(settings), trackers, dry_run, ACTOR)

    for one in with_store(settings, run):
        period = f"{one.days} days" if one.days else "no period"
        held = f", {one.held} of them on legal hold" if one.held else ""
        click.echo(f"{one.kind}\t{period}\t{one.due} due{held}")
    click.echo("Nothing was deleted: this was a dry run." if dry_run else "Done.")


@click.command("demo")
@with_settings
def demo(settings: Settings) -> None:
    """Make a demonstration: 500 made-up comments in a data folder of their own.

    Example: bot demo
    """
    from bot import demo as made_up
    from bot.plan.load import load

    folder = made_up.folder_of(settings.data_dir)
    apart = settings.model_copy(update={"data_dir": folder, "database_url": None})

    async def seed(store: "Store") -> str | None:
        return await made_up.seed(store, load())

    try:
        link = with_store(apart, seed)
    except made_up.NotEmpty as error:
        raise Fault(
            f"{folder} holds something else than a demonstration; nothing was added."
        ) from error
    click.echo(f"{made_up.COMMENTS} made-up comments are in {folder}. Start it with:")
    click.echo(f"BOT_DATA_DIR={folder} bot run")
    if link:
        click.echo("The admin is called demo.")
        _print_link(apart, link)


def _print_link(settings: Settings, link: str) -> None:
    from bot.client import address

    base = settings.public_url or address(settings)
    click.echo(
        f"This link sets the password. It works once, for three days:\n{base}/staff/link/{link}"
    )
