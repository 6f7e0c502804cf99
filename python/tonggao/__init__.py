"""Finds near-duplicates and syndication in scraped news: which pages carry the same article, where it came from, and
which wording outlets share without copying each other.

>>> import tonggao
>>> findings = tonggao.detect("news/")
>>> findings.clusters.to_pandas()
"""

from __future__ import annotations

import os
from typing import Any, Optional, Union, overload

import pyarrow as pa

from . import _given, _tonggao, errors
from ._deduped import Deduped
from ._findings import Cluster, Findings
from ._given import Among, Fields, InputFormat, Keep, Only, Path, Progress
from ._index import Index
from ._progress import reporter
from .errors import TonggaoError

__version__: str = _tonggao.__version__

__all__ = ["Cluster", "Deduped", "Findings", "Index", "TonggaoError", "dedup", "detect", "errors", "explain", "load", "sketch"]


def detect(
    pages: Any,
    *,
    out: Optional[Path] = None,
    force: bool = False,
    progress: Progress = None,
    field: Fields = (),
    timezone: Union[str, int] = "+08:00",
    only: Only = "everything",
    background: Any = None,
    furniture: Optional[Path] = None,
    outlets: Optional[Path] = None,
    same_article: float = 0.5,
    verdicts: Optional[Path] = None,
    threads: int = 0,
    memory: Union[str, int] = 0,
    temp: Optional[Path] = None,
    input_format: Optional[InputFormat] = None,
    no_mmap: bool = False,
    no_report: bool = False,
    no_matches: bool = False,
) -> Findings:
    """Finds reprints, their origins, and talking points.

    Args:
        pages: A path or several, of files and folders as ``tonggao detect`` reads them; or a table with a column
            ``text`` and, where there are any, ``id``, ``title``, ``url``, ``outlet`` and ``published``: pyarrow,
            polars, pandas, a DuckDB relation, or anything else that gives an Arrow stream, or an iterable of such
            with the same columns, of which one is held at a time. Rows of a table without ids get their number,
            counted from 0; a row without a text is skipped and listed in ``run["skipped"]`` with its number.
        out: The output folder to write. Without one the result is kept in a temporary folder that goes with it.
        force: Replace an output folder that exists.
        progress: True shows how far the run is, False does not, None does in notebooks and at terminals. Or a
            function that is called with the stage, how much of it is done, and how much there is (0: not known).
        field: Which column or field is what: ``{"text": "body", "outlet": "media"}``.
        timezone: The zone of times that state none, as ``"+08:00"`` or in seconds east of UTC.
        only: ``"clusters"``, ``"origin"`` or ``"talking-points"`` computes some answers only, which is faster;
            ``"equal"`` finds pages with identical bodies and nothing else.
        background: Pages that say which wording is everyday, as paths or a table; they are not judged themselves.
        furniture: A furniture model to use instead of learning one.
        outlets: A table of outlets with their roles over the built-in one.
        same_article: Join two pages from this probability of being one article on; higher is stricter.
        verdicts: A file of corrections by people, JSON Lines (see ``tonggao detect --help``).
        threads: Threads to use; 0 for one a processor.
        memory: The most memory to use, as ``"2G"`` or in bytes; 0 for half of the machine's.
        temp: A folder for temporary files, with room for the pages of a table; without one that of the system.
        input_format: Read all inputs in this format, instead of detecting it from names and contents.
        no_mmap: Read files into memory instead of mapping them, for inputs that change during the run.
        no_report: Write no ``report.html``, which is faster.
        no_matches: Write no ``matches.jsonl``, which is faster; ``matches`` and ``explain`` are then errors.

    Raises:
        TonggaoError: One of its kinds in :mod:`tonggao.errors`.
        KeyboardInterrupt: After Ctrl-C, between two parts of the work. What ``out`` names is whole or not there.
    """
    config = _given.settings(field, timezone, furniture, outlets, same_article, verdicts, threads, memory, temp, input_format, no_mmap, only, no_report, no_matches)
    others = None if background is None else _given.pages(background)
    with reporter(progress) as report:
        return Findings(_tonggao.detect(_given.pages(pages), config, others, _given.path(out), force, report))


def dedup(
    pages: Any,
    *,
    out: Optional[Path] = None,
    force: bool = False,
    progress: Progress = None,
    keep: Keep = "earliest",
    among: Among = "all",
    exact: bool = False,
    against: Any = None,
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
    no_mmap: bool = False,
) -> Deduped:
    """Finds the pages that repeat others, and leaves them out.

    Args:
        pages: Paths or a table, as for :func:`detect`. Of a table the rows that stay are in ``kept``, every column as
            it was given; files are written again to ``out``.
        out: The folder to write files to, byte for byte without the records that go. Without one nothing is written.
        keep: The page of a set that stays: ``"earliest"``, ``"longest"``, ``"origin"`` or ``"first"``.
        among: ``"within-outlet"`` or ``"across"`` counts pages as repeats only when they are of one outlet, or of two.
        exact: Count pages as repeats only when their bodies are the same, unit for unit.
        against: An earlier corpus, as paths or a table: pages that repeat one of its pages go.

    The others are those of :func:`detect`, and so is what is raised.
    """
    config = _given.settings(field, timezone, furniture, outlets, same_article, verdicts, threads, memory, temp, input_format, no_mmap)
    given = _given.pages(pages)
    if out is not None and not isinstance(given, list):
        raise errors.ConfigError("a table is no file that could be written again: leave `out` away and take `kept`")
    earlier = None if against is None else _given.pages(against)
    with reporter(progress) as report:
        return Deduped(*_tonggao.dedup(given, config, keep, among, exact, earlier, _given.path(out), force, report))


def load(folder: Path) -> Findings:
    """What an earlier run found: an output folder of ``tonggao detect``."""
    return Findings(_tonggao.Folder.open(os.fspath(folder)))


def sketch(texts: Any) -> pa.Table:
    """The signatures of texts, a row a text: ``units``, ``body_hash``, ``simhash``, ``minhash`` (128 slots,
    below 255) and ``sample`` (every eighth shingle, by hash). Hashes are signed, bits as they are. Nulls stay null.

    Args:
        texts: An Arrow array or stream of strings (pyarrow, polars), or a list of strings and Nones.
    """
    if not _given.is_arrow(texts):
        try:
            texts = pa.array(texts, pa.large_string())
        except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError) as error:
            raise errors.TableError(f"texts are strings and Nones: {error}") from error
    return _tonggao.sketch(texts)


@overload
def explain(findings: Union[Findings, Path], a: str, b: str) -> Optional[str]: ...
@overload
def explain(findings: Union[Findings, Path], *, page: str) -> Optional[str]: ...
@overload
def explain(findings: Union[Findings, Path], *, cluster: int) -> Optional[str]: ...
def explain(
    findings: Union[Findings, Path],
    a: Optional[str] = None,
    b: Optional[str] = None,
    *,
    page: Optional[str] = None,
    cluster: Optional[int] = None,
) -> Optional[str]:
    """The reasons of a run in words: what two pages share, what each line of a page was taken for, or where a reprint
    set came from. None when there is nothing to show. The pages are read again from where they were."""
    held = findings if isinstance(findings, Findings) else load(findings)
    asked = [name for name in ((a, b), (page,), (cluster,)) if name != (None,) * len(name)]
    if len(asked) != 1 or None in asked[0]:
        raise errors.ConfigError("ask for one thing: two pages, page=ID, or cluster=N")
    return held._folder.explain(cluster, [name for name in (a, b, page) if name is not None])
