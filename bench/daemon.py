"""A rowprintd of a benchmark's own."""

import http.client
import json
import pathlib
import re
import shutil
import subprocess
import time


class Daemon:
    """Runs in a fresh data directory, which goes with it. `sources`: names and URLs of the databases that pulls may name;
    `config`: what stands in the configuration besides."""

    def __init__(self, program: pathlib.Path, directory: pathlib.Path, sources=None, config=""):
        self.directory = directory
        self.log = open(directory.with_suffix(".log"), "wb")
        port_file = directory.with_suffix(".port")
        port_file.unlink(missing_ok=True)
        config_file = directory.with_suffix(".toml")
        config_file.write_text(config + "".join(f"[sources.{name}]\nurl = {json.dumps(url)}\n" for name, url in (sources or {}).items()), encoding="utf-8")
        self.process = subprocess.Popen(
            [program, "--config", config_file, "--listen", "127.0.0.1:0", "--data", directory, "--port-file", port_file],
            stdout=self.log,
            stderr=self.log,
        )
        for _ in range(500):
            if port_file.exists() and port_file.read_text().strip():
                self.port = int(port_file.read_text())
                self.url = f"http://127.0.0.1:{self.port}"
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise SystemExit(f"bench: {program} did not start, see {self.log.name}")

    def ask(self, method, path, body=None, expected=200):
        """The answer's JSON."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            headers = {"Content-Type": "application/json"} if body is not None else {}
            connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        if answer.status != expected:
            raise SystemExit(f"bench: {method} {path}: {answer.status} {text}")
        return json.loads(text) if text else {}

    def pull(self, dataset, source, query, order=None):
        """Reads a query into a dataset, to its end. Gives seconds and the receipt."""
        body = {"dataset": dataset, "source": source, "query": query, **({"order": order} if order else {})}
        begin = time.perf_counter()
        ingest = self.follow(self.ask("POST", "/v1/pulls", body, 202)["ingest"])
        seconds = time.perf_counter() - begin
        if ingest["state"] not in ("sealed", "reused"):
            raise SystemExit(f"bench: the pull ended as {json.dumps(ingest)}")
        return seconds, ingest["receipt"]

    def follow(self, ingest):
        """What became of an ingest, as its last event says. Asking again and again would take a tenth of a processor."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", f"/v1/ingests/{ingest}/events", headers={"Accept": "text/event-stream"})
            answer = connection.getresponse()
            if answer.status != 200:
                raise SystemExit(f"bench: the events of {ingest}: {answer.status} {answer.read().decode()}")
            ended = False
            for line in answer:
                name, _, value = line.decode().rstrip("\n").partition(": ")
                ended = ended or (name, value) == ("event", "end")
                if ended and name == "data":
                    return json.loads(value)
        finally:
            connection.close()
        raise SystemExit(f"bench: the events of {ingest} ended before it did")

    def peak_resident_mib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(60)
        self.log.close()
        shutil.rmtree(self.directory, ignore_errors=True)
