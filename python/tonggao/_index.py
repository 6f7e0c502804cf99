"""An index that grows."""

from __future__ import annotations

import json
import os
from typing import Any, Dict, List, Mapping, Optional, Sequence, Union

from . import _given, _tonggao
from ._given import Fields, InputFormat, Path, Progress
from ._progress import reporter


class Index:
    """An index that grows: pages come day by day, and a page can be looked up in milliseconds. It is a folder, which the
    commands ``tonggao index`` and ``tonggao serve`` read, too; what other processes add is seen by the next call.

    >>> index = tonggao.Index.create("week", "monday/")
    >>> index.add("tuesday/")["events"]
    >>> index.query("The text of a page, credits and all")["place"]
    """

    def __init__(self, folder: Path) -> None:
        self._folder = os.fspath(folder)
        self._native = _tonggao.Index.open(self._folder)

    @classmethod
    def create(
        cls,
        folder: Path,
        pages: Union[Path, Sequence[Path]] = (),
        *,
        progress: Progress = None,
        field: Fields = (),
        timezone: Union[str, int] = "+08:00",
        furniture: Optional[Path] = None,
        outlets: Optional[Path] = None,
        same_article: float = 0.5,
        verdicts: Optional[Path] = None,
        threads: int = 0,
        memory: Union[str, int] = 0,
        temp: Optional[Path] = None,
        input_format: Optional[InputFormat] = None,
    ) -> "Index":
        """Makes an index of the pages of files and folders, or an empty one. They teach it the boilerplate of their sites,
        unless ``furniture`` names a model. Settings are those of :func:`tonggao.detect`, and stay for good."""
        config = _given.settings(
            field, timezone, furniture, outlets, same_article, verdicts, threads, memory, temp, input_format, False
        )
        paths = [pages] if isinstance(pages, (str, os.PathLike)) else pages
        with reporter(progress) as report:
            _tonggao.Index.create(os.fspath(folder), [os.fspath(each) for each in paths], config, report)
        return cls(folder)

    @classmethod
    def open(cls, folder: Path) -> "Index":
        """Opens an index."""
        return cls(folder)

    @classmethod
    def check(cls, folder: Path) -> "Index":
        """Reads all of an index and compares it with its hashes. Damage is an error that names the file."""
        _tonggao.Index.check(os.fspath(folder))
        return cls(folder)

    def add(
        self,
        pages: Any = None,
        *,
        verdicts: Optional[Path] = None,
        progress: Progress = None,
        threads: int = 0,
        memory: Union[str, int] = 0,
        temp: Optional[Path] = None,
    ) -> Dict[str, Any]:
        """Adds pages, and says what they changed: ``added``, ``known``, ``events`` and other counts of the commit.

        Args:
            pages: A path or several; pages that the index has already, in the same file at the same place, are left out. Or
                a table, as for :func:`tonggao.detect`, whose texts the index keeps; a row that an earlier call has
                brought is left out. Give its rows ids: numbers of rows repeat from table to table. None with ``verdicts``
                alone.
            verdicts: A file of corrections by people, as for :func:`tonggao.detect`, which the index keeps and obeys from now
                on. ``unknown_verdicts`` counts those on pages that it does not have yet.
        """
        config = _machine(threads, memory, temp, verdicts=verdicts)
        are_verdicts_alone = pages is None and verdicts is not None
        given = [] if are_verdicts_alone else _given.pages(() if pages is None else pages)
        with reporter(progress) as report:
            return _read(_tonggao.Index.add(self._folder, given, config, report))

    def compact(
        self,
        *,
        drop_missing: bool = False,
        furniture: Optional[Path] = None,
        progress: Progress = None,
        threads: int = 0,
        memory: Union[str, int] = 0,
        temp: Optional[Path] = None,
    ) -> Dict[str, Any]:
        """Reads all pages again, learns the boilerplate anew (or takes ``furniture``), and writes the index as one segment.
        ``drop_missing`` leaves out pages that are no longer in their files. Finds talking points in all pages; ``events`` has
        those that the last compaction did not find."""
        config = _machine(threads, memory, temp, furniture)
        with reporter(progress) as report:
            return _read(_tonggao.Index.compact(self._folder, drop_missing, config, report))

    def query(self, page: Union[str, Mapping[str, Any]]) -> Dict[str, Any]:
        """What the index knows of a page, a text or a record with ``text`` and other fields: its reprint set ``cluster``,
        its ``place`` there, the ``origin`` with evidence, the ``set``, and the ``closest`` pages with shared passages."""
        asked = page if isinstance(page, str) else json.dumps(dict(page))
        return _read(self._latest().query(asked))

    def cluster(self, number: int) -> Dict[str, Any]:
        """A reprint set by its number. KeyError for no such set."""
        found = self._latest().cluster(number)
        if found is None:
            raise KeyError(number)
        return _read(found)

    @property
    def clusters(self) -> List[int]:
        """The numbers of all reprint sets."""
        return self._latest().clusters()

    def events(self, since: int = 1) -> List[Dict[str, Any]]:
        """What happened to reprint sets, and which talking points are new, from event number ``since`` on."""
        events: List[Dict[str, Any]] = json.loads(self._latest().events(since))
        return events

    @property
    def commit(self) -> int:
        """The number of the latest commit."""
        return self._latest().commit

    def __len__(self) -> int:
        return len(self._latest())

    def __repr__(self) -> str:
        return f"<tonggao.Index {self._folder}: {len(self)} pages, {len(self.clusters)} reprint sets>"

    def _latest(self) -> _tonggao.Index:
        if not self._native.is_latest():
            self._native = _tonggao.Index.open(self._folder)
        return self._native


def _machine(
    threads: int,
    memory: Union[str, int],
    temp: Optional[Path],
    furniture: Optional[Path] = None,
    verdicts: Optional[Path] = None,
) -> str:
    """What one call may use; all other settings are those of the index."""
    paths = {"temp": temp, "furniture": furniture, "verdicts": verdicts}
    return json.dumps({"threads": threads, "memory": memory, **{name: _given.path(value) for name, value in paths.items()}})


def _read(answer: str) -> Dict[str, Any]:
    read: Dict[str, Any] = json.loads(answer)
    return read
