"""The daemon and its OpenAPI document agree: schemathesis asks whatever the document allows, and what it does not."""
import collections
import json
import os
import pathlib
import sqlite3
import subprocess
import tempfile
import unittest

from support.daemon import Daemon
from support.wire import Wire

HERE = pathlib.Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
SEED = os.environ.get("ROWPRINT_SEED", "1")
ROWS = b'{"id":1,"name":"oslo"}\n{"id":2,"name":null}\n'


def close(schema):
    """The same schema, which now also refuses members that it does not name: readers have to ignore them, the daemon has not to send them."""
    if isinstance(schema, dict):
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
        for below in schema.values():
            close(below)
    elif isinstance(schema, list):
        for below in schema:
            close(below)


class OpenApiTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.venv = PROJECT / "build" / "venv-openapi"
        subprocess.run([PROJECT / "scripts" / "venv", cls.venv, HERE / "openapi" / "requirements.txt"], check=True)
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = pathlib.Path(cls.folder.name)
        with sqlite3.connect(cls.path / "shop.db") as shop:
            shop.execute("CREATE TABLE sale (id INTEGER, price REAL)")
            shop.execute("INSERT INTO sale VALUES (1, 2.5), (2, NULL)")
        shop.close()
        # However slow this machine is, pushes that stand still go on to the end, and no pull is one too many.
        cls.daemon = Daemon(cls.path / "data", config='[limits]\nbody_rate = 0\n[timeouts]\nbody_stall = "1 h"\n[pulls]\nconcurrent = 256\n'
                            f'[sources.shop]\nurl = "sqlite:///{cls.path}/shop.db"\n').start()

    @classmethod
    def tearDownClass(cls):
        cls.daemon.close()
        cls.folder.cleanup()

    def test_the_daemon_serves_the_document(self):
        answer = self.daemon.get("/openapi.json")
        self.assertEqual((answer.status, answer.headers["Content-Type"]), (200, "application/json"))
        self.assertEqual(answer.body, (PROJECT / "docs" / "openapi.json").read_bytes())
        self.assertEqual(answer.json()["info"]["version"], self.daemon.get("/v1/status").json()["version"])

    def bodies(self, document):
        return document["paths"]["/v1/datasets/{name}/versions"]["post"]["requestBody"]["content"]

    def test_rows_in_the_document_are_taken(self):
        taken = {}
        for kind, media in self.bodies(self.daemon.get("/openapi.json").json()).items():
            if (rows := media.get("example")) is not None:
                body = rows if isinstance(rows, str) else json.dumps(rows)
                taken[kind] = self.daemon.push("example", body.encode(), headers={"Content-Type": kind}).json()["rows"]["stored"]
        self.assertEqual(taken, {"application/x-ndjson": 2, "application/json": 2, "text/csv": 2, "text/tab-separated-values": 2})

    def dictionaries(self):
        """Names of what is there, so that what answers is more than 404."""
        for _ in range(8):
            wire = self.enterContext(Wire(self.daemon.port))
            wire.head("POST", "/v1/datasets/open/versions", "Content-Type: application/x-ndjson", "Content-Length: 1000", "Expect: 100-continue")
            wire.read_until(b"\r\n\r\n")
        running = [ingest["ingest"] for ingest in self.daemon.get("/v1/ingests").json()["ingests"]]
        receipts = [self.daemon.push(f"set-{number}", ROWS * (number + 1)).json() for number in range(8)]
        named = {"datasets": [receipt["dataset"] for receipt in receipts], "versions": [1, "latest"], "ingests": [receipt["ingest"] for receipt in receipts],
                 "fingerprints": [receipt["fingerprint"] for receipt in receipts], "sources": ["shop"], "running": running,
                 "queries": ["SELECT id, price FROM sale ORDER BY id", "SELECT 1 AS id"]}
        return "".join(f"[dictionaries.{name}]\nvalues = {json.dumps(values)}\n\n" for name, values in named.items())

    def test_every_answer_is_one_that_the_document_describes(self):
        document = self.daemon.get("/openapi.json").json()
        close(document["components"]["schemas"])
        for media in self.bodies(document).values():
            media.pop("example", None)  # a test of their own
        # A coding and a digest have to be true of the body: content_test sees to these, and form_test to what a form consists of.
        push = document["paths"]["/v1/datasets/{name}/versions"]["post"]
        push["parameters"] = [one for one in push["parameters"] if not one["$ref"].endswith(("/ContentEncoding", "/ContentDigest", "/ReprDigest"))]
        del push["requestBody"]["content"]["multipart/form-data"]
        (self.path / "openapi.json").write_text(json.dumps(document), encoding="utf-8")
        config = self.path / "schemathesis.toml"
        config.write_text(self.dictionaries() + (HERE / "openapi" / "schemathesis.toml").read_text(encoding="utf-8"), encoding="utf-8")
        met = self.path / "met"
        environment = {**os.environ, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE / "openapi"), "PYTHONDONTWRITEBYTECODE": "1",
                       "ROWPRINT_ANSWERS_MET": str(met)}
        print(f"ROWPRINT_SEED={SEED}", flush=True)
        done = subprocess.run([self.venv / "bin" / "st", "--config-file", config, "run", self.path / "openapi.json", "--url", self.daemon.url,
                               "--seed", SEED, "--request-timeout", "60", "--no-color"], cwd=self.path, env=environment, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual(self.successes_not_met(document, met), set(), done.stdout)
        self.assertEqual(self.daemon.get("/readyz").status, 200)

    def successes_not_met(self, document, met):
        """A run that only ever saw refusals would say little."""
        answers = collections.Counter(tuple(line.split()) for line in met.read_text(encoding="utf-8").splitlines())
        print(*(f"{count:6} {' '.join(answer)}" for answer, count in sorted(answers.items())), sep="\n", flush=True)
        described = {(operation["operationId"], status) for item in document["paths"].values() for method, operation in item.items()
                     if method != "parameters" for status in operation["responses"] if status.startswith("2")}
        return described - {(operation, status) for operation, _, status in answers}


if __name__ == "__main__":
    unittest.main()
