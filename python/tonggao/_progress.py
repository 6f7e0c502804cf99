"""How far a run is: a line at a terminal, a bar in a notebook."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Callable, Iterator, Optional, Union

Report = Callable[[str, int, int], object]


@contextmanager
def reporter(progress: Union[bool, Report, None]) -> Iterator[Optional[Report]]:
    """The function that is told of progress, or None. What it has shown is gone afterwards."""
    if callable(progress):
        yield progress
    elif progress is False or (progress is None and not _is_notebook() and not sys.stderr.isatty()):
        yield None
    else:
        shown = _Bar() if _is_notebook() else _Line()
        try:
            yield shown
        finally:
            shown.clear()


def _is_notebook() -> bool:
    """True where cells show HTML."""
    module = sys.modules.get("IPython")
    shell = module.get_ipython() if module else None
    return shell is not None and shell.has_trait("kernel")


def _said(stage: str, done: int, total: int) -> str:
    of = f" of {total:,}" if total else ""
    return stage.replace("_", " ") + (f": {done:,}{of}" if done else "")


class _Line:
    def __call__(self, stage: str, done: int, total: int) -> None:
        sys.stderr.write(f"\r\x1b[2K{_said(stage, done, total)}")
        sys.stderr.flush()

    def clear(self) -> None:
        sys.stderr.write("\r\x1b[2K")
        sys.stderr.flush()


class _Bar:
    def __init__(self) -> None:
        shows: Any = import_module("IPython.display")
        self._html = shows.HTML
        self._place = shows.display(shows.HTML(""), display_id=True)
        self._last = ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        part = f'value="{done}" max="{total}"' if total else ""
        shown = f"<progress {part}></progress> {_said(stage, done, total)}"
        if shown != self._last:
            self._last = shown
            self._place.update(self._html(shown))

    def clear(self) -> None:
        self._place.update(self._html(""))
