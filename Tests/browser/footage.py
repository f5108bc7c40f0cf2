"""Makes films to review, with ffmpeg: glowing cells that live and die, and each frame's number in its pixels.

    python footage.py FOLDER [COUNT]

Every film is 832 x 480 at 16 frames a second, 81 frames. Seven squares of 24 pixels, the first at 8, 8, carry the
frame's number modulo 128, lowest bit first, white for one. Beside each film lies an .info.json as yt-dlp writes it.
"""

import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys

FRAMES = 81
COLOURS = ["30ff90 041008", "ff50c0 100410", "60b0ff 030812", "ffd060 140a02", "e8e8e8 202020", "80ffe0 00100c"]
TEXTS = [
    "Mitochondria moving along microtubules in a HeLa cell, labelled with MitoTracker Green. Imaged for 40min at 37°C. "
    "Subscribe to our channel: https://example.org/lab",
    "Actin waves sweep across the basal membrane of Dictyostelium cells.",
    "A zebrafish heart beats; listen to the sound of its valves.",
    "Chromosomes segregate in a dividing epithelial cell under the confocal microscope.",
]


def squares():
    boxes = []
    for bit in range(7):
        place = f"x={8 + 24 * bit}:y=8:w=24:h=24:t=fill"
        boxes += [f"drawbox={place}:color=black", f"drawbox={place}:color=white:enable='bitand(n,{1 << bit})'"]
    return ",".join(boxes)


def make_film(path, number, uneven=False):
    """Writes one film; an uneven one has frames of different length."""
    live, dead = COLOURS[number % len(COLOURS)].split()
    cells = (f"life=s=104x60:rate=16:seed={number + 7}:ratio={0.12 + 0.015 * (number % 9)}:mold=6"
             f":life_color=0x{live}:death_color=0x{dead}:mold_color=0x{dead}")
    picture = f"scale=832:480:flags=bicubic,gblur=sigma={5 + number % 5},{squares()},format=yuv420p"
    if uneven:
        picture += ",setpts='(N+0.5*floor(N/3)+2*floor(N/7))/16/TB'"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", cells,
         "-vf", f"trim=start_frame={40 + number % 3},setpts=PTS-STARTPTS,{picture}", "-frames:v", str(FRAMES),
         "-vsync", "vfr", "-video_track_timescale", "16000", "-c:v", "libx264", "-preset", "veryfast", "-crf", "16",
         "-threads", "1", "-movflags", "+faststart", str(path)], check=True)
    about = {
        "id": f"film{number:03}", "title": f"Live imaging, film {number + 1}", "description": TEXTS[number % len(TEXTS)],
        "license": "Creative Commons Attribution license (reuse allowed)", "channel": "A laboratory",
        "webpage_url": f"https://example.org/watch?v={number}", "extractor": "generic",
    }
    path.with_suffix(".info.json").write_text(json.dumps(about), encoding="utf-8")


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 40
    films = [(folder / f"film{number:03}.mp4", number) for number in range(count)]
    # Each film takes one core.
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda film: make_film(*film), [f for f in films if not f[0].with_suffix(".info.json").exists()]))
