"""The stubs say what is there, and the example notebook runs."""

import subprocess
import sys
import time

import nbformat
import pytest
from conftest import REPOSITORY
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient

SETTINGS = REPOSITORY / "python" / "pyproject.toml"


@pytest.fixture(scope="module")
def workplace(tmp_path_factory):
    """Where mypy runs and keeps what it has read."""
    return tmp_path_factory.mktemp("mypy")


def run(module, folder, *words):
    return subprocess.run([sys.executable, "-m", module, *words], capture_output=True, text=True, cwd=folder)


def test_stubs_match_the_module(workplace):
    done = run("mypy.stubtest", workplace, "--mypy-config-file", str(SETTINGS), "tonggao._tonggao")
    assert done.returncode == 0, done.stdout + done.stderr


def test_users_and_the_package_are_checked_against_the_types(workplace):
    (workplace / "good.py").write_text(
        "import tonggao\n"
        "findings: tonggao.Findings = tonggao.detect('x.jsonl', only='clusters')\n"
        "text: 'str | None' = tonggao.explain(findings, cluster=1)\n"
        "kept: tonggao.Deduped = tonggao.dedup(['a', 'b'], keep='longest', memory='2G')\n"
        "findings.save('out', force=True)\n"
        "report: str = tonggao.load('out').report_path\n"
        "index: tonggao.Index = tonggao.Index.create('week', ['a'], timezone='+08:00')\n"
        "commit: int = index.add('b', threads=2)['commit'] + len(index)\n"
    )
    (workplace / "bad.py").write_text(
        "import tonggao\ntonggao.explain(3)\ntonggao.detect('x', threads='two')\ntonggao.detect('x', only='gossip')\n"
    )
    check = ["--strict", "--config-file", str(SETTINGS)]
    good = run("mypy", workplace, *check, "-m", "good", "-p", "tonggao")
    assert good.returncode == 0, good.stdout
    bad = run("mypy", workplace, *check, "bad.py")
    assert all(f"bad.py:{line}" in bad.stdout for line in (2, 3, 4)), bad.stdout


def test_a_notebook_interrupts_a_run_and_goes_on(tmp_path):
    kernel, client = start_new_kernel(kernel_name="python3", cwd=str(tmp_path))
    try:
        run = client.execute(
            "import tonggao, itertools\n"
            "def tell(*_):\n"
            "    open('began', 'w').close()\n"
            "rows = {'text': [f'{k} 号渡口今天开船，第 {k * 7919} 位乘客是一名教师' for k in range(10_000)]}\n"
            "import pyarrow as pa\n"
            "tonggao.detect(itertools.repeat(pa.table(rows)), progress=tell)\n"
        )
        deadline = time.monotonic() + 600
        while not (tmp_path / "began").exists():
            assert time.monotonic() < deadline, "the run never told how far it is"
            time.sleep(0.05)
        kernel.interrupt_kernel()
        assert reply(client, run)["ename"] == "KeyboardInterrupt"
        assert reply(client, client.execute("tonggao.sketch(['江水'])"))["status"] == "ok"
    finally:
        client.stop_channels()
        kernel.shutdown_kernel(now=True)


def reply(client, to):
    while True:
        said = client.get_shell_msg(timeout=600)
        if said["parent_header"]["msg_id"] == to:
            return said["content"]


def test_the_example_notebook_runs():
    path = REPOSITORY / "python" / "examples" / "who_copied_whom.ipynb"
    notebook = nbformat.read(path, as_version=4)
    done = NotebookClient(notebook, timeout=600, resources={"metadata": {"path": path.parent}}).execute()
    cells = [cell for cell in done.cells if cell.cell_type == "code"]
    shown = [output for cell in cells for output in cell.outputs]
    assert any("霁通社" in str(output) for output in shown)
    progress = [output for output in shown if output.output_type == "display_data"]
    assert progress and all(output.data["text/html"] == "" for output in progress), "a bar was there and has gone"
