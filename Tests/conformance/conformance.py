"""Reads releases back with the loaders that their users have, and checks what those get.

    python conformance.py RELEASE_DIR [RELEASE_DIR ...]

Videos are decoded by PyAV's own FFmpeg. Prints what failed and ends with "N passed, N failed"; exits with 1 unless
everything passed.
"""

import collections
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile

# The loaders need no network, and must not go looking for one.
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_DATASETS_OFFLINE"] = "1"
os.environ["HF_DATASETS_DISABLE_PROGRESS_BARS"] = "1"

import av  # noqa: E402
import datasets  # noqa: E402
import jsonschema  # noqa: E402
import webdataset  # noqa: E402

SCHEMAS = pathlib.Path(__file__).resolve().parents[2] / "schemas"
FIELDS = {"mp4", "txt", "json"}


class Checks:
    """Counts checks, and prints those that fail."""

    def __init__(self):
        self.passed = 0
        self.failed = 0

    def expect(self, holds, what):
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED {what}")
        return holds


def schema(name):
    return jsonschema.Draft202012Validator(json.loads((SCHEMAS / name).read_text(encoding="utf-8")))


def expect_valid(checks, validator, document, where):
    problems = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]
    checks.expect(not problems, f"{where}: against its schema: {'; '.join(problems[:3])}")


def decode(video):
    """Frames, width and height of a video, from a path or bytes, by decoding all of it."""
    with av.open(io.BytesIO(video) if isinstance(video, bytes) else str(video)) as container:
        streams = [stream.type for stream in container.streams]
        frames = list((frame.width, frame.height) for frame in container.decode(video=0))
    if len(set(frames)) > 1:
        raise ValueError(f"the frames differ in size: {sorted(set(frames))}")
    return len(frames), frames[0] if frames else (0, 0), streams


def expect_decodes(checks, video, record, where):
    try:
        frames, size, streams = decode(video)
    except Exception as error:  # whatever the decoder raises is the finding
        checks.expect(False, f"{where}: does not decode: {error}")
        return
    checks.expect(streams == ["video"], f"{where}: holds the streams {streams}, not one video stream")
    checks.expect(frames == record["frames"], f"{where}: decodes to {frames} frames, its JSON says {record['frames']}")
    expected = (record["width"], record["height"])
    checks.expect(size == expected, f"{where}: decodes to {size}, its JSON says {expected}")


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
    """`release.json` and `clips.jsonl` keep to their schemas and agree. Returns both."""
    description = json.loads((release / "release.json").read_text(encoding="utf-8"))
    expect_valid(checks, schema("release.schema.json"), description, release / "release.json")
    with open(release / "clips.jsonl", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    validator = schema("sample.schema.json")
    for number, record in enumerate(records, 1):
        expect_valid(checks, validator, record, f"{release}/clips.jsonl: line {number}")
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
    return description, clips


def check_webdataset(checks, release, description, clips):
    """Every clip is one sample of its split's shards, as `webdataset` iterates them."""
    seen = collections.Counter()
    for shard in description["shards"]:
        path = release / shard["path"]
        samples = 0
        for sample in webdataset.WebDataset(str(path), shardshuffle=False, handler=webdataset.reraise_exception):
            samples += 1
            key = sample["__key__"]
            where = f"{path}: {key}"
            seen[key] += 1
            fields = {field for field in sample if not field.startswith("__")}
            if not checks.expect(fields == FIELDS, f"{where}: holds {sorted(fields)}, not {sorted(FIELDS)}"):
                continue
            record = json.loads(sample["json"])
            checks.expect(record == clips.get(key), f"{where}: its JSON is not its line in clips.jsonl")
            checks.expect(record["clip_id"] == key, f"{where}: its JSON describes {record['clip_id']}")
            checks.expect(record["split"] == shard["split"], f"{where}: it belongs to the split {record['split']}")
            checks.expect(
                record["caption"] == sample["txt"].decode("utf-8"), f"{where}: its txt is not its JSON's caption")
            checks.expect(record["bytes"] == len(sample["mp4"]), f"{where}: its mp4 has {len(sample['mp4'])} bytes")
            expect_decodes(checks, sample["mp4"], record, where)
        checks.expect(samples == shard["samples"], f"{path}: {samples} samples, release.json says {shard['samples']}")
    twice = sorted(key for key, count in seen.items() if count > 1)
    checks.expect(not twice, f"{release}: keys that come twice: {twice[:5]}")
    missing = sorted(set(clips) - set(seen))
    checks.expect(not missing, f"{release}: clips in no shard: {missing[:5]}")


def check_huggingface(checks, release, description, clips):
    """`datasets` loads the directory as its card says, with types that hold for every sample."""
    with tempfile.TemporaryDirectory() as cache:
        try:
            loaded = datasets.load_dataset(str(release), cache_dir=cache)
            checks.expect(
                {split: len(part) for split, part in loaded.items()} == description["splits"],
                f"{release}: datasets finds {({split: len(part) for split, part in loaded.items()})}")
            for split, part in loaded.items():
                fields = sorted(name for name in part.features if not name.startswith("__"))
                checks.expect(fields == sorted(FIELDS), f"{release}: datasets finds the fields {fields} in {split}")
                for row in part.select_columns(["__key__", "json", "txt"]):
                    where = f"{release}: {row['__key__']} in datasets"
                    checks.expect(row["json"] == clips.get(row["__key__"]), f"{where}: its JSON came back changed")
                    checks.expect(row["txt"] == row["json"]["caption"], f"{where}: its text is not its caption")
        except Exception as error:  # whatever the loader raises is the finding
            checks.expect(False, f"{release}: datasets.load_dataset: {type(error).__name__}: {error}")


def check_microverse(checks, release, clips):
    """The trainer's own rule: a JSON array of samples whose video, below the base path, exists and decodes."""
    validator = schema("microverse-metadata.schema.json")
    seen = collections.Counter()
    for split, name in {
        "train": "metadata.json", "validation": "metadata_validation.json", "test": "metadata_test.json",
    }.items():
        if split != "train" and not (release / name).exists():
            continue
        entries = json.loads((release / name).read_text(encoding="utf-8"))
        expect_valid(checks, validator, entries, release / name)
        for entry in entries:
            where = f"{release / name}: {entry['id']}"
            seen[entry["id"]] += 1
            checks.expect(entry["prompt"].strip(), f"{where}: its prompt is empty")
            record = clips.get(entry["id"])
            if not checks.expect(record is not None, f"{where}: clips.jsonl does not list it"):
                continue
            checks.expect(record["split"] == split, f"{where}: it belongs to the split {record['split']}")
            checks.expect(record["caption"] == entry["prompt"], f"{where}: its prompt is not its caption")
            video = release / entry["video"]
            if checks.expect(video.is_file(), f"{where}: {entry['video']} is no file"):
                expect_decodes(checks, video, record, f"{where}: {entry['video']}")
    twice = sorted(key for key, count in seen.items() if count > 1)
    checks.expect(not twice, f"{release}: clips that the metadata holds twice: {twice[:5]}")
    missing = sorted(set(clips) - set(seen))
    checks.expect(not missing, f"{release}: clips in no metadata: {missing[:5]}")


def check_release(checks, release):
    check_files(checks, release)
    description, clips = check_description(checks, release)
    if "webdataset" in description["formats"]:
        check_webdataset(checks, release, description, clips)
        check_huggingface(checks, release, description, clips)
    if "microverse" in description["formats"]:
        check_microverse(checks, release, clips)


def main(directories):
    if not directories:
        print("usage: python conformance.py RELEASE_DIR [RELEASE_DIR ...]", file=sys.stderr)
        return 2
    checks = Checks()
    for directory in directories:
        try:
            check_release(checks, pathlib.Path(directory))
        except Exception as error:  # a release that stops a loader is a failure like any other
            checks.expect(False, f"{directory}: {type(error).__name__}: {error}")
    print(f"{checks.passed} passed, {checks.failed} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
