"""datachain: the query's rows by read_database, which keeps them in its local warehouse. Arguments: URL, query.

It takes no numeric, so that the query has to make a float of the price.
"""

import json
import sys
import time

import datachain


def main():
    url, query = sys.argv[1:]
    begin = time.perf_counter()
    query = query.replace(" price,", " price::float8 AS price,")
    chain = datachain.read_database(query, url.replace("postgresql:", "postgresql+psycopg2:"))
    seconds = time.perf_counter() - begin
    print(json.dumps({"seconds": seconds, "rows": chain.count()}))


if __name__ == "__main__":
    main()
