"""What PostgreSQL says, by a path that shares nothing with the connector: the server's text output, read by Python.

psycopg2 asks in text format with its adapters off, so that every value arrives as the characters the server wrote; its type comes from the
catalog. The conversions below follow docs/sql-types.md and give the typed values of tests/vectors/rp1.py.
"""
import dataclasses
import decimal
import json
import math
import pathlib
import re
import struct
import sys
import uuid

import psycopg2.extensions

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "vectors"))

import rp1
import rp1_json

SESSION = ("SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET TimeZone = 'UTC'; SET bytea_output = 'hex'; "
           "SET extra_float_digits = 3; SET lc_monetary = 'C'; SET xmloption = 'content'; SET client_encoding = 'UTF8'")
INTEGERS = ("int2", "int4", "int8", "oid", "xid", "cid", "xid8")
TEXTS = ("text", "varchar", "bpchar", "name", "char", "xml", "inet", "cidr", "macaddr", "macaddr8", "bit", "varbit", "unknown")
NOT_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
MICROSECOND = 1000


def to_bool(shown):
    return {"t": True, "f": False}[shown]


def to_float8(shown):
    return NOT_FINITE[shown] if shown in NOT_FINITE else float(shown)


def to_float4(shown):
    """The shortest text of a float4 means the nearest float4, which is then widened."""
    return struct.unpack("f", struct.pack("f", to_float8(shown)))[0]


def to_numeric(shown):
    return decimal.Decimal(shown) if shown in NOT_FINITE else rp1_json.to_decimal(shown)


def to_money(shown):
    found = re.fullmatch(r"(-?)\$([\d,]+)\.(\d\d)", shown)
    return rp1.Digits(int(found[1] + found[2].replace(",", "") + found[3]), -2)


def to_bytea(shown):
    return bytes.fromhex(shown.removeprefix("\\x"))


def to_days(shown):
    """ISO with the years before 1 written as BC, of which 1 is year 0."""
    year, month, day = map(int, shown.removesuffix(" BC").split("-"))
    return rp1_json.days_from_civil(1 - year if shown.endswith(" BC") else year, month, day)


def to_seconds(shown):
    """(seconds, nanoseconds) of hh:mm:ss.ffffff, hours of any size."""
    hours, minutes, seconds = shown.split(":")
    whole, _, fraction = seconds.partition(".")
    return (int(hours) * 60 + int(minutes)) * 60 + int(whole), int(fraction.ljust(6, "0")) * MICROSECOND


def to_offset(shown):
    """Seconds east of +hh, +hh:mm or +hh:mm:ss."""
    parts = [int(part) for part in shown[1:].split(":")] + [0, 0]
    return (-1 if shown[0] == "-" else 1) * (parts[0] * 3600 + parts[1] * 60 + parts[2])


def to_timestamp(shown, kind="timestamp"):
    date, clock = shown.removesuffix(" BC").split(" ")
    era = " BC" if shown.endswith(" BC") else ""
    found = re.fullmatch(r"([\d:.]+)([+-][\d:]+)?", clock)
    seconds, nanoseconds = to_seconds(found[1])
    offset = to_offset(found[2]) if found[2] else 0
    return rp1.Seconds(kind, to_days(date + era) * 86400 + seconds - offset, nanoseconds)


def to_timetz(shown):
    found = re.fullmatch(r"([\d:.]+)([+-][\d:]+)", shown)
    return {"time": rp1.Seconds("time", *to_seconds(found[1])), "offset": to_offset(found[2])}


def to_interval(shown):
    found = re.fullmatch(r"(?:([+-]?\d+) years? ?)?(?:([+-]?\d+) mons? ?)?(?:([+-]?\d+) days? ?)?(?:([+-]?)(\d+:\d\d:\d\d(?:\.\d+)?))?", shown)
    years, months, days, sign, clock = found.groups()
    seconds, nanoseconds = to_seconds(clock or "0:0:0")
    microseconds = seconds * 1_000_000 + nanoseconds // MICROSECOND
    return {"months": int(years or 0) * 12 + int(months or 0), "days": int(days or 0),
            "microseconds": -microseconds if sign == "-" else microseconds}


def to_json(shown):
    """A number with a point or an exponent is the decimal that it is, so that none passes through a double."""
    return json.loads(shown, parse_int=rp1_json.to_integer, parse_float=rp1_json.to_decimal, object_pairs_hook=rp1_json.to_map)


SCALARS = {
    "bool": ("bool", to_bool), "float8": ("float", to_float8), "float4": ("float", to_float4), "numeric": ("decimal", to_numeric),
    "money": ("decimal", to_money), "bytea": ("bytes", to_bytea), "date": ("date", lambda shown: rp1.Days(to_days(shown))),
    "time": ("time", lambda shown: rp1.Seconds("time", *to_seconds(shown))), "timetz": ("map", to_timetz),
    "timestamp": ("timestamp", to_timestamp), "timestamptz": ("timestamptz", lambda shown: to_timestamp(shown, "timestamptz")),
    "interval": ("map", to_interval), "uuid": ("uuid", uuid.UUID), "json": ("any", to_json), "jsonb": ("any", to_json),
    **{name: ("int", int) for name in INTEGERS}, **{name: ("text", str) for name in TEXTS},
}


class Scanner:
    """Reads the text form of arrays, composites and ranges, item by item."""

    def __init__(self, shown):
        self.shown, self.at = shown, 0

    def peek(self):
        return self.shown[self.at]

    def take(self):
        self.at += 1
        return self.shown[self.at - 1]

    def expect(self, what):
        taken = self.take()
        if taken != what:
            raise ValueError(f"{what!r} expected at {self.at} of {self.shown!r}")

    def item(self, ends):
        """(text, whether a quote stood in it) up to one of `ends`. Quotes are doubled or escaped inside quotes."""
        text, quoted = [], False
        while self.peek() not in ends:
            if self.peek() == "\\":
                self.take()
                text.append(self.take())
            elif self.peek() != '"':
                text.append(self.take())
            else:
                quoted = True
                self.take()
                text.append(self._quoted())
        return "".join(text), quoted

    def _quoted(self):
        text = []
        while True:
            taken = self.take()
            if taken == '"':
                if self.at == len(self.shown) or self.peek() != '"':
                    return "".join(text)
                self.take()
            elif taken == "\\":
                taken = self.take()
            text.append(taken)


@dataclasses.dataclass(frozen=True)
class SqlType:
    """A type of the catalog: its rp1 type, and how its text becomes a value."""
    rp1_type: str
    read: object


class Catalog:
    """The types of one database, asked for when they are met."""

    def __init__(self, cursor):
        self.cursor, self.known = cursor, {}

    def _ask(self, query, *values):
        self.cursor.execute(query, values)
        return self.cursor.fetchall()

    def type(self, oid):
        if oid not in self.known:
            self.known[oid] = self._find(oid)
        return self.known[oid]

    def _find(self, oid):
        name, kind, category, element, base = self._ask(
            "SELECT typname, typtype, typcategory, typelem::bigint, typbasetype::bigint FROM pg_type WHERE oid = %s", oid)[0]
        if kind == "d":
            return self.type(int(base))
        if kind == "e":
            return SqlType("text", str)
        if kind == "c":
            attributes = self._ask("SELECT attname, atttypid::bigint FROM pg_attribute WHERE attrelid = "
                                   "(SELECT typrelid FROM pg_type WHERE oid = %s) AND attnum > 0 AND NOT attisdropped ORDER BY attnum", oid)
            return SqlType("map", lambda shown: self._composite(shown, [(each, int(of)) for each, of in attributes]))
        if kind in "rm":
            column = "rngtypid" if kind == "r" else "rngmultitypid"
            inner = int(self._ask(f"SELECT rngsubtype::bigint FROM pg_range WHERE {column} = %s", oid)[0][0])
            return SqlType("map", lambda shown: self._range(shown, inner)) if kind == "r" else \
                SqlType("list", lambda shown: self._multirange(shown, inner))
        if category == "A":
            delimiter = self._ask("SELECT typdelim FROM pg_type WHERE oid = %s", element)[0][0]
            return SqlType("list", lambda shown: self._array(shown, int(element), delimiter))
        return SqlType(*SCALARS[name])

    def read(self, oid, shown):
        return None if shown is None else self.type(oid).read(shown)

    def _array(self, shown, element, delimiter):
        scanner = Scanner(shown)
        items = self._dimension(scanner, element, delimiter)
        if scanner.at != len(shown):
            raise ValueError(shown)
        return items

    def _dimension(self, scanner, element, delimiter):
        scanner.expect("{")
        items = []
        while scanner.peek() != "}":
            if scanner.peek() == "{":
                items.append(self._dimension(scanner, element, delimiter))
            else:
                text, quoted = scanner.item(delimiter + "}")
                items.append(None if text == "NULL" and not quoted else self.read(element, text))
            if scanner.peek() == delimiter:
                scanner.take()
        scanner.take()
        return items

    def _composite(self, shown, attributes):
        scanner = Scanner(shown)
        value = {}
        for index, (name, oid) in enumerate(attributes):
            scanner.expect("(" if index == 0 else ",")
            text, quoted = scanner.item(",)")
            value[name] = None if text == "" and not quoted else self.read(oid, text)
        if not attributes:
            scanner.expect("(")
        scanner.expect(")")
        return value

    def _bounds(self, scanner, inner):
        if scanner.shown[scanner.at:scanner.at + 5] == "empty":
            scanner.at += 5
            return {"bounds": "empty"}
        opening = scanner.take()
        ends = []
        for end in (",", ")]"):
            text, quoted = scanner.item(end)
            ends.append(None if text == "" and not quoted else self.read(inner, text))
            closing = scanner.take()
        return {"lower": ends[0], "upper": ends[1], "bounds": opening + closing}

    def _range(self, shown, inner):
        return self._bounds(Scanner(shown), inner)

    def _multirange(self, shown, inner):
        scanner = Scanner(shown)
        scanner.expect("{")
        ranges = []
        while scanner.peek() != "}":
            ranges.append(self._bounds(scanner, inner))
            if scanner.peek() == ",":
                scanner.take()
        return ranges


class Said:
    """The rows of a query as PostgreSQL says them: `schema` (name to rp1 type) and `rows` (dicts of typed values)."""

    def __init__(self, schema, rows, shown):
        self.schema, self.rows, self.shown = schema, rows, shown


def ask(postgres, query, **options):
    """Runs it and converts every value. Slow: for thousands of rows. `options`: as psycopg2.connect takes them."""
    connection = postgres.connect(**options)
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"{SESSION}; SELECT oid::bigint FROM pg_type")
            raw = psycopg2.extensions.new_type(tuple(int(oid) for oid, in cursor.fetchall()), "AS_SHOWN", lambda shown, _: shown)
            psycopg2.extensions.register_type(raw, cursor)
            cursor.execute(query)
            columns = [(column.name, column.type_code) for column in cursor.description]
            shown = cursor.fetchall()
            catalog = Catalog(cursor)
            schema = {name: catalog.type(oid).rp1_type for name, oid in columns}
            rows = [{name: catalog.read(oid, value) for (name, oid), value in zip(columns, row)} for row in shown]
            return Said(schema, rows, shown)
    finally:
        connection.close()
