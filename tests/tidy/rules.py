"""The rules of the house, as tables: what check_tree.py holds the tree to. Each says why, since that is what a broken one prints."""

# Dependency arrows, by folder; the longest prefix that matches a file decides, of two alike the first. A folder always sees itself. A trailing "/*" gives the
# same rule to each folder below, which do not see each other.
ARROWS = [
    # folder            sees                                                   because
    ("hashing",         (),
     "hashing is usable on its own: a fingerprint must be checkable without the daemon around it"),
    ("ingest/model",    ("hashing",),
     "the model is plain data: rows and types know of no port, thread or file"),
    ("ingest/disk",     ("hashing", "ingest/model"),
     "the disk is the one seam below everything that does I/O; it knows of no store and no ingest"),
    ("ingest",          ("hashing",),
     "the ports and the pipeline know of no connector and no store: those are chosen at the composition root"),
    ("connectors/databases", ("hashing", "ingest", "connectors"),
     "the list of SQL databases is the one place that names every connector to one"),
    ("connectors/*",    ("hashing", "ingest"),
     "a connector sees the source port only: never a store, never another connector"),
    ("store/*",         ("hashing", "ingest"),
     "a store sees its port only: never a connector, never another store"),
    ("config",          ("hashing", "ingest"),
     "configuration is parsed into plain structs that do not know who uses them"),
    ("daemon",          ("hashing", "ingest", "connectors", "store", "config"),
     "the daemon composes everything but the command, which is its client"),
    ("cli",             ("hashing", "ingest", "connectors", "store", "config"),
     "the command talks to the daemon over HTTP: what both need belongs below them"),
    ("examples",        ("hashing", "ingest", "connectors", "store", "config"),
     "examples show the library: they use what a user of the library can"),
    ("bench",           ("hashing", "ingest", "connectors", "store", "config", "daemon", "cli", "tests/support"), ""),
    ("tests",           ("hashing", "ingest", "connectors", "store", "config", "daemon", "cli", "examples"), ""),
]

# Who may include a library's headers (a pattern for the name between the brackets). Tests and benchmarks may include any.
LIBRARIES = [
    (r"sqlite3(ext)?\.h", ("store/sqlite", "connectors/sqlite"), "only its own adapter sees a database's library"),
    (r"libpq(-fe|-events)?.*\.h|pqxx/.*", ("store/postgres", "connectors/postgres"), "only its own adapter sees a database's library"),
    (r"openssl/.*", ("hashing/sha2.cpp",),
     "EVP stays in one place, so that one file answers for how digests are made"),
    (r"simdjson.*", ("connectors/http", "ingest/model/utf8.cpp"), "the JSON parser of the fast path belongs to the decoder that uses it"),
    (r"zlib\.h|zstd.*\.h", ("connectors/http",), "a body's content coding is undone in one place, with its limits"),
    (r"boost/beast.*", ("daemon", "cli"), "HTTP is spoken at the edges only"),
    (r"nlohmann/.*", ("daemon", "cli", "connectors/http", "examples"), "a JSON tree is for control messages, not for rows"),
    (r"boost/.*", ("ingest", "connectors", "store", "config", "daemon", "cli", "examples"), "hashing has no dependency but its digest"),
    (r"tl/.*", ("ingest", "connectors", "store", "config", "daemon", "cli", "examples"), "hashing has no dependency but its digest"),
    (r"toml(\+\+|plusplus).*", ("config",), "files are parsed in config/ and handed on as plain structs"),
    (r"CLI/.*", ("daemon", "cli"), "command lines are parsed by the two programs"),
    (r"spdlog/.*", ("daemon",), "libraries return errors; only the daemon writes a log"),
    (r"prometheus/.*", ("daemon",), "metrics are the daemon's"),
    (r"gtest/.*|gmock/.*", (), "test code stays in tests/"),
]
ANY_LIBRARY = ("tests", "bench")

FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 100

# What must not be written, in any source or script outside this folder.
WORDS = [
    (r"\b(TODO|FIXME|XXX)\b", "finish it, or say in docs/ what is not done"),
    (r"\bGTEST_SKIP\b|\bDISABLED_\w|unittest\.skip|@skip\b", "a test that does not run is no test"),
    (r"\b(?:class|struct)\s+\w*(?:Manager|Helper|Util|Utils)\b", "name the idea: Manager, Helper and Util say nothing"),
    (r"\bSHA256_(Init|Update|Final)\b|\bEVP_Digest\(", "no deprecated digest calls, and no one-shot call per row"),
]

# Folders with C++ in them, which are walked, and what is never looked at.
FOLDERS = ("hashing", "ingest", "connectors", "store", "config", "daemon", "cli", "examples", "bench", "tests")
LEFT_OUT = (".git", "build", "dist", ".quickstart", ".cache", "__pycache__")
