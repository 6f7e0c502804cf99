"""The rounds of a Spark job: which rows come together where. What is made of them is the core's."""

from __future__ import annotations

import hashlib
import json
import os
import time
from typing import Any, Callable, Dict, Iterable, Iterator, List, Optional, Sequence, Tuple

from pyspark.sql import functions as F
from pyspark.sql import Window

from tonggao import _tonggao
from tonggao.errors import TonggaoError

# A DataFrame, of Spark itself or of Spark Connect.
Rows = Any

# Forests are merged so many into one, level by level, until one is left.
FAN_IN = 8
# What rounds over whole parts take: pages have tag 0, pairs tag 1.
PART = {
    "part": "bigint", "tag": "int", "a": "bigint", "b": "bigint", "body_hash": "bigint", "units": "int", "line": "string",
    "spans": "binary", "facts": "binary", "match": "binary", "set": "bigint", "medoid": "boolean",
}
# What the rounds that vote take: wordings have tag 0, pages tag 1.
VOTERS = {
    "part": "bigint", "tag": "int", "set": "bigint", "a": "bigint", "body_hash": "bigint", "units": "int", "note": "string",
    "line": "string", "spans": "binary", "facts": "binary",
}
# What the rounds take that bring notes and numbers of several kinds together, each kind under a tag of its own.
NOTES = {"tag": "int", "a": "bigint", "b": "bigint", "n": "int", "m": "int", "note": "string"}


class Step:
    """A round of the core as a function over batches, which goes to the workers. With `order` it sorts its rows itself."""

    def __init__(self, name: str, broadcast: str, order: Optional[List[str]] = None) -> None:
        self.name, self.broadcast, self.order = name, broadcast, order

    def __call__(self, batches: Iterable[Any]) -> Iterator[Any]:
        from tonggao._tonggao import Round

        work, began, used = Round(self.name, self.broadcast), time.process_time, 0.0
        for batch in batches if self.order is None else _sorted(batches, self.order):
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


class Rounds:
    """The rounds, in the order in which `tonggao.spark.run` calls them."""

    def __init__(
        self, spark: Any, work: str, config: Dict[str, Any], partitions: Optional[int], pages_per_part: int, resume: bool,
        report: Callable[[str], object],
    ) -> None:
        self.spark, self.work, self.resume, self.report = spark, work.rstrip("/"), resume, report
        self.partitions = partitions or int(spark.conf.get("spark.sql.shuffle.partitions", "8"))
        self.pages_per_part = pages_per_part
        self.broadcast: Dict[str, Any] = {"config": config}
        settings = hashlib.sha256(json.dumps(config, sort_keys=True).encode()).hexdigest()[:16]
        self.stamp = f"tonggao {_tonggao.__version__} {settings}"
        self.most, self.closest, self.fewest = _tonggao.round_limits()
        self.counts: Dict[str, int] = {}
        self.seconds: Dict[str, float] = {}
        self.furniture = ""
        self.part_count = self.partitions
        self.keeps_order = False

    # Rounds in general.

    def apply(
        self, rows: Rows, name: str, by: Optional[List[str]] = None, order: Optional[List[str]] = None, **broadcast: str
    ) -> Rows:
        """The rows that a round makes of `rows`: with `by`, of those of equal `by` in one task, in `order`."""
        from pyspark.sql.pandas.types import from_arrow_schema

        if by:
            rows = rows.repartition(self.partitions, *by)
        if order and self.keeps_order:
            rows, order = rows.sortWithinPartitions(*order), None
        schema = from_arrow_schema(_tonggao.round_schema(name))
        return rows.mapInArrow(Step(name, json.dumps({**self.broadcast, **broadcast}), order), schema)

    def save(self, name: str, rows: Rows) -> Rows:
        """Writes the rows of a round and gives them as read back; with `resume`, as an earlier run wrote them."""
        path, began = f"{self.work}/{name}", time.time()
        if not self.is_done(name):
            rows.write.mode("overwrite").parquet(path)
            stamp = self.spark.createDataFrame([(self.stamp,)], "stamp string")
            stamp.write.mode("overwrite").parquet(f"{path}.done")
        self.seconds[name] = round(time.time() - began, 2)
        self.report(f"{name}: {self.seconds[name]:.1f} s")
        # An engine may write nothing for no rows, and then knows no columns.
        return self.spark.read.schema(rows.schema).parquet(path)

    def is_done(self, name: str) -> bool:
        """True when an earlier run has finished a round. Another version or other settings are refused."""
        if not self.resume:
            return False
        try:
            stamps = [row.stamp for row in self.spark.read.parquet(f"{self.work}/{name}.done").collect()]
        except Exception:  # Engines raise what they like for a folder that is not there.
            return False
        if stamps != [self.stamp]:
            raise TonggaoError(
                f"{self.work}/{name} was made by {stamps}, and this is {self.stamp}; run without --resume"
            )
        return True

    def check_workers(self) -> None:
        """Refuses workers that have another version of this package, and asks whether rows that were sorted within
        their partitions come to a function in that order. Sail's do not: its tasks sort for themselves, in memory."""
        here = _tonggao.__version__
        rows = self.spark.range(64 * self.partitions).select((F.col("id") * 7919 % 1009).alias("id"))
        rows = rows.repartition(self.partitions).sortWithinPartitions("id")
        found = rows.mapInArrow(_probe, "version string, in_order boolean").collect()
        there, self.keeps_order = {row.version for row in found}, all(row.in_order for row in found)
        if there - {here}:
            raise TonggaoError(f"the driver has tonggao {here}, workers have {sorted(there)}; install one version")

    def components(self, name: str, edges: Rows) -> Rows:
        """For every node of the edges `a`, `b` the least node of its component: columns `node`, `label`. The nodes of
        each task are replaced by a spanning forest; forests are merged in a tree."""
        forest = self.apply(edges.select("a", "b"), "forest")
        width = self.partitions
        while width > FAN_IN:
            width = -(-width // FAN_IN)
            forest = self.save(f"{name}_{width}", self.apply(forest.repartition(width), "forest"))
        forest = self.save(name, self.apply(forest.repartition(1), "forest"))
        roots = forest.select(F.col("b").alias("node"), F.col("b").alias("label")).distinct()
        return forest.select(F.col("a").alias("node"), F.col("b").alias("label")).unionByName(roots)

    def of_parts(self, name: str, *tables: Rows, **broadcast: str) -> Rows:
        """What a round makes of the pages and pairs of each part. What a table lacks is empty."""
        return self.apply(_together(PART, *tables), name, ["part"], ["part", "tag", "a"], **broadcast)

    def sum(self, notes: Rows, name: str) -> Rows:
        """What a round adds the counts of all parts up to. A row that counts nothing is added, lest there be none."""
        nothing = self.spark.createDataFrame([(None,)], "note string")
        return self.apply(notes.union(nothing).repartition(1), name)

    def nothing(self, name: str) -> Rows:
        """What a round gives when there is nothing."""
        from pyspark.sql.pandas.types import from_arrow_schema

        return self.spark.createDataFrame([], from_arrow_schema(_tonggao.round_schema(name)))

    def part_of(self, column: str) -> Any:
        """The part of a page or pair, by a key that all of the part share."""
        return F.pmod(F.col(column), F.lit(self.part_count).cast("bigint")).alias("part")

    # The rounds.

    def read(self, inputs: Sequence[str], input_format: str) -> Rows:
        """The records as JSON objects, one a row."""
        if input_format == "jsonl":
            return self.spark.read.text(inputs).select(F.col("value").alias("line"))
        return self.apply(self.spark.read.parquet(*inputs), "lines")

    def learn_model(self, lines: Rows, furniture: Optional[str]) -> None:
        """Learns outlets and furniture, and broadcasts them to all steps that follow."""
        survey = self.save("survey", self.apply(lines, "survey"))
        if furniture is None:
            samples = survey.where("kind = 2").select("x", "y")
            chosen = self.apply(samples, "choose", ["x"], ["x", "y"]).distinct()
            wanted = self.apply(lines, "keys").join(chosen, "key", "left_semi")
            learnt = self.save("furniture", self.apply(wanted.select("line").repartition(1), "learn"))
            furniture = learnt.collect()[0].note
        names = survey.where("kind = 0").groupBy("name").agg(F.max("n").alias("is_host")).collect()
        names = [(row.name, row.is_host > 0) for row in names]
        votes = survey.where("kind = 1").groupBy("x", "y").agg(F.sum("n").alias("n")).collect()
        votes = [(row.x, row.y, row.n) for row in votes]
        self.broadcast["model"], self.stamp = _tonggao.model(json.dumps(self.broadcast["config"]), names, votes, furniture)
        self.furniture = furniture

    def sketch(self, lines: Rows) -> Rows:
        """Cleans and signs every page."""
        sketches = self.save("sketches", self.apply(lines, "sketch"))
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
        self.part_count = max(self.partitions, -(-totals.documents // self.pages_per_part))
        return sketches.where("key is not null")

    def copies(self, pages: Rows) -> Rows:
        """Pairs of equal bodies: `a` is the first, which stands for all on the other roads, `b` each other."""
        bodies = pages.where("units > 0").select("key", "body_hash")
        firsts = bodies.groupBy("body_hash").agg(F.min("key").alias("a"), F.count("key").alias("n")).where("n > 1")
        pairs = bodies.join(firsts.select("body_hash", "a"), "body_hash").where("key <> a")
        return self.save("copies", pairs.select("a", F.col("key").alias("b")))

    def proposals(self, pages: Rows, copies: Rows) -> Rows:
        """Pairs that meet in enough buckets, with what is known of both."""
        standing = pages.where("units > 0").join(copies.select(F.col("b").alias("key")), "key", "left_anti")
        columns = ["key", "units", "slots", "simhash"]
        buckets = standing.select(F.explode("buckets").alias("bucket"), *columns)
        met = self.apply(buckets, "meet", ["bucket"], ["bucket", "key"])
        met = met.groupBy("a", "b").agg(
            F.max("band").alias("band"), F.max("near").alias("near"), F.sum("shared").cast("int").alias("shared")
        )
        met = met.where((F.col("band") > 0) | (F.col("near") > 0) | (F.col("shared") >= self.fewest))
        for side in "ab":
            known = [F.col(name).alias(f"{name}_{side}") for name in ("minhash", "samples", "units")]
            met = met.join(pages.select(F.col("key").alias(side), *known), side)
        return self.save("proposals", self.apply(met, "propose"))

    def stories(self, proposals: Rows) -> Rows:
        """The story of every page that has a probable copy."""
        return self.components("stories", proposals.where(F.col("copy")))

    def pairs(self, proposals: Rows, stories: Rows, copies: Rows) -> Rows:
        """Pairs to measure, each with the story of its first page."""
        known = _labelled(proposals, stories, "story")
        known = known.withColumn("far", F.col("story_a") != F.col("story_b"))
        known = known.withColumn("passage_only", F.col("enough") & F.col("passage") & F.col("far"))
        known = self.save("known", known)
        # Of pairs that share a passage only, each page keeps its closest in each other story.
        passages = _both_ways(known.where(F.col("passage_only")), ["story", "units"], ["shared"])
        closest = Window.partitionBy("page", "story").orderBy(F.desc("shared"), F.desc("units"), F.asc("other"))
        firsts = passages.withColumn("n", F.row_number().over(closest)).where("n = 1").select("a", "b")
        sure = known.where(F.col("alike") | (F.col("enough") & ~F.col("passage_only")))
        # Of pairs of one story whose pages have both many, each page keeps its closest and the longest.
        near = sure.where(~F.col("far"))
        degrees = _both_ways(near, [], []).groupBy("page").agg(F.count("other").alias("n"))
        crowded = degrees.where(F.col("n") > self.most).select("page")
        for side in "ab":
            of_side = crowded.select(F.col("page").alias(side), F.lit(True).alias(f"crowded_{side}"))
            near = near.join(of_side, side, "left")
        is_crowded = F.coalesce(F.col("crowded_a") & F.col("crowded_b"), F.lit(False))
        doubtful = _both_ways(near.where(is_crowded), ["units"], ["apart"])
        by_distance = Window.partitionBy("page").orderBy(F.asc("apart"), F.desc("units"), F.asc("other"))
        by_length = Window.partitionBy("page").orderBy(F.desc("units"), F.asc("other"))
        ranked = doubtful.withColumn("n", F.row_number().over(by_distance)).withColumn("of", F.row_number().over(by_length))
        voted = ranked.where((F.col("n") <= self.closest) | (F.col("of") == 1)).select("a", "b")
        found = [firsts, sure.where("far"), near.where(~is_crowded), voted, copies]
        pairs = found[0].select("a", "b")
        for more in found[1:]:
            pairs = pairs.unionByName(more.select("a", "b"))
        labels = stories.select(F.col("node").alias("a"), F.col("label"))
        pairs = pairs.distinct().join(labels, "a", "left").withColumn("story", F.coalesce("label", "a"))
        return self.save("pairs", pairs.select("a", "b", "story"))

    def measure(self, pages: Rows, pairs: Rows) -> Rows:
        """Matches. Each part holds the pairs of some stories and every page that they speak of once."""
        pairs = pairs.select(self.part_of("story"), F.lit(1).alias("tag"), "a", "b")
        wanted = pairs.select("part", F.col("a").alias("key")).union(pairs.select("part", F.col("b").alias("key")))
        wanted = wanted.distinct().join(pages.select("key", "body_hash", "units", "line", "spans"), "key")
        wanted = wanted.withColumnRenamed("key", "a").withColumn("tag", F.lit(0))
        return self.save("matches", self.of_parts("measure", wanted, pairs))

    def decide(self, matches: Rows) -> Tuple[Rows, Rows]:
        """What each match amounts to, and the compilations: `a` draws on `b`, in the order of `place`."""
        articles = self.components("articles", matches.where("one_article"))
        known = _labelled(matches.select("a", "b", "match"), articles, "article")
        rows = [
            known.select(
                F.col(x).alias("key"), F.col(y).alias("other"), F.col(f"article_{x}").alias("article"),
                F.col(f"article_{y}").alias("other_article"), "match",
            )
            for x, y in ("ab", "ba")
        ]
        stars = self.save("stars", self.apply(rows[0].union(rows[1]), "star", ["key"], ["key", "other"]))
        decided = self.apply(stars.where("side < 2"), "decide", ["a", "b"], ["a", "b", "side"])
        compilations = stars.where("side = 2").select("a", "b", "place")
        return self.save("decided", decided), compilations

    def group(self, pages: Rows, decided: Rows, compilations: Rows) -> Tuple[Rows, Rows, str]:
        """Members of sets, matches that were measured on the way, and the names of outlets, resolved."""
        drawn = compilations.select("a").distinct()
        edges = decided.where("kind in ('reprint', 'part')").select("a", "b").join(drawn, "a", "left_anti")
        edges = edges.join(drawn.withColumnRenamed("a", "b"), "b", "left_anti")
        components = self.components("components", edges)
        members = components.select(F.col("node").alias("key"), self.part_of("label"), F.col("label").alias("set"))
        rows = self.page_rows(members, pages, ["line", "spans", "facts"])
        groups = self.save("groups", self.of_parts("group", rows, self.pairs_within(members, decided)))
        names = self.save("names", self.sum(groups.where("tag = 2").select("note"), "names")).collect()[0].note
        members = groups.where("tag = 0").select(F.col("a").alias("key"), F.col("b").alias("set"), "medoid")
        measured = groups.where("tag = 1").select("a", "b", "match", "record")
        return members, measured, names

    def page_rows(self, members: Rows, pages: Rows, columns: List[str]) -> Rows:
        """The pages of `members` as rows of parts."""
        rows = members.join(pages.select("key", "body_hash", "units", *columns), "key")
        return rows.withColumn("a", F.col("key")).withColumn("tag", F.lit(0))

    def pairs_within(self, members: Rows, matches: Rows) -> Rows:
        """The matches of two members of one set as rows of parts."""
        mine = members.select(F.col("key").alias("a"), "part", "set")
        theirs = members.select(F.col("key").alias("b"), F.col("set").alias("other_set"))
        rows = matches.select("a", "b", "match").join(mine, "a").join(theirs, "b").where(F.col("set") == F.col("other_set"))
        return rows.select("part", F.lit(1).alias("tag"), "a", "b", "match")

    def judge(self, pages: Rows, members: Rows, decided: Rows, measured: Rows, names: str) -> Rows:
        """The records of sets and of the places of their pages."""
        members = members.withColumn("part", self.part_of("set"))
        all_matches = decided.select("a", "b", "match").union(measured.select("a", "b", "match"))
        within = self.save("within", self.pairs_within(members, all_matches))
        facts = self.page_rows(members, pages, ["facts"])
        counts = self.save("habits", self.of_parts("habits", facts, within, names=names))
        habits = self.sum(counts, "sum_habits").collect()[0].note
        broadcast = {"names": names, "habits": habits}
        rows = self.page_rows(members, pages, ["line", "spans", "facts"])
        return self.save("records", self.of_parts("records", rows, within, **broadcast))

    def write(
        self, out: str, pages: Rows, matches: Rows, decided: Rows, measured: Rows, members: Rows, records: Rows,
        compilations: Rows,
    ) -> None:
        """Numbers the sets and writes the tables."""
        sets = records.where("tag = 0")
        in_order = sets.select("key", "least").repartition(1)
        numbers = self.save("numbers", self.apply(in_order, "number", order=["least"]))
        clusters = sets.select("key", "record").join(numbers, "key").select("record", "cluster")
        self.table(out, "clusters", self.apply(clusters, "clusters"))
        of_page = members.select("key", F.col("set")).join(numbers.withColumnRenamed("key", "set"), "set")
        of_page = of_page.select("key", "cluster")
        placed = records.where("tag = 1").select("key", F.col("record").alias("placed"))
        known = pages.select("key", "draft").join(of_page, "key", "left").join(placed, "key", "left")
        known = known.join(self.draws_on(pages, of_page, compilations), "key", "left")
        self.table(out, "documents", self.apply(known.drop("key"), "documents"))
        known = matches.select("a", "b", "record").join(decided.select("a", "b", "decided"), ["a", "b"])
        new = measured.select("record", F.lit(None).cast("string").alias("decided"))
        self.table(out, "matches", self.apply(known.select("record", "decided").union(new), "matches"))

    def voters(self, pages: Rows, members: Rows, compilations: Rows) -> Rows:
        """Every page but the compilations, with its set, or itself where it is of none; the longest of a set `speaks`."""
        drawn = compilations.select(F.col("a").alias("key")).distinct()
        of_set = members.select("key", "set")
        voters = pages.select("key", "units", "vote").join(drawn, "key", "left_anti").join(of_set, "key", "left")
        voters = voters.withColumn("set", F.coalesce("set", "key"))
        longest = Window.partitionBy("set").orderBy(F.desc("units"), F.asc("key"))
        speaks = F.row_number().over(longest) == 1
        return self.save("voters", voters.select("key", "set", F.col("vote").alias("note"), speaks.alias("speaks")))

    def search(self, pages: Rows, voters: Rows) -> Rows:
        """Wordings that the pages which speak for the sets share beyond chance. One task holds these pages."""
        speakers = self.voting_pages(pages, voters.where("speaks"))
        return self.save("wordings", self.apply(_together(VOTERS, speakers).repartition(1), "search"))

    def voting_pages(self, pages: Rows, voters: Rows) -> Rows:
        """Voters as rows of parts, a set in one."""
        rows = voters.join(pages.select("key", "body_hash", "units", "line", "spans"), "key")
        part = F.pmod(F.col("set"), F.lit(self.partitions).cast("bigint")).alias("part")
        return rows.select(part, F.lit(1).alias("tag"), "set", F.col("key").alias("a"), "body_hash", "units", "note", "line", "spans")

    def vote(self, pages: Rows, voters: Rows, wordings: Rows) -> Rows:
        """Which pages hold which wordings. Every partition is brought all wordings, and streams its pages."""
        parts = F.explode(F.sequence(F.lit(0), F.lit(self.partitions - 1)))
        sought = wordings.where("tag = 0").select("tag", F.lit(0).cast("bigint").alias("set"), "a", "note")
        sought = sought.select("*", parts.alias("part"))
        rows = _together(VOTERS, sought, self.voting_pages(pages, voters))
        return self.save("votes", self.apply(rows, "vote", ["part"], ["part", "tag", "set", "a"]))

    def weigh(self, voters: Rows, wordings: Rows, votes: Rows, decided: Rows, measured: Rows) -> Rows:
        """Points without their texts, the pages that they stand on, and outlets that run with each other. One task holds
        voters and votes, no texts."""
        quoting = decided.where("kind = 'common_source'").select("a", "b", "match")
        quotes = self.apply(quoting.union(measured.select("a", "b", "match")), "quotes")
        who = voters.select(F.lit(3).alias("tag"), F.col("key").alias("a"), F.col("set").alias("b"), "note")
        tagged = votes.withColumn("tag", F.lit(4)), quotes.withColumn("tag", F.lit(5))
        return self.save("weighed", self.apply(_together(NOTES, wordings, who, *tagged).repartition(1), "weigh"))

    def points(self, out: str, pages: Rows, weighed: Rows) -> None:
        """Reads what the points stand on, page by page, and writes them, the strongest first."""
        wanted = weighed.where("tag = 1").select(F.col("a").alias("key"), "b", F.col("spans").alias("wanted"))
        wanted = wanted.join(pages.select("key", "line"), "key").select("b", F.col("wanted").alias("spans"), "line")
        places = self.apply(wanted.repartition(self.partitions, "b"), "places").withColumn("tag", F.lit(1))
        rows = _together(NOTES, weighed.where("tag = 0").select("tag", "a", "note"), places)
        self.table(out, "talking_points", self.apply(rows.repartition(1), "talking_points"))

    def outlets(self, out: str, pages: Rows, records: Rows, weighed: Rows) -> None:
        """Adds up what outlets run, and writes them and their pairs."""
        of_outlet = pages.where("outlet is not null").groupBy(F.col("outlet").cast("bigint").alias("a"))
        tables = [
            of_outlet.agg(F.count("key").alias("b")).withColumn("tag", F.lit(0)),
            records.where("tag = 2").select(F.lit(1).alias("tag"), F.col("record").alias("note")),
            weighed.where("tag = 2").select("tag", "note"),
        ]
        counted = self.save("counted", self.apply(_together(NOTES, *tables).repartition(1), "count_outlets"))
        for tag, name in enumerate(["outlets", "outlet_pairs"]):
            rows = counted.where(F.col("tag") == tag).select("record").repartition(1)
            self.table(out, name, self.apply(rows, name))

    def draws_on(self, pages: Rows, of_page: Rows, compilations: Rows) -> Rows:
        """What each compilation draws on, as JSON."""
        sources = compilations.join(pages.select(F.col("key").alias("b"), "id"), "b")
        sources = sources.join(of_page.select(F.col("key").alias("b"), "cluster"), "b", "left")
        sources = sources.select(F.col("a").alias("key"), "place", "id", "cluster")
        return self.apply(sources, "sources", ["key"], ["key", "place"])

    def table(self, out: str, name: str, rows: Rows) -> None:
        """Writes a table of the output."""
        began = time.time()
        rows.write.mode("overwrite").parquet(f"{out}/{name}")
        self.seconds[name] = round(time.time() - began, 2)
        self.report(f"{name}: {self.seconds[name]:.1f} s")

    def finish(self, out: str, seconds: float) -> Dict[str, Any]:
        """Writes what the run was."""
        read = self.spark.read.parquet
        self.counts["clusters"] = read(f"{out}/clusters").count()
        self.counts["clustered"] = read(f"{out}/documents").where("cluster is not null").count()
        for name in ("matches", "talking_points", "outlets"):
            self.counts[name] = read(f"{out}/{name}").count()
        config = dict(self.broadcast["config"])
        if "outlets" in config:
            config["outlets"] = config["outlets"]["path"]
        found = {
            "version": _tonggao.__version__, "made_by": self.stamp, "config": config, "counts": self.counts,
            "partitions": self.partitions, "parts": self.part_count, "rounds": self.seconds, "seconds": round(seconds, 2),
        }
        rows = [(json.dumps(found, ensure_ascii=False), self.furniture)]
        self.spark.createDataFrame(rows, "run string, furniture string").write.mode("overwrite").parquet(f"{out}/run")
        return found


def _together(columns: Dict[str, str], *tables: Rows) -> Rows:
    """The rows of several tables under some columns. What a table lacks is empty."""
    rows = None
    for table in tables:
        have = set(table.columns)
        table = table.select(
            *(F.col(name).cast(form) if name in have else F.lit(None).cast(form).alias(name) for name, form in columns.items())
        )
        rows = table if rows is None else rows.unionByName(table)
    return rows


def _labelled(pairs: Rows, components: Rows, name: str) -> Rows:
    """Pairs with the component of either page: columns `name`_a and `name`_b. A page of none is its own."""
    for side in "ab":
        label = f"{name}_{side}"
        pairs = pairs.join(components.select(F.col("node").alias(side), F.col("label").alias(label)), side, "left")
        pairs = pairs.withColumn(label, F.coalesce(label, side))
    return pairs


def _both_ways(pairs: Rows, of_other: List[str], of_pair: List[str]) -> Rows:
    """Each pair from either page: columns `page`, `other`, some of the other page's, some of the pair's, and the pair."""
    rows = [
        pairs.select(
            F.col(x).alias("page"), F.col(y).alias("other"), *(F.col(f"{name}_{y}").alias(name) for name in of_other),
            *of_pair, "a", "b",
        )
        for x, y in ("ab", "ba")
    ]
    return rows[0].union(rows[1])


def _probe(batches: Iterable[Any]) -> Iterator[Any]:
    import pyarrow

    from tonggao import _tonggao

    met = [number for batch in batches for number in batch.column(0).to_pylist()]
    yield pyarrow.RecordBatch.from_pydict({"version": [_tonggao.__version__], "in_order": [met == sorted(met)]})


def _sorted(batches: Iterable[Any], order: List[str]) -> Iterator[Any]:
    import pyarrow

    batches = list(batches)
    if batches:
        rows = pyarrow.Table.from_batches(batches).sort_by([(name, "ascending") for name in order])
        yield from rows.to_batches(max_chunksize=10_000)
