"""HTML for notebooks."""

from __future__ import annotations

import html
from typing import Any, Sequence


class Markup(str):
    """Text that is HTML already."""


def escaped(value: Any) -> str:
    """A value as HTML; None is nothing."""
    if isinstance(value, Markup):
        return value
    return html.escape("" if value is None else str(value))


def table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> Markup:
    """A table, every cell escaped. Nothing for no rows."""
    if not rows:
        return Markup("")

    def line(tag: str, cells: Sequence[Any]) -> str:
        return "<tr>" + "".join(f'<{tag} style="text-align: left">{escaped(c)}</{tag}>' for c in cells) + "</tr>"

    body = "".join(line("td", row) for row in rows)
    return Markup(f"<table><thead>{line('th', head)}</thead><tbody>{body}</tbody></table>")


def folded(title: Any, inside: Markup) -> Markup:
    """Something that opens at a click."""
    return Markup(f"<details><summary>{escaped(title)}</summary>{inside}</details>")
