"""Loads `croissant.json` with mlcroissant and compares every record with what it was read from."""

import datetime
import json
import logging
import math

import mlcroissant
import numpy
import pandas

# mlcroissant tells of every operation.
logging.getLogger("absl").setLevel(logging.WARNING)


def plain(value):
    """A value as mlcroissant gives it, as JSON has it."""
    if isinstance(value, bytes):
        return value.decode("utf-8")
    if isinstance(value, datetime.datetime):
        return None if value is pandas.NaT else value.isoformat()
    if isinstance(value, (list, tuple, numpy.ndarray)):
        return [plain(item) for item in value]
    return value.item() if isinstance(value, numpy.generic) else value


def number(text):
    try:
        return float(text)
    except ValueError:
        return None


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None


def same(found, wanted, column, numeric):
    """Whether a value came back. Of the columns `numeric`, texts that are equal numbers did.

    Floats may differ in their last digit: pandas' JSON reader doesn't round them exactly.
    """
    if isinstance(wanted, float):
        return isinstance(found, float) and math.isclose(found, wanted, rel_tol=1e-12, abs_tol=1e-12)
    if column == "at":
        return moment(found or "") == moment(wanted)
    if column in numeric:
        return number(found) == number(wanted)
    return type(found) is type(wanted) and found == wanted


def check_records(checks, dataset, record_set, rows, where):
    """Every record of a set is its line, in the order of lines, each key typed as it was."""
    name = record_set["@id"]
    sources = {field["source"]["fileObject"]["@id"] for field in record_set["field"]}
    try:
        records = [
            {key.removeprefix(name + "/"): plain(value) for key, value in record.items()}
            for record in dataset.records(name)
        ]
    except Exception as error:  # whatever the loader raises is the finding
        checks.expect(False, f"{where}: {name}: {type(error).__name__}: {error}")
        return
    checks.expect(len(records) == len(rows), f"{where}: {len(records)} records of {name}, not {len(rows)}")
    # pandas makes numbers of a column of JSON lines whose texts are all numbers; Parquet has types.
    numeric = {
        key for key in (rows[0] if rows and not sources <= {"clips.parquet"} else {})
        if all(isinstance(row[key], str) and number(row[key]) is not None for row in rows)
    }
    never = numeric & {"caption", "clip_id", "id", "sha256", "source_id", "was_derived_from"}
    checks.expect(not never, f"{where}: texts in {name} that pandas reads as numbers: {sorted(never)}")
    for record, row in zip(records, rows):
        wrong = sorted(set(record) ^ set(row))
        if checks.expect(not wrong, f"{where}: {name}: fields that are not keys of its file, or the reverse: {wrong}"):
            wrong = [key for key in row if not same(record[key], row[key], key, numeric)]
            what = {key: (record[key], row[key]) for key in wrong[:3]}
            checks.expect(not wrong, f"{where}: {name}: came back as something else: {what}")


def check_croissant(checks, release, description, clips):
    """Valid without a warning; its record sets are the lines of `clips.jsonl` and `provenance.jsonl`, and the splits.

    `clips`: the lines of `clips.jsonl` in their order, by id.
    """
    where = release / "croissant.json"
    document = json.loads(where.read_text(encoding="utf-8"))
    try:
        dataset = mlcroissant.Dataset(where)
    except Exception as error:  # whatever the loader raises is the finding
        checks.expect(False, f"{where}: {type(error).__name__}: {error}")
        return
    # A version that is no MAJOR.MINOR.PATCH and an unknown date are told truly, and warned of.
    warnings = [
        warning for warning in sorted(dataset.metadata.ctx.issues.warnings)
        if "Version doesn't follow" not in warning and "datePublished" not in warning
    ]
    checks.expect(not warnings, f"{where}: mlcroissant warns: {warnings[:3]}")
    checks.expect(document["conformsTo"] == "http://mlcommons.org/croissant/1.1", f"{where}: is not Croissant 1.1")
    for key in ("name", "description", "license", "url", "creator", "distribution", "recordSet"):
        checks.expect(document.get(key), f"{where}: lacks {key}")

    files = [node for node in document["distribution"] if node["@type"] == "cr:FileObject"]
    sums = dict(
        reversed(line.split("  ", 1))
        for line in (release / "checksums.sha256").read_text(encoding="utf-8").splitlines()
    )
    for file in files:
        path = file["contentUrl"]
        checks.expect(sums.get(path) == file["sha256"], f"{where}: {path}: its sha256 is not that of the file")
        size = (release / path).stat().st_size
        checks.expect(file["contentSize"] == f"{size} B", f"{where}: {path}: contentSize is not {size} B")
    covered = {file["contentUrl"] for file in files}
    for node in document["distribution"]:
        if node["@type"] == "cr:FileSet":
            found = {path.relative_to(release).as_posix() for path in release.glob(node["includes"])}
            checks.expect(found, f"{where}: {node['@id']}: no file is {node['includes']}")
            covered |= found
    left = sorted(set(sums) - covered - {"croissant.json"})
    checks.expect(not left, f"{where}: files that it doesn't tell of: {left[:5]}")

    with open(release / "provenance.jsonl", encoding="utf-8") as lines:
        annotations = [json.loads(line) for line in lines]
    strangers = sorted({annotation.get("clip_id") for annotation in annotations} - set(clips), key=str)
    checks.expect(not strangers, f"{release}/provenance.jsonl: clips that the release lacks: {strangers[:5]}")
    sets = {node["@id"]: node for node in document["recordSet"]}
    expected = {"splits", "clips"} | ({"provenance"} if annotations else set())
    if not checks.expect(set(sets) == expected, f"{where}: its record sets are {sorted(sets)}"):
        return
    check_records(checks, dataset, sets["clips"], list(clips.values()), where)
    if annotations:
        check_records(checks, dataset, sets["provenance"], annotations, where)
    splits = {record["splits/name"] for record in dataset.records("splits")}
    checks.expect(splits == set(description["splits"]), f"{where}: its splits are {sorted(splits)}")
