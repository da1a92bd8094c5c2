"""The fingerprint format rp1, from docs/formats/fingerprint.md alone: the second implementation.

Rows are dicts (or lists of pairs) from column name to a typed Python value:

    None  bool  int  float  Decimal  str  bytes  datetime.date  datetime.time  datetime.datetime (naive: timestamp,
    aware: timestamptz)  uuid.UUID  list  dict (or Pairs, where keys repeat)

and, beyond what those reach, Days, Seconds and Digits below. Whatever the format refuses raises Refused.
"""
import dataclasses
import datetime
import decimal
import hashlib
import math
import struct
import sys
import uuid

sys.set_int_max_str_digits(0)

TYPES = ("null", "bool", "int", "float", "decimal", "text", "bytes", "date", "time", "timestamp", "timestamptz", "uuid",
         "list", "map", "any")
DIGITS_MAX = 147455
DIGITS_LIMIT = 10 ** DIGITS_MAX
EXPONENTS = range(-16383, 131071 + 1)
DEPTH_MAX = 64
CHUNK_ROWS = 4096
BUCKETS = 4096
EPOCH = datetime.datetime(1970, 1, 1)


class Refused(ValueError):
    """There is no fingerprint; args[0] is the short name of the reason."""


@dataclasses.dataclass(frozen=True)
class Days:
    """A date that datetime.date does not reach."""
    days: int


@dataclasses.dataclass(frozen=True)
class Seconds:
    """A time, timestamp or timestamptz to the nanosecond; kind is that type's name."""
    kind: str
    seconds: int
    nanoseconds: int = 0


@dataclasses.dataclass(frozen=True)
class Digits:
    """A decimal whose digits and exponent are given apart."""
    digits: int
    exponent: int


class Pairs(list):
    """A map as (key, value) pairs, which may repeat a key."""


def head(major, argument):
    if argument < 24:
        return bytes([major << 5 | argument])
    for info, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if argument < 1 << 8 * size:
            return bytes([major << 5 | info]) + argument.to_bytes(size, "big")
    raise AssertionError("no head takes this")


def text(value):
    try:
        encoded = value.encode("utf-8")
    except UnicodeEncodeError:
        raise Refused("invalid_utf8") from None
    return head(3, len(encoded)) + encoded


def integer(value):
    if not -DIGITS_LIMIT < value < DIGITS_LIMIT:
        raise Refused("too_many_digits")
    major, argument = (0, value) if value >= 0 else (1, -1 - value)
    if argument < 1 << 64:
        return head(major, argument)
    magnitude = argument.to_bytes((argument.bit_length() + 7) // 8, "big")
    return head(6, 2 + major) + head(2, len(magnitude)) + magnitude


def is_reduced(value):
    return -(1 << 63) <= value < 1 << 64


def floating(value):
    if math.isnan(value):
        return bytes.fromhex("f97e00")
    if value.is_integer() and is_reduced(int(value)):
        return integer(int(value))
    for first, form in ((0xf9, ">e"), (0xfa, ">f"), (0xfb, ">d")):
        try:
            packed = struct.pack(form, value)
        except OverflowError:
            continue
        if struct.unpack(form, packed)[0] == value:
            return bytes([first]) + packed
    raise AssertionError("a double is a double")


def scaled(digits, exponent):
    if digits == 0:
        return b"\0"
    shown = str(abs(digits))
    kept = shown.rstrip("0")
    exponent += len(shown) - len(kept)
    if len(kept) > DIGITS_MAX:
        raise Refused("too_many_digits")
    if exponent not in EXPONENTS:
        raise Refused("exponent_out_of_range")
    mantissa = int(kept) if digits > 0 else -int(kept)
    if exponent >= 0 and len(kept) + exponent <= 20 and is_reduced(mantissa * 10 ** exponent):
        return integer(mantissa * 10 ** exponent)
    return head(6, 4) + head(4, 2) + integer(exponent) + integer(mantissa)


def decimal_number(value):
    if not value.is_finite():
        return floating(float("nan") if value.is_nan() else float(value))
    sign, digits, exponent = value.as_tuple()
    magnitude = int("".join(map(str, digits)))
    return scaled(-magnitude if sign else magnitude, exponent)


def int64(value):
    if not -(1 << 63) <= value < 1 << 63:
        raise Refused("out_of_range")
    return integer(value)


def moment(value):
    tag = {"timestamptz": 1001, "timestamp": 0x72700001, "time": 0x72700002}[value.kind]
    if not 0 <= value.nanoseconds < 10 ** 9:
        raise Refused("nanoseconds_out_of_range")
    if value.kind == "time" and not (0, 0) <= (value.seconds, value.nanoseconds) <= (86400, 0):
        raise Refused("time_out_of_range")
    content = b"\x01" + int64(value.seconds)
    if value.nanoseconds == 0:
        return head(6, tag) + b"\xa1" + content
    return head(6, tag) + b"\xa2" + content + b"\x28" + integer(value.nanoseconds)


def from_datetime(value):
    """What datetime's classes hold, as Days and Seconds."""
    if isinstance(value, datetime.datetime):
        kind = "timestamp" if value.tzinfo is None else "timestamptz"
        since = value.replace(tzinfo=None) - EPOCH - (value.utcoffset() or datetime.timedelta())
        return Seconds(kind, since.days * 86400 + since.seconds, since.microseconds * 1000)
    if isinstance(value, datetime.time):
        return Seconds("time", value.hour * 3600 + value.minute * 60 + value.second, value.microsecond * 1000)
    return Days((value - EPOCH.date()).days)


def encode_map(pairs, encode):
    encoded = sorted((text(key), encode(value)) for key, value in pairs)
    keys = [key for key, _ in encoded]
    if len(set(keys)) != len(keys):
        raise Refused("duplicate_key")
    return encoded


def encode_value(value, containers=0):
    """One value; `containers` is the number of lists and maps around it."""
    if isinstance(value, (datetime.date, datetime.time)):
        value = from_datetime(value)
    if value is None:
        return b"\xf6"
    if isinstance(value, bool):
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, int):
        return integer(value)
    if isinstance(value, float):
        return floating(value)
    if isinstance(value, decimal.Decimal):
        return decimal_number(value)
    if isinstance(value, Digits):
        return scaled(value.digits, value.exponent)
    if isinstance(value, str):
        return text(value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, Days):
        return head(6, 100) + int64(value.days)
    if isinstance(value, Seconds):
        return moment(value)
    if isinstance(value, uuid.UUID):
        return head(6, 37) + head(2, 16) + value.bytes
    if not isinstance(value, (list, dict)):
        raise TypeError(type(value))
    if containers == DEPTH_MAX:
        raise Refused("too_deep")
    if isinstance(value, (dict, Pairs)):
        pairs = encode_map(pairs_of(value), lambda inner: encode_value(inner, containers + 1))
        return head(5, len(pairs)) + b"".join(key + inner for key, inner in pairs)
    return head(4, len(value)) + b"".join(encode_value(inner, containers + 1) for inner in value)


def pairs_of(row):
    return list(row.items()) if isinstance(row, dict) else list(row)


def check_column_name(name):
    if name == "" or "\0" in name:
        raise Refused("bad_column_name")
    text(name)


def encode_row(row):
    for name, _ in pairs_of(row):
        check_column_name(name)
    pairs = [pair for pair in encode_map(pairs_of(row), encode_value) if pair[1] != b"\xf6"]
    return head(5, len(pairs)) + b"".join(key + value for key, value in pairs)


def type_of(value):
    """The type of a column that held nothing else."""
    if isinstance(value, (datetime.date, datetime.time)):
        value = from_datetime(value)
    if isinstance(value, Seconds):
        return value.kind
    for kind, name in ((type(None), "null"), (bool, "bool"), (int, "int"), (float, "float"), (decimal.Decimal, "decimal"),
                       (Digits, "decimal"), (str, "text"), (bytes, "bytes"), (Days, "date"), (uuid.UUID, "uuid"),
                       ((dict, Pairs), "map"), (list, "list")):
        if isinstance(value, kind):
            return name
    raise TypeError(type(value))


def infer_schema(rows, declared=None):
    """The schema of typed rows: a dict from column name to type name, declared columns first."""
    seen, large = {}, set()
    for row in rows:
        for name, value in pairs_of(row):
            kinds = seen.setdefault(name, set())
            kinds.add(type_of(value))
            if type_of(value) == "int" and abs(value) > 1 << 53:
                large.add(name)
    schema = dict(declared or {})
    for name, kinds in seen.items():
        kinds = kinds - {"null"}
        if name in schema:
            continue
        if kinds == {"int", "float"} and name not in large:
            schema[name] = "float"
        else:
            schema[name] = "any" if len(kinds) > 1 else next(iter(kinds), "null")
    return schema


def sha256(*pieces):
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.digest()


def encode_schema(schema):
    for name, type_name in schema.items():
        check_column_name(name)
        if type_name not in TYPES:
            raise Refused("unknown_type")
    pairs = encode_map(schema.items(), text)
    return head(5, len(pairs)) + b"".join(key + value for key, value in pairs)


def schema_digest(schema):
    return sha256(b"rowprint/rp1/schema\0", encode_schema(schema))


def tree_root(leaves):
    """RFC 6962 section 2.1, as it is written there: by recursion on the largest power of two."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1", tree_root(leaves[:split]), tree_root(leaves[split:]))


def encodings(rows):
    """Rows may come as typed values or encoded already."""
    for row in rows:
        yield row if isinstance(row, bytes) else encode_row(row)


def sequence_root(rows):
    """The root and the number of rows."""
    leaves, chunk, count = [], [], 0
    for row in encodings(rows):
        chunk.append(row)
        count += 1
        if len(chunk) == CHUNK_ROWS:
            leaves.append(sha256(b"\0", *chunk))
            chunk = []
    if chunk:
        leaves.append(sha256(b"\0", *chunk))
    return tree_root(leaves), count


def multiset_root(rows):
    buckets = [[] for _ in range(BUCKETS)]
    count = 0
    for row in encodings(rows):
        digest = sha256(b"\2", row)
        buckets[int.from_bytes(digest[:2], "big") >> 4].append(digest)
        count += 1
    return tree_root([sha256(b"\0", *sorted(bucket)) for bucket in buckets]), count


def sealed(kind, schema, root, count):
    domain = {"rp1s": b"rowprint/rp1/sequence\0", "rp1m": b"rowprint/rp1/multiset\0"}[kind]
    return kind + ":" + sha256(domain, schema_digest(schema), count.to_bytes(8, "big"), root).hex()


def sequence_fingerprint(rows, schema):
    return sealed("rp1s", schema, *sequence_root(rows))


def multiset_fingerprint(rows, schema):
    return sealed("rp1m", schema, *multiset_root(rows))
