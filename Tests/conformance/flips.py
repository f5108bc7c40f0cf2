"""Alters single bits of a release, and expects `microcurate verify` to find each and to name its file.

    python flips.py MICROCURATE RELEASE_DIR [--together]

One bit of one file at a time, at a random place; of checksums.sha256, on which all else hangs, forty bits. With
--together a bit in every other file at once: quick, where a release has many. SEED in the environment repeats a run.
"""

import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile

from checks import Checks

SUMS = "checksums.sha256"


def flip(path, draw):
    """Alters one bit of a file. Returns what the file held, and the place of the byte."""
    whole = path.read_bytes()
    place = draw.randrange(len(whole))
    path.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << draw.randrange(8)]) + whole[place + 1:])
    return whole, place


def verify(microcurate, release):
    """The exit code of `verify` and the files that it names."""
    result = subprocess.run(
        [microcurate, "verify", "--json", str(release)], capture_output=True, text=True, check=False)
    findings = json.loads(result.stdout)["findings"] if result.stdout else []
    return result.returncode, {finding["file"] for finding in findings}


def check_each(checks, microcurate, release, files, draw):
    for name in files:
        for _ in range(40 if name == SUMS else 1):
            whole, place = flip(release / name, draw)
            code, named = verify(microcurate, release)
            (release / name).write_bytes(whole)
            # A line of the checksums that says something else accuses the file that it is about.
            line = whole[:place].count(b"\n")
            about = {whole.splitlines()[line][66:].decode("utf-8")} if name == SUMS else set()
            where = f"{release.name}/{name}: byte {place} altered"
            checks.expect(code == 1, f"{where}: verify exits with {code}")
            checks.expect(named & ({name} | about), f"{where}: verify names {sorted(named)[:5]}")


def check_together(checks, microcurate, release, files, draw):
    altered = {name: flip(release / name, draw)[1] for name in files if name != SUMS}
    code, named = verify(microcurate, release)
    checks.expect(code == 1, f"{release.name}: all files altered: verify exits with {code}")
    for name, place in altered.items():
        checks.expect(name in named, f"{release.name}/{name}: byte {place} altered: verify doesn't name it")


def main(arguments):
    together = "--together" in arguments
    places = [argument for argument in arguments if argument != "--together"]
    if len(places) != 2:
        print("usage: python flips.py MICROCURATE RELEASE_DIR [--together]", file=sys.stderr)
        return 2
    microcurate, original = places[0], pathlib.Path(places[1])
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"seed {seed}")
    checks = Checks()
    with tempfile.TemporaryDirectory() as copies:
        release = pathlib.Path(copies) / original.name
        shutil.copytree(original, release)
        checks.expect(verify(microcurate, release) == (0, set()), f"{original}: verify finds something already")
        files = sorted(
            path.relative_to(release).as_posix() for path in release.rglob("*")
            if path.is_file() and path.stat().st_size > 0)
        check = check_together if together else check_each
        check(checks, microcurate, release, files, random.Random(seed))
    return checks.finish()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
