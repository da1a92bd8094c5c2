"""What schemathesis, which loads this, is told of rows: how bodies of them are made, sent and read; and what it writes down.

Bodies are rows most of the time, and any bytes now and then, so that successes are met as well as refusals.
"""
import json
import os

import schemathesis
from hypothesis import strategies

TEXTS = ["application/x-ndjson", "application/ndjson", "application/jsonl", "text/csv", "text/tab-separated-values"]
BYTES = ["application/cbor-seq", "application/octet-stream"]
SCALARS = strategies.one_of(strategies.none(), strategies.booleans(), strategies.integers(), strategies.text(max_size=20),
                            strategies.floats(allow_nan=False, allow_infinity=False))
ROWS = strategies.lists(strategies.dictionaries(strategies.sampled_from(["id", "name", "größe"]), SCALARS, max_size=3), max_size=5)
FIELD = strategies.text(strategies.characters(codec="utf-8", exclude_characters='"\r\n\t\x00,'), max_size=10)
TABLE = strategies.lists(strategies.tuples(FIELD, FIELD), max_size=5)
SEQUENCE = strategies.lists(strategies.integers(0, 23).map(lambda value: b"\xa1\x62id" + bytes([value])), max_size=5).map(b"".join)


def ndjson(rows):
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def delimited(by):
    return lambda table: "".join(by.join(record) + "\r\n" for record in [("id", "name"), *table]).encode()


def mostly(rows):
    return strategies.one_of(rows, rows, rows, strategies.binary(max_size=200))


schemathesis.openapi.media_type("application/x-ndjson", mostly(ROWS.map(ndjson)), aliases=["application/ndjson", "application/jsonl"])
schemathesis.openapi.media_type("text/csv", mostly(TABLE.map(delimited(","))))
schemathesis.openapi.media_type("text/tab-separated-values", mostly(TABLE.map(delimited("\t"))))
schemathesis.openapi.media_type("application/cbor-seq", mostly(SEQUENCE))
schemathesis.openapi.media_type("application/octet-stream", mostly(ROWS.map(ndjson)))


@schemathesis.serializer(*TEXTS, *BYTES)
def send(_, value):
    return {"data": value.encode(errors="surrogatepass") if isinstance(value, str) else bytes(value) if isinstance(value, bytes) else json.dumps(value).encode()}


@schemathesis.deserializer("application/x-ndjson")
def read_ndjson(_, response):
    text = response.content.decode()
    for line in text.splitlines():
        if not isinstance(json.loads(line), dict):
            raise ValueError("a row is no object")
    return text


@schemathesis.deserializer("application/cbor-seq")
def read_bytes(_, response):
    return response.content.decode("latin-1")


@schemathesis.hook
def after_call(_, case, response):
    """Which answers were met: the test sees to it that no success was left out."""
    with open(os.environ["ROWPRINT_ANSWERS_MET"], "a", encoding="utf-8") as met:
        print(case.operation.definition.raw["operationId"], case.method.upper(), response.status_code, file=met)
