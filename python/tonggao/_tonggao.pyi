import os
from typing import Any, Callable, List, Optional, Sequence, Tuple, Union, final

import pyarrow as pa

__all__ = [
    "Folder",
    "Round",
    "__version__",
    "check_config",
    "check_furniture",
    "dedup",
    "detect",
    "made_by",
    "parse_zone",
    "round_schema",
    "sketch",
    "steps",
]

__version__: str

_Path = Union[str, os.PathLike[str]]
_Progress = Optional[Callable[[str, int, int], object]]

@final
class Folder:
    @staticmethod
    def open(path: _Path) -> Folder: ...
    @property
    def path(self) -> os.PathLike[str]: ...
    def table(self, name: str) -> pa.Table: ...
    def run(self) -> str: ...
    def save(self, path: _Path, force: bool) -> None: ...
    def explain(self, cluster: Optional[int] = None, pages: Sequence[str] = ...) -> Optional[str]: ...

def check_config(config: str) -> None: ...
def parse_zone(text: str) -> int: ...
def detect(
    pages: Any,
    config: str,
    background: Any = None,
    out: Optional[_Path] = None,
    force: bool = False,
    progress: _Progress = None,
) -> Folder: ...
def dedup(
    pages: Any,
    config: str,
    keep: str,
    among: str,
    exact: bool = False,
    against: Any = None,
    out: Optional[_Path] = None,
    force: bool = False,
    progress: _Progress = None,
) -> Tuple[Folder, Optional[pa.Table]]: ...
def sketch(texts: Any) -> pa.Table: ...

@final
class Round:
    def __new__(cls, name: str, broadcast: str) -> Round: ...
    def add(self, rows: Any) -> List[pa.RecordBatch]: ...
    def finish(self) -> List[pa.RecordBatch]: ...

def round_schema(name: str) -> pa.Schema: ...
def steps() -> str: ...
def made_by(model: str) -> str: ...
def check_furniture(furniture: str) -> None: ...
