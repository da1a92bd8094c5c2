"""The same rows in PostgreSQL, in a SQLite file and as NDJSON have one fingerprint, as far as all three can say them; where they cannot is
listed here, each place with a test that pins it.
"""
import base64
import datetime
import json
import pathlib
import sqlite3
import tempfile
import unittest

from support.daemon import Daemon
from support.postgres import Postgres
from support.pulls import Pulls, config, schema_of, stored_rows

import rp1
import rp1_json

SCHEMA = {"id": "int", "flag": "bool", "half": "float", "price": "decimal", "note": "text", "raw": "bytes", "day": "date", "clock": "time",
          "moment": "timestamp", "instant": "timestamptz", "key": "uuid"}
SQL_TYPES = {"int": "bigint", "bool": "boolean", "float": "double precision", "decimal": "numeric", "text": "text", "bytes": "bytea", "date": "date",
             "time": "time", "timestamp": "timestamp", "timestamptz": "timestamptz", "uuid": "uuid"}
FLOATS = [0.0, 0.5, 0.1, 1e300, 5e-324, 1e22, -65504.0, 3.0, "NaN", "Infinity", "-Infinity"]
DECIMALS = ["0", "1.50", "-0.001", "100", "123456789012345678901234567890.25", "1e-300", "18446744073709551616", "NaN", "Infinity"]
NOTES = ["", "x", "größe", "u\u0308", "\U0001f600", "it's", "back\\slash", "NULL", "5", "line\nbreak", "\ufeff"]
INTEGERS = [0, 1, -1, (1 << 53) + 1, (1 << 63) - 1, -(1 << 63), 255]
# More than a chunk, so that the tree has more than a leaf.
ROWS = 5000


def json_row(n):
    """Row n in JSON's forms."""
    moment = datetime.datetime(1960, 1, 1) + datetime.timedelta(days=n * 7, seconds=n * 7919, microseconds=n % 5 * 250_001)
    row = {"id": INTEGERS[n % len(INTEGERS)] if n % 2 else n, "flag": n % 3 == 0, "half": FLOATS[n % len(FLOATS)] if n % 2 else n / 4,
           "price": DECIMALS[n % len(DECIMALS)] if n % 2 else f"{n}.{n % 100:02}", "note": NOTES[n % len(NOTES)],
           "raw": base64.b64encode(bytes([n % 256, 0, 255])[:n % 4]).decode(), "day": moment.date().isoformat(),
           "clock": "24:00:00" if n % 11 == 0 else moment.time().isoformat(), "moment": moment.isoformat(), "instant": moment.isoformat() + "+02:00",
           "key": f"00112233-4455-6677-8899-{n:012x}"}
    return {name: None if (n + at) % 17 == 0 else value for at, (name, value) in enumerate(row.items())}


def to_sql(name, value):
    """What a driver is given: text, which the column's type reads."""
    if value is not None and SCHEMA[name] == "bytes":
        return "\\x" + base64.b64decode(value).hex()
    return value if value is None or isinstance(value, bool) else str(value)


def to_sqlite(name, value):
    """A storage class for each: what SQLite has none of is text in the form that the declared type takes."""
    if value is not None and SCHEMA[name] == "bytes":
        return base64.b64decode(value)
    return int(value) if isinstance(value, bool) else value


def setUpModule():
    global postgres, folder, daemon, path
    postgres = Postgres().start()
    unittest.addModuleCleanup(postgres.close)
    folder = tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(folder.cleanup)
    path = pathlib.Path(folder.name, "rows.db")
    sources = {"pg": {"url": postgres.url()}, "file": {"url": f"sqlite:///{path}"}}
    daemon = Daemon(pathlib.Path(folder.name, "data"), config=config(sources)).start()
    unittest.addModuleCleanup(daemon.close)


def declared(schema):
    return ", ".join(f"{name}={type_name}" for name, type_name in schema.items())


def push(dataset, rows, schema, order="sequence"):
    body = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    answer = daemon.push(dataset, body, f"?order={order}", {"Rowprint-Schema": declared(schema)})
    if answer.status != 201:
        raise AssertionError(answer.body.decode())
    return answer.json()


def sqlite(*statements):
    connection = sqlite3.connect(path)
    try:
        for statement in statements:
            connection.execute(*statement) if isinstance(statement, tuple) else connection.executescript(statement)
        connection.commit()
    finally:
        connection.close()


class AgreeTest(unittest.TestCase):
    def test_same_rows_have_one_fingerprint_wherever_they_lie(self):
        rows = [json_row(n) for n in range(ROWS)]
        columns = ", ".join(f"{name} {SQL_TYPES[type_name]}" for name, type_name in SCHEMA.items())
        postgres.execute(f"CREATE TABLE rows (n serial, {columns})")
        connection = postgres.connect()
        with connection.cursor() as cursor:
            values = ", ".join(["%s"] * len(SCHEMA))
            for begin in range(0, ROWS, 500):
                part = [cursor.mogrify(f"({values})", [to_sql(*item) for item in row.items()]).decode() for row in rows[begin:begin + 500]]
                cursor.execute(f"INSERT INTO rows ({', '.join(SCHEMA)}) VALUES " + ", ".join(part))
        connection.close()
        sqlite(f"CREATE TABLE rows (n INTEGER PRIMARY KEY, {', '.join(f'{name} BLOB' for name in SCHEMA)})",
               *((f"INSERT INTO rows ({', '.join(SCHEMA)}) VALUES ({', '.join('?' * len(SCHEMA))})", [to_sqlite(*item) for item in row.items()])
                 for row in rows))

        typed = [{name: rp1_json.as_declared(token(value), SCHEMA[name]) for name, value in row.items()} for row in rows]
        encoded = [rp1.encode_row(row) for row in typed]
        query = f"SELECT {', '.join(SCHEMA)} FROM rows"
        for order, suffix, fingerprint in (("sequence", " ORDER BY n", rp1.sequence_fingerprint(encoded, SCHEMA)),
                                           ("set", "", rp1.multiset_fingerprint(encoded, SCHEMA))):
            with self.subTest(order):
                self.assertEqual(push("rows", rows, SCHEMA, order)["fingerprint"], fingerprint)
                from_postgres = Pulls(daemon, "pg").receipt("rows", query + suffix)
                self.assertEqual(schema_of(from_postgres), SCHEMA)
                from_sqlite = Pulls(daemon, "file").receipt("rows", query + suffix, output=declared(SCHEMA))
                self.assertEqual(stored_rows(daemon, "rows", from_postgres["version"]), stored_rows(daemon, "rows", from_sqlite["version"]))
                self.assertEqual((from_postgres["fingerprint"], from_sqlite["fingerprint"]), (fingerprint, fingerprint))
                if order == "sequence":
                    self.assertTrue(from_postgres["reused"] and from_sqlite["reused"], "one content was kept more than once")

    def test_lists_and_maps_agree_with_json_where_their_items_do(self):
        receipt = Pulls(daemon, "pg").receipt("nested", "SELECT ARRAY['a', NULL, ''] AS l, ARRAY[[1, 2], [3, 4]] AS m, '{\"b\": [1, null], \"a\": \"x\"}'::jsonb AS j "
                                                        "ORDER BY 1")
        pushed = push("nested", [{"l": ["a", None, ""], "m": [[1, 2], [3, 4]], "j": {"b": [1, None], "a": "x"}}], {"l": "list", "m": "list", "j": "any"})
        self.assertEqual(receipt["fingerprint"], pushed["fingerprint"])


def token(value):
    """A number as rp1_json has it before a type is known."""
    if isinstance(value, float):
        return rp1_json.FloatToken(repr(value))
    return rp1_json.IntegerToken(value) if isinstance(value, int) and not isinstance(value, bool) else value


class DifferencesTest(unittest.TestCase):
    """Where one of the three has no word for what another says. Each has a way to make them agree, or is said to have none."""

    def from_postgres(self, expression, **members):
        return Pulls(daemon, "pg").receipt("differ", f"SELECT {expression} AS v ORDER BY 1", **members)["fingerprint"]

    def from_sqlite(self, expression, **members):
        return Pulls(daemon, "file").receipt("differ", f"SELECT {expression} AS v ORDER BY 1", **members)["fingerprint"]

    def from_json(self, value, type_name):
        return push("differ", [{"v": value}], {"v": type_name})["fingerprint"]

    def test_sqlite_has_no_nan(self):
        sqlite("CREATE TABLE nans (v REAL)", ("INSERT INTO nans VALUES (?)", [float("nan")]))
        self.assertEqual(Pulls(daemon, "file").receipt("differ", "SELECT v FROM nans ORDER BY 1", output="v=float")["fingerprint"],
                         push("differ", [{}], {"v": "float"})["fingerprint"], "a NaN is NULL already when it is stored")
        self.assertEqual(self.from_sqlite("'NaN'", output="v=float"), self.from_postgres("'NaN'::float8"))

    def test_sqlite_has_no_types_but_its_storage_classes(self):
        self.assertNotEqual(self.from_sqlite("1"), self.from_postgres("true"))
        self.assertEqual(self.from_sqlite("1", output="v=bool"), self.from_postgres("true"))
        self.assertNotEqual(self.from_sqlite("'1.5'"), self.from_postgres("1.5"))
        self.assertEqual(self.from_sqlite("'1.5'", output="v=decimal"), self.from_postgres("1.5"))

    def test_decimals_of_sqlite_are_no_reals(self):
        problem = Pulls(daemon, "file").problem("differ-refused", "SELECT 1.5 AS v", output="v=decimal")
        self.assertEqual((problem["row"], problem["column"]), (1, "v"), problem)

    def test_postgres_has_no_integers_beyond_64_bits(self):
        big = "18446744073709551616"
        self.assertNotEqual(self.from_postgres(big), self.from_json(int(big), "int"))
        self.assertEqual(self.from_postgres(big), self.from_json(big, "decimal"))

    def test_postgres_has_no_nul_in_text(self):
        import psycopg2
        self.assertEqual(self.from_sqlite("CAST(x'610062' AS TEXT)", output="v=text"), self.from_json("a\0b", "text"))
        with self.assertRaises((psycopg2.Error, ValueError)):
            postgres.execute("SELECT chr(0)")

    def test_postgres_has_no_nanoseconds(self):
        self.assertNotEqual(self.from_postgres("'2024-01-01 00:00:00.000000001'::timestamp"), self.from_json("2024-01-01T00:00:00.000000001", "timestamp"))
        self.assertEqual(self.from_postgres("'2024-01-01 00:00:00.000000001'::timestamp"), self.from_json("2024-01-01T00:00:00", "timestamp"))

    def test_numbers_in_json_columns_are_decimals_and_in_pushed_json_floats(self):
        self.assertNotEqual(self.from_postgres("'[1.5]'::jsonb"), self.from_json([1.5], "any"))
        self.assertEqual(self.from_postgres("'[1.0, 2]'::jsonb"), self.from_json([1.0, 2], "any"), "what is integral is one value")

    def test_real_is_the_double_it_widens_to(self):
        self.assertNotEqual(self.from_postgres("0.1::real"), self.from_json(0.1, "float"))
        self.assertEqual(self.from_postgres("0.1::real"), self.from_json(0.10000000149011612, "float"))

    def test_char_keeps_its_padding(self):
        self.assertNotEqual(self.from_postgres("'a'::char(3)"), self.from_json("a", "text"))
        self.assertEqual(self.from_postgres("'a'::char(3)"), self.from_json("a  ", "text"))

    def test_columns_of_nulls_have_a_type_in_postgres_only(self):
        self.assertNotEqual(self.from_postgres("NULL::integer"), self.from_sqlite("NULL"))
        self.assertEqual(self.from_postgres("NULL::integer"), self.from_sqlite("NULL", output="v=int"))


if __name__ == "__main__":
    unittest.main()
