#!/usr/bin/env python3
"""check_tree.py ROOT [--compile-commands FILE] [--without FOLDER]...: holds a source tree to rules.py; prints what breaks it, and why.

Exit status: 0 nothing to say, 1 something is broken, 2 it could not look.
"""
import argparse
import json
import os
import pathlib
import re
import sys

import cpp_text
import rules

SOURCES = (".cpp", ".hpp")
SCRIPTS = (".py", ".sh", ".cmake", ".txt")


def walk(root):
    """Relative paths of all files of the tree, in order."""
    for folder, names, files in os.walk(root):
        names[:] = sorted(name for name in names if name not in rules.LEFT_OUT and not name.startswith("build"))
        for name in sorted(files):
            yield (pathlib.Path(folder) / name).relative_to(root).as_posix()


def below(path, folder):
    return path == folder or path.startswith(folder + "/")


def arrow_of(path):
    """(own folder, what it sees, why) of a file; None where no rule names it."""
    best = None
    for folder, sees, why in rules.ARROWS:
        if folder.endswith("/*"):
            parts, depth = path.split("/"), folder.count("/") + 1
            own = "/".join(parts[:depth]) if below(path, folder[:-2]) and len(parts) > depth else None
        else:
            own = folder if below(path, folder) else None
        if own is not None and (best is None or len(own) > len(best[0])):
            best = (own, sees, why)
    return best


def sources_of(entry):
    """The source that a compile command names; where CMake has joined sources, all of them."""
    path = pathlib.Path(entry["directory"], entry["file"]).resolve()
    if path.parent.name != "Unity":
        return [path]
    return [pathlib.Path(name) for _, name, _ in cpp_text.includes(path.read_text(encoding="utf-8"))]


class Tree:
    """One source tree and what was found in it."""

    def __init__(self, root):
        self.root = pathlib.Path(root).resolve()
        self.paths = list(walk(self.root))
        self.sources = [path for path in self.paths if path.endswith(SOURCES)]
        self.text = {path: (self.root / path).read_text(encoding="utf-8") for path in self.paths if self._is_read(path)}
        self.findings = []

    def _is_read(self, path):
        return path.endswith(SOURCES + SCRIPTS + (".md",)) or below(path, "scripts") or below(path, ".ci")

    def report(self, rule, path, line, what):
        self.findings.append((rule, f"{path}:{line}: {what} [{rule}]"))

    def check_places(self):
        for path in self.sources:
            if arrow_of(path) is None:
                self.report("place", path, 1, "stands in a folder that tests/tidy/rules.py has no arrow for")

    def check_arrows(self):
        for path in self.sources:
            own, sees, why = arrow_of(path) or (None, (), "")
            for line, name, quoted in cpp_text.includes(self.text[path]):
                if own is None or not quoted:
                    continue
                if not (self.root / name).is_file():
                    self.report("include", path, line, f'"{name}" is not a file: includes are written from the project root')
                elif not any(below(name, folder) for folder in (own, *sees)):
                    self.report("arrow", path, line, f'{own} must not include "{name}": {why}')

    def check_libraries(self):
        for path in self.sources:
            if any(below(path, folder) for folder in rules.ANY_LIBRARY):
                continue
            for line, name, _ in cpp_text.includes(self.text[path]):
                # The first pattern that matches is the one that counts: boost/beast before boost.
                for pattern, allowed, why in rules.LIBRARIES:
                    if re.fullmatch(pattern, name):
                        if not any(below(path, folder) for folder in allowed):
                            self.report("library", path, line, f"<{name}> is not for this file: {why}")
                        break

    def check_targets(self, compile_commands, without):
        compiled = {source for entry in compile_commands for source in sources_of(entry)}
        included = {name for path in self.sources for _, name, _ in cpp_text.includes(self.text[path])}
        for path in self.sources:
            if any(below(path, folder) for folder in without):
                continue
            if path.endswith(".cpp") and self.root / path not in compiled:
                self.report("target", path, 1, "is in no target: list it in its folder's CMakeLists.txt or remove it")
            if path.endswith(".hpp") and path not in included:
                self.report("target", path, 1, "is included by nobody")

    def check_sizes(self):
        for path in self.sources:
            lines = self.text[path].count("\n")
            if lines > rules.FILE_LINES_MAX:
                self.report("size", path, lines, f"has {lines} lines, more than {rules.FILE_LINES_MAX}: it holds more than one idea")
            for line, length in cpp_text.functions(self.text[path]):
                if length > rules.FUNCTION_LINES_MAX:
                    self.report("size", path, line, f"is a function of {length} lines, more than {rules.FUNCTION_LINES_MAX}")

    def check_headers(self):
        for path in self.sources:
            if path.endswith(".hpp") and not re.search(r"^#pragma once$", self.text[path], re.MULTILINE):
                self.report("once", path, 1, "has no #pragma once")

    def check_words(self):
        for path, text in self.text.items():
            if below(path, "tests/tidy") or path.endswith(".md"):
                continue
            for line, content in enumerate(text.split("\n"), 1):
                for pattern, why in rules.WORDS:
                    if (match := re.search(pattern, content)) is not None:
                        self.report("word", path, line, f"{match.group(0)}: {why}")

    def check_links(self):
        for path, text in self.text.items():
            if not path.endswith(".md"):
                continue
            for line, content in enumerate(text.split("\n"), 1):
                for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", content):
                    if re.match(r"[a-z]+:", target):
                        continue
                    if not (self.root / path).parent.joinpath(target).exists():
                        self.report("link", path, line, f"points at {target}, which is not there")

    def check(self, compile_commands=None, without=()):
        self.check_places()
        self.check_arrows()
        self.check_libraries()
        if compile_commands is not None:
            self.check_targets(compile_commands, without)
        self.check_sizes()
        self.check_headers()
        self.check_words()
        self.check_links()
        return self.findings


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("root")
    parser.add_argument("--compile-commands", help="compile_commands.json of a build of everything that is not named by --without")
    parser.add_argument("--without", action="append", default=[], help="a folder that this build leaves out")
    options = parser.parse_args()
    tree = Tree(options.root)
    if not tree.sources:
        print(f"check_tree.py: no sources in {options.root}", file=sys.stderr)
        return 2
    commands = None
    if options.compile_commands:
        commands = json.loads(pathlib.Path(options.compile_commands).read_text(encoding="utf-8"))
    findings = tree.check(commands, options.without)
    for _, text in findings:
        print(text)
    print(f"{len(tree.sources)} sources, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
