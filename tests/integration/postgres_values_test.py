"""Values, not only bytes: what a pull stores is what the database says.

Both are asked for independently: the connector reads the server's binary form, this test its text form, converted by Python alone
(support/postgres_text.py), and the fingerprint is computed again by tests/vectors/rp1.py. The seed of the random part is printed;
ROWPRINT_SEED repeats a run.
"""
import os
import random
import tempfile
import unittest

from support import postgres_text
from support.daemon import Daemon
from support.postgres import Postgres
from support.pulls import Pulls, config, schema_of, stored_rows
from support.random_sql_values import COLUMNS, random_literal

import rp1
import rp1_decode

TYPES = """
CREATE TYPE mood AS ENUM ('sad', 'ok', 'very happy', 'größe', '');
CREATE DOMAIN age AS integer CHECK (VALUE >= 0);
CREATE DOMAIN older AS age CHECK (VALUE >= 18);
CREATE DOMAIN tag AS text;
CREATE DOMAIN ages AS integer[];
CREATE DOMAIN moods AS mood;
CREATE TYPE point3 AS (x double precision, "The Y" numeric, z text);
CREATE TYPE holder AS (id bigint, at point3, tags text[], feeling mood, older older);
CREATE TYPE nothing AS ();
CREATE DOMAIN checked_point AS point3;
CREATE TYPE floatrange AS RANGE (subtype = float8);
CREATE TYPE textrange AS RANGE (subtype = text, collation = "C");
CREATE TABLE inherited (id integer, gone integer, name text);
ALTER TABLE inherited DROP COLUMN gone;
"""
DIGITS = "1234567890" * 13108

# Expressions by type; each is a row of its own, together with a null.
SCALARS = {
    "boolean": ["true", "false"],
    "smallint": ["-32768", "-1", "0", "1", "23", "24", "32767"],
    "integer": ["'-2147483648'", "-1", "0", "255", "256", "65536", "2147483647"],
    "bigint": ["'-9223372036854775808'", "-9007199254740993", "-1", "0", "9007199254740993", "9223372036854775807"],
    "oid": ["0", "2147483648", "4294967295"],
    "xid": ["'0'", "'4294967295'"],
    "xid8": ["'0'", "'18446744073709551615'"],
    "cid": ["'4294967295'"],
    "real": ["0", "'-0'", "'NaN'", "'Infinity'", "'-Infinity'", "1e-45", "1.17549421e-38", "1.17549435e-38", "3.40282347e38", "0.1", "16777216",
             "1e10", "-1.5", "5.9604645e-08", "6.1035156e-05"],
    "double precision": ["0", "'-0'", "'NaN'", "'Infinity'", "'-Infinity'", "5e-324", "2.225073858507201e-308", "2.2250738585072014e-308",
                         "1.7976931348623157e308", "-1.7976931348623157e308", "0.1", "'0.30000000000000004'", "1e22", "1e23", "65504", "65505.5",
                         "9007199254740992", "9223372036854775808", "18446744073709551616", "18446744073709549568", "-9223372036854775808",
                         "-9223372036854777856", "5.960464477539063e-08", "1.401298464324817e-45"],
    "numeric": ["0", "0.00", "'-0'", "'NaN'", "'Infinity'", "'-Infinity'", "1.50", "1.5", "100", "100.00", "-1.5", "0.0001", "1e-16383",
                "-1e-16383", "12345e-16380", "1e131071", "'" + "9" * 131072 + "'", "'-" + DIGITS[:131072] + "." + DIGITS[:16383] + "'",
                "'0." + "0" * 16382 + "1'", "'0." + "9" * 16383 + "'", "18446744073709551615", "18446744073709551616", "-9223372036854775808",
                "-9223372036854775809", "1e19", "1e20", "10000", "100000000", "9999.9999", "10000.0001", "0.00000001", "1e15", "1e16", "9e18",
                "'123456789012345678901234567890.123456789'", "9007199254740993", "0.1", "1000000000000000000000000000000"],
    "numeric(10,2)": ["1.005", "-99999999.99", "0", "1e7"],
    "money": ["0", "'-92233720368547758.08'", "'92233720368547758.07'", "'-0.01'", "'1,234.50'"],
    "text": ["''", "' '", "'NULL'", "'null'", "'{}'", r"'\N'", r"'back\slash'", "'quo\"te'", "'it''s'", "E'\\n\\r\\t\\x01\\x7f'", "'größe'",
             "'u\u0308'", "'\u00fc'", "'\U0001f600'", "'\U0010ffff'", "'\ufeff'", "'\ufffd\uffff'", "'\u2028'", "repeat('x', 100000)", "'0123'"],
    "varchar(5)": ["''", "'abc  '", "'äöüßé'"],
    "char(5)": ["''", "'a'", "'a    '", "'abcde'", "' a'", "'ä'"],
    "character varying": ["'no limit'"],
    "name": ["''", "'a'", "repeat('n', 63)", "'" + "ü" * 31 + "'"],
    '"char"': ["''", "'a'", "'~'", "'\"'"],
    "bytea": [r"'\x'", r"'\x00'", r"'\xff00c328'", "decode(repeat('00ff', 1000), 'hex')", "'abc'", r"'\\'"],
    "date": ["'4714-11-24 BC'", "'0001-12-31 BC'", "'0001-01-01'", "'0045-02-29 BC'", "'0005-02-28 BC'", "'1582-10-04'", "'1582-10-15'", "'1899-12-31'",
             "'1969-12-31'", "'1970-01-01'", "'1999-12-31'", "'2000-01-01'", "'2000-02-29'", "'1900-02-28'", "'9999-12-31'", "'10000-01-01'",
             "'5874897-12-31'", "'2400-02-29'"],
    "time": ["'00:00:00'", "'24:00:00'", "'23:59:59.999999'", "'00:00:00.000001'", "'12:30'", "'23:59:60'"],
    "time(3)": ["'12:30:00.1235'"],
    "timetz": ["'00:00:00+00'", "'24:00:00-15:59:59'", "'00:00:00+15:59:59'", "'12:30:15.5+05:30'", "'23:59:59.999999-00:00:01'", "'12:30:15.5-05:30'"],
    "timestamp": ["'4714-11-24 00:00:00 BC'", "'4714-11-24 00:00:00.000001 BC'", "'294276-12-31 23:59:59.999999'", "'0001-12-31 23:59:59.999999 BC'",
                  "'0001-01-01'", "'1969-12-31 23:59:59.999999'", "'1969-12-31 23:59:59.5'", "'1970-01-01'", "'1970-01-01 00:00:00.000001'",
                  "'1999-12-31 23:59:59.999999'", "'2000-01-01'", "'2000-01-01 00:00:00.000001'", "'2016-12-31 23:59:60'", "'10000-01-01 12:00'"],
    "timestamp(0)": ["'2000-01-01 00:00:00.5'"],
    "timestamptz": ["'4714-11-24 00:00:00+00 BC'", "'294276-12-31 23:59:59.999999+00'", "'2024-01-01 02:00:00+02'", "'2024-01-01 00:00:00+00'",
                    "'1969-12-31 23:59:59.999999+00'", "'1883-11-18 12:00:00 America/New_York'", "'0001-01-01 00:00:00+15:59 BC'",
                    "'2024-03-31 01:30:00 Europe/Berlin'", "'2024-10-27 02:30:00 Europe/Berlin'"],
    "interval": ["'0'", "'1 month'", "'30 days'", "'24 hours'", "'1 day'", "'-1 month +1 day -00:00:00.000001'", "'178956970 years 7 mons'",
                 "'-178956970 years -8 mons'", "'2147483647 days'", "'-2147483648 days'", "'2562047788:00:54.775807'", "'-2562047788:00:54.775807'",
                 "'1 year 2 months 3 days 04:05:06.789'", "'-00:00:01'", "'11 months'", "'-13 months'"],
    "uuid": ["'00000000-0000-0000-0000-000000000000'", "'ffffffff-ffff-ffff-ffff-ffffffffffff'", "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'"],
    "json": ["'{}'", "'[]'", "'true'", "'false'", "'\"\"'", "'0'", "'-0'", "'-0.0'", "'1.0'", "'1.50'", "'1e2'", "'1E+2'", "'0.1'", "'1e400'", "'1e-400'",
             "'9007199254740993.0'", "'18446744073709551616'", "'123456789012345678901234567890.123456789'", "' { \"b\" : [1, null, {\"\": 2}] ,\"a\":\"x\"}'",
             r"""'"\u00fc\ud83d\ude00\n\/\\\""'""", r"""'"\u0000"'""", "'\"größe\"'", "('[' || repeat('1,', 999) || '1]')", "(repeat('[', 64) || repeat(']', 64))",
             "'[0.5, 5e-1, 1, 1.0, \"1\"]'", "'{\"aa\": 1, \"b\": 2, \"\": 3, \"B\": null}'"],
    "jsonb": ["'{}'", "'[]'", "'true'", "'\"\"'", "'0'", "'-0'", "'1.0'", "'1.50'", "'1e2'", "'0.1'", "'1e400'", "'1e-400'", "'1e131071'", "'1e-16383'", "'9007199254740993'",
              "'18446744073709551616'", "'123456789012345678901234567890.123456789'", "'{\"a\": 1, \"a\": 2}'", "'{\"aa\": {\"b\": [1, null]}, \"b\": \"größe\"}'",
              r"""'"\u00fc\ud83d\ude00"'""", "(repeat('[', 64) || repeat(']', 64))", "'[[], {}, [[]], null]'"],
    "mood": ["'sad'", "'very happy'", "'größe'", "''"],
    "moods": ["'ok'"],
    "age": ["0", "2147483647"], "older": ["18"], "tag": ["''", "'x'"], "ages": ["'{1,NULL}'", "'{}'"],
    "inet": ["'0.0.0.0'", "'192.168.0.1'", "'192.168.0.1/24'", "'255.255.255.255/32'", "'10.0.0.1/0'", "'::'", "'::1'", "'::1/128'", "'2001:db8::1/64'",
             "'::ffff:1.2.3.4'", "'::1.2.3.4'", "'::ffff:0:1.2.3.4'", "'1:0:0:2:0:0:0:3'", "'1:0:2:0:3:0:4:0'", "'fe80::ABCD'", "'0:0:0:0:0:0:0:ffff'",
             "'::ffff:0.0.0.0'", "'::1:0:0'", "'::abcd:1234'", "'64:ff9b::1.2.3.4'"],
    "cidr": ["'0.0.0.0/0'", "'192.168.0.0/24'", "'10.1.2.3/32'", "'::/0'", "'2001:db8::/32'", "'::1/128'", "'::ffff:1.2.3.0/120'"],
    "macaddr": ["'00:00:00:00:00:00'", "'08-00-2B-01-02-0f'", "'ff:ff:ff:ff:ff:ff'"],
    "macaddr8": ["'00:00:00:00:00:00:00:00'", "'08:00:2b:01:02:03:04:AF'"],
    "bit(1)": ["B'0'", "B'1'"], "bit(9)": ["B'101010101'", "B'000000000'"],
    "varbit": ["B''", "B'0'", "B'10000000'", "B'0000000010'"],
    "xml": ["'<a>größe &amp; <b/></a>'", "''", "'text only'", "'<!-- c --><a x=\"1\"/>'", "'<?xml version=\"1.0\" encoding=\"UTF-8\"?><a>ü</a>'",
            "'<?xml version=\"1.0\" standalone=\"yes\"?><a/>'", "'<?xml version=\"1.1\"?><a/>'"],
    "int4range": ["'empty'", "'[1,5)'", "'(1,5]'", "'(,)'", "'[,5)'", "'[1,)'", "'[1,1]'", "'(-2147483648,2147483647)'"],
    "int8range": ["'[1,5)'"], "numrange": ["'[1.50,2.0]'", "'(NaN,NaN]'", "'[-Infinity,Infinity)'", "'(0,0.1)'"],
    "daterange": ["'[2000-01-01,2000-01-31]'", "'[4714-11-24 BC,)'"],
    "tsrange": ["'[\"2000-01-01 00:00:00.000001\",)'", "'empty'"], "tstzrange": ["'(\"2000-01-01 00:00:00+02\",\"2000-01-02 00:00:00+00\"]'"],
    "floatrange": ["'[0.1,NaN)'", "'(-0,0]'"], "textrange": [r"""'["a,b","c)""d")'""", "'[,)'", "'(\"\",z]'"],
    "int4multirange": ["'{}'", "'{[1,3),[5,9)}'", "'{(,)}'"], "nummultirange": ["'{[1.50,2.0],(7,)}'"],
    "point3": ["ROW(1, 2.50, 'x')", "ROW(NULL, NULL, NULL)", "ROW('NaN', 'NaN', '')", "ROW(-0.0, 1e30, 'a,\"b\\)')"],
    "checked_point": ["ROW(1, 2, '3')"],
    "holder": ["ROW(1, ROW(1, 2, 'z'), ARRAY['a', NULL, ''], 'sad', 18)", "ROW(NULL, NULL, NULL, NULL, NULL)", "ROW(1, ROW(NULL, NULL, ''), '{}', '', 20)"],
    "nothing": ["ROW()"],
    "inherited": ["ROW(1, 'after a column that is gone')"],
}
ARRAYS = {
    "integer[]": ["'{}'", "'{1}'", "'{1,NULL,3}'", "'{{1,2},{3,4}}'", "'{{{1},{2}},{{NULL},{4}}}'", "'{NULL}'", "'{{{{{{7}}}}}}'"],
    "text[]": ["'{}'", r"""'{"",NULL,"NULL","a,b","{x}","quo\"te","back\\slash"," "}'""", "ARRAY['größe', '\U0001f600']"],
    "boolean[]": ["'{t,f,NULL}'"], "bigint[]": ["'{9223372036854775807,-9223372036854775808}'"], "real[]": ["'{0.1,NaN,-0}'"],
    "double precision[]": ["'{0.1,NaN,-0,Infinity}'"], "numeric[]": ["'{1.50,NaN,1e30,-Infinity}'"], "bytea[]": [r"""'{"\\x00ff",NULL,"\\x"}'"""],
    "date[]": ["'{0044-03-15 BC,2000-01-01}'"], "timestamp[]": ["'{\"2000-01-01 12:00:00.5\"}'"], "timestamptz[]": ["'{\"2000-01-01 12:00:00+02\"}'"],
    "time[]": ["'{24:00:00}'"], "timetz[]": ["'{12:00:00+02}'"], "interval[]": ["'{\"1 mon -2 days\"}'"],
    "uuid[]": ["'{00000000-0000-0000-0000-000000000001}'"], "jsonb[]": ["""ARRAY['{"a": [1, null]}', '1.5']::jsonb[]"""],
    "mood[]": ["'{sad,\"very happy\",\"\"}'"], "inet[]": ["'{10.0.0.1/8,::1}'"], "int4range[]": ["""'{"[1,3)",empty,"(,)"}'"""],
    "point3[]": ["ARRAY[ROW(1, 2, '\"x\"')::point3, NULL]"], "older[]": ["ARRAY[18, NULL]::older[]"], "char(3)[]": ["'{a,b  }'"],
    "varbit[]": ["'{101,\"\"}'"], "money[]": ["'{1.50,-0.01}'"], "name[]": ["'{a}'"], '"char"[]': ["'{a,\"\"}'"],
    "ages[]": ["ARRAY['{1,2}'::ages, NULL]"],
}
REFUSED = {
    "an infinite date": ("date", "'infinity'"), "an infinite date, BC": ("date", "'-infinity'"),
    "an infinite timestamp": ("timestamp", "'infinity'"), "an infinite timestamptz": ("timestamptz", "'-infinity'"),
    "an infinite date in an array": ("date[]", "'{2000-01-01,infinity}'"), "an infinite bound": ("daterange", "'[2000-01-01,infinity)'"),
    "an array that begins at 0": ("integer[]", "'[0:1]={1,2}'"), "a JSON key twice": ("json", "'{\"a\": 1, \"a\": 1}'"),
    "a JSON key twice, inside": ("json", "'[{\"b\": {\"a\": 1, \"\\u0061\": 1}}]'"), "half a surrogate pair": ("json", "'\"\\ud800\"'"),
    "JSON null": ("json", "'null'"), "jsonb null": ("jsonb", "'null'"),
    "JSON too deep": ("jsonb", "(repeat('[', 65) || repeat(']', 65))"), "JSON digits": ("json", "repeat('9', 147456)"),
    "JSON exponent": ("json", "'1e131072'"), '"char" beyond ASCII': ('"char"', "'ü'"),
    "an array too deep": ("jsonb[]", "ARRAY[repeat('[', 64) || repeat(']', 64)]"),
}
NO_FORM = ["point", "line", "box", "circle", "path", "polygon", "lseg", "tsvector", "tsquery", "pg_lsn", "txid_snapshot", "regclass", "regtype",
           "int2vector", "oidvector", "jsonpath", "point[]"]


def setUpModule():
    global postgres, folder, daemon, pulls
    postgres = Postgres().start()
    unittest.addModuleCleanup(postgres.close)
    postgres.execute(TYPES)
    folder = tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(folder.cleanup)
    for name, encoding in (("latin", "LATIN1"), ("ascii", "SQL_ASCII")):
        postgres.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C'")
    daemon = Daemon(folder.name, config=config({name: {"url": postgres.url(database=name)} for name in ("postgres", "latin", "ascii")})).start()
    unittest.addModuleCleanup(daemon.close)
    pulls = Pulls(daemon, "postgres")


class ValuesTest(unittest.TestCase):
    maxDiff = 2000

    def check(self, dataset, query, database="postgres"):
        """Pulls the query and holds what was stored against what the database says. `query` orders its rows."""
        said = postgres_text.ask(postgres, query, dbname=database)
        receipt = pulls.receipt(dataset, query, order="sequence", source=database)
        self.assertEqual(schema_of(receipt), said.schema)
        stored = stored_rows(daemon, dataset, receipt["version"])
        expected = [rp1.encode_row(row) for row in said.rows]
        self.assertEqual(len(stored), len(expected))
        for number, (ours, theirs) in enumerate(zip(stored, expected)):
            if ours != theirs:
                self.fail(f"row {number + 1}, shown as {repr(said.shown[number])[:300]}: stored {repr(rp1_decode.decode_row(ours))[:600]}, "
                          f"to be {repr(rp1_decode.decode_row(theirs))[:600]}")
        self.assertEqual(receipt["fingerprint"], rp1.sequence_fingerprint(expected, said.schema))
        self.assertEqual(receipt["rows"], {"received": len(expected), "stored": len(expected), "quarantined": 0})
        self.assertTrue(daemon.verify(dataset, receipt["version"])["agrees"])
        as_set = pulls.receipt(dataset, query, order="set", source=database)
        self.assertEqual(as_set["fingerprint"], rp1.multiset_fingerprint(expected, said.schema))
        return said

    def check_types(self, cases):
        for sql_type, literals in cases.items():
            with self.subTest(sql_type):
                values = ", ".join(f"({number}, CAST({literal} AS {sql_type}))" for number, literal in enumerate([*literals, "NULL"]))
                self.check("edges", f"SELECT i, v FROM (VALUES {values}) AS t(i, v) ORDER BY i")

    def test_scalars_and_composed_types_at_their_edges(self):
        self.check_types(SCALARS)

    def test_arrays(self):
        self.check_types(ARRAYS)

    def test_every_code_point_that_text_may_hold(self):
        said = self.check("unicode", "SELECT n / 4096 AS part, string_agg(chr(n), '' ORDER BY n) AS points FROM generate_series(1, 1114111) n "
                                     "WHERE n NOT BETWEEN 55296 AND 57343 GROUP BY 1 ORDER BY 1")
        points = "".join(row["points"] for row in said.rows)
        self.assertEqual(points, "".join(chr(n) for n in range(1, 0x110000) if not 0xd800 <= n < 0xe000))

    def test_text_is_one_whatever_the_encoding_of_the_database(self):
        query = "SELECT 1 AS \"größe\", 'äöü ÿ'::text AS t, 'ß'::name AS n, ARRAY['é'] AS a, '{\"ü\": \"\\u00e9\"}'::jsonb AS j, '<ä/>'::xml AS x ORDER BY 1"
        in_utf8 = self.check("encoded", query)
        in_latin1 = self.check("encoded", query, "latin")
        self.assertEqual(in_latin1.rows, in_utf8.rows)

    def test_text_that_is_no_utf8_is_refused(self):
        """A database without an encoding holds any bytes."""
        self.check("bytes", "SELECT convert_from('\\xc3a4', 'SQL_ASCII') AS t ORDER BY 1", "ascii")
        for parameters in (None, [{"name": "one", "type": "int", "value": "1"}]):
            problem = pulls.problem("no-text", f"SELECT convert_from('\\xe4', 'SQL_ASCII') AS t WHERE 1 = {':one' if parameters else '1'}",
                                    source="ascii", parameters=parameters)
            self.assertIn(problem["code"], ("bad_input", "unsupported_value"), problem)
        self.assertEqual(daemon.versions("no-text"), [])

    def test_anonymous_rows_are_refused_and_rows_of_tables_are_maps(self):
        problem = pulls.problem("refused", "SELECT ROW(1, 2) AS held")
        self.assertEqual((problem["code"], problem["column"]), ("unsupported_value", "held"), problem)
        postgres.execute("CREATE TABLE things (a integer, b text); INSERT INTO things VALUES (1, NULL), (NULL, 'x')")
        self.check("whole-rows", "SELECT things AS whole, array_agg(things) OVER () AS others FROM things ORDER BY a")

    def test_columns_are_named_as_the_database_names_them(self):
        said = self.check("names", 'SELECT 1 AS "A", 2 AS a, 3 AS "größe", 4 AS "a b,c""d", 5 AS "rowid", 6 AS "' + "n" * 63 + '" ORDER BY 1')
        self.assertEqual(len(said.schema), 6)

    def test_columns_of_one_name_are_refused_by_name(self):
        problem = pulls.problem("twice", "SELECT 1 AS again, 2 AS again")
        self.assertEqual(problem["code"], "bad_input")
        self.assertIn("again", problem["detail"])
        self.assertEqual(daemon.versions("twice"), [])

    def test_columns_of_nulls_keep_their_type(self):
        self.check("nulls", "SELECT NULL::integer AS i, NULL::text AS t, NULL::point3 AS p, NULL::jsonb AS j, NULL::date[] AS d "
                            "FROM generate_series(1, 3) ORDER BY 1")

    def test_no_rows_still_have_columns(self):
        self.check("none", "SELECT 1 AS i, 'x'::text AS t, now() AS at WHERE false ORDER BY 1")

    def test_rows_without_columns_are_refused_by_name(self):
        problem = pulls.problem("refused", "SELECT FROM generate_series(1, 5)")
        self.assertEqual(problem["code"], "bad_input")
        self.assertIn("no columns", problem["detail"])

    def test_session_settings_of_the_role_change_no_value(self):
        query = "SELECT 1.5::float8 + 1e-15 AS f, '1.5'::money AS m, '2024-01-02'::date AS d, '2024-01-02 03:04:05+00'::timestamptz AS at, " \
                "'1 mon'::interval AS i, '\\x00'::bytea AS b, 'ü'::text AS t ORDER BY 1"
        before = pulls.receipt("settings", query)["fingerprint"]
        for setting in ("DateStyle = 'German, DMY'", "TimeZone = 'Asia/Kathmandu'", "IntervalStyle = 'iso_8601'", "bytea_output = 'escape'",
                        "extra_float_digits = -15", "client_encoding = 'LATIN1'"):
            postgres.execute(f"ALTER ROLE postgres SET {setting}")
            try:
                self.assertEqual(pulls.receipt("settings", query)["fingerprint"], before, setting)
            finally:
                postgres.execute("ALTER ROLE postgres RESET ALL")

    def test_parameters_give_the_same_values_by_another_way(self):
        """With parameters rows come from a binary cursor instead of COPY."""
        for sql_type in ("numeric", "text", "jsonb", "holder", "timestamptz", "integer[]"):
            with self.subTest(sql_type):
                literals = {**SCALARS, **ARRAYS}[sql_type]
                values = ", ".join(f"({number}, CAST({literal} AS {sql_type}))" for number, literal in enumerate([*literals, "NULL"]))
                query = f"SELECT i, v FROM (VALUES {values}) AS t(i, v) "
                self.check("plain", query + "ORDER BY i")
                plain = pulls.receipt("plain", query + "ORDER BY i")["fingerprint"]
                bound = pulls.receipt("bound", query + "WHERE i >= :least ORDER BY i", parameters=[{"name": "least", "type": "int", "value": "0"}])
                self.assertEqual(bound["fingerprint"], plain)

    def test_values_without_an_exact_form_are_refused_by_row_and_column(self):
        for name, (sql_type, literal) in REFUSED.items():
            with self.subTest(name):
                query = f"SELECT i, CASE WHEN i = 3 THEN CAST({literal} AS {sql_type}) END AS held FROM generate_series(1, 5) i ORDER BY i"
                problem = pulls.problem("refused", query)
                self.assertIn(problem["code"], ("unsupported_value", "limit_exceeded", "bad_input"), problem)
                self.assertEqual((problem.get("row"), problem.get("column", "").partition("[")[0].partition(".")[0]), (3, "held"), problem)
                self.assertEqual(daemon.versions("refused"), [])
                self.assertEqual(daemon.files("staging"), [])

    def test_types_without_a_form_are_refused_by_name_with_a_way_out(self):
        for sql_type in NO_FORM:
            with self.subTest(sql_type):
                problem = pulls.problem("refused", f"SELECT 1 AS one, NULL::{sql_type} AS held")
                self.assertEqual((problem["code"], problem.get("column")), ("unsupported_value", "held"), problem)
                self.assertIn(sql_type, problem["detail"])
                self.assertIn("text", problem["detail"])
                self.check("cast", f"SELECT 1 AS one, NULL::{sql_type}::text AS held ORDER BY 1")

    def test_random_rows(self):
        seed = int(os.environ.get("ROWPRINT_SEED") or random.SystemRandom().randrange(1 << 32))
        print(f"ROWPRINT_SEED={seed}", flush=True)
        source = random.Random(seed)
        columns = ", ".join(f'"{name}" {sql_type}' for name, sql_type in COLUMNS.items())
        postgres.execute(f"CREATE TABLE random_rows (i integer, {columns})")
        rows = [f"({number}, " + ", ".join(random_literal(source, sql_type) for sql_type in COLUMNS.values()) + ")" for number in range(1500)]
        for begin in range(0, len(rows), 100):
            postgres.execute("INSERT INTO random_rows VALUES " + ", ".join(rows[begin:begin + 100]))
        self.check("random", "SELECT * FROM random_rows ORDER BY i")


if __name__ == "__main__":
    unittest.main()
