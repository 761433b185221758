"""The command line: `bot --help`."""

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.desk_commands import demo, retention_group, staff
from bot.plan_commands import plan
from bot.settings import Settings
from bot.sms_commands import sms
from bot.store_commands import comments, db
from bot.terminal import Fault, with_settings

if TYPE_CHECKING:
    from bot.serve import Part


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """The assistant about a city plan: run it, ask it, look after its comments.

    Example: bot ask "what are the five pillars?"
    """


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


for group in (plan, comments, db, staff, sms, retention_group, demo):
    main.add_command(group)

if __name__ == "__main__":
    sys.exit(main())
