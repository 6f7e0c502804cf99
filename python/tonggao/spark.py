"""Reprint sets, origins and talking points on a Spark cluster: the answer that `tonggao detect` gives, as Parquet.

    tonggao-spark --out hdfs:///news/sets hdfs:///news/*.jsonl
    spark-submit --master yarn --archives env.tar.gz#env $(which tonggao-spark) --out OUT INPUT
    tonggao-spark --remote sc://host:15002 --out OUT INPUT        Spark Connect, or Sail
    tonggao-spark --out OUT --outlets outlets.tsv --only origin INPUT

Spark reads, shuffles and retries; the same Rust functions as on one machine do all else, inside `mapInArrow`. Only
DataFrames are used, so the job also runs over Spark Connect. Steps write Parquet and later ones read it.
Nothing that grows with the pages reaches the driver: it sees counts, the list of outlets, and the furniture.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any, Callable, Dict, Literal, Optional, Sequence, Union

from tonggao import _tonggao
from tonggao._distributed import Dataflow
from tonggao.errors import ConfigError, InvalidFileError, ReadError, TonggaoError

__all__ = ["run", "main"]

# What may be asked for.
ONLY = ("everything", "origin")


def run(
    spark: Any,
    inputs: Sequence[str],
    out: str,
    *,
    work: Optional[str] = None,
    input_format: Literal["jsonl", "parquet"] = "jsonl",
    partitions: Optional[int] = None,
    pages_per_part: int = 20_000,
    resume: bool = False,
    furniture: Optional[str] = None,
    outlets: Optional[str] = None,
    verdicts: Optional[str] = None,
    only: Literal["everything", "origin"] = "everything",
    report: Optional[Callable[[str], object]] = None,
    field: Sequence[str] = (),
    timezone: Union[str, int] = "+08:00",
) -> Dict[str, Any]:
    """Finds reprint sets, their origins and talking points in `inputs`, and writes `documents`, `clusters`, `matches`,
    `talking_points`, `outlets`, `outlet_pairs` and `run` as folders of Parquet files into `out`. Returns what `run`
    holds, a dict.

    `spark` is a session, classic or of Spark Connect. `inputs` are paths that Spark reads: JSON Lines (`input_format="jsonl"`)
    or Parquet (`input_format="parquet"`); every page needs an id that no other page has. `work` is the folder of the steps,
    by default `OUT/_work`; on several machines it must lie where all of them read and write. With `resume` the steps
    that an earlier run of the same inputs and settings finished there are not done again. `partitions` is how many
    partitions a shuffle has (Spark's own setting when not given), `pages_per_part` about how many pages a task has in memory.
    `furniture` is a model to use instead of learning one: the text of a `furniture.json`. `outlets` is the path of a table
    of outlets with their roles, owners and other names, a file of the driver's machine, as of `detect`; `verdicts` likewise
    that of a file of corrections by people. With `only="origin"` there are no talking points. `report` is called with a line
    of progress. `field` are mappings `ROLE=NAME` as of `detect`, `timezone` the zone of times without one, as `"+08:00"` or
    in seconds east of UTC.

    Raises an error of `tonggao.errors`; what Spark raises is passed on.
    """
    config = _config(field, timezone, outlets, only)
    if furniture is not None:
        _tonggao.check_furniture(furniture)
    judged = _read(verdicts) if verdicts is not None else None
    if judged is not None:
        _tonggao.check_verdicts(judged, str(verdicts))
    broadcast = {"config": config, "verdicts": judged, "furniture": furniture, "pages_per_part": pages_per_part}
    flow = Dataflow(spark, work or f"{out}/_work", broadcast, partitions, resume, report or (lambda _: None))
    flow.check_workers()
    flow.read(inputs, input_format)
    return flow.run(out)


def _config(field: Sequence[str], timezone: Union[str, int], outlets: Optional[str], only: str) -> Dict[str, Any]:
    """The settings, with the table of outlets as text: the workers need not have the file."""
    if only not in ONLY:
        raise ConfigError(f"only={only!r} is not possible; there are {', '.join(ONLY)}")
    zone = _tonggao.parse_zone(timezone) if isinstance(timezone, str) else timezone
    config: Dict[str, Any] = {"field": list(field), "timezone": zone, "only": only}
    if outlets is not None:
        config["outlets"] = {"path": str(outlets), "text": _read(outlets)}
    _tonggao.check_config(json.dumps(config))
    return config


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError as error:
        raise ReadError(f"{path}: {error.strerror}. Check the path on the driver's machine", path) from error
    except UnicodeDecodeError as error:
        raise InvalidFileError(f"{path}: byte {error.start} is no UTF-8. Save it as UTF-8", path) from error


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """The command `tonggao-spark`."""
    parser = argparse.ArgumentParser(
        prog="tonggao-spark", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("inputs", nargs="+", metavar="INPUT", help="a path, folder or pattern that Spark reads")
    parser.add_argument("--out", required=True, help="the folder to write; what it holds of an earlier run is replaced")
    parser.add_argument("--work", help="the folder of the steps (default: OUT/_work)")
    parser.add_argument("--resume", action="store_true", help="do not repeat the steps that are finished in --work")
    parser.add_argument("--format", choices=["jsonl", "parquet"], default="jsonl")
    parser.add_argument("--field", action="append", default=[], metavar="ROLE=NAME", help="as of `tonggao detect`")
    parser.add_argument("--timezone", default="+08:00", help="the zone of times that state none (default: +08:00)")
    parser.add_argument("--furniture", metavar="FILE", help="a furniture.json to use instead of learning one")
    parser.add_argument("--outlets", metavar="FILE", help="a table of outlets, on this machine, as of `tonggao detect`")
    parser.add_argument("--verdicts", metavar="FILE", help="corrections by people, on this machine, as of `tonggao detect`")
    parser.add_argument("--only", choices=ONLY, default="everything", help="origin: sets and origins, no talking points")
    parser.add_argument("--partitions", type=int, help="partitions of a shuffle (default: Spark's setting)")
    parser.add_argument("--pages-per-part", type=int, default=20_000, help="about how many pages a task has in memory")
    parser.add_argument("--master", help="the cluster, unless spark-submit says it")
    parser.add_argument("--remote", help="a Spark Connect server, sc://HOST:PORT")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    options = parser.parse_args(arguments)
    furniture = None
    try:
        if options.furniture:
            furniture = _read(options.furniture)
        found = run(
            _session(options), options.inputs, options.out, work=options.work, input_format=options.format,
            partitions=options.partitions, pages_per_part=options.pages_per_part, resume=options.resume, furniture=furniture,
            report=None if options.quiet else lambda line: print(line, file=sys.stderr, flush=True),
            outlets=options.outlets, verdicts=options.verdicts, only=options.only, field=options.field, timezone=options.timezone,
        )
    except TonggaoError as error:
        print(f"tonggao-spark: {error}", file=sys.stderr)
        return 1
    if not options.quiet:
        print(json.dumps(found["counts"], ensure_ascii=False))
    return 0


def _session(options: argparse.Namespace) -> Any:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("tonggao")
    if options.remote:
        return builder.remote(options.remote).getOrCreate()
    if options.master:
        builder = builder.master(options.master)
    return builder.getOrCreate()


if __name__ == "__main__":
    sys.exit(main())
