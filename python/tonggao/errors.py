"""What can go wrong. Every kind of error is a class of its own under :class:`TonggaoError`."""

from __future__ import annotations

import os
from typing import Optional

__all__ = [
    "ConfigError",
    "ForeignOutputError",
    "InvalidFileError",
    "MemoryLimitError",
    "NoRecordsError",
    "OutputExistsError",
    "ReadError",
    "RecordError",
    "TableError",
    "TemporaryFileError",
    "TonggaoError",
    "TooManyRecordsError",
    "WriteError",
]


class TonggaoError(Exception):
    """An error of tonggao. Its text names file, place and remedy."""

    path: Optional[str]
    """The file or folder it happened to, where there is one."""
    offset: Optional[int]
    """The first byte of the record it happened to, where there is one."""

    def __init__(
        self, message: str, path: "os.PathLike[str] | str | None" = None, offset: Optional[int] = None
    ) -> None:
        super().__init__(message)
        self.path = None if path is None else os.fspath(path)
        self.offset = offset


class ReadError(TonggaoError):
    """An input that is not there or cannot be opened."""


class NoRecordsError(TonggaoError):
    """No record was found in any of the inputs."""


class TooManyRecordsError(TonggaoError):
    """More records than a run can number."""


class OutputExistsError(TonggaoError):
    """The place to write to is taken; pass ``force=True`` or choose another."""


class ForeignOutputError(TonggaoError):
    """The place to write to holds something that tonggao did not write, which is never replaced."""


class WriteError(TonggaoError):
    """The output cannot be written."""


class TemporaryFileError(TonggaoError):
    """Lists that are longer than memory cannot be written to disk; ``path`` is the folder they go to."""


class MemoryLimitError(TonggaoError):
    """The limit on memory is too small for the pages."""


class InvalidFileError(TonggaoError):
    """A file that tonggao reads, such as one of an output folder, is not what it should be."""


class RecordError(TonggaoError):
    """A record of an earlier run that is not to be had again."""


class ConfigError(TonggaoError):
    """A setting that does not exist, or with an impossible value."""


class TableError(TonggaoError):
    """Arrow data that cannot be read as pages or texts."""
