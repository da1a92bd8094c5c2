"""Pulls from PostgreSQL: the same rows are recognised however the table lies on disk, other rows never are, a query stays one query, and
secrets stay secret.
"""
import decimal
import json
import math
import os
import pathlib
import tempfile
import unittest

from support.daemon import Daemon
from support.postgres import Postgres
from support.pulls import Pulls, config, schema_of, stored_rows

import rp1

ROWS = 20000
TABLE = f"""
CREATE TABLE readings (id bigint PRIMARY KEY, sensor text NOT NULL, value double precision, price numeric, at timestamptz);
INSERT INTO readings SELECT n, 'sensor ' || n % 97, n / 3.0, n / 100.0, timestamptz '2024-01-01 00:00:00+00' + n * interval '1 second'
FROM generate_series(1, {ROWS}) n;
CREATE INDEX readings_by_sensor ON readings (sensor);
CREATE TABLE victims (id integer);
INSERT INTO victims VALUES (1);
CREATE SEQUENCE counter;
CREATE FUNCTION insert_victim() RETURNS integer LANGUAGE sql AS 'INSERT INTO victims VALUES (2) RETURNING id';
"""
SET = "SELECT * FROM readings"
SEQUENCE = "SELECT * FROM readings ORDER BY id"
# What must not get out of `COPY (…) TO STDOUT`, nor bring a second statement along.
BREAKOUTS = [
    "SELECT 1 AS one /*", "SELECT 1 AS one /* /* */", "SELECT 1 AS one -- \r; DROP TABLE victims",
    "SELECT 1) TO STDOUT; DROP TABLE victims; --", "SELECT 1 AS one\n) TO STDOUT; DROP TABLE victims; --", "SELECT 1 AS one) TO '/tmp/rowprint-broke-out' --",
    "SELECT 1 AS one) TO PROGRAM 'touch /tmp/rowprint-broke-out' --", "SELECT 1 AS one; DROP TABLE victims", "SELECT 1 AS one; SELECT 2 AS two",
    ";;SELECT 1 AS one", "DROP TABLE victims", "DELETE FROM victims RETURNING id", "INSERT INTO victims VALUES (3) RETURNING id",
    "WITH gone AS (DELETE FROM victims RETURNING id) SELECT id FROM gone", "SELECT insert_victim() AS id", "SELECT nextval('counter') AS n",
    "SELECT id FROM victims FOR UPDATE", "SELECT 1 AS one INTO stolen", "CREATE TABLE stolen AS SELECT 1 AS one", "COPY victims TO STDOUT",
    "COPY victims TO PROGRAM 'touch /tmp/rowprint-broke-out'", "EXPLAIN ANALYZE DELETE FROM victims", "BEGIN; DROP TABLE victims; COMMIT", "COMMIT",
    "SET TRANSACTION READ WRITE", "SELECT set_config('transaction_read_only', 'off', false) AS s", "DO $$ BEGIN DROP TABLE victims; END $$",
    "CALL nothing()", "LISTEN x", "SHOW ALL", "TRUNCATE victims", "SELECT 'it''s' AS t; DROP TABLE victims; --'", "SELECT $$;$$ AS t) TO STDOUT; DROP TABLE victims; --",
    "SELECT E'\\'' AS t) TO STDOUT; DROP TABLE victims; --'", "SELECT \"x\"\") FROM (SELECT 1 AS \"x\"\") TO STDOUT; DROP TABLE victims; --\"", "", " ", "-- nothing",
    "SELECT 1 AS one\0; DROP TABLE victims",
]
HARMLESS = {
    "SELECT 1 AS one --": 1, "SELECT 1 AS one -- ) TO STDOUT; DROP TABLE victims; --": 1, "SELECT 1 AS one /* ) TO STDOUT; /* -- */ */": 1,
    "SELECT 1 AS one;": 1, "SELECT 1 AS one ; -- the end": 1, "(SELECT 1 AS one)": 1, "VALUES (1), (2)": 2, "TABLE victims": 1,
    "SELECT ') TO STDOUT; --' AS t": 1, "SELECT $q$'; --$q$ AS t /* ; */": 1, "WITH w AS (SELECT 1 AS one) SELECT * FROM w -- ;": 1, "SELECT 1 AS \";--\"": 1,
}
INJECTIONS = ["'", "''", "'; DROP TABLE victims; --", "\\'; DROP TABLE victims; --", '"', "$1", ":name", "$$", "%s", "{}", "\\x00", "größe", "\U0001f600", "", " "]


def setUpModule():
    global postgres, folder, daemon, pulls
    postgres = Postgres().start()
    unittest.addModuleCleanup(postgres.close)
    postgres.execute(TABLE)
    folder = tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(folder.cleanup)
    daemon = Daemon(folder.name, config=config({"pg": {"url": postgres.url()}}) + FILES).start()
    unittest.addModuleCleanup(daemon.close)
    pulls = Pulls(daemon, "pg")


# Each content a file of its own, so that one sees which there are.
FILES = "\n[ingests]\nsmall_bytes = 0\n"


class ReuseTest(unittest.TestCase):
    def pulled(self, query, **members):
        """(receipt, whether a file came or went)"""
        before = daemon.files("contents")
        receipt = pulls.receipt("readings", query, **members)
        self.assertEqual(daemon.files("staging"), [])
        return receipt, daemon.files("contents") != before

    def test_same_query_twice_keeps_no_row(self):
        for query in (SET, SEQUENCE):
            first, _ = self.pulled(query)
            again, stored = self.pulled(query)
            self.assertTrue(again["reused"])
            self.assertEqual((again["fingerprint"], again["rows"]["stored"]), (first["fingerprint"], ROWS))
            self.assertFalse(stored, "rows that were there already were kept again")

    def test_order_by_decides_whether_order_is_content(self):
        self.assertTrue(self.pulled(SET)[0]["fingerprint"].startswith("rp1m:"))
        self.assertTrue(self.pulled(SEQUENCE)[0]["fingerprint"].startswith("rp1s:"))
        inner = pulls.receipt("inner", "SELECT * FROM (SELECT id FROM readings ORDER BY id) AS r WHERE id < 100")
        self.assertTrue(inner["fingerprint"].startswith("rp1m:"), "an ORDER BY inside says nothing of the result")
        asked = pulls.receipt("asked", "SELECT 1 AS one", order="sequence")
        self.assertTrue(asked["fingerprint"].startswith("rp1s:"))
        as_set = pulls.receipt("asked", "SELECT 1 AS one ORDER BY 1", order="set")
        self.assertTrue(as_set["fingerprint"].startswith("rp1m:"))

    def test_table_that_lies_otherwise_on_disk_is_the_same(self):
        first, _ = self.pulled(SET)
        changes = {
            "updated and back": "UPDATE readings SET value = value + 1 WHERE id % 3 = 0; UPDATE readings SET value = (id / 3.0) WHERE id % 3 = 0",
            "deleted and inserted": "WITH gone AS (DELETE FROM readings WHERE id % 7 = 0 RETURNING *) SELECT count(*) FROM gone; "
                                    "INSERT INTO readings SELECT n, 'sensor ' || n % 97, n / 3.0, n / 100.0, timestamptz '2024-01-01 00:00:00+00' + "
                                    f"n * interval '1 second' FROM generate_series(7, {ROWS}, 7) n",
            "clustered": "CLUSTER readings USING readings_by_sensor",
            "clustered the other way": "CLUSTER readings USING readings_pkey",
            "rewritten": "VACUUM FULL readings",
            "updated in place": "UPDATE readings SET sensor = sensor",
            "vacuumed": "VACUUM ANALYZE readings",
        }
        physical = set()
        for name, statements in changes.items():
            with self.subTest(name):
                for statement in statements.split("; "):
                    postgres.execute(statement)
                physical.add(tuple(postgres.execute("SELECT id FROM readings LIMIT 50")))
                again, stored = self.pulled(SET)
                self.assertEqual((again["fingerprint"], again["reused"]), (first["fingerprint"], True))
                self.assertFalse(stored)
        self.assertGreater(len(physical), 1, "the rows never came in another order, so nothing was shown")

    def test_one_changed_cell_is_another_version(self):
        first = {query: self.pulled(query)[0]["fingerprint"] for query in (SET, SEQUENCE)}
        for change, back in (("value = value + 1e-9", "value = id / 3.0"), ("price = price + 1e-20", "price = id / 100.0"),
                             ("at = at + interval '1 microsecond'", "at = at - interval '1 microsecond'"),
                             ("sensor = sensor || ' '", "sensor = rtrim(sensor)"), ("value = NULL", "value = id / 3.0")):
            with self.subTest(change):
                postgres.execute(f"UPDATE readings SET {change} WHERE id = 12345")
                for query in (SET, SEQUENCE):
                    receipt, _ = self.pulled(query)
                    self.assertNotEqual(receipt["fingerprint"], first[query])
                    self.assertFalse(receipt["reused"])
                postgres.execute(f"UPDATE readings SET {back} WHERE id = 12345")
                for query in (SET, SEQUENCE):
                    receipt, _ = self.pulled(query)
                    self.assertEqual((receipt["fingerprint"], receipt["reused"]), (first[query], True))

    def test_repeated_rows_count(self):
        once = pulls.receipt("repeated", "SELECT 1 AS one")["fingerprint"]
        twice = pulls.receipt("repeated", "SELECT 1 AS one FROM generate_series(1, 2)")["fingerprint"]
        self.assertNotEqual(once, twice)

    def test_a_query_is_read_from_one_snapshot(self):
        """What is committed while it runs is not seen, by what looks again in the middle of it neither."""
        postgres.execute("CREATE TABLE moving AS SELECT 1 AS n; CREATE FUNCTION count_moving() RETURNS bigint LANGUAGE sql VOLATILE "
                         "AS 'SELECT count(*) FROM moving'")
        for members in ({}, {"parameters": [{"name": "last", "type": "int", "value": "4"}]}):
            with self.subTest(members=members):
                query = f"SELECT n, pg_sleep(0.2)::text AS s, count_moving() AS counted FROM generate_series(1, {':last::integer' if members else 4}) n"
                before = postgres.execute("SELECT count(*) FROM moving")[0][0]
                ingest = pulls.begin("moving", query, **members)
                # A cursor's query is seen at the server as the FETCH that reads it.
                pulls.wait(ingest, lambda _: bool(postgres.running("FROM rowprint" if members else "TO STDOUT")))
                postgres.execute("INSERT INTO moving VALUES (2)")
                self.assertIsNone(pulls.look(ingest)["ended"], "it ended before anything was committed")
                receipt = pulls.wait(ingest)["receipt"]
                self.assertEqual(receipt["fingerprint"], rp1.multiset_fingerprint(
                    [rp1.encode_row({"n": n, "s": "", "counted": before}) for n in range(1, 5)], {"n": "int", "s": "text", "counted": "int"}))


class QueryTest(unittest.TestCase):
    def test_nothing_breaks_out_of_the_query(self):
        trace = pathlib.Path("/tmp/rowprint-broke-out")
        for number, query in enumerate(BREAKOUTS):
            with self.subTest(query):
                problem = pulls.problem(f"breakout-{number}", query)
                self.assertEqual(problem["code"], "bad_input", problem)
                self.assertEqual(daemon.versions(f"breakout-{number}"), [])
                self.assertEqual(postgres.execute("SELECT id FROM victims"), [(1,)])
                self.assertEqual(postgres.execute("SELECT last_value, is_called FROM counter"), [(1, False)])
                self.assertEqual(postgres.execute("SELECT to_regclass('stolen')"), [(None,)])
                self.assertFalse(trace.exists())
        self.assertEqual(daemon.files("staging"), [])

    def test_one_statement_may_end_as_it_likes(self):
        for query, rows in HARMLESS.items():
            with self.subTest(query):
                self.assertEqual(pulls.receipt("harmless", query)["rows"]["received"], rows)

    def test_errors_of_the_query_are_the_servers_words(self):
        for query, word in {"SELECT nothing FROM readings": "nothing", "SELECT * FROM absent": "absent", "SELECT 1 +": "syntax",
                            "SELECT 1 / 0 AS x": "zero", "SELECT count(": "syntax"}.items():
            with self.subTest(query):
                problem = pulls.problem("wrong", query)
                self.assertEqual(problem["code"], "bad_input", problem)
                self.assertIn(word, problem["detail"])
        self.assertEqual(daemon.versions("wrong"), [])

    def test_parameters_are_values_never_text(self):
        for value in INJECTIONS:
            with self.subTest(value):
                receipt = pulls.receipt("bound", "SELECT :name::text AS given, length(:name::text) AS characters", order="sequence",
                                        parameters=[{"name": "name", "type": "text", "value": value}])
                self.assertEqual(stored_rows(daemon, "bound", receipt["version"]), [rp1.encode_row({"given": value, "characters": len(value)})])
        self.assertEqual(postgres.execute("SELECT id FROM victims"), [(1,)])

    def test_parameters_have_types(self):
        cases = [("int", "5", "int8", 5), ("int", "-9223372036854775808", "int8", -(1 << 63)), ("float", "0.1", "float8", 0.1),
                 ("decimal", "1.50", "numeric", rp1.Digits(15, -1)), ("bool", "true", "bool", True), ("date", "2024-02-29", "date", rp1.Days(19782)),
                 ("timestamp", "2024-01-01T00:00:00.000001", "timestamp", rp1.Seconds("timestamp", 1704067200, 1000)),
                 ("timestamptz", "2024-01-01T02:00:00+02:00", "timestamptz", rp1.Seconds("timestamptz", 1704067200)),
                 ("time", "24:00:00", "time", rp1.Seconds("time", 86400)), ("bytes", "AP8=", "bytea", b"\0\xff"), ("text", "5", "text", "5")]
        for type_name, value, sql_type, expected in cases:
            with self.subTest(type_name):
                parameters = [{"name": "v", "type": type_name, "value": value}]
                receipt = pulls.receipt("typed", "SELECT :v AS v, pg_typeof(:v)::text AS t", parameters=parameters)
                told = "double precision" if sql_type == "float8" else postgres.execute(f"SELECT '{sql_type}'::regtype::text")[0][0]
                self.assertEqual(stored_rows(daemon, "typed", receipt["version"]), [rp1.encode_row({"v": expected, "t": told})])
        receipt = pulls.receipt("typed", "SELECT id FROM readings WHERE id = :v OR sensor = :s", parameters=[
            {"name": "v", "value": "7"}, {"name": "s", "value": None}])
        self.assertEqual(receipt["rows"]["received"], 1)

    def test_parameters_that_do_not_fit_are_named(self):
        query = "SELECT :n::bigint AS n"
        for parameters, word in (([], "n"), ([{"name": "n", "type": "int", "value": "five"}], "n"), ([{"name": "n", "type": "int", "value": "1; DROP"}], "n"),
                                 ([{"name": "n", "value": "1"}, {"name": "extra", "value": "1"}], "extra"),
                                 ([{"name": "n", "value": "1"}, {"name": "n", "value": "2"}], "n")):
            with self.subTest(parameters=parameters):
                problem = pulls.problem("unfit", query, parameters=parameters)
                self.assertEqual(problem["code"], "bad_input", problem)
                self.assertIn(word, problem["detail"])
        self.assertEqual(daemon.versions("unfit"), [])


class SecretsTest(unittest.TestCase):
    """However a password comes, it is in nothing that the daemon says or keeps."""
    PASSWORDS = {"url": "s3cret-in-the-url", "file": "s3cret-in-a-file", "env": "s3cret-in-the-environment", "wrong": "s3cret-that-is-wrong"}

    def test_passwords_are_never_seen(self):
        for name, password in list(self.PASSWORDS.items())[:3]:
            postgres.role_with_password(f"reader_{name}", password)
        with tempfile.TemporaryDirectory() as own:
            path = pathlib.Path(own, "password")
            path.write_text(self.PASSWORDS["file"] + "\n", encoding="utf-8")
            sources = {
                "url": {"url": postgres.url(user="reader_url", password=self.PASSWORDS["url"])},
                "file": {"url": postgres.url(user="reader_file"), "password_file": str(path)},
                "env": {"url": postgres.url(user="reader_env"), "password_env": "READER_PASSWORD"},
                "wrong": {"url": postgres.url(user="reader_url", password=self.PASSWORDS["wrong"])},
                "query": {"url": postgres.url(user="reader_url", query=f"?password={self.PASSWORDS['url']}&sslmode=disable")},
                "closed": {"url": postgres.url(port=1, user="reader_url", password=self.PASSWORDS["url"])},
                "tls": {"url": postgres.url(user="reader_url", password=self.PASSWORDS["url"], query="?sslmode=require")},
            }
            text = config(sources) + "[log]\nlevel = \"debug\"\n"
            with Daemon(pathlib.Path(own, "data"), config=text, environment={"READER_PASSWORD": self.PASSWORDS["env"]}) as other:
                self.check(other, sources)

    def test_url_that_is_none_is_not_repeated(self):
        secret = self.PASSWORDS["url"]
        for url in (postgres.url(user="reader_url", password=secret, query="?no_such_option=1"), f"postgresql://reader:{secret}%zz@127.0.0.1/x",
                    f"postgrse://reader:{secret}@127.0.0.1/x", f"{secret}:x"):
            with self.subTest(url), tempfile.TemporaryDirectory() as own:
                other = Daemon(own, config=config({"mistaken": {"url": url}}))
                self.addCleanup(other.close)
                with self.assertRaises(RuntimeError) as refused:
                    other.start()
                self.assertIn("mistaken", str(refused.exception))
                self.assertNotIn(secret, str(refused.exception))

    def check(self, other, sources):
        said = [other.get("/v1/sources").body.decode()]
        self.assertIn("reader_url@127.0.0.1", said[0])
        for name in sources:
            ours = Pulls(other, name)
            answer = ours.ask(f"by-{name}", "SELECT 1 AS one, 'it''s' AS two")
            said.append(answer.body.decode())
            if answer.status == 202:
                end = ours.wait(answer.json()["ingest"])
                said += [json.dumps(end), other.get(f"/v1/ingests/{answer.json()['ingest']}/events").body.decode()]
                self.assertEqual(end["state"] in ("sealed", "reused"), name in ("url", "file", "env", "query"), end)
            said += [ours.ask("x", "SELECT wrong").body.decode(), other.request("POST", f"/v1/sources/{name}/test").body.decode()]
        said += [other.get(path).body.decode() for path in ("/v1/ingests", "/v1/status", "/metrics", "/v1/datasets")]
        self.assertEqual(other.stop(), 0)
        said.append(other.log())
        for secret in self.PASSWORDS.values():
            for text in said:
                self.assertNotIn(secret, text)
            for root, _, names in os.walk(other.data):
                for name in names:
                    self.assertNotIn(secret.encode(), pathlib.Path(root, name).read_bytes(), name)


class OutputTest(unittest.TestCase):
    """--output: another type than the database's, where every value has that form."""

    def one(self, expression, type_name):
        receipt = pulls.receipt("output", f"SELECT {expression} AS v", output=f"v={type_name}", order="sequence")
        self.assertEqual(schema_of(receipt), {"v": type_name})
        return stored_rows(daemon, "output", receipt["version"])[0]

    def test_values_take_the_form_that_is_asked_for(self):
        for expression, type_name, expected in (
                ("5", "decimal", rp1.Digits(5, 0)), ("5", "float", 5.0), ("5", "any", 5), ("5::numeric", "int", 5), ("1e3::numeric", "int", 1000),
                ("3::float8", "int", 3), ("0.5::numeric", "float", 0.5), ("0.5::float8", "decimal", rp1.Digits(5, -1)),
                ("0.1::float8", "decimal", decimal.Decimal(0.1)), ("'NaN'::float8", "decimal", decimal.Decimal("NaN")),
                ("'1.50'::text", "decimal", rp1.Digits(15, -1)), ("'0.1'::text", "float", 0.1), ("'-Infinity'::text", "float", -math.inf),
                ("'2024-02-29'::text", "date", rp1.Days(19782)), ("'24:00:00'::text", "time", rp1.Seconds("time", 86400)), ("'true'::text", "bool", True),
                ("'12345678901234567890123'::text", "int", 12345678901234567890123), ("'AP8='::text", "bytes", b"\0\xff"),
                ("'2024-01-01T02:00:00+02:00'::text", "timestamptz", rp1.Seconds("timestamptz", 1704067200)),
                ("true", "text", "true"), ("'\\x00ff'::bytea", "text", "AP8="), ("'0044-03-15 BC'::date", "text", "-0043-03-15"),
                ("'2024-01-01 00:00:00'::timestamp", "text", "2024-01-01T00:00:00"), ("'2024-01-01 02:00:00+02'::timestamptz", "text", "2024-01-01T00:00:00Z"),
                ("'00112233-4455-6677-8899-AABBCCDDEEFF'::uuid", "text", "00112233-4455-6677-8899-aabbccddeeff"),
                ("'5'::jsonb", "int", 5), ("'\"x\"'::jsonb", "text", "x"), ("'[1, null]'::jsonb", "list", [1, None]), ("'{\"a\": 1}'::jsonb", "map", {"a": 1})):
            with self.subTest(expression, type=type_name):
                self.assertEqual(self.one(expression, type_name), rp1.encode_row({"v": expected}))

    def test_what_does_not_fit_is_named_by_row_column_and_value(self):
        for expression, type_name, shown in (("'x' || n", "int", "x3"), ("'2024-02-3' || n", "date", "2024-02-33"), ("n + 0.5", "int", "3.5"),
                                             ("9007199254740990 + n", "float", "9007199254740993"), ("0.1 * n", "float", "0.3")):
            with self.subTest(expression, type=type_name):
                good = {"'x' || n": "'1'", "'2024-02-3' || n": "'2024-02-01'", "n + 0.5": "1.0", "0.1 * n": "0.5"}.get(expression, "1::bigint")
                query = f"SELECT n, CASE WHEN n = 3 THEN {expression} ELSE {good} END AS v FROM generate_series(1, 5) n ORDER BY n"
                problem = pulls.problem("mismatch", query, output=f"v={type_name}")
                self.assertIn(problem["code"], ("bad_input", "unsupported_value"))
                self.assertEqual((problem["row"], problem["column"]), (3, "v"), problem)
                self.assertIn(shown, problem["detail"])
        self.assertEqual(daemon.versions("mismatch"), [])

    def test_columns_that_are_not_there_are_named(self):
        problem = pulls.problem("absent", "SELECT 1 AS v", output="w=int")
        self.assertEqual(problem["code"], "bad_input")
        self.assertIn("w", problem["detail"])


if __name__ == "__main__":
    unittest.main()
