"""What a run found, as a page of its own: one HTML file that needs no other."""

from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from bot.evaluation.matrix import matrix
from bot.evaluation.report import Report, bound, figure, interval, percent, points
from bot.evaluation.share import Share


def write_page(report: Report, folder: Path) -> Path:
    """Write the report page into a folder; returns the file."""
    environment = Environment(
        loader=PackageLoader("bot.evaluation", "templates"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"percent": percent, "interval": interval, "points": points}
    environment.globals |= {"figure": figure, "bound": bound, "none": Share(0, 0)}
    page = environment.get_template("report.html").render(
        report=report, outcome=report.outcome, matrix=matrix(report.outcome.confusion)
    )
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "index.html"
    file.write_text(page, encoding="utf-8")
    return file
