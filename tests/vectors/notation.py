"""The notation in which the vectors give values, rows and datasets: see README.md."""
import uuid

import rp1
import rp1_json

MOMENTS = ("time", "timestamp", "timestamptz")


def string(piece):
    """"…", [piece, …] one after the other, {"repeat": piece, "times": n}: as bytes, since text may be given as {"hex": …}."""
    if isinstance(piece, str):
        return piece.encode("utf-8")
    if isinstance(piece, list):
        return b"".join(map(string, piece))
    if "hex" in piece:
        return bytes.fromhex(string(piece["hex"]).decode())
    return string(piece["repeat"]) * piece["times"]


def text(piece):
    try:
        return string(piece).decode("utf-8")
    except UnicodeDecodeError:
        raise rp1.Refused("invalid_utf8") from None


def digits(shown):
    if not shown.removeprefix("-").isdecimal() or not shown.isascii():
        raise rp1.Refused("malformed_digits")
    return int(shown)


def formula(rule, index):
    """A value computed from the number of the row in its segment, counted from 0."""
    if index % rule.get("every", 1) != 0:
        return None
    number = index * rule.get("mul", 1) + rule.get("add", 0)
    number = number % rule["mod"] if "mod" in rule else number
    kind = rule["as"]
    if kind == "text":
        return rule.get("prefix", "") + str(number)
    if kind == "float":
        return number / rule.get("over", 1)
    if kind in MOMENTS:
        return rp1.Seconds(kind, number, index % 1000 * 1000)
    return {"int": lambda: number, "bool": lambda: number % 2 == 1, "decimal": lambda: rp1.Digits(number, -2),
            "date": lambda: rp1.Days(number), "bytes": lambda: number.to_bytes(8, "big"),
            "uuid": lambda: uuid.UUID(int=number)}[kind]()


def tagged(tag, content, given, index):
    if tag == "formula":
        return formula(content, index)
    if tag == "int":
        return digits(text(content))
    if tag == "float":
        return float.fromhex(content)
    if tag == "decimal":
        return rp1_json.as_declared(text(content), "decimal")
    if tag == "digits":
        return rp1.Digits(digits(text(content)), given["exponent"])
    if tag == "text":
        return text(content)
    if tag == "bytes":
        return string({"hex": content})
    if tag == "date":
        return rp1.Days(content)
    if tag in MOMENTS:
        return rp1_json.as_declared(content, tag) if isinstance(content, str) else rp1.Seconds(tag, *content)
    if tag == "uuid":
        return uuid.UUID(content)
    if tag == "list":
        return [value(inner, index) for inner in content]
    if tag == "map":
        return rp1.Pairs((text(key), value(inner, index)) for key, inner in content)
    if tag == "nested":
        inner = value(given["around"], index) if "around" in given else None
        times = given["times"]
        if "around" not in given:
            inner, times = ([] if content == "list" else {}), times - 1
        for _ in range(times):
            inner = [inner] if content == "list" else {"k": inner}
        return inner
    raise KeyError(tag)


def value(given, index=0):
    if isinstance(given, dict):
        tag = next(iter(given))
        return tagged(tag, given[tag], given, index)
    return given


def row(given, index=0):
    pairs = given.items() if isinstance(given, dict) else [(text(name), inner) for name, inner in given]
    return rp1.Pairs((name, value(inner, index)) for name, inner in pairs)


def rows(segments):
    """The typed rows of a dataset: segments of {"row": …, "times": n}, formulas counting from 0 in each."""
    for segment in segments:
        for index in range(segment.get("times", 1)):
            yield row(segment["row"], index)


def schema(columns):
    pairs = [(text(name), type_name) for name, type_name in columns]
    if len({name for name, _ in pairs}) != len(pairs):
        raise rp1.Refused("duplicate_key")
    return dict(pairs)
