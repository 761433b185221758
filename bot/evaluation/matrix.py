"""The confusion of statuses as a picture: an SVG that stands in the page itself."""

from html import escape

from markupsafe import Markup

from bot.plan.model import Status

CELL = 44
LEFT, TOP = 118, 112


def matrix(confusion: dict[tuple[Status, Status], int]) -> Markup:
    """Rows are what was expected, columns what was given; colours come from the page's style."""
    kept = [s for s in Status if any(s in pair for pair in confusion)]
    size = len(kept) * CELL
    width, height = LEFT + size + 8, TOP + size + 8
    rows = {e: sum(n for (x, _), n in confusion.items() if x is e) for e in kept}
    parts = [
        f'<svg class="matrix" viewBox="0 0 {width} {height}" role="img" '
        f'aria-labelledby="matrix-title" style="max-width:{width}px">',
        f'<title id="matrix-title">{escape(_sentence(confusion))}</title>',
    ]
    for place, status in enumerate(kept):
        middle = place * CELL + CELL / 2 + 4
        across = f'x="{LEFT - 8}" y="{TOP + middle}" text-anchor="end"'
        down = f'transform="translate({LEFT + middle} {TOP - 8}) rotate(-90)"'
        parts += [f"<text {where}>{status}</text>" for where in (across, down)]
    for y, expected in enumerate(kept):
        for x, given in enumerate(kept):
            count = confusion.get((expected, given), 0)
            parts += _cell(x, y, count, rows[expected])
    parts.append("</svg>")
    return Markup("".join(parts))  # noqa: S704 - statuses and numbers only


def _cell(x: int, y: int, count: int, total: int) -> list[str]:
    left, top = LEFT + x * CELL, TOP + y * CELL
    right = x == y
    share = count / total if total else 0.0
    kind = ("hit" if right else "slip") if count else "empty"
    strength = 0.0 if not count else 0.12 + 0.88 * share
    box = (
        f'<rect class="cell" x="{left}" y="{top}" width="{CELL - 2}" height="{CELL - 2}" rx="5"/>'
        f'<rect class="{kind}" x="{left}" y="{top}" width="{CELL - 2}" height="{CELL - 2}" rx="5" '
        f'fill-opacity="{strength:.2f}"/>'
    )
    if not count:
        return [box]
    strong = " strong" if strength > 0.55 else ""
    return [
        box,
        f'<text class="count{strong}" x="{left + CELL / 2 - 1}" y="{top + CELL / 2 + 4}" '
        f'text-anchor="middle">{count}</text>',
    ]


def _sentence(confusion: dict[tuple[Status, Status], int]) -> str:
    total = sum(confusion.values())
    agreed = sum(n for (expected, given), n in confusion.items() if expected is given)
    return f"{agreed} of {total} answers have the status that was expected"
