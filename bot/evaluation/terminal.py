"""What a run found, as tables for the terminal, and every miss in a line."""

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table

from bot.evaluation.judge import Verdict
from bot.evaluation.report import Report, bound, figure, interval, percent, points
from bot.evaluation.share import Share


def print_report(report: Report, console: Console, misses: bool = True) -> None:
    """Tables, then every miss with what was expected."""
    for table in _tables(report):
        console.print(table)
    for verdict in report.outcome.misses if misses else ():
        console.print(_one_line(verdict), highlight=False, markup=False)
    for verdict in report.outcome.unbacked:
        values = ", ".join(verdict.unbacked)
        console.print(
            f"{verdict.line.id} says what its facts do not: {values}", highlight=False, markup=False
        )


def _tables(report: Report) -> Iterator[Table]:
    groups = _table(
        report.title, "group", "lines", "right", "95 % interval", "wrong fact", "declined"
    )
    for heading, members in report.outcome.sections:
        groups.add_section()
        groups.add_row(f"[bold]{heading}[/bold]")
        for group in members:
            groups.add_row(
                f"  {group.name}", str(group.right.total), percent(group.right),
                interval(group.right), f"{group.wrong_fact.count} ({percent(group.wrong_fact)})",
                percent(group.declined),
            )  # fmt: skip
    yield groups
    gaps = _table("how far apart, over single questions", "between", "points", "95 % interval")
    for gap in report.outcome.gaps:
        if gap.more.total and gap.less.total:
            gaps.add_row(gap.name, points(gap), interval(gap))
    yield gaps
    names = list(report.comparison[0].summary)
    compared = _table("beside the baselines, on the same lines", "", *names)
    for one in report.comparison:
        compared.add_row(one.name, *(percent(one.summary.get(n, Share(0, 0))) for n in names))
    compared.caption = "\n".join(f"{one.name}: {one.note}" for one in report.comparison)
    yield compared
    if report.recalls[0].at[1].total:
        recall = _table(
            "recall of the search, by fact", "", *(f"at {k}" for k in report.recalls[0].at)
        )
        for found in report.recalls:
            recall.add_row(found.name, *(percent(share) for share in found.at.values()))
        yield recall
    labels = _table("statuses", "status", "precision", "recall", "F1", "expected", "given")
    for label in report.outcome.labels:
        labels.add_row(
            label.status, f"{label.precision:.1%}", f"{label.recall:.1%}", f"{label.f1:.1%}",
            str(label.expected), str(label.given),
        )  # fmt: skip
    yield labels
    confusion = _table("statuses confused", "expected", "given", "lines")
    for (expected, given), count in sorted(report.outcome.confusion.items()):
        if expected != given:
            confusion.add_row(expected, given, str(count))
    yield confusion
    if report.thresholds:
        limits = _table("thresholds", "measure", "measured", "must be", "goal", "")
        for limit in report.thresholds:
            state = "goal reached" if limit.reaches_goal else "holds" if limit.holds else "FAILS"
            limits.add_row(
                limit.name,
                figure(limit, limit.value),
                bound(limit, limit.limit),
                bound(limit, limit.goal),
                state,
            )
        yield limits


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", caption_justify="left")
    for column in columns:
        table.add_column(column)
    return table


def _one_line(verdict: Verdict) -> str:
    line = verdict.line
    wanted = f"; accepted {' '.join(sorted(line.refs))}" if line.refs else ""
    return f"{line.id} [{line.lang}, {line.style}] {line.text!r}: {verdict.why}{wanted}"
