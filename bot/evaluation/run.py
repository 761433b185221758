"""The evaluation as a whole: read, ask, judge, compare, report."""

from pathlib import Path

from rich.console import Console

from bot.evaluation import gold
from bot.evaluation.ask import ask
from bot.evaluation.baselines import kept_rasa, keyword_baselines
from bot.evaluation.page import write_page
from bot.evaluation.report import Report
from bot.evaluation.retrieval import recalls
from bot.evaluation.terminal import print_report
from bot.evaluation.thresholds import compare, measures
from bot.plan.load import load
from bot.settings import Settings
from bot.train import load_index

WIDTH = 150


async def evaluate(
    settings: Settings,
    file: Path | None = None,
    split: str = "test",
    folder: Path | None = None,
    misses: bool = True,
) -> Report:
    """Put the gold lines, or those of a file, to the running assistant; print what was found.

    A folder gets the report page. The report says whether the thresholds of
    data/eval/thresholds.yml hold; a file of one's own has none.
    Raises BadGold, BadThresholds, BadKnowledge and Unreachable.
    """
    knowledge = load(published=settings.published)
    talks = gold.read(*([file] if file else []), split=split)
    if not talks:
        raise gold.BadGold(f"{file or 'The gold set'} has no line of the split '{split}'.")
    asked_at = settings.now()
    outcome = await ask(settings, talks, knowledge)
    baselines = keyword_baselines(talks, knowledge)
    rasa = None if file else kept_rasa(split)
    found = recalls(talks, knowledge, load_index(knowledge))
    made = Report(
        f"{file.name if file else 'gold questions'}, {split}",
        asked_at,
        outcome,
        [*baselines, *([rasa] if rasa else [])],
        found,
        [] if file else compare(measures(outcome, found)),
    )
    print_report(made, Console(width=WIDTH), misses)
    if folder is not None:
        print(f"The report page, with every miss: {write_page(made, folder)}")
    return made
