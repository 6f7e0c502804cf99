"""Tables in and out: every library, every layout of strings, and tables that are none."""

import datetime
import gc
import json
import os

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from conftest import STORY

import tonggao
from tonggao import errors


def found(pages, **settings):
    """The ids of the members of every set."""
    findings = tonggao.detect(pages, progress=False, **settings)
    return [[member["id"] for member in members] for members in findings.clusters["members"].to_pylist()]


def test_rows_are_numbered_and_nulls_are_skipped(table):
    findings = tonggao.detect(table, progress=False)
    assert findings.documents["id"].to_pylist() == ["0", "1", "2"]
    assert findings.documents["outlet"].to_pylist() == ["江岸晨报", "河湾网", "东坡资讯"]
    assert [(row["file"], row["offset"]) for row in findings.run["skipped"]] == [("table", 3)]
    assert "text" in findings.run["skipped"][0]["reason"]
    assert found(table) == [["0", "1"]]
    twice = tonggao.dedup(pa.concat_tables([table, table]), against=table, progress=False)
    assert [(row["file"], row["offset"]) for row in twice.run["skipped"]] == [("against", 3), ("table", 3), ("table", 7)]


def test_what_is_not_asked_for_is_not_written(table):
    lean = tonggao.detect(table, progress=False, no_report=True, no_matches=True)
    assert lean.clusters.equals(tonggao.detect(table, progress=False).clusters)
    with pytest.raises(FileNotFoundError, match="no_report"):
        _ = lean.report_path
    with pytest.raises(errors.ReadError, match="matches.jsonl"):
        _ = lean.matches


@pytest.mark.parametrize(
    "form",
    [
        lambda table: table,
        lambda table: table.to_batches()[0],
        lambda table: pa.concat_tables([table.slice(0, 1), table.slice(1, 0), table.slice(1)]),
        lambda table: table.set_column(0, "text", table["text"].cast(pa.large_string())),
        lambda table: table.set_column(0, "text", table["text"].cast(pa.string_view())),
        lambda table: table.set_column(1, "outlet", table["outlet"].dictionary_encode()),
        lambda table: pa.RecordBatchReader.from_batches(table.schema, table.to_batches()),
        lambda table: pl.from_arrow(table),
        lambda table: table.to_pandas(),
        lambda table: pd.DataFrame(table.to_pydict()),
        lambda pages: duckdb.sql("select * from pages"),
        lambda table: duckdb.from_arrow(table),
        lambda table: [table.slice(0, 1), table.slice(1)],
        lambda table: (batch for batch in table.to_batches(max_chunksize=1)),
        lambda table: iter([pl.from_arrow(table.slice(0, 2)), table.slice(2).to_pandas()]),
        lambda table: table.set_column(0, "text", table["text"].cast(pa.binary())),
        lambda table: table.rename_columns(["Text", "Outlet", "Published"]),
    ],
)
def test_every_form_of_a_table_is_read(table, form):
    assert found(form(table)) == [["0", "1"]]


def test_ids_and_other_names_are_used(rows):
    renamed = pa.table({"nr": ["x", "y", "z", "w"], "body": rows["text"]})
    assert found(renamed, field={"text": "body", "id": "nr"}) == [["x", "y"]]
    assert found(renamed, field=["text=body"]) == [["0", "1"]]


def test_instants_and_days_are_understood(rows):
    instant = datetime.datetime(2024, 3, 5, 1, 30, tzinfo=datetime.timezone.utc)
    table = pa.table({"text": rows["text"][:2], "published": pa.array([instant] * 2, pa.timestamp("us", "+00:00"))})
    documents = tonggao.detect(table, progress=False).documents
    assert documents["published_at"].to_pylist() == [instant] * 2
    table = pa.table({"text": rows["text"][:2], "published": pa.array([instant.date()] * 2, pa.date32())})
    documents = tonggao.detect(table, progress=False).documents
    assert documents["published_at"].null_count == 2
    assert documents["published_on"].to_pylist() == [instant.date()] * 2


def test_a_table_lies_where_temporary_files_are_wanted(table, tmp_path):
    findings = tonggao.detect(table, temp=tmp_path, progress=False)
    assert findings.folder.startswith(str(tmp_path)) and tonggao.explain(findings, "0", "1")
    assert findings.documents["file"][0].as_py().startswith(str(tmp_path))
    del findings
    gc.collect()
    assert os.listdir(tmp_path) == []


def test_no_table_is_copied_on_the_way_out(samples):
    def addresses(rows):
        return [b and b.address for column in rows.columns for chunk in column.chunks for b in chunk.buffers()]

    before = pa.total_allocated_bytes()
    held = {name: getattr(tonggao.load(samples.folder), name) for name in ("documents", "matches")}
    assert sum(rows.nbytes for rows in held.values()) > 10_000
    assert pa.total_allocated_bytes() == before, "pyarrow holds the buffers that it was given, and none of its own"
    documents = held["documents"]
    assert addresses(pa.RecordBatchReader.from_stream(documents).read_all()) == addresses(documents)
    offsets = pl.from_arrow(documents["offset"]).to_numpy(allow_copy=False)
    assert offsets.ctypes.data == documents["offset"].chunk(0).buffers()[1].address


def test_values_of_every_kind_are_carried(rows):
    others = {
        "tags": [["要闻"], []],
        "of": [{"a": 1}, None],
        "when": [datetime.time(7, 30)] * 2,
        "raw": ["山".encode(), b"\xff"],
    }
    documents = tonggao.detect(pa.table({"text": rows["text"][:2], **others}), progress=False).documents
    told = [json.loads(fields) for fields in documents["fields"].to_pylist()]
    assert told[0] == {"tags": ["要闻"], "of": {"a": 1}, "when": "07:30:00", "raw": "山"}
    assert told[1] == {"tags": [], "when": "07:30:00", "raw": "\ufffd"}


def test_the_tables_open_in_every_library(samples):
    for name in ("documents", "clusters", "matches", "talking_points", "outlets", "outlet_pairs"):
        rows = getattr(samples, name)
        assert pl.from_arrow(rows).height == rows.num_rows
        assert len(rows.to_pandas()) == rows.num_rows
        assert pl.DataFrame(duckdb.sql("select * from rows")).height == rows.num_rows
    again = tonggao.detect(pl.DataFrame({"text": [STORY, STORY]}), progress=False)
    assert pl.from_arrow(again.documents)["kept"].sum() == 1


@pytest.mark.parametrize(
    ("pages", "kind", "words"),
    [
        (pa.table({"column": ["a"], "line": [1]}), errors.TableError, "column, line; .*field={"),
        (pa.table([["a"], ["b"]], names=["text", "text"]), errors.TableError, "two columns .*text"),
        (pa.table({"text": pa.array([], pa.string())}), errors.NoRecordsError, "in the table"),
        (pa.table({"text": [None, None]}), errors.NoRecordsError, "in the table: 2 skipped .*text"),
        (pl.Series("text", [STORY]), errors.TableError, "pyarrow.table"),
        (pl.DataFrame({"text": [STORY]}).lazy(), errors.TableError, "LazyFrame"),
        ([pa.table({"text": [STORY]}), pa.table({"body": [STORY]})], errors.TableError, "body"),
        ([pl.Series("text", [STORY])], errors.TableError, "first of the tables"),
        ({"text": [STORY]}, errors.TableError, "dict"),
        ([{"text": STORY}], errors.TableError, "from_pylist"),
        ([], errors.NoRecordsError, "no page"),
        (17, errors.TableError, "int"),
        ([17], errors.TableError, "paths"),
    ],
)
def test_tables_that_are_none_say_so(pages, kind, words):
    with pytest.raises(kind, match=words) as caught:
        tonggao.detect(pages, progress=False)
    assert caught.value.path is None


def test_a_column_that_is_named_must_be_there(table):
    with pytest.raises(errors.TableError, match='"media"; there are text, outlet, published'):
        tonggao.detect(table, field={"outlet": "media"}, progress=False)
    renamed = table.rename_columns(["text", "media", "published"])
    named = tonggao.detect(renamed, field={"outlet": "media"}, background=table, progress=False)
    assert named.documents["outlet"].to_pylist() == ["江岸晨报", "河湾网", "东坡资讯"]


def test_a_stream_that_breaks_is_a_table_error():
    def batches():
        yield pa.record_batch({"text": [STORY]})
        raise RuntimeError("the source is gone")

    reader = pa.RecordBatchReader.from_batches(pa.schema({"text": pa.string()}), batches())
    with pytest.raises(errors.TableError, match="gone"):
        tonggao.detect(reader, progress=False)


def test_dedup_gives_the_rows_that_stay(table):
    done = tonggao.dedup(table, progress=False)
    assert done.kept.equals(table.take([0, 2])), "the row without a text is in neither"
    assert [(row["id"], row["twin"], row["reason"]) for row in done.removed.to_pylist()] == [("1", "0", "exact")]
    assert done.run["counts"]["kept"] == 2 and done.run["counts"]["skipped"] == 1
    assert "2 stay" in repr(done) and "exact" in done._repr_html_()
    pieces = pa.concat_tables([table.slice(0, 1), table.slice(1, 0), table.slice(1)])
    assert tonggao.dedup(pieces, progress=False).kept.equals(done.kept)
    views = table.set_column(0, "text", table["text"].cast(pa.string_view()))
    assert tonggao.dedup(views, progress=False).kept["outlet"].to_pylist() == ["江岸晨报", "东坡资讯"]
    latest = tonggao.dedup(table, keep="longest", among="within-outlet", exact=True, progress=False)
    assert latest.kept.num_rows == 3 and latest.removed.num_rows == 0
    fresh = tonggao.dedup(table, against=pl.DataFrame({"text": [STORY]}), progress=False)
    assert fresh.kept["outlet"].to_pylist() == ["东坡资讯"] and fresh.run["counts"]["removed_against"] == 2
    with pytest.raises(errors.ConfigError, match="origins"):
        tonggao.dedup(table, keep="origin", exact=True, progress=False)
    with pytest.raises(errors.ConfigError, match="newest"):
        tonggao.dedup(table, keep="newest", progress=False)
    with pytest.raises(errors.ConfigError, match="kept"):
        tonggao.dedup(table, out="somewhere", progress=False)


def test_sketches_tell_texts_apart():
    texts = [STORY, STORY.replace("最后一班船", "末班船"), None, ""]
    table = tonggao.sketch(texts)
    for form in (pa.array(texts), pa.chunked_array([texts[:1], texts[1:]]), pl.Series(texts)):
        assert tonggao.sketch(form).combine_chunks().equals(table.combine_chunks())
    rows = table.to_pylist()
    assert all(value is None for value in rows[2].values()) and rows[3]["units"] == 0
    agreeing = sum(a == b for a, b in zip(rows[0]["minhash"], rows[1]["minhash"]))
    assert len(rows[0]["minhash"]) == 128 and 64 < agreeing < 128
    assert rows[0]["body_hash"] != rows[1]["body_hash"]
    with pytest.raises(errors.TableError, match="strings"):
        tonggao.sketch([1, 2])
    with pytest.raises(errors.TableError, match="strings"):
        tonggao.sketch(pa.array([1, 2]))
