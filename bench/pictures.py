"""Two kinds of pictures, written as SVG by hand: a grid of shares, and lines over a logarithmic scale."""

from __future__ import annotations

import math
from xml.sax.saxutils import escape

FONT = 'font-family="system-ui, sans-serif" font-size="12"'
COLOURS = ("#1b6e5a", "#b5482f", "#3d5a99", "#8a6d1f", "#7a3f86", "#555555")


def grid(title: str, columns: list[str], rows: list[tuple[str, list[float | None]]]) -> str:
    """Draw shares from 0 to 1 as coloured cells: green is good, red is bad, grey is not applicable."""
    left, top, width, height = 230, 70, 96, 22
    wide = left + width * len(columns) + 20
    high = top + height * len(rows) + 20
    out = [f'<text x="12" y="24" font-size="16">{escape(title)}</text>']
    for number, name in enumerate(columns):
        x = left + width * number + width / 2
        out.append(f'<text x="{x:.0f}" y="{top - 10}" text-anchor="middle">{escape(name)}</text>')
    for line, (name, shares) in enumerate(rows):
        y = top + height * line
        out.append(f'<text x="{left - 10}" y="{y + 15}" text-anchor="end">{escape(name)}</text>')
        for number, share in enumerate(shares):
            x = left + width * number
            fill = "#dddddd" if share is None else f"hsl({round(share**3 * 130)}, 55%, 72%)"
            told = "–" if share is None else f"{share * 100:.1f}"
            out.append(
                f'<rect x="{x + 1}" y="{y + 1}" width="{width - 2}" height="{height - 2}" fill="{fill}"/>'
            )
            out.append(f'<text x="{x + width / 2:.0f}" y="{y + 15}" text-anchor="middle">{told}</text>')
    return _svg(wide, high, out)


def lines(title: str, unit_x: str, unit_y: str, series: dict[str, list[tuple[float, float]]]) -> str:
    """Draw series of points on two logarithmic scales; a straight line at 45° is cost that grows as size does."""
    points = [point for line in series.values() for point in line]
    low_x, high_x = _decades([x for x, _ in points])
    low_y, high_y = _decades([y for _, y in points])
    left, top, wide, high = 70, 50, 460, 340

    def place(x: float, y: float) -> tuple[float, float]:
        across = (math.log10(x) - low_x) / (high_x - low_x)
        up = (math.log10(y) - low_y) / (high_y - low_y)
        return left + wide * across, top + high * (1 - up)

    out = [f'<text x="12" y="24" font-size="16">{escape(title)}</text>']
    for decade in range(low_x, high_x + 1):
        x, _ = place(10**decade, 10**low_y)
        out.append(f'<line x1="{x:.0f}" y1="{top}" x2="{x:.0f}" y2="{top + high}" stroke="#ddd"/>')
        out.append(
            f'<text x="{x:.0f}" y="{top + high + 18}" text-anchor="middle">{_short(10.0**decade)}</text>'
        )
    for decade in range(low_y, high_y + 1):
        _, y = place(10**low_x, 10**decade)
        out.append(f'<line x1="{left}" y1="{y:.0f}" x2="{left + wide}" y2="{y:.0f}" stroke="#ddd"/>')
        out.append(f'<text x="{left - 8}" y="{y + 4:.0f}" text-anchor="end">{_short(10.0**decade)}</text>')
    for number, (name, line) in enumerate(series.items()):
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join("{:.1f},{:.1f}".format(*place(x, y)) for x, y in line)
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        y = top + 14 + 18 * number
        out.append(f'<rect x="{left + wide + 16}" y="{y - 9}" width="10" height="10" fill="{colour}"/>')
        out.append(f'<text x="{left + wide + 32}" y="{y}">{escape(name)}</text>')
    out.append(f'<text x="{left + wide}" y="{top + high + 36}" text-anchor="end">{escape(unit_x)}</text>')
    out.append(f'<text x="{left - 58}" y="{top - 8}">{escape(unit_y)}</text>')
    return _svg(left + wide + 260, top + high + 50, out)


def _decades(values: list[float]) -> tuple[int, int]:
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def _short(value: float) -> str:
    for unit, name in ((1e6, "M"), (1e3, "k")):
        if value >= unit:
            return f"{value / unit:g}{name}"
    return f"{value:g}"


def _svg(wide: float, high: float, parts: list[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {high:.0f}" {FONT}>'
    return (
        "\n".join([head, f'<rect width="{wide:.0f}" height="{high:.0f}" fill="white"/>', *parts, "</svg>"])
        + "\n"
    )
