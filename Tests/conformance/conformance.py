"""Reads releases back with the loaders that their users have, and checks what those get.

    python conformance.py RELEASE_DIR [RELEASE_DIR ...]

Videos are decoded by PyAV's own FFmpeg; of clips that `microcurate generate --marked` made, the number in the picture
is held against the one in the caption. Prints what failed and ends with "N passed, N failed"; exits with 1 unless
everything passed.
"""

import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

# The loaders need no network, and must not go looking for one.
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_DATASETS_OFFLINE"] = "1"
os.environ["HF_DATASETS_DISABLE_PROGRESS_BARS"] = "1"

import datasets  # noqa: E402
import jsonschema  # noqa: E402
import webdataset  # noqa: E402

from checks import Checks  # noqa: E402
from croissant import check_croissant  # noqa: E402
from listings import check_diffusion_pipe, check_ltx, check_microverse, check_musubi  # noqa: E402
from loaders import SPLITS, check_hf, check_mds, of_split  # noqa: E402
from videos import expect_video, number_of  # noqa: E402

SCHEMAS = pathlib.Path(__file__).resolve().parents[2] / "schemas"
FIELDS = ["json", "mp4", "txt"]


def schema(name):
    return jsonschema.Draft202012Validator(json.loads((SCHEMAS / name).read_text(encoding="utf-8")))


def expect_valid(checks, validator, document, where):
    problems = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]
    checks.expect(not problems, f"{where}: against its schema: {'; '.join(problems[:3])}")


def valid_lines(checks, path, schema_name):
    """The documents of a file of JSON lines, each held against a schema."""
    validator = schema(schema_name)
    with open(path, encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    for number, line in enumerate(lines, 1):
        expect_valid(checks, validator, line, f"{path}: line {number}")
    return lines


def check_files(checks, release):
    """`sha256sum -c` accepts every file, and every file is listed."""
    result = subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", "checksums.sha256"],
        cwd=release, capture_output=True, text=True, check=False)
    checks.expect(result.returncode == 0, f"{release}: sha256sum -c: {result.stdout}{result.stderr}")
    lines = (release / "checksums.sha256").read_text(encoding="utf-8").splitlines()
    listed = {line[66:] for line in lines}
    present = {path.relative_to(release).as_posix() for path in release.rglob("*") if path.is_file()}
    stray = sorted((present - {"checksums.sha256"}) ^ listed)
    checks.expect(not stray, f"{release}: not both there and listed: {stray[:5]}")


def check_description(checks, release):
    """`release.json` and the files of JSON lines keep to their schemas and agree.

    Returns release.json, and clips.jsonl by clip id in its order.
    """
    description = json.loads((release / "release.json").read_text(encoding="utf-8"))
    expect_valid(checks, schema("release.schema.json"), description, release / "release.json")
    records = valid_lines(checks, release / "clips.jsonl", "sample.schema.json")
    clips = {record["clip_id"]: record for record in records}
    checks.expect(len(clips) == len(records), f"{release}/clips.jsonl: a clip is listed twice")
    checks.expect(description["clips"] == len(records), f"{release}/release.json: clips is not {len(records)}")
    splits = dict(collections.Counter(record["split"] for record in records))
    checks.expect(description["splits"] == splits, f"{release}/release.json: splits is not {splits}")
    split_of = collections.defaultdict(set)
    for record in records:
        split_of[record["source_id"]].add(record["split"])
    leaking = sorted(source for source, splits in split_of.items() if len(splits) > 1)
    checks.expect(not leaking, f"{release}: sources in more than one split: {leaking[:5]}")
    numbers = [number for number in (number_of(record["caption"]) for record in records) if number is not None]
    if numbers:
        unique = len(numbers) == len(records) == len(set(numbers))
        checks.expect(unique, f"{release}: clips without a number of their own")

    annotations = valid_lines(checks, release / "provenance.jsonl", "annotation.schema.json")
    captions = {(line["clip_id"], line["value"]) for line in annotations if line["kind"] == "caption"}
    unsaid = [record["clip_id"] for record in records if (record["clip_id"], record["caption"]) not in captions]
    checks.expect(not unsaid, f"{release}/provenance.jsonl: lacks the captions of {unsaid[:5]}")
    withheld = valid_lines(checks, release / "withheld.jsonl", "withheld.schema.json")
    both = sorted(clips.keys() & {line["clip_id"] for line in withheld})
    checks.expect(not both, f"{release}/withheld.jsonl: clips that the release holds: {both[:5]}")
    reasons = dict(collections.Counter(line["reason"] for line in withheld))
    checks.expect(description["withheld"] == reasons, f"{release}/release.json: withheld is not {reasons}")
    return description, clips


def check_webdataset(checks, release, description, clips):
    """Every clip is one sample of its split's shards, as `webdataset` iterates them, in the order of clips.jsonl."""
    seen = collections.defaultdict(list)
    for shard in description["shards"]:
        if shard["format"] != "webdataset":
            continue
        path = release / shard["path"]
        keys = seen[shard["split"]]
        before = len(keys)
        for sample in webdataset.WebDataset(str(path), shardshuffle=False, handler=webdataset.reraise_exception):
            key = sample["__key__"]
            where = f"{path}: {key}"
            keys.append(key)
            fields = sorted(field for field in sample if not field.startswith("__"))
            if not checks.expect(fields == FIELDS, f"{where}: holds {fields}, not {FIELDS}"):
                continue
            record = json.loads(sample["json"])
            caption = sample["txt"].decode("utf-8")
            checks.expect(record == clips.get(key), f"{where}: its JSON is not its line in clips.jsonl")
            checks.expect(record["clip_id"] == key, f"{where}: its JSON describes {record['clip_id']}")
            checks.expect(record["caption"] == caption, f"{where}: its txt is not its JSON's caption")
            checks.expect(record["bytes"] == len(sample["mp4"]), f"{where}: its mp4 has {len(sample['mp4'])} bytes")
            expect_video(checks, sample["mp4"], caption, record, where)
        samples = len(keys) - before
        checks.expect(samples == shard["samples"], f"{path}: {samples} samples, release.json says {shard['samples']}")
    for split in SPLITS:
        wanted = [record["clip_id"] for record in of_split(clips, split)]
        checks.expect(seen[split] == wanted, f"{release}: the shards of {split} don't hold its clips in their order")


def check_huggingface(checks, release, description, clips):
    """`datasets` loads the shards as the card says, in the order of clips.jsonl, each sample of the same types."""
    with tempfile.TemporaryDirectory() as cache:
        try:
            loaded = datasets.load_dataset(str(release), cache_dir=cache)
        except Exception as error:  # whatever the loader raises is the finding
            checks.expect(False, f"{release}: datasets.load_dataset: {type(error).__name__}: {error}")
            return
        checks.expect(set(loaded) == set(description["splits"]), f"{release}: datasets finds the splits {set(loaded)}")
        for split, part in loaded.items():
            fields = sorted(name for name in part.features if not name.startswith("__"))
            if not checks.expect(fields == FIELDS, f"{release}: datasets finds the fields {fields} in {split}"):
                continue
            if isinstance(part.features["mp4"], datasets.Video):
                part = part.cast_column("mp4", datasets.Video(decode=False))
            keys = part["__key__"][:]
            wanted = [record["clip_id"] for record in of_split(clips, split)]
            if not checks.expect(keys == wanted, f"{release}: datasets doesn't give {split} in its order"):
                continue
            for row in part:
                where = f"{release}: {row['__key__']} in datasets"
                record = clips[row["__key__"]]
                video = row["mp4"] if isinstance(row["mp4"], bytes) else row["mp4"]["bytes"]
                checks.expect(row["json"] == record, f"{where}: its JSON came back changed")
                checks.expect(row["txt"] == record["caption"], f"{where}: its text is not its caption")
                expect_video(checks, video, row["txt"], record, where)


# What reads each format, besides what reads every release.
READERS = {
    "webdataset": [check_webdataset, check_huggingface],
    "mds": [check_mds],
    "microverse": [check_microverse],
    "hf": [check_hf],
    "musubi": [check_musubi],
    "diffusion-pipe": [check_diffusion_pipe],
    "ltx": [check_ltx],
}


def check_release(checks, release):
    check_files(checks, release)
    description, clips = check_description(checks, release)
    readers = [check_croissant] + [reader for name in description["formats"] for reader in READERS[name]]
    for reader in readers:
        before = (checks.passed, checks.failed, time.monotonic())
        try:
            reader(checks, release, description, clips)
        except Exception as error:  # a release that stops a loader is a failure like any other
            checks.expect(False, f"{release}: {reader.__name__}: {type(error).__name__}: {error}")
        passed, failed = checks.passed - before[0], checks.failed - before[1]
        seconds = time.monotonic() - before[2]
        print(f"{release}: {reader.__name__}: {passed} passed, {failed} failed, {seconds:.1f} s")


def main(directories):
    if not directories:
        print("usage: python conformance.py RELEASE_DIR [RELEASE_DIR ...]", file=sys.stderr)
        return 2
    checks = Checks()
    for directory in directories:
        try:
            check_release(checks, pathlib.Path(directory))
        except Exception as error:  # a release that can't be read at all
            checks.expect(False, f"{directory}: {type(error).__name__}: {error}")
    return checks.finish()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
