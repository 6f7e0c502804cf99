"""Runs the dataflow of the core on Spark: selects rows, brings those of equal keys together, sorts them, calls a step, writes
what it gives and reads it back. What the steps are, and all that is decided, is the core's (`python/src/distributed/plan.rs`)."""

from __future__ import annotations

import hashlib
import json
import os
import time
from typing import Any, Callable, Dict, Iterable, Iterator, List, Optional, Sequence

from pyspark.sql import functions as F

from tonggao import _tonggao
from tonggao.errors import TonggaoError

# A DataFrame, of Spark itself or of Spark Connect.
Rows = Any

# Where rows are merged until one task has all, so many tasks give to one at each level.
FAN_IN = 8


class Call:
    """A step of the core as a function over batches, which goes to the workers. With `order` it sorts its rows itself."""

    def __init__(self, name: str, broadcast: str, order: Sequence[str]) -> None:
        self.name, self.broadcast, self.order = name, broadcast, order

    def __call__(self, batches: Iterable[Any]) -> Iterator[Any]:
        from tonggao._tonggao import Round

        work, began, used = Round(self.name, self.broadcast), time.process_time, 0.0
        for batch in _sorted(batches, self.order) if self.order else batches:
            start = began()
            made = work.add(batch)
            used += began() - start
            yield from (rows for rows in made if rows.num_rows)
        start = began()
        made = work.finish()
        used += began() - start
        self.note_use(used)
        yield from (rows for rows in made if rows.num_rows)

    def note_use(self, seconds: float) -> None:
        """Where the environment names a file, adds to it a line with the CPU seconds that the core has used."""
        path = os.environ.get("TONGGAO_ROUNDS_CPU")
        if path:
            with open(path, "a", encoding="utf-8") as file:
                file.write(f"{self.name}\t{seconds:.6f}\n")


class Dataflow:
    """The steps of the core on the tables of a session."""

    def __init__(
        self, spark: Any, work: str, config: Dict[str, Any], verdicts: Optional[str], partitions: Optional[int],
        pages_per_part: int, resume: bool, report: Callable[[str], object],
    ) -> None:
        self.spark, self.work, self.resume, self.report = spark, work.rstrip("/"), resume, report
        self.pages_per_part = pages_per_part
        self.broadcast: Dict[str, Any] = {"config": config, "verdicts": verdicts}
        self.stamp = ""
        self.counts: Dict[str, int] = {}
        self.seconds: Dict[str, float] = {}
        self.keeps_order = False
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
            rows = self.call("lines", self.spark.read.parquet(*inputs))
        self.name("lines", rows)

    def run(self, out: str, furniture: Optional[str]) -> Dict[str, Any]:
        """Runs all steps, writes the tables of the output and what the run was. `furniture` replaces what is learnt."""
        began = time.time()
        for step in json.loads(_tonggao.steps()):
            name, keep = step["name"], step["keep"]
            if name == "furniture" and furniture is not None:
                rows = self.spark.createDataFrame([(furniture,)], "note string")
            elif self.is_left_out(step):
                rows = self.spark.createDataFrame([], self.schema(step["call"]))
            elif keep == "view":
                rows = self.made(step)
            elif keep == "table":
                rows = self.write(name, f"{out}/{name}", self.made(step))
            else:
                rows = self.save(name, self.made(step))
            self.name(name, rows)
            if keep == "broadcast":
                self.broadcast[name] = rows.collect()[0].note
            if name == "model":
                self.stamp = _tonggao.made_by(self.broadcast[name])
            elif name == "sketch":
                self.check_pages(rows)
        found = self.finish(out, time.time() - began)
        for view in self.views.values():
            self.spark.catalog.dropTempView(view)
        return found

    def is_left_out(self, step: Dict[str, Any]) -> bool:
        has_points = self.broadcast["config"]["only"] == "everything"
        return step["of_points"] and not has_points or step["of_verdicts"] and not self.broadcast["verdicts"]

    def made(self, step: Dict[str, Any]) -> Rows:
        """The rows that a step makes."""
        rows = self.selected(step["inputs"], step["takes"])
        if step["tasks"] == "one":
            rows = rows.repartition(1)
        elif step["by"]:
            rows = rows.repartition(self.numbers["partitions"], *step["by"])
        if not step["call"]:
            return rows
        rows = self.call(step["call"], rows, step["order"], step["needs"])
        width = self.numbers["partitions"]
        while step["tasks"] == "merged" and width > 1:
            width = -(-width // FAN_IN)
            rows = self.call(step["call"], rows.repartition(width))
            if width > 1:
                rows = self.save(f"{step['name']}_{width}", rows)
        return rows

    def selected(self, queries: List[str], columns: str) -> Rows:
        """The rows of some queries under some columns. What a query lacks is null, but its tag, which is its place."""
        rows = None
        for tag, query in enumerate(queries):
            table = self.spark.sql(query.format_map({**self.views, **self.numbers}))
            if columns:
                have = {name: F.col(name) for name in table.columns}
                forms = [column.split() for column in columns.split(",")]
                empty = {name: F.lit(tag if name == "tag" else None) for name, _ in forms}
                table = table.select(*({**empty, **have}[name].cast(form).alias(name) for name, form in forms))
            rows = table if rows is None else rows.unionByName(table)
        return rows

    def call(self, name: str, rows: Rows, order: Sequence[str] = (), needs: Sequence[str] = ()) -> Rows:
        """The rows that a function of the core makes of `rows`, which come to it partition by partition in `order`."""
        carried = {name: self.broadcast.get(name) for name in ("config", "model", *needs)}
        if order and self.keeps_order:
            rows, order = rows.sortWithinPartitions(*order), ()
        return rows.mapInArrow(Call(name, json.dumps(carried), order), self.schema(name))

    def schema(self, name: str) -> Any:
        from pyspark.sql.pandas.types import from_arrow_schema

        return from_arrow_schema(_tonggao.round_schema(name))

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
        self.spark.createDataFrame([(self.stamp,)], "stamp string").write.mode("overwrite").parquet(f"{path}.done")
        return rows

    def write(self, name: str, path: str, rows: Rows) -> Rows:
        """Writes rows and gives them as read back."""
        began = time.time()
        rows.write.mode("overwrite").parquet(path)
        self.seconds[name] = round(time.time() - began, 2)
        self.report(f"{name}: {self.seconds[name]:.1f} s")
        # An engine may write nothing for no rows, and then knows no columns.
        return self.spark.read.schema(rows.schema).parquet(path)

    def is_done(self, name: str) -> bool:
        """True when an earlier run has finished a step. Another version or other settings are refused."""
        if not self.resume:
            return False
        try:
            stamps = [row.stamp for row in self.spark.read.parquet(f"{self.work}/{name}.done").collect()]
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
            F.count("key").alias("documents"),
            F.countDistinct("key").alias("ids"),
            F.count("skipped").alias("skipped"),
            F.min("made_by").alias("least"),
            F.max("made_by").alias("most"),
        ).collect()[0]
        if {totals.least, totals.most} - {self.stamp}:
            raise TonggaoError(f"pages were signed by {totals.least} and {totals.most}, and this is {self.stamp}")
        if totals.documents == 0:
            why = [row.skipped for row in sketches.select("skipped").limit(1).collect()]
            raise TonggaoError(f"no records in the input ({totals.skipped} skipped; first: {why})")
        if totals.ids < totals.documents:
            twice = sketches.groupBy("key").agg(F.count("id").alias("n"), F.min("id").alias("id")).where("n > 1")
            some = ", ".join(row.id for row in twice.limit(3).collect())
            raise TonggaoError(
                f"{totals.documents - totals.ids} pages have an id that another one has ({some}); give each its own"
            )
        self.counts = {"documents": totals.documents, "skipped": totals.skipped}
        self.numbers["parts"] = max(self.numbers["partitions"], -(-totals.documents // self.pages_per_part))

    def finish(self, out: str, seconds: float) -> Dict[str, Any]:
        """Writes what the run was."""
        tables = {name: self.spark.table(view) for name, view in self.views.items()}
        self.counts.update({name: tables[name].count() for name in ("clusters", "matches", "talking_points", "outlets")})
        if self.broadcast["verdicts"]:
            self.counts["verdicts"] = tables["judged"].count()
        self.counts["clustered"] = tables["documents"].where("cluster is not null").count()
        config = dict(self.broadcast["config"])
        if "outlets" in config:
            config["outlets"] = config["outlets"]["path"]
        found = {
            "version": _tonggao.__version__, "made_by": self.stamp, "config": config, "counts": self.counts,
            **self.numbers, "rounds": self.seconds, "seconds": round(seconds, 2),
        }
        furniture = tables["furniture"].collect()[0].note
        rows = [(json.dumps(found, ensure_ascii=False), furniture)]
        self.spark.createDataFrame(rows, "run string, furniture string").write.mode("overwrite").parquet(f"{out}/run")
        return found


def _probe(batches: Iterable[Any]) -> Iterator[Any]:
    import pyarrow

    from tonggao import _tonggao

    met = [number for batch in batches for number in batch.column(0).to_pylist()]
    yield pyarrow.RecordBatch.from_pydict({"version": [_tonggao.__version__], "in_order": [met == sorted(met)]})


def _sorted(batches: Iterable[Any], order: Sequence[str]) -> Iterator[Any]:
    import pyarrow

    batches = list(batches)
    if batches:
        rows = pyarrow.Table.from_batches(batches).sort_by([(name, "ascending") for name in order])
        yield from rows.to_batches(max_chunksize=10_000)
