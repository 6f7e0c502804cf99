"""What several tests use: pages, tables of them in every form, and the command line beside it."""

import json
import os
import pathlib
import subprocess

import pyarrow as pa
import pytest

import tonggao

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = REPOSITORY / "corpus-samples" / "news"

STORY = (
    "渡口的老船工卢望舟昨天把最后一班船撑到了对岸，船上坐着他教过的十二个徒弟。\n"
    "新桥通车以后，渡口改成了一座小小的陈列室，橹和缆绳都挂在墙上。\n"
    "他说水还是那片水，只是从今往后，过河的人不用再等他了。\n"
)
OTHER = (
    "县里今年把三十座旧水碾坊登记造册，请木匠照着老样子修，修好一座开一座。\n"
    "磨出来的米粉送到学校食堂，孩子们说比机器磨的香，家长也跟着来买。\n"
)


@pytest.fixture
def rows():
    """Two copies of a story, a page of its own, and a page without a text."""
    return {
        "text": ["本报记者 卢小满\n" + STORY, "来源：江岸晨报\n" + STORY, OTHER, None],
        "outlet": ["江岸晨报", "河湾网", "东坡资讯", "东坡资讯"],
        "published": ["2024-03-05T08:00:00+08:00", "2024-03-05T11:30:00+08:00", "2024-03-06", None],
    }


@pytest.fixture
def table(rows):
    return pa.table(rows)


@pytest.fixture(scope="session")
def samples():
    return tonggao.detect(SAMPLES, progress=False)


@pytest.fixture(scope="session")
def cli_folder(tmp_path_factory):
    """The output folder of the command line on the sample corpus."""
    out = tmp_path_factory.mktemp("cli") / "out"
    program = os.environ["TONGGAO"]
    subprocess.run([program, "detect", str(SAMPLES), "-o", str(out), "--quiet"], check=True)
    return out


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]
