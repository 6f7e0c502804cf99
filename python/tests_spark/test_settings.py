"""What the job refuses before it asks the cluster for anything."""

import pytest

from tonggao import spark
from tonggao.errors import ConfigError, InvalidFileError, ReadError


def run(**told):
    return spark.run(None, ["pages.jsonl"], "out", **told)


def test_a_wrong_table_of_outlets_is_named_with_its_line(tmp_path):
    table = tmp_path / "outlets.tsv"
    table.write_text("墨川网\tpaper\n墨川报\tnewspaper\n", encoding="utf-8")
    with pytest.raises(InvalidFileError, match="outlets.tsv.*line 2"):
        run(outlets=table)
    with pytest.raises(ReadError, match="nowhere.tsv"):
        run(outlets=tmp_path / "nowhere.tsv")
    table.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidFileError, match="UTF-8"):
        run(outlets=table)


def test_a_wrong_verdict_is_named_with_its_line(tmp_path):
    verdicts = tmp_path / "verdicts.jsonl"
    verdicts.write_text('{"a": "x", "b": "y", "same_article": true}\n{"a": "x"}\n', encoding="utf-8")
    with pytest.raises(InvalidFileError, match="verdicts.jsonl.*line 2"):
        run(verdicts=verdicts)


def test_settings_that_do_not_exist_are_refused():
    with pytest.raises(ConfigError, match="everything, origin"):
        run(only="clusters")
    with pytest.raises(ConfigError, match="text"):
        run(field=["headline"])
