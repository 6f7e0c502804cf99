"""What the installed package contains besides code."""

import importlib.metadata
import json


def test_the_wheel_lists_the_crates_that_it_is_built_from() -> None:
    files = importlib.metadata.files("tonggao") or []
    [bill] = [file for file in files if file.parent.name == "sboms"]
    components = {component["name"] for component in json.loads(bill.read_text())["components"]}
    assert {"tonggao", "jieba-rs", "rayon", "pyo3"} <= components
