"""Runs the steps of the core on Spark: selects rows, brings those of equal keys together, sorts them, calls a function, writes
what it gives and reads it back. What the steps are, and all that is decided, is the core's (`src/distributed/plan.rs`)."""

from __future__ import annotations

import functools
import hashlib
import itertools
import json
import os
import time
from typing import Any, Callable, Dict, Iterable, Iterator, List, Optional, Sequence

from pyspark.sql import functions as F
from pyspark.sql.pandas.types import from_arrow_schema

from tonggao import _tonggao
from tonggao.errors import TonggaoError

# A DataFrame, of Spark itself or of Spark Connect.
Rows = Any
Step = Dict[str, Any]

# Where rows are merged until one task has all, so many tasks give to one at each level.
FAN_IN = 8


class Call:
    """The function of a step over batches, which goes to the workers. With `order` it sorts its rows itself."""

    def __init__(self, name: str, broadcast: str, order: Sequence[str]) -> None:
        self.name, self.broadcast, self.order = name, broadcast, order

    def __call__(self, batches: Iterable[Any]) -> Iterator[Any]:
        began = time.process_time()
        task, used = _tonggao.StepTask(self.name, self.broadcast), time.process_time() - began
        batches = _sorted(batches, self.order) if self.order else map(_unsliced, batches)
        for batch in itertools.chain(batches, [None]):
            began = time.process_time()
            made = task(batch)
            used += time.process_time() - began
            if made.num_rows:
                yield made
        if path := os.environ.get("TONGGAO_STEP_CPU"):
            with open(path, "a", encoding="utf-8") as file:
                file.write(f"{self.name}\t{used:.6f}\n")


class Dataflow:
    """The steps of the core on the tables of a session. `broadcast` is what all tasks know, and grows."""

    def __init__(
        self, spark: Any, work: str, broadcast: Dict[str, Any], partitions: Optional[int], resume: bool,
        report: Callable[[str], object],
    ) -> None:
        self.spark, self.work, self.broadcast, self.resume, self.report = spark, work.rstrip("/"), broadcast, resume, report
        self.seconds: Dict[str, float] = {}
        partitions = partitions or int(spark.conf.get("spark.sql.shuffle.partitions", "8"))
        # What queries may name: numbers, and the views of tables.
        self.numbers = {"partitions": partitions, "parts": partitions}
        self.views: Dict[str, str] = {}

    def check_workers(self) -> None:
        """Refuses workers that have another version of this package, and asks whether rows that were sorted within
        their partitions come to a function in that order. Sail's do not: its tasks sort for themselves, in memory."""
        here, partitions = _tonggao.__version__, self.numbers["partitions"]
        rows = self.spark.range(64 * partitions).select((F.col("id") * 7919 % 1009).alias("id"))
        rows = rows.repartition(partitions).sortWithinPartitions("id")
        found = rows.mapInArrow(_probe, "version string, in_order boolean").collect()
        there, self.keeps_order = {row.version for row in found}, all(row.in_order for row in found)
        if there - {here}:
            raise TonggaoError(f"the driver has tonggao {here}, workers have {sorted(there)}; install one version")

    def read(self, inputs: Sequence[str], input_format: str) -> None:
        """Gives the table `lines`: records as JSON objects, one a row. Steps depend on these inputs, known by their paths."""
        given = json.dumps([self.broadcast, list(inputs), input_format], sort_keys=True).encode()
        self.stamp = f"tonggao {_tonggao.__version__} {hashlib.sha256(given).hexdigest()[:16]}"
        if input_format == "jsonl":
            rows = self.spark.read.text(inputs).select(F.col("value").alias("line"))
        else:
            rows = self.spark.read.parquet(*inputs).mapInArrow(_record_lines, "line string")
        self.name("lines", rows)

    def run(self, out: str) -> Dict[str, Any]:
        """Runs all steps, writes the tables of the output and what the run was."""
        began = time.time()
        config = dict(self.broadcast["config"])
        if "outlets" in config:
            config["outlets"] = config["outlets"]["path"]
        for step in json.loads(_tonggao.steps(json.dumps(self.broadcast))):
            name, keep, rows = step["name"], step["keep"], self.made(step)
            if keep == "table":
                rows = self.write(name, f"{out}/{name}", rows)
            elif keep == "saved":
                rows = self.save(name, rows)
            elif keep == "broadcast":
                self.broadcast[name] = self.note(step, rows)
            self.name(name, rows)
            if name == "totals":
                totals = json.loads(self.broadcast[name])
                if why := totals.pop("refused"):
                    raise TonggaoError(why)
                self.numbers["parts"] = max(self.numbers["parts"], totals.pop("parts"))
        found = {
            "version": _tonggao.__version__, "made_by": self.stamp, "config": config,
            "counts": {**totals, **json.loads(self.broadcast["counts"])}, **self.numbers, "rounds": self.seconds,
            "seconds": round(time.time() - began, 2),
        }
        rows = [(json.dumps(found, ensure_ascii=False), self.broadcast["furniture"])]
        self.spark.createDataFrame(rows, "run string, furniture string").write.mode("overwrite").parquet(f"{out}/run")
        for view in self.views.values():
            self.spark.catalog.dropTempView(view)
        return found

    def made(self, step: Step) -> Rows:
        """The rows that a step makes."""
        if not step["inputs"]:
            made = [tuple(row.values()) for row in self.made_of_nothing(step)]
            return self.spark.createDataFrame(made, self.schema(step))
        tables = (self.spark.sql(query.format_map({**self.views, **self.numbers})) for query in step["inputs"])
        rows: Rows = functools.reduce(lambda all, more: all.unionByName(more, allowMissingColumns=True), tables)
        width = self.numbers["partitions"]
        if step["tasks"] == "one":
            rows = rows.repartition(1)
        elif step["by"]:
            rows = rows.repartition(width, *step["by"])
        if not step["function"]:
            return rows
        rows = self.call(step, rows)
        while step["tasks"] == "merged" and width > 1:
            width = -(-width // FAN_IN)
            rows = self.call(step, rows.repartition(width))
            if width > 1:
                rows = self.save(f"{step['name']}_{width}", rows)
        return rows

    def call(self, step: Step, rows: Rows) -> Rows:
        """The rows that the function of a step makes of `rows`, which come to it partition by partition in its order."""
        order = step["order"]
        if order and self.keeps_order:
            rows, order = rows.sortWithinPartitions(*order), ()
        return rows.mapInArrow(Call(step["name"], json.dumps(self.broadcast), order), self.schema(step))

    def made_of_nothing(self, step: Step) -> Any:
        """The rows, as dictionaries, that the function of a step makes when it gets none."""
        return _tonggao.StepTask(step["name"], json.dumps(self.broadcast))().to_pylist()

    def schema(self, step: Step) -> Any:
        return from_arrow_schema(_tonggao.step_schema(step["name"]))

    def name(self, name: str, rows: Rows) -> None:
        """Lets queries name a table."""
        self.views[name] = f"tonggao_{name}"
        rows.createOrReplaceTempView(self.views[name])

    def save(self, name: str, rows: Rows) -> Rows:
        """Writes the rows of a step and gives them as read back; with `resume`, as an earlier run wrote them."""
        path = f"{self.work}/{name}"
        if self.done(name):
            return self.spark.read.schema(rows.schema).parquet(path)
        rows = self.write(name, path, rows)
        self.mark_done(name)
        return rows

    def note(self, step: Step, rows: Rows) -> str:
        """The text of the only row of a step, for all tasks; with `resume`, as an earlier run made it."""
        if done := self.done(step["name"]):
            return done[1]
        # An engine may call nothing for no rows.
        note: str = (rows.collect() or self.made_of_nothing(step))[0]["note"]
        self.mark_done(step["name"], note)
        return note

    def write(self, name: str, path: str, rows: Rows) -> Rows:
        """Writes rows and gives them as read back."""
        began = time.time()
        rows.write.mode("overwrite").parquet(path)
        self.seconds[name] = round(time.time() - began, 2)
        self.report(f"{name}: {self.seconds[name]:.1f} s")
        # An engine may write nothing for no rows, and then knows no columns.
        return self.spark.read.schema(rows.schema).parquet(path)

    def mark_done(self, name: str, note: str = "") -> None:
        """Writes the stamp and the note of a step: the driver itself where it can reach the storage of the workers, or else
        a job."""
        path, jvm = f"{self.work}/{name}.done", getattr(self.spark, "_jvm", None)
        text = json.dumps([self.stamp, note])
        if jvm is None:
            self.spark.createDataFrame([(text,)], "value string").write.mode("overwrite").text(path)
            return
        file = jvm.org.apache.hadoop.fs.Path(path)
        storage = file.getFileSystem(self.spark._jsc.hadoopConfiguration())
        storage.delete(file, True)
        stream = storage.create(file, True)
        stream.write(bytearray(text, "utf-8"))
        stream.close()

    def done(self, name: str) -> List[str]:
        """The stamp and the note of a step that an earlier run has finished. Those of other settings are refused."""
        if not self.resume:
            return []
        try:
            # A driver that was killed while it wrote may leave a part.
            found: List[str] = json.loads("".join(row.value for row in self.spark.read.text(f"{self.work}/{name}.done").collect()))
        except Exception:  # Engines raise what they like for a folder that is not there.
            return []
        if found[0] != self.stamp:
            raise TonggaoError(f"{self.work}/{name} was made by {found[0]}, and this is {self.stamp}; run without --resume")
        return found


def _record_lines(batches: Iterable[Any]) -> Iterator[Any]:
    return map(_tonggao.record_lines, batches)


def _probe(batches: Iterable[Any]) -> Iterator[Any]:
    import pyarrow

    met = [number for batch in batches for number in batch.column(0).to_pylist()]
    yield pyarrow.RecordBatch.from_pydict({"version": [_tonggao.__version__], "in_order": [met == sorted(met)]})


def _unsliced(batch: Any) -> Any:
    """A copy of a slice: arrow-rs 59 takes the wrong rows of nested structs when it is handed one."""
    return batch.take(list(range(batch.num_rows))) if any(column.offset for column in batch.columns) else batch


def _sorted(batches: Iterable[Any], order: Sequence[str]) -> Iterator[Any]:
    import pyarrow

    batches = list(batches)
    if batches:
        rows = pyarrow.Table.from_batches(batches).sort_by([(name, "ascending") for name in order])
        yield from map(_unsliced, rows.to_batches(max_chunksize=10_000))
