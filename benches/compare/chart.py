#!/usr/bin/env python3
"""Draws the figures of a comparison: one bar a contestant for wall time, peak memory and F1.

python benches/compare/chart.py FIGURES.json > CHART.svg
"""

import json
import sys
from xml.sax.saxutils import escape

NAMES, PANEL, BAR, GAP, HEAD = 160, 190, 18, 8, 52
OURS, OTHERS = "#b4452c", "#8a8f98"


def drawn(figures):
    """The chart as SVG."""
    rows = figures["rows"]
    panels = [("wall", "wall time, s"), ("peak_mb", "peak memory, MB"), ("f1", f"F1, {figures['scores']}")]
    panels = [panel for panel in panels if all(panel[0] in row for row in rows)]
    width, height = NAMES + PANEL * len(panels), HEAD + len(rows) * (BAR + GAP) + 8
    title = f"{figures['pages']:,} pages, {figures['megabytes']} MB of text"
    parts = [text(0, 16, title, "start", "bold")]
    parts += [text(NAMES - 10, top(row) + 13, rows[row]["name"], "end") for row in range(len(rows))]
    for number, (key, label) in enumerate(panels):
        parts += panel(NAMES + number * PANEL, key, label, rows)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return f'{head} font-family="sans-serif" font-size="12">\n' + "\n".join(parts) + "\n</svg>\n"


def panel(left, key, label, rows):
    """One measure of all contestants, to its own scale, which begins at 0."""
    most = max(row[key] for row in rows)
    room = PANEL - 60
    yield text(left, 40, label)
    for number, row in enumerate(rows):
        bar = max(1, round(room * row[key] / most))
        fill = OURS if row["name"].startswith("tonggao") else OTHERS
        yield f'<rect x="{left}" y="{top(number)}" width="{bar}" height="{BAR}" fill="{fill}"/>'
        yield text(left + bar + 4, top(number) + 13, f"{row[key]:g}")


def top(number):
    return HEAD + number * (BAR + GAP)


def text(x, y, words, anchor="start", weight="normal"):
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-weight="{weight}" fill="#333">{escape(words)}</text>'


if __name__ == "__main__":
    with open(sys.argv[1]) as file:
        print(drawn(json.load(file)), end="")
