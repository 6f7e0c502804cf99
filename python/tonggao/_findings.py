"""What a run found, and how it shows itself in a notebook."""

from __future__ import annotations

import errno
import html
import json
import os
from functools import cached_property
from typing import Any, Dict, List, Mapping, Optional, Tuple, Union

import pyarrow as pa
import pyarrow.compute as pc

from . import _tonggao
from ._show import Markup, folded, table

SHOWN = 10
MEMBERS = ["outlet", "published", "page", "relation", "copied from", "p", "credit"]


class Findings:
    """What a run found: the tables of its output folder, read when they are asked for."""

    def __init__(self, folder: _tonggao.Folder) -> None:
        self._folder = folder

    @property
    def folder(self) -> str:
        """The output folder; a temporary one goes with the findings."""
        return os.fspath(self._folder.path)

    @property
    def report_path(self) -> str:
        """The path of the report, one HTML file for a browser: ``webbrowser.open(findings.report_path)``.

        Raises ``FileNotFoundError`` when the run wrote none (``no_report``).
        """
        path = os.path.join(self.folder, "report.html")
        if not os.path.exists(path):
            raise FileNotFoundError(errno.ENOENT, "this run wrote no report (no_report)", path)
        return path

    @cached_property
    def documents(self) -> pa.Table:
        """The pages: outlet, time, what each states of its source and writers, its cluster, parent and relation."""
        return self._folder.table("documents")

    @cached_property
    def clusters(self) -> pa.Table:
        """The reprint sets: origin with probability and evidence, members with parent, relation and credit."""
        return self._folder.table("clusters")

    @cached_property
    def matches(self) -> pa.Table:
        """Pairs of pages that share text: overlap, kind, passages with their places."""
        return self._folder.table("matches")

    @cached_property
    def talking_points(self) -> pa.Table:
        """Wordings that outlets share without copying each other, the strongest first."""
        return self._folder.table("talking_points")

    @cached_property
    def outlets(self) -> pa.Table:
        """Outlets: originals, copies, credit given."""
        return self._folder.table("outlets")

    @cached_property
    def outlet_pairs(self) -> pa.Table:
        """Who runs whose copy, and how fast."""
        return self._folder.table("outlet_pairs")

    @cached_property
    def run(self) -> Mapping[str, Any]:
        """Version, settings, counts, times, and what was skipped."""
        run: Mapping[str, Any] = json.loads(self._folder.run())
        return run

    def cluster(self, number: int) -> "Cluster":
        """A reprint set with the reasons for its origin; a notebook shows it inline. KeyError for no such set."""
        text = self._folder.explain(number, [])
        if text is None:
            raise KeyError(number)
        return Cluster(number, text, self._members([number]).get(number, []))

    def save(self, path: Union[str, "os.PathLike[str]"], *, force: bool = False) -> None:
        """Copies the output folder. One that is there is replaced with ``force=True`` only."""
        self._folder.save(os.fspath(path), force)

    def __repr__(self) -> str:
        counts = self.run["counts"]
        return (
            f"<tonggao.Findings: {counts['documents']} pages, {counts['clusters']} reprint sets with "
            f"{counts['clustered']} pages, {counts['talking_points']} talking points>"
        )

    def _repr_html_(self) -> str:
        counts = self.run["counts"]
        sets = self.clusters.select(["cluster", "size", "outlets", "title", "origin"])
        largest = sets.sort_by([("size", "descending"), ("cluster", "ascending")]).slice(0, SHOWN).to_pylist()
        members = self._members([each["cluster"] for each in largest])
        points = self.talking_points.select(["text", "outlets", "clusters"]).slice(0, SHOWN).to_pylist()
        head = (
            "<p><b>tonggao</b>: "
            f"{counts['documents']} pages of {counts['outlets']} known outlets, {counts['clusters']} reprint sets "
            f"with {counts['clustered']} pages, {counts['talking_points']} talking points, "
            f"{counts['skipped']} skipped. An origin is a guess from evidence, not a finding of fact.</p>"
        )

        def row(of: Mapping[str, Any]) -> List[Any]:
            inside = table(MEMBERS, members.get(of["cluster"], []))
            title = folded(of["title"] or "(no title)", inside)
            return [of["cluster"], of["size"], of["outlets"], title, *_origin(of["origin"])]

        return (
            head
            + table(["cluster", "pages", "outlets", "title (opens)", "origin", "p"], [row(each) for each in largest])
            + table(["talking point", "outlets", "articles"], [list(point.values()) for point in points])
        )

    def _members(self, numbers: List[int]) -> Dict[int, List[List[Any]]]:
        """The members of some sets as rows of ``MEMBERS``, in the order of the contract."""
        wanted = self.clusters.filter(pc.is_in(self.clusters["cluster"], pa.array(numbers, pa.int64())))
        columns = self.documents.select(["id", "cluster", "outlet", "published"])
        pages = columns.filter(pc.is_in(columns["cluster"], pa.array(numbers, pa.int64()))).to_pylist()
        of_page = {page["id"]: page for page in pages}

        def row(member: Mapping[str, Any]) -> List[Any]:
            page, credit = of_page.get(member["id"], {}), member["credit"]
            copied = [member["relation"], member["parent"], _probability(member["parent_probability"])]
            return [page.get("outlet"), page.get("published"), member["id"], *copied, credit and credit["status"]]

        return {each["cluster"]: [row(member) for member in each["members"]] for each in wanted.to_pylist()}


class Cluster:
    """A reprint set as a person would argue it."""

    def __init__(self, number: int, text: str, members: List[List[Any]]) -> None:
        self.number = number
        self.text = text
        self._members = members

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        argued = Markup(f'<pre style="white-space: pre-wrap">{html.escape(self.text)}</pre>')
        return argued + folded(f"{len(self._members)} pages", table(MEMBERS, self._members))


def _origin(origin: Optional[Mapping[str, Any]]) -> Tuple[str, str]:
    if origin is None:
        return "", ""
    name = origin["outlet"] or origin["document"] or "unknown"
    outside = " (not in the corpus)" if origin["outlet"] and not origin["document"] else ""
    return name + outside, _probability(origin["probability"])


def _probability(of: Optional[float]) -> str:
    return "" if of is None else f"{of:.2f}"
