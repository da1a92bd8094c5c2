"""Pulls over HTTP: asked for, followed to their end, and what they stored as canonical encodings."""
import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "vectors"))

import rp1
import rp1_decode

ENDS = ("sealed", "reused", "failed", "cancelled")


def config(sources, **pulls):
    """A configuration with these sources, name to keys, and these keys of [pulls]."""
    sections = {"pulls": {"attempts": 1, "backoff": "20 ms", "backoff_max": "100 ms", **pulls},
                **{f"sources.{name}": keys for name, keys in sources.items()}}
    lines = []
    for name, keys in sections.items():
        lines += [f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in keys.items()), ""]
    return "\n".join(lines)


class Pulls:
    """Pulls of one daemon, from the source `source` where none is named. Ends are awaited by asking, every few milliseconds."""

    def __init__(self, daemon, source):
        self.daemon, self.source = daemon, source

    def ask(self, dataset, query, **members):
        """The answer to the request itself. A member that is None is left out."""
        body = {"dataset": dataset, "source": self.source, "query": query, **members}
        return self.daemon.request("POST", "/v1/pulls", json.dumps({name: value for name, value in body.items() if value is not None}),
                                   {"Content-Type": "application/json"})

    def begin(self, dataset, query, **members):
        """The id of a pull that is on its way."""
        answer = self.ask(dataset, query, **members)
        if answer.status != 202:
            raise AssertionError(f"{answer.status} {answer.body.decode()}")
        return answer.json()["ingest"]

    def look(self, ingest):
        return self.daemon.get(f"/v1/ingests/{ingest}").json()

    def wait(self, ingest, until=lambda said: said["state"] in ENDS, timeout=60):
        """What is said of it once `until` holds of that, or it has ended."""
        deadline = time.monotonic() + timeout
        while True:
            said = self.look(ingest)
            if until(said) or said["state"] in ENDS:
                return said
            if time.monotonic() > deadline:
                raise AssertionError(f"after {timeout} s it is not there: {said}")
            time.sleep(0.003)

    def pull(self, dataset, query, timeout=60, **members):
        """What is said of a pull that has ended."""
        return self.wait(self.begin(dataset, query, **members), timeout=timeout)

    def receipt(self, dataset, query, **members):
        """The receipt of a pull that has to succeed."""
        said = self.pull(dataset, query, **members)
        if said["receipt"] is None:
            raise AssertionError(f"{query[:300]}: {said}")
        return said["receipt"]

    def problem(self, dataset, query, **members):
        """The problem of a pull that has to fail, whether at once or on its way."""
        answer = self.ask(dataset, query, **members)
        if answer.status != 202:
            return answer.json()
        said = self.wait(answer.json()["ingest"])
        if said["state"] != "failed":
            raise AssertionError(f"{query[:300]}: {said}")
        return said["problem"]

    def cancel(self, ingest):
        return self.daemon.request("DELETE", f"/v1/ingests/{ingest}")


def stored_rows(daemon, dataset, version="latest"):
    """The canonical encodings of a version's rows, each checked to be one."""
    answer = daemon.get(f"/v1/datasets/{dataset}/versions/{version}/rows", {"Accept": "application/cbor-seq"})
    if answer.status != 200:
        raise AssertionError(f"{answer.status} {answer.body.decode()}")
    decoder = rp1_decode.Decoder(answer.body)
    rows = []
    while decoder.at < len(answer.body):
        begin = decoder.at
        row = decoder.value()
        rows.append(answer.body[begin:decoder.at])
        if rp1.encode_row(row) != rows[-1]:
            raise AssertionError(f"row {len(rows)} is not canonical: {rows[-1].hex()}")
    return rows


def schema_of(receipt):
    return {column["name"]: column["type"] for column in receipt["schema"]}
