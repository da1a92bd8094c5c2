#!/usr/bin/env python3
"""recompute.py FILE: computes the fingerprints of a run's random cases once more, from their NDJSON, sharing no code with rowprint.

FILE has a case a line, as five_ways_test.cpp writes it. Exit status: 0 all agree, 1 something differs, 2 there is no case.
"""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "vectors"))

import check
import rp1_json


def recomputed(case):
    declared = dict(case["declared"])
    rows = rp1_json.parse_ndjson(bytes.fromhex(case["ndjson"]), declared)
    schema = check.infer_schema(rows, declared)
    encoded = [check.encode_row(row) for row in rows]
    return {"schema": sorted(map(list, schema.items())), "sequence": check.sequence_fingerprint(encoded, schema),
            "multiset": check.multiset_fingerprint(encoded, schema)}


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    total = differing = 0
    with open(sys.argv[1], encoding="utf-8") as file:
        for line in file:
            case = json.loads(line)
            total += 1
            computed = recomputed(case)
            expected = {"schema": sorted(case["schema"]), "sequence": case["sequence"], "multiset": case["multiset"]}
            if computed != expected:
                differing += 1
                print(f"case {case['number']}: computed {computed}, rowprint says {expected}")
    print(f"{total} cases, {differing} differ")
    return 2 if total == 0 else min(differing, 1)


if __name__ == "__main__":
    sys.exit(main())
