"""What is left of pages without their repeats."""

from __future__ import annotations

import json
import os
from functools import cached_property
from typing import Any, Mapping, Optional

import pyarrow as pa

from . import _tonggao
from ._show import table


class Deduped:
    """Which pages go, and what is left without them."""

    kept: Optional[pa.Table]
    """Of a table, the rows that stay, every column as it was given; rows without a text do not. None for files."""

    def __init__(self, folder: _tonggao.Folder, kept: Optional[pa.Table]) -> None:
        self._folder = folder
        self.kept = kept

    @property
    def folder(self) -> str:
        """The folder written; without ``out`` a temporary one that holds the list of those that go."""
        return os.fspath(self._folder.path)

    @cached_property
    def removed(self) -> pa.Table:
        """The pages that go: ``id``, its ``twin`` that stays, the ``reason``, the ``score``, and where both stand."""
        return self._folder.table("removed")

    @cached_property
    def run(self) -> Mapping[str, Any]:
        """Version, settings, counts, times, and what was skipped."""
        run: Mapping[str, Any] = json.loads(self._folder.run())
        return run

    def __repr__(self) -> str:
        counts = self.run["counts"]
        return f"<tonggao.Deduped: {counts['documents']} pages, {counts['kept']} stay>"

    def _repr_html_(self) -> str:
        counts = self.run["counts"]
        rows = [[reason, count] for reason, count in counts["removed"].items()]
        head = f"<p><b>tonggao</b>: {counts['documents']} pages, {counts['kept']} stay, {counts['skipped']} skipped.</p>"
        return head + table(["goes as", "pages"], rows)
