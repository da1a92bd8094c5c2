"""What schemathesis, which loads this, is told of rows: how bodies of them are made, sent and read; and what it writes down.

Bodies are rows most of the time, and any bytes now and then, so that successes are met as well as refusals. What a header says of the body
is made true where the request is about to go out, and its bytes are what will be sent: it is coded as Content-Encoding says, and digests
that are asked for are its own, but for one in four, which stays the text that schemathesis made up.
"""
import gzip
import json
import os
import zlib

import requests
import schemathesis
from hypothesis import strategies
from schemathesis.transport.serialization import Binary

from support.coding import field, zstd

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


BOUNDARY = "rowprint"
ENDINGS = {"r.ndjson": ROWS.map(ndjson), "r.json": ROWS.map(lambda rows: json.dumps(rows).encode()), "r.csv": TABLE.map(delimited(",")),
           "r.tsv": TABLE.map(delimited("\t")), "r.cbor": SEQUENCE}


def part(name, value, file_name=None):
    """One part of a form, its name spelled as browsers do."""
    quoted = str(name).replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    disposition = f'form-data; name="{quoted}"' + (f'; filename="{file_name}"' if file_name else "")
    return f"--{BOUNDARY}\r\nContent-Disposition: {disposition}\r\n\r\n".encode(errors="surrogatepass") + bytes_of(value) + b"\r\n"


def form(parts):
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


@strategies.composite
def forms(draw):
    """A file of any format, after some of the fields that go with all of them."""
    fields = draw(strategies.fixed_dictionaries({}, optional={"order": strategies.sampled_from(["sequence", "set"]),
                                                              "schema": strategies.sampled_from(["id=any", "name=text", ""])}))
    name = draw(strategies.sampled_from(sorted(ENDINGS)))
    return form([*(part(key, value) for key, value in fields.items()), part("file", draw(ENDINGS[name]), name)])


def bytes_of(value):
    """What schemathesis made up, as it is sent. Its Binary is a text that is empty, with bytes beside it."""
    if isinstance(value, (bytes, Binary)):
        return value if isinstance(value, bytes) else value.data
    return value.encode(errors="surrogatepass") if isinstance(value, str) else json.dumps(value).encode()


def mostly(rows):
    return strategies.one_of(rows, rows, rows, strategies.binary(max_size=200))


schemathesis.openapi.media_type("application/x-ndjson", mostly(ROWS.map(ndjson)), aliases=["application/ndjson", "application/jsonl"])
schemathesis.openapi.media_type("text/csv", mostly(TABLE.map(delimited(","))))
schemathesis.openapi.media_type("text/tab-separated-values", mostly(TABLE.map(delimited("\t"))))
schemathesis.openapi.media_type("application/cbor-seq", mostly(SEQUENCE))
schemathesis.openapi.media_type("application/octet-stream", mostly(ROWS.map(ndjson)))
schemathesis.openapi.media_type("multipart/form-data", mostly(forms()))


@schemathesis.serializer(*TEXTS, *BYTES)
def send(_, value):
    return bytes_of(value)


@schemathesis.serializer("multipart/form-data")
def send_form(_, value):
    """Bytes are a form already, or meant to be none. Of members, `file` is sent as a file, behind all others, if it is a text as it should be."""
    if isinstance(value, dict):
        given = value.get("file")
        file = [part("file", given, "r.ndjson")] if isinstance(given, (str, bytes)) else []
        value = form([*(part(key, member) for key, member in value.items() if not file or key != "file"), *file])
    return bytes_of(value)


class TrueOfTheBody(requests.auth.AuthBase):
    """Called by requests when the body's bytes are known, and before its length is said."""
    CODINGS = {"gzip": gzip.compress, "x-gzip": gzip.compress, "zstd": zstd}

    def __init__(self, media_type):
        self.media_type = media_type

    def __call__(self, request):
        if request.body is None:
            return request
        if self.media_type == "multipart/form-data":
            request.headers.setdefault("Content-Type", f"{self.media_type}; boundary={BOUNDARY}")
        body = request.body.encode() if isinstance(request.body, str) else request.body
        code = self.CODINGS.get(request.headers.get("Content-Encoding"))
        request.body = code(body) if code else body
        for name, algorithm in (("Content-Digest", "sha-256"), ("Repr-Digest", "sha-512")):
            made_up = request.headers.get(name)
            if made_up is not None and zlib.crc32(made_up if isinstance(made_up, bytes) else made_up.encode()) % 4:
                request.headers[name] = field(request.body, algorithm)
        return request


# Parameters of a push that are refused unless they happen to fit the body, the dataset and each other.
FASTIDIOUS = {"query": ["schema", "format", "header", "delimiter", "quote", "null", "infer"],
              "headers": ["Rowprint-Schema", "Rowprint-Expect", "Idempotency-Key", "If-Match", "If-None-Match"]}


@schemathesis.hook
def before_call(context, case, kwargs):
    kwargs["auth"] = TrueOfTheBody(case.media_type)
    if case.operation.definition.raw["operationId"] != "push" or case.meta is None or case.meta.generation.mode.is_negative:
        return
    # They are all optional: of pushes made up at random, three in four are without them, and coded in turn.
    chance = zlib.crc32(repr((case.query, case.headers, case.body)).encode(errors="surrogatepass"))
    if case.meta.phase.name in ("fuzzing", "stateful") and chance % 4:
        case.headers["Content-Encoding"] = ("identity", *TrueOfTheBody.CODINGS)[chance // 4 % 4]
        for place, names in FASTIDIOUS.items():
            for name in names:
                getattr(case, place).pop(name, None)
        if case.media_type == "application/octet-stream":
            case.query["format"] = "ndjson"  # which those rows are


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
    sent = response.request.headers
    said = [case.media_type, *(f"{name}: {sent[name]}" if name == "Content-Encoding" else name
                               for name in ("Content-Encoding", "Content-Digest", "Repr-Digest") if name in sent)]
    with open(os.environ["ROWPRINT_ANSWERS_MET"], "a", encoding="utf-8") as met:
        print(json.dumps([case.operation.definition.raw["operationId"], case.method.upper(), str(response.status_code), said]), file=met)
