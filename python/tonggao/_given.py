"""What callers give: pages, settings and paths as the native part takes them."""

from __future__ import annotations

import json
import os
from itertools import chain, islice
from typing import Any, Callable, Iterable, Iterator, Literal, Mapping, Optional, Sequence, Union

import pyarrow as pa

from . import errors

Path = Union[str, "os.PathLike[str]"]
Fields = Union[Mapping[str, str], Sequence[str]]
Progress = Union[bool, Callable[[str, int, int], object], None]
Only = Literal["everything", "clusters", "origin", "talking-points", "equal"]
Keep = Literal["earliest", "longest", "origin", "first"]
Among = Literal["all", "within-outlet", "across"]
InputFormat = Literal["jsonl", "json", "csv", "tsv", "parquet", "text", "html", "warc", "arc"]


def settings(
    field: Fields,
    timezone: Union[str, int],
    furniture: Optional[Path],
    outlets: Optional[Path],
    same_article: float,
    verdicts: Optional[Path],
    threads: int,
    memory: Union[str, int],
    temp: Optional[Path],
    input_format: Optional[InputFormat],
    no_mmap: bool,
    only: Only = "everything",
    no_report: bool = False,
    no_matches: bool = False,
) -> str:
    """The settings as JSON, by the names of the core, which checks them."""
    return _json(
        {
            "field": [f"{role}={name}" for role, name in field.items()] if isinstance(field, Mapping) else list(field),
            "format": input_format,
            "timezone": timezone,
            "only": only,
            "no-report": no_report,
            "no-matches": no_matches,
            "furniture": path(furniture),
            "outlets": path(outlets),
            "same-article": same_article,
            "verdicts": path(verdicts),
            "no-mmap": no_mmap,
            "threads": threads,
            "memory": memory,
            "temp": path(temp),
        }
    )


def _json(settings: Mapping[str, Any]) -> str:
    try:
        return json.dumps(settings)
    except TypeError as error:
        raise errors.ConfigError(f"a setting has a value of the wrong type: {error}") from error


def is_arrow(pages: object) -> bool:
    return hasattr(pages, "__arrow_c_stream__") or hasattr(pages, "__arrow_c_array__")


def path(given: Optional[Path]) -> Optional[str]:
    return None if given is None else os.fspath(given)


def pages(given: Any) -> Any:
    """A table as it is, batches as a stream of them, paths as a list."""
    if is_arrow(given):
        return given
    if isinstance(given, (str, os.PathLike)):
        given = [given]
    if isinstance(given, Mapping) or not isinstance(given, Iterable):
        raise _no_pages(given)
    rest = iter(given)
    first = list(islice(rest, 1))
    if not first:
        raise errors.NoRecordsError("no page was given: there is no path and no batch")
    if is_arrow(first[0]):
        try:
            return _stream(pa.table(first[0]), rest)
        except pa.ArrowInvalid as error:
            raise errors.TableError(f"the first of the tables cannot be read: {error}") from error
    try:
        return [os.fspath(path) for path in chain(first, rest)]
    except TypeError:
        raise _no_pages(first[0]) from None


def _stream(first: pa.Table, rest: Iterator[Any]) -> pa.RecordBatchReader:
    """Tables that come one by one as one, with the columns of the first. None is held."""

    def batches() -> Iterator[pa.RecordBatch]:
        for table in chain([first], rest):
            yield from pa.table(table).cast(first.schema).to_batches()

    return pa.RecordBatchReader.from_batches(first.schema, batches())


def _no_pages(given: object) -> errors.TableError:
    return errors.TableError(
        f"pages are paths or a table that gives Arrow data (pandas from 2.2 on, a polars DataFrame, a DuckDB relation), "
        f"or several; not {type(given).__name__}. pyarrow.Table.from_pylist makes one of records, pyarrow.table of columns"
    )
