"""JSON to typed values and back, as docs/formats/fingerprint.md section 7 has it."""
import base64
import binascii
import datetime
import decimal
import json
import math
import re
import uuid

import rp1

decimal.getcontext().prec = decimal.MAX_PREC
decimal.getcontext().Emax = decimal.MAX_EMAX
decimal.getcontext().Emin = decimal.MIN_EMIN

NOT_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
DATE = r"(\d{4}|\+[1-9]\d{4,}|-(?!0000)\d{4}|-[1-9]\d{4,})-(\d\d)-(\d\d)"
TIME = r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?"
OFFSET = r"([Zz]|[+-]\d\d:\d\d)"
DECIMAL = r"-?\d+(\.\d+)?([eE][+-]?\d+)?"


def refuse_constant(token):
    raise rp1.Refused("invalid_json")


class FloatToken(str):
    """A number with a point or an exponent, as it was written: a declared decimal takes it exactly."""


class IntegerToken(str):
    """Any other number."""


def to_float(token):
    value = float(token)
    if math.isinf(value):
        raise rp1.Refused("float_overflow")
    if value == 0 and re.search("[1-9]", re.split("[eE]", token)[0]):
        raise rp1.Refused("float_underflow")
    return value


def to_integer(token):
    if len(token.lstrip("-")) > rp1.DIGITS_MAX:
        raise rp1.Refused("too_many_digits")
    return int(token)


def to_map(pairs):
    if len({key for key, _ in pairs}) != len(pairs):
        raise rp1.Refused("duplicate_key")
    return dict(pairs)


def resolved(value):
    """A value as JSON alone has it: tokens are numbers."""
    if isinstance(value, FloatToken):
        return to_float(value)
    if isinstance(value, IntegerToken):
        return to_integer(value)
    if isinstance(value, list):
        return [resolved(inner) for inner in value]
    if isinstance(value, dict):
        return {key: resolved(inner) for key, inner in value.items()}
    return value


def to_decimal(shown):
    mantissa, _, exponent = shown.lower().partition("e")
    whole, _, fraction = mantissa.partition(".")
    return rp1.Digits(int(whole + fraction), int(exponent or 0) - len(fraction))


def parse_line(line):
    """One row, its numbers still as they were written."""
    try:
        shown = line.decode("utf-8")
        row = json.loads(shown, parse_float=FloatToken, parse_int=IntegerToken, parse_constant=refuse_constant,
                         object_pairs_hook=to_map)
    except UnicodeDecodeError:
        raise rp1.Refused("invalid_utf8") from None
    except RecursionError:
        raise rp1.Refused("too_deep") from None
    except json.JSONDecodeError:
        raise rp1.Refused("invalid_json") from None
    if not isinstance(row, dict):
        raise rp1.Refused("not_an_object")
    return row


def matched(pattern, value):
    found = re.fullmatch(pattern, value, re.ASCII) if isinstance(value, str) else None
    if not found:
        raise rp1.Refused("not_of_declared_type")
    return found.groups()


def days_from_civil(year, month, day):
    """Days since 1970-01-01, by whole cycles of 400 years, which datetime does not reach outside of 1 to 9999."""
    cycles, year_in_cycle = divmod(year, 400)
    try:
        within = datetime.date(year_in_cycle + 400, month, day) - datetime.date(400, 1, 1)
    except ValueError:
        raise rp1.Refused("not_of_declared_type") from None
    return (cycles * 146097 + within.days) - 719528


def seconds_of_day(hour, minute, second, fraction, *, whole_day=False):
    hour, minute, second = int(hour), int(minute), int(second)
    nanoseconds = int((fraction or "").ljust(9, "0"))
    if whole_day and (hour, minute, second, nanoseconds) == (24, 0, 0, 0):
        return 86400, 0
    if hour > 23 or minute > 59 or second > 59:
        raise rp1.Refused("not_of_declared_type")
    return hour * 3600 + minute * 60 + second, nanoseconds


def to_timestamp(kind, value):
    pattern = DATE + "[Tt ]" + TIME + (OFFSET if kind == "timestamptz" else "()")
    parts = matched(pattern, value)
    year, month, day = map(int, parts[:3])
    seconds, nanoseconds = seconds_of_day(*parts[3:7])
    offset = 0
    if parts[7] and parts[7] not in "Zz":
        hours, minutes = int(parts[7][1:3]), int(parts[7][4:])
        if hours > 23 or minutes > 59:
            raise rp1.Refused("not_of_declared_type")
        offset = (hours * 60 + minutes) * (-60 if parts[7][0] == "-" else 60)
    return rp1.Seconds(kind, days_from_civil(year, month, day) * 86400 + seconds - offset, nanoseconds)


def to_bytes(value):
    if not isinstance(value, str):
        raise rp1.Refused("not_of_declared_type")
    try:
        decoded = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise rp1.Refused("not_of_declared_type") from None
    if base64.b64encode(decoded).decode() != value:
        raise rp1.Refused("not_of_declared_type")
    return decoded


def as_declared(value, type_name):
    """The value that JSON's own is in a column declared so."""
    if type_name == "decimal" and isinstance(value, (FloatToken, IntegerToken)):
        return to_decimal(value)
    value = resolved(value)
    if value is None or type_name == "any":
        return value
    own = {"bool": bool, "int": int, "text": str, "list": list, "map": dict}
    if type_name in own and type(value) is own[type_name]:
        return value
    if type_name == "float":
        if type(value) is int and abs(value) <= 1 << 53:
            return float(value)
        if type(value) is float:
            return value
    if type_name in ("float", "decimal") and isinstance(value, str) and value in NOT_FINITE:
        return NOT_FINITE[value] if type_name == "float" else decimal.Decimal(value)
    if type_name == "decimal":
        matched(DECIMAL, value)
        return to_decimal(value)
    if type_name == "bytes":
        return to_bytes(value)
    if type_name == "date":
        return rp1.Days(days_from_civil(*map(int, matched(DATE, value))))
    if type_name == "time":
        return rp1.Seconds("time", *seconds_of_day(*matched(TIME, value), whole_day=True))
    if type_name in ("timestamp", "timestamptz"):
        return to_timestamp(type_name, value)
    if type_name == "uuid":
        matched("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", value)
        return uuid.UUID(value)
    raise rp1.Refused("not_of_declared_type")


def parse_ndjson(text, declared=None):
    """Typed rows of NDJSON text (bytes). A Refused has args (reason, row number from 1)."""
    rows = []
    for line in text.split(b"\n"):
        if not line.strip(b" \t\r"):
            continue
        try:
            row = {name: as_declared(value, (declared or {}).get(name, "any")) for name, value in parse_line(line).items()}
            rp1.encode_row(row)
        except rp1.Refused as refusal:
            raise rp1.Refused(refusal.args[0], len(rows) + 1) from None
        rows.append(row)
    return rows
