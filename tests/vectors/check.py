#!/usr/bin/env python3
"""check.py [--write]: recomputes every vector of this folder from its inputs and compares; with --write, fills in the results.

As a module it offers the format itself: encode_row, schema_digest, sequence_fingerprint, multiset_fingerprint, infer_schema.
Exit status: 0 all agree, 1 something differs.
"""
import argparse
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import notation
import rp1
import rp1_decode
import rp1_json
from rp1 import encode_row, infer_schema, multiset_fingerprint, schema_digest, sequence_fingerprint  # noqa: F401

FOLDER = pathlib.Path(__file__).resolve().parent
HEX_BYTES_MAX = 120


def shown(encoding):
    if len(encoding) <= HEX_BYTES_MAX:
        return {"hex": encoding.hex()}
    return {"length": len(encoding), "sha256": rp1.sha256(encoding).hex()}


def refusal_of(compute):
    try:
        compute()
    except rp1.Refused as refusal:
        return {"refusal": refusal.args[0]} | ({"row": refusal.args[1]} if len(refusal.args) > 1 else {})
    return {"refusal": None}


def check_value(case):
    encoding = rp1.encode_value(notation.value(case["value"]))
    rp1_decode.decode_value(encoding)
    return shown(encoding)


def check_row(case):
    encoding = rp1.encode_row(notation.row(case["row"]))
    rp1_decode.decode_row(encoding)
    return shown(encoding)


def check_refused_value(case):
    return refusal_of(lambda: rp1.encode_value(notation.value(case["value"])))


def check_refused_row(case):
    return refusal_of(lambda: rp1.encode_row(notation.row(case["row"])))


def check_refused_encoding(case):
    decode = {"value": rp1_decode.decode_value, "row": rp1_decode.decode_row}[case["of"]]
    return refusal_of(lambda: decode(notation.string({"hex": case["encoding"]})))


def check_schema(case):
    schema = notation.schema(case["columns"])
    return {"hex": rp1.encode_schema(schema).hex(), "digest": rp1.schema_digest(schema).hex()}


def check_refused_schema(case):
    return refusal_of(lambda: rp1.encode_schema(notation.schema(case["columns"])))


def check_inference(case):
    declared = notation.schema(case.get("declared", []))
    return {"schema": list(map(list, rp1.infer_schema(notation.rows(case["rows"]), declared).items()))}


def raw_rows(case):
    return [notation.string(given["bytes"]) for given in case["rows"] for _ in range(given.get("times", 1))]


def check_tree(case):
    """Over any bytes, since the trees do not look into their rows, and under the schema without columns."""
    root, count = rp1.sequence_root(raw_rows(case))
    return {"rows_count": count, "sequence_root": root.hex(), "sequence": rp1.sequence_fingerprint(raw_rows(case), {}),
            "multiset": rp1.multiset_fingerprint(raw_rows(case), {})}


def check_dataset(case):
    typed = list(notation.rows(case["rows"]))
    schema = rp1.infer_schema(typed, notation.schema(case.get("declared", [])))
    encoded = [rp1.encode_row(row) for row in typed]
    return {"schema": list(map(list, schema.items())), "schema_digest": rp1.schema_digest(schema).hex(), "rows_count": len(encoded),
            "rows_sha256": rp1.sha256(*encoded).hex(), "sequence": rp1.sequence_fingerprint(encoded, schema),
            "multiset": rp1.multiset_fingerprint(encoded, schema)}


def check_json(case):
    declared = notation.schema(case.get("declared", []))
    typed = rp1_json.parse_ndjson(notation.string(case["ndjson"]), declared)
    schema = rp1.infer_schema(typed, declared)
    encoded = [rp1.encode_row(row) for row in typed]
    return {"rows": [shown(row) for row in encoded], "schema": list(map(list, schema.items())),
            "sequence": rp1.sequence_fingerprint(encoded, schema), "multiset": rp1.multiset_fingerprint(encoded, schema)}


def check_refused_json(case):
    declared = notation.schema(case.get("declared", []))
    return refusal_of(lambda: rp1_json.parse_ndjson(notation.string(case["ndjson"]), declared))


# The member of a file, and what computes "expect" for each of its cases.
CHECKS = {
    "values": check_value, "rows": check_row, "refused_values": check_refused_value, "refused_rows": check_refused_row,
    "refused_encodings": check_refused_encoding, "schemas": check_schema, "refused_schemas": check_refused_schema,
    "inference": check_inference, "trees": check_tree, "datasets": check_dataset, "json": check_json,
    "refused_json": check_refused_json,
}


def broken_laws(document):
    """{"equal" or "differ": [names], "in": member of expect}: what must hold among the results of one file."""
    results = {case["name"]: case["expect"] for member in CHECKS for case in document.get(member, [])}
    for law in document.get("laws", []):
        names = law.get("equal") or law["differ"]
        found = {json.dumps(results[name][law["in"]]) for name in names}
        if len(found) != (1 if "equal" in law else len(names)):
            yield f"broken law: {law}"


def check_file(path, write):
    """(number of cases, what differs)"""
    document = json.loads(path.read_text(encoding="utf-8"))
    count, differing = 0, []
    for member, compute in CHECKS.items():
        for case in document.get(member, []):
            count += 1
            result = compute(case)
            if member.startswith("refused") and result["refusal"] is None:
                differing.append(f"{path.name}: {member}: {case['name']}: is not refused")
            if write:
                case["expect"] = result
            elif case.get("expect") != result:
                differing.append(f"{path.name}: {member}: {case['name']}: computed {result}, expected {case.get('expect')}")
    differing += [f"{path.name}: {law}" for law in broken_laws(document)]
    if write:
        path.write_text(dump(document), encoding="utf-8")
    return count, differing


def dump(document):
    """One case a line: small enough to read, and a change shows as one line."""
    members = []
    for name, content in document.items():
        if isinstance(content, list):
            cases = ",\n".join("  " + json.dumps(case) for case in content)
            members.append(f" {json.dumps(name)}: [\n{cases}\n ]")
        else:
            members.append(f" {json.dumps(name)}: {json.dumps(content)}")
    return "{\n" + ",\n".join(members) + "\n}\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="fill in what was computed")
    write = parser.parse_args().write
    files = sorted(FOLDER.glob("*.json"))
    total, failed = 0, False
    for path in files:
        count, differing = check_file(path, write)
        total += count
        failed = failed or bool(differing) or count == 0
        print(f"{path.name}: {count} vectors, {len(differing)} differ")
        print("".join(f"  {line}\n" for line in differing), end="")
    print(f"{total} vectors in {len(files)} files")
    return 1 if failed or total == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
