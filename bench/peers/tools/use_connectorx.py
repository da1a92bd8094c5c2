"""connectorx: the query's rows as an Arrow table in memory. Arguments: URL, query."""

import json
import sys
import time

import connectorx


def main():
    url, query = sys.argv[1:]
    begin = time.perf_counter()
    table = connectorx.read_sql(url, query, return_type="arrow")
    print(json.dumps({"seconds": time.perf_counter() - begin, "rows": table.num_rows}))


if __name__ == "__main__":
    main()
