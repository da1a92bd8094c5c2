"""Random values of PostgreSQL's types, as SQL literals."""
import datetime
import json
import struct

TEXTS = ["", " ", "x", "NULL", "null", "it's", 'quo"te', "back\\slash", "a,b", "{x}", "(y)", "größe", "u\u0308", "\U0001f600", "\uffff", "line\nbreak",
         "\t", "\x01\x7f", "1", "true", "2024-01-01", "z" * 300]
COLUMNS = {
    "flag": "boolean", "small": "smallint", "whole": "integer", "big": "bigint", "single": "real", "double": "double precision", "exact": "numeric",
    "price": "numeric(12,3)", "note": "text", "padded": "char(4)", "raw": "bytea", "day": "date", "clock": "time", "zoned clock": "timetz",
    "moment": "timestamp", "instant": "timestamptz", "lasts": "interval", "key": "uuid", "doc": "json", "docb": "jsonb", "feeling": "mood",
    "numbers": "integer[]", "notes": "text[]", "exacts": "numeric[]", "span": "int4range", "stay": "tstzrange", "place": "point3",
    "places": "point3[]", "host": "inet", "bits": "varbit", "cash": "money",
}


def quoted(text):
    """A literal that reads the same whatever standard_conforming_strings is."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"E'{escaped}'"


def random_text(source):
    if source.random() < 0.6:
        return source.choice(TEXTS)
    points = [source.choice([(1, 127), (128, 0x7ff), (0x800, 0xd7ff), (0xe000, 0xffff), (0x10000, 0x10ffff)]) for _ in range(source.randrange(12))]
    return "".join(chr(source.randint(*point)) for point in points)


def random_integer(source, bits):
    """Near the edges of every length, or anywhere."""
    if source.random() < 0.5:
        value = (1 << source.randrange(bits)) + source.randrange(-2, 3)
        value = value if source.random() < 0.5 else -value
    else:
        value = source.randrange(-(1 << bits - 1), 1 << bits - 1)
    return max(-(1 << bits - 1), min((1 << bits - 1) - 1, value))


def random_numeric(source):
    if source.random() < 0.05:
        return source.choice(["NaN", "Infinity", "-Infinity"])
    whole = "".join(source.choice("0000123456789") for _ in range(source.choice([1, 2, 4, 5, 8, 18, 20, 40, 200])))
    fraction = "".join(source.choice("0000123456789") for _ in range(source.choice([0, 0, 1, 2, 4, 5, 20, 100])))
    return source.choice(["", "-"]) + whole + ("." + fraction if fraction else "")


def random_day(source):
    """(date, era): anywhere in the Gregorian years 1 to 9999, before Christ as well."""
    day = datetime.date.min + datetime.timedelta(days=source.randrange(3_652_059))
    # 4714 BC is where the Julian calendar begins and timestamps end. Leap years are others before Christ.
    leap = (day.month, day.day) == (2, 29)
    return f"{day.year:04}-{day:%m-%d}", source.choice(["", "", " BC"]) if day.year < 4713 and not leap else ""


def random_clock(source):
    microseconds = source.choice([0, 1, 86_399_999_999, source.randrange(86_400_000_000), source.randrange(86_400) * 1_000_000])
    return (datetime.datetime.min + datetime.timedelta(microseconds=microseconds)).strftime("%H:%M:%S.%f")


def random_offset(source):
    return f"{source.choice('+-')}{source.randrange(16):02}:{source.randrange(60):02}"


def random_moment(source, offset=""):
    """Near the epochs, or anywhere."""
    if source.random() < 0.3:
        near = source.choice([datetime.datetime(1970, 1, 1), datetime.datetime(2000, 1, 1)])
        return f"{near + datetime.timedelta(microseconds=source.randrange(-3_000_000, 3_000_000)):%Y-%m-%d %H:%M:%S.%f}{offset}"
    day, era = random_day(source)
    return f"{day} {random_clock(source)}{offset}{era}"


def random_address(source):
    if source.random() < 0.5:
        return ".".join(map(str, source.randbytes(4))) + source.choice(["", "/8", "/24", "/32"])
    groups = [source.choice(["0", "0", "ffff", f"{source.randrange(1 << 16):x}"]) for _ in range(8)]
    return ":".join(groups) + source.choice(["", "/0", "/64", "/127"])


def random_json(source, depth=3):
    choice = source.randrange(8 if depth else 5)
    if choice == 0:
        return source.choice(["null", "true", "false"])
    if choice in (1, 2):
        number = random_numeric(source)
        number = "0" if number[-1] in "Ny" else number.lstrip("-0") or "0"
        number = "0" + number if number.startswith(".") else number
        return source.choice(["", "-"]) + number + source.choice(["", "", "", "e5", "E-7", "e+30"])
    if choice in (3, 4):
        return json.dumps(random_text(source), ensure_ascii=source.random() < 0.5)
    if choice in (5, 6):
        return "[" + ", ".join(random_json(source, depth - 1) for _ in range(source.randrange(4))) + "]"
    keys = source.sample(TEXTS, source.randrange(4))
    return "{" + ",".join(json.dumps(key) + ":" + random_json(source, depth - 1) for key in keys) + "}"


def random_float(source, size):
    """Any bits."""
    form = {4: "f", 8: "d"}[size]
    if source.random() < 0.4:
        return repr(source.choice([0.0, -0.0, 0.5, 0.1, 1e10, 65504.0, 2.0 ** -24, 3.0]))
    value = struct.unpack(form, source.randbytes(size))[0]
    return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(repr(value), repr(value))


def random_list(source, sql_type):
    return f"ARRAY[{', '.join(random_literal(source, sql_type) for _ in range(source.randrange(5)))}]::{sql_type}[]"


def random_range(source, bounds):
    """Between bounds that are in order."""
    if source.random() < 0.1:
        return "'empty'"
    lower, upper = (bound if source.random() < 0.85 else "" for bound in bounds)
    return f"'{source.choice('[(')}{lower},{upper}{source.choice(')]')}'"


def random_interval(source):
    parts = [f"{random_integer(source, 20)} mons", f"{random_integer(source, 31)} days", f"{random_integer(source, 50)} microseconds"]
    return "'" + " ".join(part for part in parts if source.random() < 0.7) + " 0 hours'"


def random_document(source):
    """Not null by itself, which is refused; without U+0000, which jsonb has not."""
    document = random_json(source).replace("\\u0000", "?")
    return quoted("{}" if document == "null" else document)


def random_composite(source):
    return f"ROW({', '.join(random_literal(source, each) for each in ('double precision', 'numeric', 'text'))})"


def random_int4range(source):
    lower, upper = sorted(source.randrange(-1000, 1000) for _ in range(2))
    return random_range(source, [lower, upper])


def random_tstzrange(source):
    return random_range(source, [f"{year}-01-01 00:00:00.5{random_offset(source)}" for year in sorted(source.sample(range(1000, 3000, 2), 2))])


def in_quotes(make):
    return lambda source: f"'{make(source)}'"


MAKERS = {
    "boolean": lambda source: source.choice(["true", "false"]),
    "smallint": in_quotes(lambda source: random_integer(source, 16)),
    "integer": in_quotes(lambda source: random_integer(source, 32)),
    "bigint": in_quotes(lambda source: random_integer(source, 64)),
    "real": in_quotes(lambda source: random_float(source, 4)),
    "double precision": in_quotes(lambda source: random_float(source, 8)),
    "numeric": in_quotes(random_numeric),
    "numeric(12,3)": in_quotes(lambda source: f"{random_integer(source, 30)}.{source.randrange(1000):03}"),
    "money": in_quotes(lambda source: f"{random_integer(source, 40)}.{source.randrange(100):02}"),
    "text": lambda source: quoted(random_text(source)),
    "char(4)": lambda source: quoted(random_text(source)[:4]),
    "bytea": in_quotes(lambda source: "\\x" + source.randbytes(source.randrange(40)).hex()),
    "date": in_quotes(lambda source: "".join(random_day(source))),
    "time": in_quotes(random_clock),
    "timetz": in_quotes(lambda source: random_clock(source) + random_offset(source)),
    "timestamp": in_quotes(random_moment),
    "timestamptz": in_quotes(lambda source: random_moment(source, random_offset(source))),
    "interval": random_interval,
    "uuid": in_quotes(lambda source: source.randbytes(16).hex()),
    "json": random_document,
    "jsonb": random_document,
    "mood": lambda source: quoted(source.choice(["sad", "ok", "very happy", "größe", ""])),
    "int4range": random_int4range,
    "tstzrange": random_tstzrange,
    "point3": random_composite,
    "inet": in_quotes(random_address),
    "varbit": lambda source: "B'" + "".join(source.choice("01") for _ in range(source.randrange(20))) + "'",
}


def random_literal(source, sql_type):
    """An expression of that type, null now and then."""
    if source.random() < 0.12:
        return f"NULL::{sql_type}"
    if sql_type.endswith("[]"):
        return random_list(source, sql_type.removesuffix("[]"))
    return f"{MAKERS[sql_type](source)}::{sql_type}"
