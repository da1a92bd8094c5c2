#!/usr/bin/env python3
"""Breaks every rule of check_tree.py once, in a temporary tree, and sees it found: a check that cannot fail checks nothing."""
import pathlib
import sys
import tempfile
import unittest

import check_tree
import cpp_text
import rules

SOUND = {
    "hashing/tree.hpp": "#pragma once\n#include <span>\n",
    "hashing/tree.cpp": '#include "hashing/tree.hpp"\n',
    "hashing/sha2.cpp": "#include <openssl/evp.h>\n",
    "ingest/model/row.hpp": '#pragma once\n#include "hashing/tree.hpp"\n',
    "ingest/source.hpp": '#pragma once\n#include "ingest/model/row.hpp"\n#include <boost/asio/awaitable.hpp>\n',
    "store/sqlite/store.cpp": '#include "ingest/source.hpp"\n#include <sqlite3.h>\n',
    "tests/unit/tree_test.cpp": '#include "hashing/tree.hpp"\n#include <gtest/gtest.h>\n#include <sqlite3.h>\n',
    "README.md": "[the tree](hashing/tree.hpp)\n",
}


class Tidy(unittest.TestCase):
    def findings(self, changes, without=(), leave_out_of_build=()):
        files = {**SOUND, **changes}
        with tempfile.TemporaryDirectory() as root:
            for name, text in files.items():
                path = pathlib.Path(root, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            commands = [{"directory": root, "file": name} for name in files
                        if name.endswith(".cpp") and name not in leave_out_of_build]
            return check_tree.Tree(root).check(commands, without)

    def assert_breaks(self, rule, changes, **build):
        found = self.findings(changes, **build)
        self.assertEqual([name for name, _ in found], [rule], found)
        return found[0][1]

    def test_a_sound_tree_has_no_findings(self):
        self.assertEqual(self.findings({}), [])

    def test_hashing_may_not_look_up(self):
        text = self.assert_breaks("arrow", {"hashing/tree.cpp": '#include "ingest/source.hpp"\n'})
        self.assertIn("hashing/tree.cpp:1:", text)
        self.assertIn("usable on its own", text)

    def test_the_model_may_not_see_a_port(self):
        self.assert_breaks("arrow", {"ingest/model/row.cpp": '#include "ingest/source.hpp"\n'})

    def test_a_port_may_not_see_a_store(self):
        self.assert_breaks("arrow", {"ingest/tee.cpp": '#include "store/sqlite/store.hpp"\n', "store/sqlite/store.hpp": "#pragma once\n"})

    def test_stores_may_not_see_each_other(self):
        self.assert_breaks("arrow", {"store/a/a.cpp": '#include "store/b/b.hpp"\n', "store/b/b.hpp": "#pragma once\n"})

    def test_a_store_may_not_see_a_connector(self):
        self.assert_breaks("arrow", {"store/a/a.cpp": '#include "connectors/c/c.hpp"\n', "connectors/c/c.hpp": "#pragma once\n"})

    def test_a_connector_may_not_see_a_store(self):
        self.assert_breaks("arrow", {"connectors/c/c.cpp": '#include "store/b/b.hpp"\n', "store/b/b.hpp": "#pragma once\n"})

    def test_the_command_may_not_see_the_daemon(self):
        self.assert_breaks("arrow", {"cli/main.cpp": '#include "daemon/server.hpp"\n', "daemon/server.hpp": "#pragma once\n"})

    def test_every_library_has_an_owner(self):
        for name in ("sqlite3.h", "libpq-fe.h", "openssl/evp.h", "simdjson.h", "boost/beast/http.hpp", "nlohmann/json.hpp",
                     "toml++/toml.h", "CLI/CLI.hpp", "spdlog/spdlog.h", "prometheus/counter.h", "gtest/gtest.h"):
            with self.subTest(name):
                self.assert_breaks("library", {"connectors/c/c.cpp": f"#include <{name}>\n"})

    def test_hashing_has_no_library_but_its_digest(self):
        self.assert_breaks("library", {"hashing/tree.cpp": '#include "hashing/tree.hpp"\n#include <boost/asio.hpp>\n'})

    def test_an_include_that_is_commented_out_is_none(self):
        self.assertEqual(self.findings({"hashing/tree.cpp": '// x\n/*\n#include "ingest/source.hpp"\n*/\n// #include <sqlite3.h>\n'}), [])

    def test_includes_start_at_the_root(self):
        self.assert_breaks("include", {"hashing/tree.cpp": '#include "tree.hpp"\n'})

    def test_a_folder_without_a_rule_is_found(self):
        self.assert_breaks("place", {"misc/a.cpp": "\n"})

    def test_a_source_in_no_target_is_found(self):
        self.assert_breaks("target", {"ingest/lost.cpp": "\n"}, leave_out_of_build=("ingest/lost.cpp",))

    def test_a_folder_that_is_not_built_is_not_missed(self):
        self.assertEqual(self.findings({"bench/b.cpp": "\n"}, without=("bench",), leave_out_of_build=("bench/b.cpp",)), [])

    def test_a_header_nobody_includes_is_found(self):
        self.assert_breaks("target", {"ingest/lost.hpp": "#pragma once\n"})

    def test_a_long_file_is_found(self):
        self.assert_breaks("size", {"hashing/tree.cpp": "\n" * (rules.FILE_LINES_MAX + 1)})

    def test_a_long_function_is_found(self):
        body = "  step();\n" * rules.FUNCTION_LINES_MAX
        self.assert_breaks("size", {"hashing/tree.cpp": f"namespace a {{\nint f(int x) {{\n{body}}}\n}}\n"})

    def test_a_header_without_a_guard_is_found(self):
        self.assert_breaks("once", {"hashing/tree.hpp": "#include <span>\n"})

    def test_unfinished_work_is_found(self):
        for word in ("// TODO later", "// FIXME", "GTEST_SKIP();", "TEST(A, DISABLED_b)", "class RowManager {", "EVP_Digest(a)"):
            with self.subTest(word):
                self.assert_breaks("word", {"hashing/tree.cpp": word + "\n"})
        self.assert_breaks("word", {"scripts/run": "# TODO\n"})

    def test_a_link_to_nothing_is_found(self):
        self.assert_breaks("link", {"README.md": "[gone](docs/gone.md#part) [web](https://example.org)\n"})


class Functions(unittest.TestCase):
    def assert_functions(self, text, expected):
        self.assertEqual(list(cpp_text.functions(text)), expected)

    def test_free_functions_and_members_are_measured(self):
        self.assert_functions("namespace a {\nint f() {\n  if (x) {\n  }\n}\nclass C : public B {\n  void g() const {\n  }\n};\n}\n",
                              [(2, 4), (7, 2)])

    def test_a_constructor_ends_after_its_initialisers(self):
        self.assert_functions("C::C(int a)\n    : a_{a},\n      b_{b} {\n  work();\n}\n", [(3, 3)])

    def test_tables_and_types_are_no_functions(self):
        self.assert_functions("constexpr int k[] = {\n1, 2};\nauto x = make({\n1});\nstruct S {\n  int a = 0;\n};\nenum class E : int {\n};\n", [])

    def test_braces_in_text_and_comments_do_not_count(self):
        self.assert_functions('void f() {\n  g("{", \'{\', R"x({\n{)x");  // {\n  /* {\n */\n  k = 1\'000\'000;\n}\n', [(1, 7)])

    def test_templates_are_seen_through(self):
        self.assert_functions("template <class T, class U = std::map<T, int>>\nvoid f(T t) {\n}\n", [(2, 2)])


if __name__ == "__main__":
    sys.exit(unittest.main())
