"""The command line: `bot --help`."""

import json
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from bot import ROOT
from bot.settings import BadSettings, Settings, load


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
        knowledge = load(folder)
        problems = check(knowledge)
    except BadKnowledge as error:
        problems = error.problems
    for problem in problems:
        click.echo(str(problem))
    if problems:
        raise Fault(f"{len(problems)} problems. The assistant will not start before they are mended.")
    click.echo(
        f"{len(knowledge.facts)} facts, {len(knowledge.gaps)} gaps, {len(knowledge.sources)} sources,"
        f" {len(knowledge.names)} names: all right."
    )


if __name__ == "__main__":
    sys.exit(main())
