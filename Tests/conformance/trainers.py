"""Holds `microcurate preflight` against the trainers' own arithmetic, and reads releases as the trainers do.

    python trainers.py MICROCURATE [RELEASE_DIR ...]

MicroVerse's rules are run from DiffSynth-Studio's own classes, out of its wheel. musubi-tuner, diffusion-pipe and the LTX
trainer are not on PyPI: what they do is told here again in our own words, from the functions named beside it. The numbers
that this file and the program share come from those sources alone.

Prints what failed and ends with "N passed, N failed"; exits with 1 unless everything passed.
"""

import csv
import fractions
import hashlib
import importlib.util
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile
import tomllib
import types

import av
import jsonschema
import numpy as np
import pandas

from checks import Checks

SCHEMA = pathlib.Path(__file__).resolve().parents[2] / "schemas" / "preflight.schema.json"
SPLITS = ("train", "validation", "test")


def diffsynth():
    """DiffSynth-Studio's data operators and dataset, without the models that its package imports.

    torchvision only scales pictures, after the frames are chosen; an empty module stands for it.
    """
    folder = pathlib.Path(next(iter(importlib.util.find_spec("diffsynth").submodule_search_locations))) / "core" / "data"
    sys.modules.setdefault("torchvision", types.ModuleType("torchvision"))
    package = types.ModuleType("diffsynth_data")
    package.__path__ = [str(folder)]
    sys.modules["diffsynth_data"] = package
    return importlib.import_module("diffsynth_data.operators"), importlib.import_module("diffsynth_data.unified_dataset")


OPERATORS, UNIFIED = diffsynth()


class Stub:
    """A video reader or a picture of which only the count or the size is asked."""

    def __init__(self, frames=0, size=(0, 0)):
        self.frames = frames
        self.size = size

    def count_frames(self):
        return self.frames


def microverse(clip, model):
    """`FrameSamplerByRateMixin` and `ImageCropAndResize` themselves, as examples/wanvideo sets them up."""
    taken = OPERATORS.FrameSamplerByRateMixin(num_frames=model["frames"]).get_num_frames(Stub(frames=clip["frames"]))
    resize = OPERATORS.ImageCropAndResize(model["height"], model["width"], 1024 * 1024, 16, 16)
    height, width = resize.get_height_width(Stub(size=(clip["width"], clip["height"])))
    return clip["frames"], taken, (width, height)


def musubi(clip, model):
    """kohya-ss/musubi-tuner: `VideoDataset.retrieve_latent_cache_batches` (dataset/image_video_dataset.py) and
    `BucketSelector` (dataset/bucket.py) for Wan, with the settings of a release's dataset.toml."""
    have = clip["frames"]
    if model["buckets"] is None:  # frame_extraction = "full"
        last_group = (min(have, model["frames"]) - 1) // 4
        taken = last_group * 4 + 1
    else:  # frame_extraction = "head", target_frames = buckets
        crops = [length for length in sorted({(b - 1) // 4 * 4 + 1 for b in model["buckets"]}) if have >= length]
        taken = crops[-1] if crops else None
    width, height = (model["width"], model["height"]) if model["width"] else (960, 544)
    area = width * height
    side = int(math.sqrt(area))
    first = side // 2 - side // 2 % 16
    shapes = set()
    for w in range(first, side + 16, 16):
        h = area // w
        shapes |= {(w, h - h % 16), (h - h % 16, w)}
    shapes = sorted(shapes)
    errors = np.abs(np.array([w / h for w, h in shapes]) - clip["width"] / clip["height"])
    return have, taken, shapes[int(errors.argmin())]


def diffusion_pipe(clip, model):
    """tdrussell/diffusion-pipe: `_metadata_map_fn`, `_find_closest_size_bucket`, `_find_closest_ar_bucket` and
    `ARBucketDataset.cache_latents` (utils/dataset.py); `align_frames`, `PreprocessMediaFile` (models/base.py)."""
    have = int(clip["frames"] * model["rate"] / clip["fps"])
    buckets = np.array(sorted(set(model["buckets"] or range(5, model["frames"] + 1, 4)) | {1}))
    bucket = None
    if have >= 1:
        bucket = int(buckets[buckets <= have].max())
        if have > 1 and bucket == 1:  # the bucket of pictures
            bucket = None
    taken = None if bucket is None else (bucket - 1) // 4 * 4 + 1
    if model["width"]:
        size = (round(model["width"] / 16) * 16, round(model["height"] / 16) * 16)
    else:
        aspects = np.array(sorted({round(float(x), 3) for x in np.geomspace(0.5, 2.0, num=7)}))
        aspect = aspects[np.argmin(np.abs(np.log(clip["width"] / clip["height"]) - np.log(aspects)))]
        area = 640**2
        width = math.sqrt(area * aspect)
        size = (round(width / 16) * 16, round(area / width / 16) * 16)
    return have, taken, size


def ltx(clip, model):
    """Lightricks/LTX-2: `MediaDataset._filter_valid_videos`, `_get_resolution_bucket_for_item`, `_preprocess_video` and
    `parse_resolution_buckets` (packages/ltx-trainer/scripts/process_videos.py), with one size of picture."""
    width, height = (model["width"], model["height"]) if model["width"] else (clip["width"], clip["height"])
    size = (max(width // 32, 1) * 32, max(height // 32, 1) * 32)
    lengths = model["buckets"] or list(range(9, model["frames"] + 1, 8)) or [1]
    assert all(length % 8 == 1 for length in lengths)
    if clip["frames"] < min(lengths):
        return clip["frames"], None, size
    fitting = [(length, *reversed(size)) for length in lengths if length <= clip["frames"]]
    length, _, _ = min(fitting, key=lambda bucket: -bucket[0])
    return clip["frames"], length, size


RULES = {"microverse": microverse, "musubi": musubi, "diffusion-pipe": diffusion_pipe, "ltx": ltx}


def record(number, frames, rate, size, caption="A cell divides."):
    """A line of clips.jsonl. A rate that is a float is of unevenly spaced frames."""
    even = isinstance(rate, fractions.Fraction)
    digest = hashlib.sha256(str(number).encode()).hexdigest()
    return {
        "accepted_by": "experts", "attribution": "", "bytes": 1, "caption": caption, "caption_kind": "expert",
        "clip_id": f"clip-{number:06d}", "duplicate_group": "", "end_frame": frames, "end_pts": frames,
        "end_seconds": 1.0, "fps": float(rate), "frame_rate": f"{rate.numerator}/{rate.denominator}" if even else "",
        "frames": frames, "height": size[1], "interval_seconds": "", "level": "", "licence": "", "pixel_size_um": "",
        "profile": "test", "repeated_frames": 0, "sha256": digest, "source_frames": [], "source_id": "src-1",
        "source_title": "", "source_url": "", "split": SPLITS[number % 3], "start_frame": 0, "start_pts": 0,
        "start_seconds": 0.0, "time_base": "1/16", "time_lapse": "", "timing": "pts", "um_per_pixel": "",
        "width": size[0],
    }


def write_clips(folder, records, profile):
    (folder / "release.json").write_text(json.dumps({"profile": profile}), encoding="utf-8")
    with open(folder / "clips.jsonl", "w", encoding="utf-8") as file:
        file.writelines(json.dumps(line) + "\n" for line in records)


def preflight(command, folder, *options):
    """The document that `preflight --json` prints."""
    result = subprocess.run(
        [command, "preflight", str(folder), "--json", *options], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise RuntimeError(f"preflight exits with {result.returncode}: {result.stderr}")
    return json.loads(result.stdout)


def check_rules(checks, command):
    """Frames 1 to 400 at several rates and sizes, for several models: the same fate, clip for clip, in every trainer."""
    rates = [fractions.Fraction(r) for r in ("16", "24", "25", "30000/1001", "60", "10", "5/2")] + [12.3456, 16.0]
    sizes = [(832, 480), (640, 360), (1920, 1080), (480, 832), (500, 500), (854, 480)]
    shapes = [(rate, size) for rate in rates for size in sizes]
    records = [
        record(i * len(shapes) + j, frames, *shape)
        for i, frames in enumerate(range(1, 401)) for j, shape in enumerate(shapes)]
    wan = {"name": "wan", "width": 832, "height": 480, "fit": "crop", "frame_rate": "16/1", "frames": 81}
    native = {"name": "native", "width": None, "height": None, "fit": "keep", "frame_rate": None, "frames": None}
    models = [
        (wan, [], {}),
        (native, [], {}),
        (wan, ["--frames", "49", "--fps", "24", "--size", "960x540"],
         {"frames": 49, "rate": 24, "width": 960, "height": 540}),
        (wan, ["--frames", "121", "--bucket", "121", "--bucket", "33", "--bucket", "65"],
         {"frames": 121, "buckets": [121, 33, 65]}),
        (wan, ["--frames", "80"], {"frames": 80}),
        (native, ["--frames", "3", "--fps", "25"], {"frames": 3, "rate": 25}),
    ]
    for profile, options, changes in models:
        model = {
            "frames": profile["frames"] or 81, "rate": 16, "width": profile["width"], "height": profile["height"],
            "buckets": None} | changes
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            write_clips(folder, records, profile)
            document = preflight(command, folder, *options)
        compare(checks, document, records, model, " ".join(options) or profile["name"])


def expect_valid(checks, document, name):
    """Against its schema; of the clips the first thousand, since they are many."""
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    some = document | {"clips": document["clips"][:1000]}
    problems = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(some)]
    checks.expect(not problems, f"{name}: against its schema: {'; '.join(problems[:3])}")


def compare(checks, document, records, model, name):
    expect_valid(checks, document, name)
    fates = {(fate["trainer"], fate["clip_id"]): fate for fate in document["clips"]}
    checks.expect(len(fates) == len(document["clips"]) == 4 * len(records), f"{name}: {len(fates)} fates")
    for trainer, rule in RULES.items():
        counts = {"whole": 0, "shortened": 0, "dropped": 0}
        for clip in records:
            have, taken, size = rule(clip, model)
            outcome = "dropped" if taken is None else "whole" if taken == have else "shortened"
            counts[outcome] += 1
            fate = fates.get((trainer, clip["clip_id"]), {})
            expected = {
                "outcome": outcome, "from": have, "to": taken or 0, "width": size[0], "height": size[1],
                "reason": "too_short" if taken is None else None}
            found = {key: fate.get(key) for key in expected}
            shape = f"{clip['frames']} frames, {clip['fps']} fps, {clip['width']}x{clip['height']}"
            checks.expect(found == expected, f"{name}: {trainer}: {shape}: {found}, the trainer: {expected}")
        summary = next(of for of in document["summary"]["trainers"] if of["trainer"] == trainer)
        found = {key: summary[key] for key in counts}
        checks.expect(found == counts, f"{name}: {trainer}: the summary counts {found}, not {counts}")
        for key, table in (("shortened", "shortenings"), ("dropped", "drops")):
            total = sum(row["clips"] for row in summary[table])
            checks.expect(total == counts[key], f"{name}: {trainer}: {table} add up to {total}, not {counts[key]}")


def picture(path, number):
    """Frame `number` of a video as PyAV decodes it, RGB."""
    with av.open(str(path)) as container:
        for i, frame in enumerate(container.decode(video=0)):
            if i == number:
                return frame.to_ndarray(format="rgb24").astype(int)
    return None


def check_microverse(checks, release, clips, taken):
    """DiffSynth-Studio's `UnifiedDataset` on each form of each split: every clip, its prompt, its frames."""
    operator = OPERATORS.ToAbsolutePath(str(release)) >> OPERATORS.LoadVideo(num_frames=taken["frames"])
    seen = {form: [] for form in ("json", "csv", "jsonl")}
    for split in SPLITS:
        stem = "metadata" if split == "train" else f"metadata_{split}"
        for form, ids in seen.items():
            path = release / f"{stem}.{form}"
            if split != "train" and not path.exists():
                continue
            dataset = UNIFIED.UnifiedDataset(
                base_path=str(release), metadata_path=str(path), data_file_keys=("video",),
                main_data_operator=operator if form == "json" else OPERATORS.ToAbsolutePath(str(release)))
            for i in range(len(dataset)):
                entry = dataset[i]
                ids.append(entry["id"])
                clip = clips.get(entry["id"], {})
                where = f"{path}: {entry['id']}"
                checks.expect(entry["prompt"] == clip.get("caption"), f"{where}: its prompt is {entry['prompt']!r}")
                checks.expect(clip.get("split") == split, f"{where}: it is of the split {clip.get('split')}")
                if form != "json":
                    checks.expect(digest(entry["video"]) == clip.get("sha256"), f"{where}: its video is another")
                    continue
                frames = entry["video"]
                expected = taken["clips"].get(("microverse", entry["id"]))
                checks.expect(len(frames) == expected, f"{where}: {len(frames)} frames, preflight says {expected}")
                for number in {0, len(frames) - 1} if clip.get("frame_rate") else set():
                    truth = picture(release / "videos" / split / f"{entry['id']}.mp4", number)
                    apart = np.abs(np.asarray(frames[number]).astype(int) - truth).mean()
                    checks.expect(apart < 4, f"{where}: frame {number} is {apart:.1f} levels from the video's")
    for form, ids in seen.items():
        checks.expect(sorted(ids) == sorted(clips), f"{release}: metadata*.{form} list {len(ids)} of {len(clips)} clips")
        checks.expect(ids == seen["json"], f"{release}: metadata*.{form} are in another order than the JSON")


def digest(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def check_musubi(checks, release, clips, taken):
    """`VideoJsonlDatasource` (dataset/datasources.py), started in the release; `ConfigSanitizer` (config_utils.py)."""
    settings = tomllib.loads((release / "musubi" / "dataset.toml").read_text(encoding="utf-8"))
    general, (dataset,) = settings["general"], settings["datasets"]
    checks.expect(set(general) <= {"resolution", "enable_bucket", "batch_size"}, f"{release}: musubi general {general}")
    known = {"video_jsonl_file", "cache_directory", "frame_extraction", "max_frames"}
    checks.expect(set(dataset) <= known, f"{release}: musubi dataset {dataset}")
    checks.expect(dataset["video_jsonl_file"] == "musubi/train.jsonl", f"{release}: musubi reads {dataset}")
    checks.expect(dataset["max_frames"] == taken["frames"], f"{release}: musubi takes {dataset['max_frames']} frames")
    cache = (release / dataset["cache_directory"]).resolve()
    checks.expect(release.resolve() not in cache.parents, f"{release}: musubi's cache lies in the release")
    seen = []
    for split in SPLITS:
        path = release / "musubi" / f"{split}.jsonl"
        if not path.exists():
            continue
        with open(path, encoding="utf-8") as lines:
            for entry in map(json.loads, lines):
                expect_entry(checks, release, clips, split, entry["video_path"], entry["caption"], path, seen)
    checks.expect(sorted(seen) == sorted(clips), f"{release}: musubi lists {len(seen)} of {len(clips)} clips")
    globbed = {path.stem for path in (release / "videos" / "train").glob("*.mp4")}
    train = {clip["clip_id"] for clip in clips.values() if clip["split"] == "train"}
    checks.expect(globbed == train, f"{release}: videos/train holds other videos than the training split")


def expect_entry(checks, release, clips, split, path, caption, listing, seen):
    """A listing's path, as seen from the release, and caption are those of one clip of the split."""
    key = pathlib.Path(path).stem
    clip = clips.get(key, {})
    seen.append(key)
    checks.expect(not os.path.isabs(path), f"{listing}: {path} is absolute")
    checks.expect(caption == clip.get("caption"), f"{listing}: {key}: its caption is {caption!r}")
    checks.expect(clip.get("split") == split, f"{listing}: {key}: it is of the split {clip.get('split')}")
    checks.expect(digest(release / path) == clip.get("sha256"), f"{listing}: {key}: {path} is another video")


def check_diffusion_pipe(checks, release, clips, taken):
    """`DirectoryDataset._get_ungrouped_metadata` (utils/dataset.py): every file of the folder that it doesn't pass over
    is to be a clip, with its caption beside it; `metadata.jsonl` alone it warns of and skips."""
    settings = tomllib.loads((release / "diffusion-pipe" / "dataset.toml").read_text(encoding="utf-8"))
    (directory,) = settings["directory"]
    lengths = settings.get("frame_buckets") or [bucket[2] for bucket in settings["size_buckets"]]
    expected = [1] + list(range(5, taken["frames"] + 1, 4))
    checks.expect(lengths == expected, f"{release}: diffusion-pipe's buckets are {lengths}")
    folder = release / directory["path"]
    found = []
    for path in sorted(folder.glob("*")):
        if not path.is_file() or path.suffix in (".txt", ".npz", ".json", ".parquet", ".bak", ".db"):
            continue
        if not path.with_suffix(".txt").exists():
            checks.expect(path.name == "metadata.jsonl", f"{path}: diffusion-pipe finds no caption beside it")
            continue
        found.append(path.stem)
        clip = clips.get(path.stem, {})
        caption = path.with_suffix(".txt").read_text(encoding="utf-8").strip()  # in text mode, each line end is LF
        expected = "\n".join(clip.get("caption", "").replace("\r\n", "\n").split("\r")).strip()
        checks.expect(caption == expected, f"{path}: the caption beside it is {caption!r}")
        checks.expect(digest(path) == clip.get("sha256"), f"{path}: it is another video")
        if clip.get("frame_rate"):
            with av.open(str(path)) as container:
                stream = container.streams.video[0]
                rate = float(stream.average_rate)
                checks.expect(rate == clip["fps"], f"{path}: its average rate is {rate}, its JSON says {clip['fps']}")
                checks.expect(stream.frames == clip["frames"], f"{path}: it says that it has {stream.frames} frames")
    train = sorted(clip["clip_id"] for clip in clips.values() if clip["split"] == "train")
    checks.expect(found == train, f"{release}: diffusion-pipe finds {len(found)} of {len(train)} clips")


def check_ltx(checks, release, clips, taken):
    """`MediaDataset` and `CaptionsDataset` (packages/ltx-trainer/scripts/process_videos.py, process_captions.py): paths
    from the listing's own folder, results under the same relative path below latents/ and conditions/."""
    seen = {form: [] for form in ("json", "csv", "jsonl")}
    for split in SPLITS:
        stem = "ltx" if split == "train" else f"ltx_{split}"
        for form, ids in seen.items():
            path = release / f"{stem}.{form}"
            if split != "train" and not path.exists():
                continue
            if form == "csv":
                entries = pandas.read_csv(path).to_dict("records")
                with open(path, newline="", encoding="utf-8") as file:
                    checks.expect(list(csv.DictReader(file)) == entries, f"{path}: csv and pandas read it differently")
            elif form == "json":
                entries = json.loads(path.read_text(encoding="utf-8"))
            else:
                with open(path, encoding="utf-8") as lines:
                    entries = [json.loads(line) for line in lines]
            for entry in entries:
                media = pathlib.Path(entry["media_path"].strip())
                (relative := (path.parent / media).relative_to(path.parent)).with_suffix(".pt")
                results = {os.path.normpath(f"{part}/{relative}") for part in ("latents", "conditions")}
                checks.expect(len(results) == 2, f"{path}: {media}: latents and conditions would be one file")
                expect_entry(checks, release, clips, split, str(media), entry["caption"], path, ids)
    for form, ids in seen.items():
        checks.expect(sorted(ids) == sorted(clips), f"{release}: ltx*.{form} list {len(ids)} of {len(clips)} clips")


READERS = {
    "microverse": check_microverse, "musubi": check_musubi, "diffusion-pipe": check_diffusion_pipe, "ltx": check_ltx}


def check_release(checks, command, release):
    """Reads every trainer's part of a release, and holds its preflight against the trainers' rules too."""
    description = json.loads((release / "release.json").read_text(encoding="utf-8"))
    with open(release / "clips.jsonl", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    clips = {clip["clip_id"]: clip for clip in records}
    document = preflight(command, release)
    model = document["summary"]["model"] | {"rate": float(fractions.Fraction(document["summary"]["model"]["rate"]))}
    compare(checks, document, records, model, str(release))
    taken = {
        "frames": model["frames"],
        "clips": {(fate["trainer"], fate["clip_id"]): fate["to"] for fate in document["clips"]}}
    for form, reader in READERS.items():
        if form in description["formats"]:
            reader(checks, release, clips, taken)


def main(arguments):
    if not arguments:
        print("usage: python trainers.py MICROCURATE [RELEASE_DIR ...]", file=sys.stderr)
        return 2
    checks = Checks()
    check_rules(checks, arguments[0])
    for release in arguments[1:]:
        try:
            check_release(checks, arguments[0], pathlib.Path(release))
        except Exception as error:  # a release that stops a reader is a failure like any other
            checks.expect(False, f"{release}: {type(error).__name__}: {error}")
    return checks.finish()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
