"""Engines made of real processes on loopback, from the packages alone: a standalone Spark cluster, and Sail."""

import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

# What keeps a small job short: the first compiler of Java only, small shuffles, no pages for people.
SETTINGS = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "2000",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
    "spark.executor.extraJavaOptions": "-XX:TieredStopAtLevel=1",
}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def descendants(pid):
    """The processes below one, by id."""
    parents = {}
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            fields = pathlib.Path("/proc", process, "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # It has ended meanwhile.
        parents[int(process)] = int(fields[1])
    found, last = set(), {pid}
    while last:
        last = {child for child, parent in parents.items() if parent in last}
        found |= last
    return found


class Process:
    """A process with its log, which goes when this does."""

    def __init__(self, command, log, env):
        self.log = log
        with open(log, "w") as file:
            self.process = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT, env=env)

    def wait_for(self, words, count=1, seconds=600):
        """Waits until the log says something so often."""
        until = time.monotonic() + seconds
        while self.log.read_text(errors="replace").count(words) < count:
            assert self.process.poll() is None, f"ended:\n{self.log.read_text(errors='replace')[-4000:]}"
            assert time.monotonic() < until, f"never said {words!r}:\n{self.log.read_text(errors='replace')[-4000:]}"
            time.sleep(0.2)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def kill_all(self):
        """Ends it and all below it at once, as a machine that fails does."""
        doomed = descendants(self.process.pid)
        assert len(doomed) >= 2, "the worker has no executor with Python below it"
        for pid in (self.process.pid, *doomed):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass  # It ended on its own.
        self.process.wait()


class Spark:
    """A master and two workers."""

    def __init__(self, folder):
        import pyspark

        home = pathlib.Path(pyspark.__file__).parent
        self.folder = folder
        self.env = {
            **os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "256m",
            "SPARK_DAEMON_JAVA_OPTS": "-XX:TieredStopAtLevel=1", "PYSPARK_PYTHON": sys.executable,
            "PYSPARK_DRIVER_PYTHON": sys.executable,
        }
        start = [str(home / "bin" / "spark-class")]
        port = free_port()
        self.url = f"spark://127.0.0.1:{port}"
        at_master = ["--host", "127.0.0.1", "--port", str(port), "--webui-port", str(free_port())]
        master = "org.apache.spark.deploy.master.Master"
        self.master = Process([*start, master, *at_master], folder / "master.log", self.env)
        self.master.wait_for("I have been elected leader")
        self.workers = [self.start_worker(start, number) for number in range(2)]
        self.master.wait_for("Registering worker", 2)

    def start_worker(self, start, number):
        options = ["--host", "127.0.0.1", "--port", str(free_port()), "--webui-port", str(free_port()), "--cores", "1",
                   "--memory", "2g", "--work-dir", str(self.folder / f"worker{number}")]
        worker = "org.apache.spark.deploy.worker.Worker"
        return Process([*start, worker, *options, self.url], self.folder / f"worker{number}.log", self.env)

    def job(self, name, *arguments):
        """Starts the job."""
        settings = [f"--conf {key}={value}" for key, value in SETTINGS.items()]
        submit = " ".join(["--driver-memory 1g --executor-memory 1g", *settings, "pyspark-shell"])
        command = [sys.executable, "-m", "tonggao.spark", "--master", self.url, *map(str, arguments)]
        return Process(command, self.folder / f"{name}.log", {**self.env, "PYSPARK_SUBMIT_ARGS": submit})

    def stop(self):
        for process in [*self.workers, self.master]:
            process.stop()


class Sail:
    """A server of Sail."""

    def __init__(self, folder):
        self.folder, port = folder, free_port()
        self.url = f"sc://127.0.0.1:{port}"
        sail = pathlib.Path(sys.executable).with_name("sail")
        command = [str(sail), "spark", "server", "--ip", "127.0.0.1", "--port", str(port)]
        self.server = Process(command, folder / "sail.log", {**os.environ, "SAIL_MODE": "local-cluster"})
        until = time.monotonic() + 300
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert time.monotonic() < until and self.server.process.poll() is None, self.server.log.read_text()
                time.sleep(0.2)

    def job(self, name, *arguments):
        command = [sys.executable, "-m", "tonggao.spark", "--remote", self.url, "--partitions", "4", *map(str, arguments)]
        return Process(command, self.folder / f"{name}.log", dict(os.environ))

    def stop(self):
        self.server.stop()


def finish(job, seconds=1800):
    """Waits for a job, which must end well."""
    code = job.process.wait(seconds)
    assert code == 0, f"ended with {code}:\n{job.log.read_text(errors='replace')[-6000:]}"
