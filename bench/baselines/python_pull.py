#!/usr/bin/env python3
"""What one writes without rowprint: a psycopg2 server-side cursor, SHA-256 over repr, sqlite3.executemany in one transaction.

    python_pull.py CONNECTION QUERY OUT.sqlite      prints the digest
"""

import decimal
import hashlib
import sqlite3
import sys

import psycopg2

FETCHED_ROWS = 10_000


def main():
    connection, query, target = sys.argv[1:]
    digest = hashlib.sha256()
    sqlite3.register_adapter(decimal.Decimal, str)
    database = sqlite3.connect(target, isolation_level=None)
    source = psycopg2.connect(connection)
    source.set_session(isolation_level="REPEATABLE READ", readonly=True)
    with source.cursor("rows") as cursor:
        cursor.itersize = FETCHED_ROWS
        cursor.execute(query)

        def rows():
            for row in cursor:
                digest.update(repr(row).encode())
                yield row

        first = next(stream := rows())
        database.execute(f"CREATE TABLE rows ({', '.join(column.name for column in cursor.description)})")
        insert = f"INSERT INTO rows VALUES ({', '.join('?' for _ in first)})"
        database.execute("BEGIN")
        database.execute(insert, first)
        database.executemany(insert, stream)
        database.execute("COMMIT")
    database.close()
    source.close()
    print(digest.hexdigest())


if __name__ == "__main__":
    main()
