#!/usr/bin/env python3
"""check_unit.py UNIT PROGRAM: systemd finds nothing to say about the unit, and rates its exposure no worse than EXPOSURE_MAX.

UNIT is checked with its programs replaced by PROGRAM, since what it names is not installed yet. Nothing is started. Each
check is then seen to fail on a unit that was spoilt for it.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

EXPOSURE_MAX = 15  # in tenths, as systemd-analyze takes it: 1.5 of 10


def complaint(text):
    """What systemd has against a unit with this text; nothing where it has nothing."""
    with tempfile.TemporaryDirectory() as folder:
        unit = pathlib.Path(folder, "rowprintd.service")
        unit.write_text(text, encoding="utf-8")
        verify = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True, check=False)
        if verify.returncode != 0 or verify.stdout or verify.stderr:
            return f"systemd-analyze verify ({verify.returncode}):\n{verify.stdout}{verify.stderr}"
        security = subprocess.run(["systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE_MAX}", "--no-pager", unit],
                                  capture_output=True, text=True, check=False)
        if security.returncode != 0:
            return f"systemd-analyze security ({security.returncode}):\n{security.stdout}{security.stderr}"
    return ""


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    text = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")
    text = re.sub(r"^(Exec\w+=)\S+", lambda match: match[1] + sys.argv[2], text, flags=re.MULTILINE)
    if (found := complaint(text)):
        sys.exit(found)
    spoilt = {
        "an unknown setting": text.replace("[Service]", "[Service]\nRestartt=always"),
        "a program that is not there": re.sub(r"^ExecStart=\S+", "ExecStart=/nonexistent/rowprintd", text, flags=re.MULTILINE),
        "capabilities left alone": text.replace("CapabilityBoundingSet=\n", ""),
        "no system call filter": re.sub(r"^SystemCallFilter=.*\n", "", text, flags=re.MULTILINE),
    }
    for what, unit in spoilt.items():
        if unit == text or not complaint(unit):
            sys.exit(f"check_unit.py: did not notice {what}")
    print(f"the unit is sound, and {len(spoilt)} spoilt ones were found out")


if __name__ == "__main__":
    main()
