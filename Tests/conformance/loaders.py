"""What MosaicML Streaming, Hugging Face `datasets` and Parquet readers get from a release.

The functions are called by conformance.py; `checks.expect(holds, what)` counts. `clips` is clips.jsonl by clip id, in
its order; `description` is release.json.
"""

import contextlib
import hashlib
import pathlib
import random
import shutil
import sys
import tempfile
import types

import datasets
import pyarrow.parquet

from videos import expect_video

SPLITS = ("train", "validation", "test")


def import_streaming():
    """MosaicML Streaming without transformers and torchvision, which it imports for text and images, not for MDS.

    Empty modules stand in for them while it is imported.
    """
    if "streaming" not in sys.modules:
        stands_in = {
            name: types.ModuleType(name) for name in (
                "streaming.text", "streaming.vision", "streaming.multimodal", "transformers",
                "transformers.feature_extraction_utils", "transformers.tokenization_utils_base")
        }
        stands_in["transformers.feature_extraction_utils"].BatchFeature = type("BatchFeature", (dict,), {})
        stands_in["transformers.tokenization_utils_base"].BatchEncoding = type("BatchEncoding", (dict,), {})
        sys.modules.update(stands_in)
        import streaming
        for name in stands_in:
            if name.startswith("transformers"):
                del sys.modules[name]
    return sys.modules["streaming"]


def of_split(clips, split):
    return [record for record in clips.values() if record["split"] == split]


@contextlib.contextmanager
def opened_mds(streaming, remote, split):
    """A split as StreamingDataset. Hashes are checked as shards are copied, so they must come from a remote."""
    with tempfile.TemporaryDirectory() as local:
        yield streaming.StreamingDataset(
            remote=str(remote), local=local, split=split, shuffle=False, validate_hash="sha256", batch_size=1)


def check_mds(checks, release, description, clips):
    """StreamingDataset gives every clip in the order of clips.jsonl, hashes on, and refuses an altered shard."""
    streaming = import_streaming()
    remote = release / "mds"
    present = [split for split in SPLITS if of_split(clips, split)]
    found = sorted(path.parent.name for path in remote.glob("*/index.json"))
    checks.expect(found == sorted(present), f"{remote}: holds the splits {found}, not {sorted(present)}")
    for split in present:
        where = f"{remote}/{split}"
        records = of_split(clips, split)
        try:
            with opened_mds(streaming, remote, split) as dataset:
                samples = list(dataset)
        except Exception as error:  # whatever the loader raises is the finding
            checks.expect(False, f"{where}: StreamingDataset: {type(error).__name__}: {error}")
            continue
        ids = [sample["clip_id"] for sample in samples]
        wanted = [record["clip_id"] for record in records]
        if not checks.expect(ids == wanted, f"{where}: not the clips of clips.jsonl in its order"):
            continue
        for sample, record in zip(samples, records):
            key = f"{where}: {record['clip_id']}"
            checks.expect(sample["json"] == record, f"{key}: its json is not its line in clips.jsonl")
            checks.expect(sample["txt"] == record["caption"], f"{key}: its txt is not its caption")
            digest = hashlib.sha256(sample["mp4"]).hexdigest()
            checks.expect(digest == record["sha256"], f"{key}: its mp4 is not the video of clips.jsonl")
            expect_video(checks, sample["mp4"], sample["txt"], record, key)
    if present:
        check_mds_refuses(checks, streaming, remote, present[0])


def check_mds_refuses(checks, streaming, remote, split):
    """One altered byte in any shard of a split, and StreamingDataset does not hand the split out."""
    seed = random.SystemRandom().randrange(1 << 32)
    draw = random.Random(seed)
    with tempfile.TemporaryDirectory() as copy:
        copy = pathlib.Path(copy)
        shutil.copytree(remote / split, copy / split)
        for shard in sorted((copy / split).glob("*.mds"))[:3]:
            whole = shard.read_bytes()
            place = draw.randrange(len(whole))
            shard.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << draw.randrange(8)]) + whole[place + 1:])
            # Iterating would end early without a word; asking for a sample raises.
            refused = "nothing"
            with opened_mds(streaming, copy, split) as dataset:
                try:
                    for index in range(len(dataset)):
                        dataset[index]
                except ValueError as error:
                    refused = str(error)
            where = f"{remote}/{split}/{shard.name}: byte {place} altered (seed {seed})"
            checks.expect(refused.startswith("Checksum failure"), f"{where}: StreamingDataset says '{refused}'")
            shard.write_bytes(whole)


def check_parquet(checks, release, clips):
    """clips.parquet holds what clips.jsonl holds, value by value and in its order, and nothing can be null."""
    path = release / "clips.parquet"
    records = list(clips.values())
    file = pyarrow.parquet.ParquetFile(path)
    table = file.read()
    checks.expect(table.to_pylist() == records, f"{path}: pyarrow does not find what clips.jsonl says")
    checks.expect(not any(field.nullable for field in table.schema), f"{path}: columns can be null")
    names = {str: "string", int: "int64", float: "double", list: "list<element: int64 not null>"}
    types_of = {key: names[type(value)] for key, value in records[0].items()}
    found = {field.name: str(field.type) for field in table.schema}
    checks.expect(found == types_of, f"{path}: its types are {found}")
    largest = max(file.metadata.row_group(index).num_rows for index in range(file.num_row_groups))
    checks.expect(largest <= 4096, f"{path}: a row group of {largest} rows")
    with tempfile.TemporaryDirectory() as cache:
        rows = datasets.load_dataset("parquet", data_files=str(path), split="train", cache_dir=cache)
        checks.expect(list(rows) == records, f"{path}: datasets does not find what clips.jsonl says")


def check_hf(checks, release, description, clips):
    """VideoFolder finds every clip in its split, with its own metadata and a video of as many frames as that says.

    A card names one layout: tar shards where there are any.
    """
    expect_video_folder(checks, f"{release}/videos", clips, "videofolder", data_dir=str(release / "videos"))
    if "webdataset" not in description["formats"]:
        expect_video_folder(checks, f"{release} by its card", clips, str(release))
    check_parquet(checks, release, clips)


def expect_video_folder(checks, where, clips, *arguments, **options):
    with tempfile.TemporaryDirectory() as cache:
        try:
            loaded = datasets.load_dataset(*arguments, cache_dir=cache, **options)
        except Exception as error:  # whatever the loader raises is the finding
            checks.expect(False, f"{where}: datasets.load_dataset: {type(error).__name__}: {error}")
            return
        present = [split for split in SPLITS if of_split(clips, split)]
        checks.expect(sorted(loaded) == sorted(present), f"{where}: datasets finds the splits {sorted(loaded)}")
        for split, rows in loaded.items():
            if not checks.expect("video" in rows.features, f"{where}: {split} has no videos: {list(rows.features)}"):
                continue
            rows = list(rows.cast_column("video", datasets.Video(decode=False)))
            records = {record["clip_id"]: record for record in of_split(clips, split)}
            ids = [row["clip_id"] for row in rows]
            checks.expect(sorted(ids) == sorted(records), f"{where}: {split} does not hold its clips, once each")
            for row in rows:
                expect_row(checks, f"{where}: {split}: {row['clip_id']}", row, records.get(row["clip_id"]))


def expect_row(checks, where, row, record):
    video = row.pop("video")
    if not checks.expect(row == record, f"{where}: its metadata is not its line in clips.jsonl"):
        return
    content = video["bytes"] or pathlib.Path(video["path"]).read_bytes()
    checks.expect(hashlib.sha256(content).hexdigest() == record["sha256"], f"{where}: it comes with another video")
    expect_video(checks, content, row["caption"], record, where)
