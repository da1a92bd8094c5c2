#!/usr/bin/env python3
"""What one writes without rowprint: json.loads, SHA-256 over repr, sqlite3.executemany in one transaction.

    python_ingest.py FILE.ndjson OUT.sqlite      prints the digest
"""

import hashlib
import json
import sqlite3
import sys


def main():
    source, target = sys.argv[1:]
    digest = hashlib.sha256()
    database = sqlite3.connect(target, isolation_level=None)
    database.execute("CREATE TABLE rows (id, name, price, qty, flag, note, day, ref)")

    def rows():
        with open(source, "rb") as lines:
            for line in lines:
                row = tuple(json.loads(line).values())
                digest.update(repr(row).encode())
                yield row

    database.execute("BEGIN")
    database.executemany("INSERT INTO rows VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows())
    database.execute("COMMIT")
    database.close()
    print(digest.hexdigest())


if __name__ == "__main__":
    main()
