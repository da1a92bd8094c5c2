"""dlt: the table the query reads, by sql_table, into a DuckDB file in the working directory. Arguments: URL, query, backend.

dlt reads tables, not queries; the query names all columns of its table, so the rows are the same.
"""

import json
import re
import sys
import time

import dlt
from dlt.sources.sql_database import sql_table


def main():
    url, query, backend = sys.argv[1:]
    name = re.search(r"FROM (\w+)$", query)[1]
    begin = time.perf_counter()
    table = sql_table(url.replace("postgresql:", "postgresql+psycopg2:"), table=name, backend=backend)
    pipeline = dlt.pipeline("bench", destination=dlt.destinations.duckdb("pulled.duckdb"), dataset_name="bench")
    pipeline.run(table)
    seconds = time.perf_counter() - begin
    with pipeline.sql_client() as client:
        ((rows,),) = client.execute_sql(f"SELECT count(*) FROM {name}")
    print(json.dumps({"seconds": seconds, "rows": rows}))


if __name__ == "__main__":
    main()
