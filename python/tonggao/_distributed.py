"""Runs the steps of the core on Spark: selects rows, brings those of equal keys together, sorts them, calls a function, writes
what it gives and reads it back. What the steps are, and all that is decided, is the core's (`src/distributed/plan.rs`)."""

from __future__ import annotations

import hashlib
import json
import os
import time
from typing import Any, Callable, Dict, Iterable, Iterator, Optional, Sequence, Tuple

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
        from tonggao._tonggao import StepTask

        began = time.process_time()
        task, used = StepTask(self.name, self.broadcast), time.process_time() - began
        for batch in _sorted(batches, self.order) if self.order else batches:
            began = time.process_time()
            made = task.add(_unsliced(batch))
            used += time.process_time() - began
            if made.num_rows:
                yield made
        began = time.process_time()
        made = task.finish()
        _note_use(self.name, used + time.process_time() - began)
        if made.num_rows:
            yield made


class Dataflow:
    """The steps of the core on the tables of a session."""

    def __init__(
        self, spark: Any, work: str, config: Dict[str, Any], verdicts: Optional[str], partitions: Optional[int],
        pages_per_part: int, resume: bool, report: Callable[[str], object],
    ) -> None:
        self.spark, self.work, self.resume, self.report = spark, work.rstrip("/"), resume, report
        self.pages_per_part, self.stamp, self.keeps_order = pages_per_part, "", False
        self.broadcast: Dict[str, Any] = {"config": config, "verdicts": verdicts}
        self.counts: Dict[str, int] = {}
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

    def run(self, out: str, furniture: Optional[str]) -> Dict[str, Any]:
        """Runs all steps, writes the tables of the output and what the run was. `furniture` replaces what is learnt."""
        began = time.time()
        for step in json.loads(_tonggao.steps()):
            name, keep = step["name"], step["keep"]
            if name == "furniture" and furniture is not None:
                rows = self.spark.createDataFrame([(furniture,)], "note string")
            elif self.is_left_out(step):
                rows = self.spark.createDataFrame([], self.schemas(step)[1])
            elif keep == "view":
                rows = self.made(step)
            elif keep == "table":
                rows = self.write(name, f"{out}/{name}", self.made(step))
            else:
                rows = self.save(name, self.made(step))
            self.name(name, rows)
            if keep == "broadcast":
                notes = [row.note for row in rows.collect()] or [row["note"] for row in self.made_of_nothing(step)]
                self.broadcast[name] = notes[0]
            if name == "model":
                self.stamp = _tonggao.made_by(self.broadcast[name])
            elif name == "sketch":
                self.check_pages(rows)
        found = self.finish(out, time.time() - began)
        for view in self.views.values():
            self.spark.catalog.dropTempView(view)
        return found

    def is_left_out(self, step: Step) -> bool:
        has_points = self.broadcast["config"]["only"] == "everything"
        return not {"always": True, "points": has_points, "verdicts": self.broadcast["verdicts"]}[step["when"]]

    def made(self, step: Step) -> Rows:
        """The rows that a step makes."""
        if not step["inputs"]:
            rows = [tuple(row.values()) for row in self.made_of_nothing(step)]
            return self.spark.createDataFrame(rows, self.schemas(step)[1])
        rows = self.selected(step)
        if step["tasks"] == "one":
            rows = rows.repartition(1)
        elif step["by"]:
            rows = rows.repartition(self.numbers["partitions"], *step["by"])
        if not step["function"]:
            return rows
        rows = self.call(step, rows)
        width = self.numbers["partitions"]
        while step["tasks"] == "merged" and width > 1:
            width = -(-width // FAN_IN)
            rows = self.call(step, rows.repartition(width))
            if width > 1:
                rows = self.save(f"{step['name']}_{width}", rows)
        return rows

    def selected(self, step: Step) -> Rows:
        """The rows of the queries of a step under the columns that its function or its table has."""
        rows = None
        for query in step["inputs"]:
            table = self.spark.sql(query.format_map({**self.views, **self.numbers}))
            have = {field.name: field.dataType for field in table.schema.fields}
            if step["function"]:
                wanted = [(field.name, field.dataType) for field in self.schemas(step)[0].fields]
                table = table.select(*(_as(name, of, have).alias(name) for name, of in wanted))
            elif step["columns"]:
                table = table.select(*(_of_record(name, have).alias(name) for name in step["columns"]))
            rows = table if rows is None else rows.unionByName(table)
        return rows

    def call(self, step: Step, rows: Rows) -> Rows:
        """The rows that the function of a step makes of `rows`, which come to it partition by partition in its order."""
        order = step["order"]
        if order and self.keeps_order:
            rows, order = rows.sortWithinPartitions(*order), ()
        return rows.mapInArrow(Call(step["name"], self.known(step), order), self.schemas(step)[1])

    def made_of_nothing(self, step: Step) -> Any:
        return _tonggao.StepTask(step["name"], self.known(step)).finish().to_pylist()

    def known(self, step: Step) -> str:
        return json.dumps({name: self.broadcast.get(name) for name in ("config", "model", *step["needs"])})

    def schemas(self, step: Step) -> Tuple[Any, Any]:
        taken, given = _tonggao.step_schemas(step["name"])
        return from_arrow_schema(taken), from_arrow_schema(given)

    def name(self, name: str, rows: Rows) -> None:
        """Lets queries name a table."""
        self.views[name] = f"tonggao_{name}"
        rows.createOrReplaceTempView(self.views[name])

    def save(self, name: str, rows: Rows) -> Rows:
        """Writes the rows of a step and gives them as read back; with `resume`, as an earlier run wrote them."""
        path = f"{self.work}/{name}"
        if self.is_done(name):
            return self.spark.read.schema(rows.schema).parquet(path)
        rows = self.write(name, path, rows)
        self.mark_done(name)
        return rows

    def write(self, name: str, path: str, rows: Rows) -> Rows:
        """Writes rows and gives them as read back."""
        began = time.time()
        rows.write.mode("overwrite").parquet(path)
        self.seconds[name] = round(time.time() - began, 2)
        self.report(f"{name}: {self.seconds[name]:.1f} s")
        # An engine may write nothing for no rows, and then knows no columns.
        return self.spark.read.schema(rows.schema).parquet(path)

    def mark_done(self, name: str) -> None:
        """Writes the stamp of a step: the driver itself where it can reach the storage of the workers, or else a job."""
        path, jvm = f"{self.work}/{name}.done", getattr(self.spark, "_jvm", None)
        if jvm is None:
            self.spark.createDataFrame([(self.stamp,)], "value string").write.mode("overwrite").text(path)
            return
        file = jvm.org.apache.hadoop.fs.Path(path)
        storage = file.getFileSystem(self.spark._jsc.hadoopConfiguration())
        storage.delete(file, True)
        stream = storage.create(file, True)
        stream.write(bytearray(self.stamp, "utf-8"))
        stream.close()

    def is_done(self, name: str) -> bool:
        """True when an earlier run has finished a step. Another version or other settings are refused."""
        if not self.resume:
            return False
        try:
            stamps = [row.value for row in self.spark.read.text(f"{self.work}/{name}.done").collect()]
        except Exception:  # Engines raise what they like for a folder that is not there.
            return False
        # A driver that was killed while it wrote may leave a stamp without a row.
        if stamps and stamps != [self.stamp]:
            raise TonggaoError(
                f"{self.work}/{name} was made by {stamps}, and this is {self.stamp}; run without --resume"
            )
        return bool(stamps)

    def check_pages(self, sketches: Rows) -> None:
        """Counts the pages, and refuses those that lack an id of their own or that other settings made."""
        totals = sketches.agg(
            F.count("key").alias("documents"), F.countDistinct("key").alias("ids"), F.count("skipped").alias("skipped"),
            F.min("made_by").alias("least"), F.max("made_by").alias("most"),
        ).collect()[0]
        if {totals.least, totals.most} - {self.stamp}:
            raise TonggaoError(f"pages were signed by {totals.least} and {totals.most}, and this is {self.stamp}")
        if totals.documents == 0:
            why = [row.skipped for row in sketches.select("skipped").limit(1).collect()]
            raise TonggaoError(f"no records in the input ({totals.skipped} skipped; first: {why})")
        if totals.ids < totals.documents:
            twice = sketches.groupBy("key").agg(F.count("id").alias("n"), F.min("id").alias("id")).where("n > 1")
            some = ", ".join(row.id for row in twice.where("key is not null").limit(3).collect())
            raise TonggaoError(
                f"{totals.documents - totals.ids} pages have an id that another one has ({some}); give each its own"
            )
        self.counts = {"documents": totals.documents, "skipped": totals.skipped}
        self.numbers["parts"] = max(self.numbers["partitions"], -(-totals.documents // self.pages_per_part))

    def finish(self, out: str, seconds: float) -> Dict[str, Any]:
        """Writes what the run was."""
        counted = {name: name for name in ("clusters", "matches", "talking_points", "outlets")}
        counted["clustered"] = "documents"
        if self.broadcast["verdicts"]:
            counted["verdicts"] = "judged"
        which = {"clustered": "where cluster is not null"}
        names = [f"select '{name}' as name from {self.views[table]} {which.get(name, '')}" for name, table in counted.items()]
        totals = self.spark.sql(" union all ".join(names)).groupBy("name").count().collect()
        self.counts.update({**dict.fromkeys(counted, 0), **{row["name"]: row["count"] for row in totals}})
        config = dict(self.broadcast["config"])
        if "outlets" in config:
            config["outlets"] = config["outlets"]["path"]
        found = {
            "version": _tonggao.__version__, "made_by": self.stamp, "config": config, "counts": self.counts,
            **self.numbers, "rounds": self.seconds, "seconds": round(seconds, 2),
        }
        furniture = self.spark.table(self.views["furniture"]).collect()[0].note
        rows = [(json.dumps(found, ensure_ascii=False), furniture)]
        self.spark.createDataFrame(rows, "run string, furniture string").write.mode("overwrite").parquet(f"{out}/run")
        return found


def _as(name: str, of: Any, have: Dict[str, Any]) -> Any:
    """A column under a type; null where a query lacks it."""
    if name in have and have[name].simpleString() == of.simpleString():
        return F.col(name)
    return (F.col(name) if name in have else F.lit(None)).cast(of)


def _of_record(name: str, have: Dict[str, Any]) -> Any:
    """A column of a table: that of the query, or where it is null or missing that of the record."""
    return F.coalesce(F.col(name), F.col(f"record.{name}")) if name in have else F.col(f"record.{name}")


def _note_use(name: str, seconds: float) -> None:
    """Where the environment names a file, adds to it a line with the CPU seconds that a function has used."""
    path = os.environ.get("TONGGAO_STEP_CPU")
    if path:
        with open(path, "a", encoding="utf-8") as file:
            file.write(f"{name}\t{seconds:.6f}\n")


def _record_lines(batches: Iterable[Any]) -> Iterator[Any]:
    from tonggao._tonggao import record_lines

    return map(record_lines, batches)


def _probe(batches: Iterable[Any]) -> Iterator[Any]:
    import pyarrow

    from tonggao import _tonggao

    met = [number for batch in batches for number in batch.column(0).to_pylist()]
    yield pyarrow.RecordBatch.from_pydict({"version": [_tonggao.__version__], "in_order": [met == sorted(met)]})


def _unsliced(batch: Any) -> Any:
    """A copy of a slice: arrow-rs 59 takes the wrong rows of nested structs when it is handed one."""
    import pyarrow

    if any(column.offset for column in batch.columns):
        return batch.take(pyarrow.array(range(batch.num_rows)))
    return batch


def _sorted(batches: Iterable[Any], order: Sequence[str]) -> Iterator[Any]:
    import pyarrow

    batches = list(batches)
    if batches:
        rows = pyarrow.Table.from_batches(batches).sort_by([(name, "ascending") for name in order])
        yield from rows.to_batches(max_chunksize=10_000)
