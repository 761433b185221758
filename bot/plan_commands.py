"""The command line's part of the knowledge base: `bot plan --help`."""

import json
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import click
import yaml

from bot import ROOT
from bot.terminal import AT_LEAST_ONE, Fault

if TYPE_CHECKING:
    from bot.plan.load import Knowledge


@click.group()
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
