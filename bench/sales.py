"""The table every benchmark of pulls reads: 8 columns of mixed types, about 100 bytes a row, in a PostgreSQL of its own."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests" / "integration"))

from support.postgres import Postgres, programs  # noqa: E402

QUERY = "SELECT id, qty, price, ratio, name, seen, flag, note FROM sales"
# One row in eleven has no note. Nothing is random: the same rows everywhere.
MAKE = """
CREATE UNLOGGED TABLE sales AS
SELECT id,
       (id * 2654435761 % 97)::int4                                                       AS qty,
       ((id * 2654435761 % 100000007)::numeric / 100)::numeric(12, 2)                     AS price,
       sqrt(id::float8)                                                                   AS ratio,
       'customer ' || id * 2654435761 % 1000000007                                        AS name,
       timestamptz '2026-01-01 00:00:00+00' + id * interval '1.234567 s'                  AS seen,
       id % 3 = 0                                                                         AS flag,
       CASE WHEN id % 11 <> 0 THEN 'delivered by hand in box ' || id * 7919 % 1000 END    AS note
FROM generate_series(1::int8, {rows}::int8) AS id
"""


class Sales:
    """Server and table. `with Sales(rows) as sales:` makes and removes them."""

    def __init__(self, rows):
        self.rows = rows
        self.postgres = Postgres(shared_buffers="512MB", max_wal_size="4GB", max_parallel_workers_per_gather="0")

    def __enter__(self):
        self.postgres.start()
        try:
            self.postgres.execute(MAKE.format(rows=self.rows))
            self.postgres.execute("VACUUM (FREEZE, ANALYZE) sales")
        except BaseException:
            self.postgres.close()
            raise
        return self

    def __exit__(self, *_):
        self.postgres.close()

    def url(self):
        return self.postgres.url()

    def query(self):
        return QUERY

    def row_bytes(self):
        """On average, as PostgreSQL keeps the values."""
        (size,), = self.postgres.execute("SELECT avg(pg_column_size(sales)) FROM (SELECT * FROM sales LIMIT 10000) AS sales")
        return float(size)

    def server(self):
        (version,), = self.postgres.execute("SELECT split_part(version(), ' ', 2)")
        return f"PostgreSQL {version}"

    def psql(self):
        """The command that copies a query's rows in binary to standard output."""
        return programs() / "psql", "-X", "-q", "-d", self.url(), "-c"
