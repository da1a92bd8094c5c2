#!/usr/bin/env python3
"""readme.py SOURCE ROWPRINT ROWPRINTD: runs the README's tour as it stands, against a daemon of its own on a free port."""
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_ready(daemon, url):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if daemon.poll() is not None:
            sys.exit(f"the daemon ended with {daemon.returncode}")
        try:
            with urllib.request.urlopen(url + "/readyz", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
    sys.exit("the daemon is not ready after 30 s")


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    source, rowprint, rowprintd = map(pathlib.Path, sys.argv[1:])
    text = (source / "README.md").read_text(encoding="utf-8")
    tour = re.search(r"readme\.py runs these lines.*?```sh\n(.*?)```", text, re.DOTALL)
    if tour is None:
        sys.exit("README.md has no tour")
    with tempfile.TemporaryDirectory() as data:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        daemon = subprocess.Popen([rowprintd, "--listen", f"127.0.0.1:{port}", "--data", data])
        try:
            wait_until_ready(daemon, url)
            environment = {**os.environ, "ROWPRINT_URL": url, "PATH": f"{rowprint.parent}:{os.environ['PATH']}"}
            shell = subprocess.run(["bash", "-euo", "pipefail", "-c", tour[1]], cwd=source, env=environment, capture_output=True,
                                   text=True, check=False, timeout=300)
        finally:
            daemon.terminate()
            stopped = daemon.wait(timeout=60)
    print(shell.stdout, shell.stderr, sep="")
    if shell.returncode != 0:
        sys.exit(f"the tour ended with {shell.returncode}")
    if stopped != 0:
        sys.exit(f"the daemon stopped with {stopped}")
    # The tour says so itself: the upload finds what the file push stored, and the rows agree.
    fingerprints = set(re.findall(r"rp1s:[0-9a-f]{64}", shell.stdout))
    if not re.search(r'"reused": *true', shell.stdout) or not 1 <= len(fingerprints) <= 2:
        sys.exit(f"the upload was not recognised, or fingerprints differ: {fingerprints}")


if __name__ == "__main__":
    main()
