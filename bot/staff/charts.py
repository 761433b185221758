"""Charts as SVG and the report as PDF, drawn by matplotlib; loaded at the first report only."""

import io
import threading
from collections.abc import Callable, Sequence
from typing import Any

from bot.comments.figures import Figure

_ONE_AT_A_TIME = threading.Lock()
"""matplotlib is not made for several threads."""
INK, BAR = "#1a2128", "#1c5687"
ROWS_OF_A_PAGE = 40


def svg(figure: Figure, label: Callable[[str], str]) -> bytes:
    """A chart as an SVG file."""
    with _ONE_AT_A_TIME:
        drawing = _figure(7.2, _height(figure))
        _draw(drawing.add_subplot(), figure, label)
        drawing.tight_layout()
        out = io.BytesIO()
        drawing.savefig(out, format="svg", metadata={"Date": None}, facecolor="white")
        return out.getvalue()


def pdf(
    title: str, lines: Sequence[str], figures: Sequence[Figure], label: Callable[[str], str]
) -> bytes:
    """A report: a first page of numbers, then each chart with its table."""
    from matplotlib.backends.backend_pdf import PdfPages

    with _ONE_AT_A_TIME:
        out = io.BytesIO()
        with PdfPages(out, metadata={"Title": title, "CreationDate": None}) as book:
            page = _figure(8.5, 11)
            page.text(0.1, 0.9, title, size=18, weight="bold", color=INK, wrap=True, va="top")
            page.text(0.1, 0.82, "\n\n".join(lines), size=12, color=INK, va="top", linespacing=1.3)
            book.savefig(page)
            for figure in figures:
                page = _figure(8.5, 11)
                _draw(page.add_axes((0.28, 0.62, 0.62, 0.28)), figure, label)
                shown = figure.rows[-ROWS_OF_A_PAGE:]
                rows = [[label(name), f"{value:,}"] for name, value in shown]
                table_axes = page.add_axes((0.1, 0.05, 0.8, 0.5))
                table_axes.axis("off")
                if rows:
                    made = table_axes.table(
                        cellText=rows, colLabels=[figure.label, figure.value], loc="upper center"
                    )
                    made.auto_set_font_size(False)
                    made.set_fontsize(9)
                book.savefig(page)
        return out.getvalue()


def _figure(width: float, height: float) -> Any:
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "plan"  # the same chart is the same file
    from matplotlib.figure import Figure as Drawing

    return Drawing(figsize=(width, height))


def _height(figure: Figure) -> float:
    return 3.0 if figure.over_time else max(1.6, 0.42 * len(figure.rows) + 1.0)


def _draw(axes: Any, figure: Figure, label: Callable[[str], str]) -> None:
    from matplotlib.ticker import MaxNLocator

    names = [label(name) for name, _ in figure.rows]
    values = [value for _, value in figure.rows]
    axes.set_title(figure.title, loc="left", fontsize=12, color=INK)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    if figure.over_time:
        axes.bar(range(len(values)), values, color=BAR)
        step = max(1, len(names) // 8)
        axes.set_xticks(range(0, len(names), step), names[::step], rotation=30, ha="right")
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_ylabel(figure.value)
        return
    bars = axes.barh(names, values, color=BAR)
    axes.bar_label(bars, padding=3, labels=[f"{value:,}" for value in values])
    axes.invert_yaxis()
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.margins(x=0.12)
