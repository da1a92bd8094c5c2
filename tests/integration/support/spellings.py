"""One dataset, as every format has it."""
import csv
import io
import json

SCHEMA = "id=int,name=text,price=decimal,at=timestamptz,ok=bool,ratio=float"
COLUMNS = [column.split("=")[0] for column in SCHEMA.split(",")]
ROWS = [{"id": i, "name": None if i % 7 == 0 else f'né "{i}", a\nb' if i % 5 == 0 else "" if i % 3 == 0 else f"n{i}",
         "price": f"{i}.50", "at": f"2026-11-27T10:00:{i % 60:02}Z", "ok": None if i % 4 == 0 else i % 2 == 0,
         "ratio": i / 8} for i in range(500)]
TYPES = {"ndjson": "application/x-ndjson", "json": "application/json", "csv": "text/csv",
         "tsv": "text/tab-separated-values", "cbor": "application/cbor-seq"}


def table(delimiter, header=True):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    if header:
        writer.writerow(COLUMNS)
    for row in ROWS:
        writer.writerow(["\\N" if row[name] is None else json.dumps(row[name]) if isinstance(row[name], (bool, int, float)) else row[name]
                         for name in COLUMNS])
    return out.getvalue().encode()


# name: (format, query, body)
SPELLINGS = {
    "lines": ("ndjson", "", b"".join(json.dumps(row).encode() + b"\n" for row in ROWS)),
    "array": ("json", "", json.dumps(ROWS, indent=1).encode()),
    "columns": ("json", "", json.dumps({name: [row[name] for row in ROWS] for name in COLUMNS}).encode()),
    "csv": ("csv", "&null=%5CN", table(",")),
    "csv without a header": ("csv", "&null=%5CN&header=absent&delimiter=%3B", table(";", header=False)),
    "tsv": ("tsv", "&null=%5CN&quote=%22", table("\t")),
}
