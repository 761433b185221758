"""The figures of a run as the tables of docs/evaluation.md: renewing them is one command."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.evaluation.report import Report, bound, figure, interval, percent, points
from bot.evaluation.share import Share

BEGIN, END = "<!-- figures: written by make figures -->", "<!-- end of figures -->"


def renew(report: Report, page: Path) -> None:
    """Put the figures of a run between the two marks of a page."""
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError(f"{page} has no place for the figures: it needs {BEGIN} and {END}")
    page.write_text(f"{before}{BEGIN}\n{figures(report)}\n{END}{after}", encoding="utf-8")


def figures(report: Report) -> str:
    """The figures as Markdown: thresholds, groups, gaps, baselines, recall."""
    return "\n".join(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    yield f"Measured {report.asked_at:%Y-%m-%d} on the {report.title.rpartition(' ')[2]} split.\n"
    yield from _table(
        ("measure", "measured", "goal"),
        ((one.title, figure(one, one.value), bound(one, one.goal))
         for one in report.thresholds),
    )  # fmt: skip
    yield ""
    yield from _table(
        ("group", "lines", "right", "95 % interval", "wrong fact"),
        ((group.name.replace("_", " "), str(group.right.total), percent(group.right),
          interval(group.right), percent(group.wrong_fact))
         for _, groups in report.outcome.sections for group in groups),
    )  # fmt: skip
    yield ""
    yield from _table(
        ("between", "points", "95 % interval"),
        ((gap.name, points(gap), interval(gap)) for gap in report.outcome.gaps),
    )
    names = list(report.outcome.summary)
    yield ""
    yield from _table(
        ("on the same lines", *names),
        ((one.name, *(percent(one.summary.get(name, Share(0, 0))) for name in names))
         for one in report.comparison),
    )  # fmt: skip
    yield ""
    yield from (f"- {one.name}: {one.note}." for one in report.comparison)
    yield ""
    yield from _table(
        ("recall of the search, by fact", *(f"at {k}" for k in report.recalls[0].at)),
        ((found.name, *map(percent, found.at.values())) for found in report.recalls),
    )


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(row) + " |"
