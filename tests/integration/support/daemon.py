"""A rowprintd of one's own, for tests: started on a free port over a data directory, asked over HTTP, stopped or killed.

The program is the one that the environment variable ROWPRINTD names.
"""
import http.client
import json
import os
import pathlib
import re
import resource
import signal
import subprocess
import tempfile
import time

NDJSON = "application/x-ndjson"
PROGRAM = os.environ.get("ROWPRINTD", "rowprintd")
REFERENCE = "application/vnd.rowprint.reference+json"


class Answer:
    """Status, headers and body of one answer."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)


class Daemon:
    """Owns the process; the data directory belongs to the caller. `with Daemon(data) as daemon:` starts and stops it."""

    def __init__(self, data, *flags, config="", environment=None, file_bytes_max=None):
        self.data = pathlib.Path(data)
        self.flags = list(flags)
        self.environment = environment or {}
        self.file_bytes_max = file_bytes_max
        self.process = None
        self.port = None
        self._own = tempfile.TemporaryDirectory(prefix="rowprintd-test-")
        self._port_file = pathlib.Path(self._own.name, "port")
        self._log_file = pathlib.Path(self._own.name, "log")
        if config:
            path = pathlib.Path(self._own.name, "rowprintd.toml")
            path.write_text(config, encoding="utf-8")
            self.flags += ["--config", str(path)]

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.close()

    def _limits(self):
        if self.file_bytes_max is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (self.file_bytes_max, self.file_bytes_max))

    def spawn(self):
        """Starts the process and does not wait for it."""
        self._port_file.unlink(missing_ok=True)
        command = [PROGRAM, "--listen", "127.0.0.1:0", "--data", str(self.data),
                   "--port-file", str(self._port_file), *self.flags]
        with open(self._log_file, "ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env={**os.environ, **self.environment}, preexec_fn=self._limits)
        return self

    def start(self, timeout=60):
        """Starts it and waits until it listens."""
        self.spawn()
        deadline = time.monotonic() + timeout
        while not self._port_file.exists():
            if self.process.poll() is not None:
                raise RuntimeError(f"rowprintd ended with {self.process.returncode}:\n{self.log()}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"rowprintd does not listen after {timeout} s:\n{self.log()}")
            time.sleep(0.005)
        self.port = int(self._port_file.read_text(encoding="ascii"))
        return self

    def stop(self, timeout=60):
        """SIGTERM; gives the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def close(self):
        if self.process is not None and self.process.poll() is None:
            self.kill()
        self._own.cleanup()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def log(self):
        return self._log_file.read_text(encoding="utf-8", errors="replace")

    def resident_bytes(self):
        pages = int(pathlib.Path(f"/proc/{self.process.pid}/statm").read_text(encoding="ascii").split()[1])
        return pages * resource.getpagesize()

    def peak_resident_bytes(self):
        """The most that it has had since it was started."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) << 10

    def request(self, method, path, body=None, headers=None, timeout=120):
        """One request on a connection of its own. A body that is an iterable of bytes is sent chunked, as it is cut."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            chunked = body is not None and not isinstance(body, (bytes, str))
            everything = {**(headers or {}), **({"Transfer-Encoding": "chunked"} if chunked else {})}
            connection.connect()  # a daemon that is gone before it is reached has answered nothing
            try:
                connection.request(method, path, body=body, headers=everything, encode_chunked=chunked)
            except (BrokenPipeError, ConnectionResetError):
                pass  # it may have been refused in mid-body: the answer is there to be read
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def get(self, path, headers=None):
        return self.request("GET", path, headers=headers)

    def push(self, dataset, rows, query="", headers=None, timeout=120):
        return self.request("POST", f"/v1/datasets/{dataset}/versions{query}", rows, {"Content-Type": NDJSON, **(headers or {})}, timeout)

    def refer(self, dataset, fingerprint, query=""):
        return self.request("POST", f"/v1/datasets/{dataset}/versions{query}", json.dumps({"fingerprint": fingerprint}),
                            {"Content-Type": REFERENCE})

    def verify(self, dataset, version="latest"):
        return self.request("POST", f"/v1/datasets/{dataset}/versions/{version}/verify").json()

    def rows(self, dataset, version="latest"):
        return self.get(f"/v1/datasets/{dataset}/versions/{version}/rows")

    def versions(self, dataset):
        """All versions of a dataset, newest first; none where there is no such dataset."""
        answer = self.get(f"/v1/datasets/{dataset}")
        return answer.json()["versions"] if answer.status == 200 else []

    def files(self, folder):
        """What lies in `staging`, `contents` or `digests` of the data directory."""
        path = self.data / folder
        return sorted(entry.name for entry in path.iterdir()) if path.is_dir() else []
