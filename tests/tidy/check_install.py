#!/usr/bin/env python3
"""check_install.py BUILD VERSION: what `cmake --install` lays down is complete, its paths agree with each other, and its programs run."""
import pathlib
import re
import subprocess
import sys
import tempfile

WANTED = {
    "bin/rowprint": "the command",
    "bin/rowprintd": "the daemon",
    "lib/systemd/system/rowprintd.service": "the unit",
    "etc/rowprint/rowprintd.toml": "its configuration",
    "share/doc/rowprint/copyright": "the licence",
    "share/doc/rowprint/README.md": "the README",
    "share/doc/rowprint/openapi.json": "the API's description",
    "share/bash-completion/completions/rowprint": "completions for bash",
    "share/zsh/vendor-completions/_rowprint": "completions for zsh",
    "share/fish/vendor_completions.d/rowprint.fish": "completions for fish",
}


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    build, version = sys.argv[1:]
    with tempfile.TemporaryDirectory() as stage:
        install = subprocess.run(["cmake", "--install", build], env={"DESTDIR": stage, "PATH": "/usr/bin:/bin"}, capture_output=True, text=True,
                                 check=False)
        if install.returncode != 0:
            sys.exit(f"cmake --install ({install.returncode}):\n{install.stdout}{install.stderr}")
        files = {path.relative_to(stage).as_posix(): path for path in pathlib.Path(stage).rglob("*") if path.is_file()}
        missing = [f"{wanted} ({what})" for wanted, what in WANTED.items() if not any(name.endswith(wanted) for name in files)]
        if missing:
            sys.exit("not installed: " + ", ".join(missing) + "\ninstalled: " + ", ".join(sorted(files)))
        strays = [name for name in files if name.endswith((".hpp", ".a", "CMakeLists.txt"))]
        if strays:
            sys.exit(f"installed by mistake: {strays}")

        # The unit's own paths are paths that were installed.
        unit = next(path for name, path in files.items() if name.endswith(".service")).read_text(encoding="utf-8")
        for named in re.findall(r"(?:^Exec\w+=|--config )(/\S+)", unit, re.MULTILINE):
            if named.lstrip("/") not in files:
                sys.exit(f"the unit names {named}, which is not installed")

        for name in ("rowprint", "rowprintd"):
            program = next(path for wanted, path in files.items() if wanted.endswith(f"bin/{name}"))
            said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
            if said.returncode != 0 or version not in said.stdout:
                sys.exit(f"{name} --version ({said.returncode}): {said.stdout}{said.stderr}")
        daemon = next(path for wanted, path in files.items() if wanted.endswith("bin/rowprintd"))
        config = next(path for wanted, path in files.items() if wanted.endswith("rowprintd.toml"))
        checked = subprocess.run([daemon, "--check-config", "--config", config], capture_output=True, text=True, check=False)
        if checked.returncode != 0:
            sys.exit(f"the installed configuration is refused ({checked.returncode}): {checked.stdout}{checked.stderr}")
    print(f"{len(files)} files installed")


if __name__ == "__main__":
    main()
