#!/usr/bin/env python3
"""agree.py COMMAND [--cases N]: random NDJSON, some of it damaged, hashed by `rowprint hash` and by the Python implementation.

Both must give the same two fingerprints, or both refuse. The seed is printed; ROWPRINT_SEED repeats a run.
Exit status: 0 they agree, 1 they do not.
"""
import argparse
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import rp1
import rp1_json

NAMES = ["a", "b", "A", "id", "price", "note", "größe", "a b", "a,b", "x" * 30, "0"]
TEXTS = ["", "x", "NaN", "1", "true", "ü", "u\u0308", "\U0001f600", "a\0b", "\"quoted\"", "back\\slash", "line\nbreak", "2024-01-01", "z" * 300]
NUMBERS = ["0", "-0", "1", "-1", "23", "24", "255", "65536", "9007199254740991", "9007199254740992", "9007199254740993", "-9007199254740993",
           "9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616", "-18446744073709551617",
           "0.0", "-0.0", "1.0", "0.5", "0.1", "1e2", "1E+2", "12.5e-1", "1e300", "5e-324", "9007199254740993.0", "3.4028234663852886e38",
           "18446744073709551616.0", "9223372036854775808.0", "65504.0", "5.960464477539063e-08"]
FORMS = {
    "decimal": ['"1.5"', '"1.50"', '"-0"', '"1e30"', '"NaN"', '"123456789012345678901234567890.25"', "1.50", "7", "1e-30"],
    "float": ["1", "1.5", "-0", '"NaN"', '"Infinity"', '"-Infinity"', "9007199254740992"],
    "int": ["1", "-0", "18446744073709551616"], "bool": ["true", "false"], "text": ['"x"', '""'], "bytes": ['""', '"AP8="', '"AAAA"'],
    "date": ['"2024-02-29"', '"0000-01-01"', '"-0001-12-31"', '"+10000-01-01"'], "time": ['"00:00:00"', '"23:59:59.999999999"', '"24:00:00"'],
    "timestamp": ['"2024-01-01T00:00:00"', '"1969-12-31 23:59:59.5"'], "timestamptz": ['"2024-01-01T00:00:00Z"', '"2024-01-01T02:00:00.000001+02:00"'],
    "uuid": ['"00112233-4455-6677-8899-AABBCCDDEEFF"'], "list": ["[]", "[1,1.0,null]"], "map": ["{}", '{"k":{"":[]}}'],
    "any": ["1", "1.0", '"x"', "[1]"], "null": [],
}
DAMAGE = [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\\", b'"', b"{", b"}", b"[", b"]", b",", b":", b"\\ud800", b"\\udc00", b"\\x",
          b"\0", b"\t", b"\x0c", b" ", b"\r", b"\n", b"0", b"-", b"+", b".", b"e", b"null", b"tru", b"NaN", b"//", b'"a":1,', b"1e999", b"1e-999"]


def random_value(source, depth=3):
    choice = source.randrange(8 if depth else 5)
    if choice == 0:
        return source.choice(["null", "true", "false"])
    if choice in (1, 2):
        return source.choice(NUMBERS) if source.random() < 0.7 else str(source.randrange(-1000, 1000))
    if choice in (3, 4):
        return json.dumps(source.choice(TEXTS), ensure_ascii=source.random() < 0.5)
    if choice in (5, 6):
        return "[" + ",".join(random_value(source, depth - 1) for _ in range(source.randrange(4))) + "]"
    keys = source.sample(TEXTS, source.randrange(4))
    return "{" + ",".join(json.dumps(key) + ":" + random_value(source, depth - 1) for key in keys) + "}"


def random_case(source):
    """(text, declared types)"""
    columns = source.sample(NAMES, source.randrange(1, len(NAMES)))
    declared = {name: source.choice(list(FORMS)) for name in columns if source.random() < 0.25}
    likings = {name: [random_value(source) for _ in range(source.choice([1, 2, 5]))] for name in columns}
    lines = []
    for _ in range(source.choice([0, 1, 5, 50, 5000])):
        members = []
        for name in source.sample(columns, source.randrange(len(columns) + 1)):
            value = source.choice(FORMS[declared[name]] + ["null"]) if name in declared else source.choice(likings[name])
            space = source.choice(["", "", "", " "])
            members.append(space + json.dumps(name, ensure_ascii=source.random() < 0.5) + space + ":" + space + value + space)
        lines.append("{" + ",".join(members) + "}")
    text = "".join(line + source.choice(["\n", "\n", "\r\n", "\n \t\r\n"]) for line in lines).encode()
    return text.rstrip(b"\n") if source.random() < 0.3 else text, declared


def damaged(source, text):
    for _ in range(source.randrange(1, 3)):
        at = source.randrange(len(text) + 1)
        text = text[:at] + source.choice(DAMAGE + [b""]) + text[at + source.choice([0, 0, 1, 3]):]
    return text


def quoted(name):
    return json.dumps(name, ensure_ascii=False)


def ours(command, path, declared, order):
    schema = ["--schema", ", ".join(f"{quoted(name)}={type_name}" for name, type_name in declared.items())] if declared else []
    ran = subprocess.run([command, "hash", "--no-cache", "--order", order, *schema, path], capture_output=True, text=True, timeout=120)
    return ran.stdout.strip() if ran.returncode == 0 else "refused"


def theirs(text, declared, order):
    try:
        rows = rp1_json.parse_ndjson(text, declared)
        schema = rp1.infer_schema(rows, declared)
        encoded = [rp1.encode_row(row) for row in rows]
    except rp1.Refused:
        return "refused"
    return (rp1.sequence_fingerprint if order == "sequence" else rp1.multiset_fingerprint)(encoded, schema)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command")
    parser.add_argument("--cases", type=int, default=150)
    options = parser.parse_args()
    seed = int(os.environ.get("ROWPRINT_SEED") or random.SystemRandom().randrange(1 << 63))
    print(f"ROWPRINT_SEED={seed}")
    source = random.Random(seed)
    taken = refused = 0
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "rows.ndjson")
        for number in range(options.cases):
            text, declared = random_case(source)
            if source.random() < 0.5:
                text = damaged(source, text)
            order = source.choice(["sequence", "set"])
            pathlib.Path(path).write_bytes(text)
            got, expected = ours(options.command, path, declared, order), theirs(text, declared, order)
            refused, taken = refused + (expected == "refused"), taken + (expected != "refused")
            if got != expected:
                print(f"case {number}, order {order}, declared {declared}: rowprint says {got}, the format {expected}")
                print(repr(text[:4000]))
                return 1
    print(f"{taken} fingerprints and {refused} refusals agree")
    return 0 if taken and refused else 1


if __name__ == "__main__":
    sys.exit(main())
