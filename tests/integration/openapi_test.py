"""The daemon and its OpenAPI document agree: schemathesis asks whatever the document allows, and what it does not.

It sees all that the document declares: every operation, parameter, header and type of a body. openapi/hooks.py makes what a schema cannot say:
rows, forms with a file, bodies coded as Content-Encoding says, digests of the bytes sent. Left out are the examples of rows that are texts,
which a test here sends itself; and what no OpenAPI document can declare: chunks and digests in trailers (content_test), framing (wire_test).
"""
import collections
import concurrent.futures
import copy
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
        # More than are removed meanwhile.
        receipts = [self.daemon.push(f"set-{number}", ROWS * (number + 1)).json() for number in range(100)]
        named = {"datasets": [receipt["dataset"] for receipt in receipts], "versions": [1, "latest"], "ingests": [receipt["ingest"] for receipt in receipts],
                 "fingerprints": [receipt["fingerprint"] for receipt in receipts], "sources": ["shop"], "running": running,
                 "queries": ["SELECT id, price FROM sale ORDER BY id", "SELECT 1 AS id"]}
        return "".join(f"[dictionaries.{name}]\nvalues = {json.dumps(values)}\n\n" for name, values in named.items())

    def test_every_answer_is_one_that_the_document_describes(self):
        document = self.daemon.get("/openapi.json").json()
        close(document["components"]["schemas"])
        for media in self.bodies(document).values():
            if isinstance(media.get("example"), str):
                del media["example"]  # bytes, which JSON cannot hold and schemathesis wants: the test above sends them
        (self.path / "openapi.json").write_text(json.dumps(document), encoding="utf-8")
        config = self.path / "schemathesis.toml"
        config.write_text(self.dictionaries() + (HERE / "openapi" / "schemathesis.toml").read_text(encoding="utf-8"), encoding="utf-8")
        met = self.path / "met"
        environment = {**os.environ, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": f"{HERE / 'openapi'}:{HERE}", "PYTHONDONTWRITEBYTECODE": "1",
                       "ROWPRINT_ANSWERS_MET": str(met)}
        print(f"ROWPRINT_SEED={SEED}", flush=True)

        def run(asked, *options):
            done = subprocess.run([self.venv / "bin" / "st", "--config-file", config, "run", asked, "--url", self.daemon.url, "--seed", SEED,
                                   "--request-timeout", "60", "--no-color", *options], cwd=self.path, env=environment, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stdout)

        # Where a body may be of many types, nearly all that are made up are of the first: each has a few of its own.
        kinds = [self.path / f"openapi-{number}.json" for number in range(len(self.bodies(document)))]
        for path, (kind, media) in zip(kinds, self.bodies(document).items()):
            alone = copy.deepcopy(document)
            alone["paths"]["/v1/datasets/{name}/versions"]["post"]["requestBody"]["content"] = {kind: media}
            path.write_text(json.dumps(alone), encoding="utf-8")
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda path: run(path, "--include-operation-id", "push", "--phases", "fuzzing", "--mode", "positive", "--max-examples", "15"), kinds))
        run(self.path / "openapi.json")
        answers = [json.loads(line) for line in met.read_text(encoding="utf-8").splitlines()]
        self.assertEqual(self.successes_not_met(document, answers), set())
        self.assertEqual(self.pushes_not_taken(document, answers), set())
        self.assertEqual(self.daemon.get("/readyz").status, 200)

    def successes_not_met(self, document, answers):
        """A run that only ever saw refusals would say little."""
        counts = collections.Counter((operation, method, status) for operation, method, status, _ in answers)
        print(*(f"{count:6} {' '.join(answer)}" for answer, count in sorted(counts.items())), sep="\n", flush=True)
        described = {(operation["operationId"], status) for item in document["paths"].values() for method, operation in item.items()
                     if method != "parameters" for status in operation["responses"] if status.startswith("2")}
        return described - {(operation, status) for operation, _, status, _ in answers}

    def pushes_not_taken(self, document, answers):
        """Of the types of a body, the codings and the digests that the document declares, those with which nothing was ever published."""
        taken = collections.Counter(one for operation, _, status, said in answers if (operation, status) == ("push", "201") for one in said)
        print(*(f"{count:6} taken with {one}" for one, count in sorted(taken.items(), key=str)), sep="\n", flush=True)
        parameters = document["components"]["parameters"]
        codings = {f"Content-Encoding: {coding}" for coding in parameters["ContentEncoding"]["schema"]["enum"]}
        return {*self.bodies(document), *codings, parameters["ContentDigest"]["name"], parameters["ReprDigest"]["name"]} - taken.keys()


if __name__ == "__main__":
    unittest.main()
