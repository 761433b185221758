"""The command line: `bot --help`."""

import asyncio
import json
import shutil
import sys
from difflib import get_close_matches
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar

import click
import yaml

from bot import ROOT
from bot.desk_commands import demo, retention_group, staff
from bot.settings import Settings
from bot.sms_commands import sms
from bot.terminal import Fault, with_settings, with_store

if TYPE_CHECKING:
    from bot.comments.store import Store
    from bot.comments.tables import Comment
    from bot.plan.load import Knowledge
    from bot.serve import Part

T = TypeVar("T")
AT_LEAST_ONE = click.IntRange(min=1)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """The assistant about a city plan: run it, ask it, look after its comments.

    Example: bot ask "what are the five pillars?"
    """


@main.group()
def plan() -> None:
    """The knowledge base of the plan: check it, show a fact, search it.

    Example: bot plan check
    """


@plan.command("check")
@click.option("--folder", type=click.Path(path_type=Path), default=ROOT / "data" / "plan")
def plan_check(folder: Path) -> None:
    """Check every fact: values, languages, lengths, reading grade, sources, coverage.

    Example: bot plan check
    """
    from bot.plan.check import check
    from bot.plan.load import BadKnowledge, load

    try:
        published = _published() if folder == ROOT / "data" / "plan" else None
        knowledge = load(folder, published)
        problems = check(knowledge)
        if published and knowledge.holds_more and not problems:
            _ask_gold(knowledge, published)
    except BadKnowledge as error:
        problems = error.problems
    for problem in problems:
        click.echo(str(problem))
    if problems:
        raise Fault(
            f"{len(problems)} problems. The assistant will not start before they are mended."
        )
    click.echo(
        f"{len(knowledge.facts)} facts, {len(knowledge.gaps)} gaps, "
        f"{len(knowledge.sources)} sources, {len(knowledge.names)} names: all right."
    )


@plan.command("show")
@click.argument("identity", metavar="ID")
def plan_show(identity: str) -> None:
    """Show one fact or gap with its wordings, values and sources.

    Example: bot plan show five-pillars
    """
    knowledge = _knowledge()
    entry = knowledge.facts.get(identity) or knowledge.gaps.get(identity)
    if entry is None:
        near = _alike(identity.lower(), [*knowledge.facts, *knowledge.gaps])
        hint = f" Did you mean: {', '.join(near)}?" if near else ""
        raise Fault(f"No fact is called '{identity}'.{hint}")
    click.echo(yaml.safe_dump(entry.model_dump(mode="json"), allow_unicode=True, sort_keys=False))
    for citation in getattr(entry, "sources", ()):
        source = knowledge.sources[citation.id]
        click.echo(f"{source.title} ({source.publisher})\n  {source.url}")


def _published() -> Path:
    from bot.settings import BadSettings
    from bot.settings import load as load_settings

    try:
        return load_settings().published
    except BadSettings as error:
        raise Fault(str(error)) from error


def _ask_gold(knowledge: "Knowledge", folder: Path) -> None:
    """Raise Fault unless the gold questions of published gaps find their facts."""
    from bot.language.encoder import SentenceEncoder
    from bot.plan.published import index_of, missed

    missing = missed(knowledge, index_of(knowledge, SentenceEncoder(), folder))
    for fact, questions in missing.items():
        click.echo(f"{fact}: this does not answer: {'; '.join(questions)}")
    if missing:
        raise Fault("Take these back at the desk, or change their ways of asking.")


@plan.command("release")
@click.argument("fact")
@click.option("--folder", type=click.Path(path_type=Path), default=ROOT / "data" / "plan")
def plan_release(fact: str, folder: Path) -> None:
    """Let the training lines of a published gap train the assistant at the next start.

    Example: bot plan release gap-12
    """
    from bot.plan.published import release

    held = _published()
    if fact not in {path.stem for path in held.glob("*.yml")}:
        known = ", ".join(sorted(path.stem for path in held.glob("*.yml"))) or "none"
        raise Fault(f"No published gap is called '{fact}'. These are held: {known}.")
    try:
        file = release(fact, held, folder)
    except OSError as error:
        raise Fault(f"It can't be written ({error.strerror}).") from error
    click.echo(f"Released: {file}. The next start trains with it. Keep the file in the repository.")


def _knowledge() -> "Knowledge":
    from bot.plan.load import BadKnowledge, load

    try:
        return load(published=_published())
    except BadKnowledge as error:
        raise Fault(str(error)) from error


def _alike(typed: str, ids: list[str]) -> list[str]:
    """Ids that hold what was typed, then those that are spelled much like it."""
    holding = [one for one in ids if typed in one]
    return list(dict.fromkeys([*holding, *get_close_matches(typed, ids, 4)]))[:8]


@plan.command("search")
@click.argument("text")
@click.option("--json", "as_json", is_flag=True, help="one JSON list instead of a table")
@click.option("-k", "limit", type=AT_LEAST_ONE, default=5, show_default=True, help="how many")
def plan_search(text: str, as_json: bool, limit: int) -> None:
    """Search the facts, without the assistant.

    Example: bot plan search "when were comments due" -k 3
    """
    from bot.language.encoder import DamagedEncoder
    from bot.plan.model import Fact, Gap
    from bot.train import load_index

    knowledge = _knowledge()
    try:
        index = load_index(knowledge)
    except DamagedEncoder as error:
        raise Fault(str(error)) from error
    titles: dict[str, Fact | Gap] = {**knowledge.facts, **knowledge.gaps}
    hits = index.search(text, limit=limit)
    if as_json:
        rows = [
            {"id": h.id, "score": round(h.score, 4), "title": titles[h.id].title.en} for h in hits
        ]
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for hit in hits:
        click.echo(f"{hit.score:.3f}  {hit.id:24}  {titles[hit.id].title.en}")


@main.command()
@with_settings
def run(settings: Settings) -> None:
    """Train if needed, then run front, assistant and actions until Ctrl-C.

    Example: BOT_PORT=8090 bot run
    """
    from bot.run import CannotStart
    from bot.run import run as run_all

    try:
        run_all(settings)
    except CannotStart as error:
        raise Fault(str(error)) from error


@main.command()
def doctor() -> None:
    """Look at everything the assistant needs, and say what to do where something is wrong.

    It changes nothing. The exit code is 1 if there is a problem, else 0.

    Example: bot doctor
    """
    from bot.doctor import State, examine, without_secrets
    from bot.settings import BadSettings, load

    async def look(settings: Settings) -> int:
        blank, problems = without_secrets(settings), 0
        async for found in examine(settings):
            remedy = f" {found.remedy}" if found.remedy else ""
            click.echo(blank(f"{found.state.value:8} {found.name}: {found.words}.{remedy}"))
            problems += found.state is State.PROBLEM
        return problems

    try:
        problems = asyncio.run(look(load()))
    except BadSettings as error:
        click.echo(f"problem  settings: {error}")
        problems = 1
    if problems:
        sys.exit(1)


@main.command()
@click.argument("part", type=click.Choice(["front", "assistant", "actions"]))
@with_settings
def serve(part: "Part", settings: Settings) -> None:
    """Run one of the three processes alone, for a service manager that runs each by itself.

    All three belong on one machine and share the data folder. The assistant must be trained.

    Example: bot serve front
    """
    from bot.run import CannotStart
    from bot.serve import serve as become

    try:
        become(settings, part)
    except CannotStart as error:
        raise Fault(str(error)) from error


@main.command()
@click.argument("text")
@click.option("--lang", type=click.Choice(["en", "es"]), default="en", show_default=True)
@click.option("--channel", type=click.Choice(["web", "sms"]), default="web", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="the whole answer as JSON")
@with_settings
def ask(text: str, lang: str, channel: str, as_json: bool, settings: Settings) -> None:
    """Ask the running assistant one question.

    Example: bot ask "cuáles son los cinco pilares" --lang es
    """
    from bot.client import Client, Unreachable

    async def once() -> dict[str, Any]:
        async with Client(settings) as client:
            return await client.say(text, language=lang, channel=channel)

    try:
        answer = asyncio.run(once())
    except Unreachable as error:
        raise Fault(str(error)) from error
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
    elif "error" in answer:
        raise Fault(answer["error"]["message"])
    else:
        for reply in answer["replies"]:
            click.echo(reply["text"])
            for source in reply["sources"]:
                click.echo(f"  {source['title']}\n  {source['url']}")
            if reply["buttons"]:
                click.echo("  " + " | ".join(b["title"] for b in reply["buttons"]))


@main.command("eval")
@click.argument("file", type=click.Path(exists=True, path_type=Path), required=False)
@click.option("--report", type=click.Path(path_type=Path), help="folder for the report page")
@click.option(
    "--split", type=click.Choice(["validation", "test", "all"]), default="test", show_default=True
)
@with_settings
def eval_(file: Path | None, report: Path | None, split: str, settings: Settings) -> None:
    """Put the gold questions to the running assistant: tables, confusion, every miss.

    A FILE of your own has the format that data/eval/README.md describes; it has no thresholds.

    Example: bot eval --split validation --report build/eval
    """
    from bot.client import Unreachable
    from bot.evaluation.gold import BadGold
    from bot.evaluation.run import evaluate
    from bot.evaluation.thresholds import BadThresholds
    from bot.plan.load import BadKnowledge

    try:
        found = asyncio.run(evaluate(settings, file, split, report))
    except (Unreachable, BadGold, BadThresholds, BadKnowledge) as error:
        raise Fault(str(error)) from error
    if not found.passed:
        raise Fault("The answers are below the thresholds in data/eval/thresholds.yml.")


@main.group()
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


@main.group()
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


main.add_command(staff)
main.add_command(sms)
main.add_command(retention_group)
main.add_command(demo)

if __name__ == "__main__":
    sys.exit(main())
