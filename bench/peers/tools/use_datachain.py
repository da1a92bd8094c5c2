"""datachain: the query's rows by read_database, saved as a dataset of its local metastore. Arguments: URL, query."""

import json
import sys
import time

import datachain


def main():
    url, query = sys.argv[1:]
    begin = time.perf_counter()
    saved = datachain.read_database(query, url).save("bench")
    seconds = time.perf_counter() - begin
    print(json.dumps({"seconds": seconds, "rows": saved.count()}))


if __name__ == "__main__":
    main()
