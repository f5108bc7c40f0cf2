"""Videos as PyAV's own FFmpeg decodes them, and the numbers that `microcurate generate --marked` draws into them."""

import collections
import hashlib
import io
import pathlib
import re

import av

Video = collections.namedtuple("Video", "frames size streams first last")

# What was decoded, by SHA-256: most loaders hand out the same bytes.
_decoded = {}


def expect_video(checks, video, caption, record, where):
    """A video, by path or bytes, decodes to what its JSON says, and shows the number that the caption names, if any."""
    content = video if isinstance(video, bytes) else pathlib.Path(video).read_bytes()
    try:
        found = decode(content)
    except Exception as error:  # whatever the decoder raises is the finding
        checks.expect(False, f"{where}: does not decode: {error}")
        return
    checks.expect(found.streams == ["video"], f"{where}: holds the streams {found.streams}, not one video stream")
    frames = record["frames"]
    checks.expect(found.frames == frames, f"{where}: decodes to {found.frames} frames, its JSON says {frames}")
    size = (record["width"], record["height"])
    checks.expect(found.size == size, f"{where}: decodes to {found.size}, its JSON says {size}")
    number = number_of(caption)
    if number is not None:
        shown = (found.first, found.last)
        checks.expect(shown == (number, number), f"{where}: shows the numbers {shown}, its caption says {number}")


def decode(content):
    """All of a video: its frames, their size, the types of its streams, the numbers in its first and last frame."""
    key = hashlib.sha256(content).digest()
    if key not in _decoded:
        with av.open(io.BytesIO(content)) as container:
            streams = [stream.type for stream in container.streams]
            sizes = []
            first = last = None
            for frame in container.decode(video=0):
                sizes.append((frame.width, frame.height))
                first = first or frame
                last = frame
        if len(set(sizes)) != 1:
            raise ValueError(f"the frames are of {len(set(sizes))} sizes")
        _decoded[key] = Video(len(sizes), sizes[0], streams, number_in(first), number_in(last))
    return _decoded[key]


def number_of(caption):
    """The number that the caption of a marked clip names; None for other captions."""
    match = re.search(r"This is clip number ([0-9]+)\.$", caption)
    return int(match[1]) if match else None


def number_in(frame):
    """The number that a picture of a marked clip shows; None where it can't be read.

    Sources/Footage/ClockCode.swift draws it: 4 x 4 blocks around the middle, Gray code and its parity.
    """
    luma = frame.to_ndarray(format="gray")
    side = max(2, min(frame.width, frame.height) // 24 * 2)
    code = 0
    for bit in range(16):
        x = frame.width // 2 + (bit % 4 * 2 - 3) * side // 2
        y = frame.height // 2 + (bit // 4 * 2 - 3) * side // 2
        level = luma[y - side // 4:y + side // 4, x - side // 4:x + side // 4].mean()
        if 90 <= level <= 165:
            return None
        code |= int(level > 165) << bit
    if code.bit_count() % 2:
        return None
    number = code & 0x7FFF
    for shift in (1, 2, 4, 8):
        number ^= number >> shift
    return number
