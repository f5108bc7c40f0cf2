"""What trainers' folder layouts name: each listing in each of its forms, and the videos and captions beside each other.

What the trainers then do with a clip is trainers.py's part.
"""

import csv
import json
import pathlib

import pandas

from loaders import SPLITS, of_split
from videos import expect_video


def read_json(path):
    return json.loads(path.read_text(encoding="utf-8"))


def read_jsonl(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def read_csv(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def read_csv_with_pandas(path):
    return pandas.read_csv(path).to_dict("records")


FORMS = [(".json", read_json), (".jsonl", read_jsonl), (".csv", read_csv), (".csv", read_csv_with_pandas)]


def check_microverse(checks, release, description, clips):
    """`metadata.json`, `.jsonl` and `.csv` of each split."""
    stems = {split: "metadata" if split == "train" else f"metadata_{split}" for split in SPLITS}
    check_tables(checks, release, clips, stems, FORMS, video="video", caption="prompt")
    for stem in stems.values():
        for entry in read_json(release / f"{stem}.json") if (release / f"{stem}.json").exists() else []:
            id_of_video = pathlib.Path(entry["video"]).stem
            checks.expect(entry["id"] == id_of_video, f"{release}/{stem}.json: {entry['id']} has {entry['video']}")


def check_ltx(checks, release, description, clips):
    """`ltx.json`, `.jsonl` and `.csv` of each split."""
    stems = {split: "ltx" if split == "train" else f"ltx_{split}" for split in SPLITS}
    check_tables(checks, release, clips, stems, FORMS, video="media_path", caption="caption")


def check_musubi(checks, release, description, clips):
    """`musubi/SPLIT.jsonl`, whose paths start at the release, as the trainer does; the captions beside the videos."""
    stems = {split: f"musubi/{split}" for split in SPLITS}
    check_tables(checks, release, clips, stems, [(".jsonl", read_jsonl)], video="video_path", caption="caption")
    check_captions(checks, release, clips, SPLITS)


def check_diffusion_pipe(checks, release, description, clips):
    """The videos of `videos/train` and the `.txt` beside each. The trainer goes by their names, not by our order."""
    check_captions(checks, release, clips, ["train"])


def check_tables(checks, release, clips, stems, forms, video, caption):
    """Every form of every split's listing gives the clips of the split in the order of clips.jsonl."""
    for split, stem in stems.items():
        records = of_split(clips, split)
        for suffix, read in forms:
            path = release / (stem + suffix)
            where = f"{path} by {read.__name__}"
            if not path.exists():
                checks.expect(not records, f"{path}: there is none, and {len(records)} clips")
                continue
            entries = read(path)
            ids = [pathlib.Path(entry[video]).stem for entry in entries]
            wanted = [record["clip_id"] for record in records]
            if not checks.expect(ids == wanted, f"{where}: not the clips of {split} in the order of clips.jsonl"):
                continue
            for entry, record in zip(entries, records):
                about = f"{where}: {record['clip_id']}"
                checks.expect(entry[caption] == record["caption"], f"{about}: its caption is {entry[caption]!r}")
                expect_video(checks, release / entry[video], entry[caption], record, about)


def check_captions(checks, release, clips, splits):
    """Every video of a split's folder is one of its clips, and the `.txt` beside it holds its caption and no more."""
    for split in splits:
        folder = release / "videos" / split
        wanted = sorted(record["clip_id"] for record in of_split(clips, split))
        found = sorted(path.stem for path in folder.glob("*.mp4"))
        if not checks.expect(found == wanted, f"{folder}: {len(found)} videos, not those of {len(wanted)} clips"):
            continue
        for key in found:
            caption = (folder / f"{key}.txt").read_bytes().decode("utf-8")
            checks.expect(caption == clips[key]["caption"], f"{folder}/{key}.txt: says {caption!r}")
            expect_video(checks, folder / f"{key}.mp4", caption, clips[key], f"{folder}/{key}.mp4")
