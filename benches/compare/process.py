"""What a process and its children use. Linux only."""

import os
import subprocess
import threading
import time


def watch(command, folder):
    """Runs a command to its end; the peak of its memory in bytes. Ends the program if the command fails."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=folder)
    said = []
    reader = threading.Thread(target=lambda: said.append(process.stderr.read()))
    reader.start()
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(map(proportional, family(process.pid))))
        time.sleep(0.02)
    reader.join()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{said[0].decode()[-2000:]}")
    return peak


def family(pid):
    """A process and all that it started, their children too."""
    found = [pid]
    for parent in found:
        try:
            for thread in os.listdir(f"/proc/{parent}/task"):
                with open(f"/proc/{parent}/task/{thread}/children") as file:
                    found += map(int, file.read().split())
        except OSError:
            pass
    return found


def proportional(pid):
    """Bytes of memory, what several processes share divided among them; 0 for a process that has ended."""
    try:
        with open(f"/proc/{pid}/smaps_rollup") as file:
            return 1024 * sum(int(line.split()[1]) for line in file if line.startswith("Pss:"))
    except OSError:
        return 0
