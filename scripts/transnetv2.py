"""TransNetV2 (Soucek and Lokoc, arXiv:2008.04838): its weights read without torch, its graph written as ONNX, and a
plain numpy forward pass that shares nothing with the graph, to check the graph by.

The network sees frames of 27x48 RGB bytes. Three stacks of two blocks each; a block runs four (2+1)D convolutions,
dilated 1, 2, 4 and 8 in time, side by side. Two more paths compare each frame with the 50 before and after it, by
learned features and by colour histograms. Out come two probabilities a frame: that it is the middle of a transition,
and that it belongs to one.
"""

import collections
import io
import pickle
import struct
import zipfile

import numpy as np

HEIGHT, WIDTH = 27, 48
DILATIONS = (1, 2, 4, 8)
STACKS, BLOCKS = 3, 2
NORM = ("weight", "bias", "running_mean", "running_var")
REACH = 50  # frames to either side that a frame is compared with
BINS = 512  # of a colour histogram: 3 bits each of R, G, B
NORM_EPSILON = 1e-3


# The weights: a zip of one pickle, which is read by a reader that builds tensors and nothing else, and raw tensors.


def read_weights(file):
    """{name: array} of a .pth file."""
    archive = zipfile.ZipFile(file)
    root = archive.namelist()[0].split("/")[0]

    def tensor(storage, offset, shape, stride, *_):
        kind, key = storage
        if offset != 0 or tuple(np.cumprod((1,) + shape[::-1])[:-1][::-1]) != tuple(stride):
            raise ValueError("a tensor that is not contiguous")
        return np.frombuffer(archive.read(f"{root}/data/{key}"), kind).reshape(shape)

    allowed = {
        ("collections", "OrderedDict"): collections.OrderedDict,
        ("torch._utils", "_rebuild_tensor_v2"): tensor,
        ("torch", "FloatStorage"): "<f4",
        ("torch", "LongStorage"): "<i8",
    }

    class Reader(pickle.Unpickler):
        def find_class(self, module, name):
            if (module, name) not in allowed:
                raise pickle.UnpicklingError(f"{module}.{name} has no place in a file of weights")
            return allowed[module, name]

        def persistent_load(self, identity):
            return identity[1], identity[2]

    return Reader(io.BytesIO(archive.read(f"{root}/data.pkl"))).load()


# ONNX is protobuf; these few lines write all of it that the graph needs, so that its bytes are the same everywhere.
# The field numbers stand in onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).

FLOAT, UINT8, INT64 = 1, 2, 7
ELEMENT = {"float32": FLOAT, "uint8": UINT8, "int64": INT64}


def varint(number):
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes(out) + bytes([number])


def number(field, value):
    return varint(field << 3) + varint(value)


def block(field, content):
    content = content.encode() if isinstance(content, str) else content
    return varint(field << 3 | 2) + varint(len(content)) + content


def attribute(name, value):
    if isinstance(value, int):
        return block(1, name) + number(3, value) + number(20, 2)
    if isinstance(value, str):
        return block(1, name) + block(4, value) + number(20, 3)
    return block(1, name) + b"".join(number(8, v) for v in value) + number(20, 7)


def port(name, element, shape):
    dims = b"".join(block(1, number(1, d) if isinstance(d, int) else block(2, d)) for d in shape)
    return block(1, name) + block(2, block(1, number(1, element) + block(2, dims)))


class Graph:
    """Nodes and constants in the order in which they are added."""

    def __init__(self):
        self.nodes, self.constants = [], []

    def __call__(self, operation, *inputs, output=None, **attributes):
        """Adds a node; arrays among `inputs` become constants. Returns the name of its output."""
        output = output or f"{operation}{len(self.nodes)}"
        names = [i if isinstance(i, str) else self.constant(i) for i in inputs]
        self.nodes.append(
            b"".join(block(1, n) for n in names)
            + block(2, output)
            + block(3, output)
            + block(4, operation)
            + b"".join(block(5, attribute(k, v)) for k, v in attributes.items())
        )
        return output

    def constant(self, array):
        array = np.ascontiguousarray(array)
        name = f"constant{len(self.constants)}"
        dims = b"".join(number(1, d) for d in array.shape)
        kind = number(2, ELEMENT[array.dtype.name])
        self.constants.append(dims + kind + block(8, name) + block(9, array.tobytes()))
        return name

    def model(self, name, inputs, outputs):
        graph = b"".join(block(1, n) for n in self.nodes) + block(2, name)
        graph += b"".join(block(5, c) for c in self.constants)
        graph += b"".join(block(11, port(*i)) for i in inputs) + b"".join(block(12, port(*o)) for o in outputs)
        return number(1, 9) + block(2, "microcurate") + block(7, graph) + block(8, block(1, "") + number(2, 18))


# The graph


def ints(*values):
    return np.array(values, np.int64)


def floats(values):
    return np.asarray(values, np.float32)


def onnx(weights):
    """The bytes of the model: `frames` (uint8, 1 x N x 27 x 48 x 3) in, `scores` (float32, N x 2) out."""
    g = Graph()
    frames = g("Cast", "frames", to=FLOAT)
    x = g("Transpose", frames, perm=[0, 4, 1, 2, 3])
    means = []
    for stack in range(STACKS):
        x = stack_nodes(g, x, weights, stack)
        means.append(g("ReduceMean", x, ints(3, 4), keepdims=0))
    learned = g("Transpose", g("Squeeze", g("Concat", *means, axis=1), ints(0)), perm=[1, 0])
    learned = linear(g, learned, weights, "frame_sim_layer.projection")
    similarity = neighbours(g, learned, weights, "frame_sim_layer.fc")
    colours = neighbours(g, histograms(g, frames), weights, "color_hist_layer.fc")
    x = g("Transpose", g("Squeeze", x, ints(0)), perm=[1, 2, 3, 0])
    x = g("Reshape", x, ints(0, -1))
    x = g("Relu", linear(g, g("Concat", colours, similarity, x, axis=1), weights, "fc1"))
    x = linear(g, x, weights, "cls_layer1", "cls_layer2")
    g("Sigmoid", x, output="scores")
    return g.model("transnetv2", [("frames", UINT8, [1, "N", HEIGHT, WIDTH, 3])], [("scores", FLOAT, ["N", 2])])


def linear(g, x, weights, *names):
    """x W + b, the outputs of all `names` side by side."""
    matrix = np.concatenate([weights[f"{n}.weight"] for n in names]).T
    return g("Add", g("MatMul", x, floats(matrix)), floats(np.concatenate([weights[f"{n}.bias"] for n in names])))


def stack_nodes(g, x, weights, stack):
    """Two blocks, the first one's output added to the second's, and a 2x2 average. What is done to each channel alone
    is done before the branches are put together: it then rides on the convolutions."""
    first = [g("Relu", y) for y in block_nodes(g, x, weights, stack, 0)]
    second = [g("Relu", y) for y in block_nodes(g, g("Concat", *first, axis=1), weights, stack, 1)]
    sums = [g("Add", a, b) for a, b in zip(second, first)]
    pooled = [g("AveragePool", y, kernel_shape=[1, 2, 2], strides=[1, 2, 2]) for y in sums]
    return g("Concat", *pooled, axis=1)


def block_nodes(g, x, weights, stack, index):
    """The four branches of a block. Its batch normalization is folded into the convolutions before it."""
    name = f"SDDCNN.{stack}.DDCNN.{index}"
    norm = {k: weights[f"{name}.bn.{k}"].astype(np.float64) for k in NORM}
    scale = norm["weight"] / np.sqrt(norm["running_var"] + NORM_EPSILON)
    bias = norm["bias"] - norm["running_mean"] * scale
    filters = len(scale) // len(DILATIONS)
    branches = []
    for i, d in enumerate(DILATIONS):
        own = slice(i * filters, (i + 1) * filters)
        plane = weights[f"{name}.Conv3D_{d}.layers.0.weight"].astype(np.float64)
        time = weights[f"{name}.Conv3D_{d}.layers.1.weight"] * scale[own, None, None, None, None]
        if stack == 0 and index == 0:
            # With three channels in, one full convolution costs less than the pair. Bytes become 0...1 here.
            kernel = floats(sum(time[:, m, None, :] * plane[None, m] for m in range(plane.shape[0])) / 255)
            y = g("Conv", x, kernel, floats(bias[own]), dilations=[d, 1, 1], pads=[d, 1, 1, d, 1, 1])
        else:
            y = g("Conv", x, floats(plane), pads=[0, 1, 1, 0, 1, 1])
            y = g("Conv", y, floats(time), floats(bias[own]), dilations=[d, 1, 1], pads=[d, 0, 0, d, 0, 0])
        branches.append(y)
    return branches


def histograms(g, frames):
    """N x 512: how many pixels of each frame have each colour."""
    high = g("Floor", g("Mul", g("Reshape", g("Squeeze", frames, ints(0)), ints(0, -1, 3)), floats(1 / 32)))
    bins = g("Cast", g("MatMul", high, floats([64, 8, 1])), to=INT64)
    shape = g("Concat", g("Gather", g("Shape", bins), ints(0), axis=0), ints(BINS), axis=0)
    ones = g("Expand", floats(1), g("Shape", bins))
    return g("ScatterElements", g("Expand", floats(0), shape), bins, ones, axis=1, reduction="add")


def neighbours(g, x, weights, name):
    """N x 128: a layer over the cosine of each frame with its neighbours, 0 where there is none.

    The band around the diagonal of the N x N cosines becomes the left 101 columns of a matrix by writing the rows out
    and reading them again as rows that are one longer.
    """
    x = g("Div", x, g("Max", g("ReduceL2", x, ints(1)), floats(1e-12)))
    cosines = g("MatMul", x, g("Transpose", x, perm=[1, 0]))
    line = g("Reshape", g("Pad", cosines, ints(0, REACH, 1, REACH)), ints(-1))
    line = g("Slice", line, ints(0), ints(-2 * REACH), ints(0))
    count = g("Gather", g("Shape", cosines), ints(0), axis=0)
    skewed = g("Reshape", line, g("Concat", count, ints(-1), axis=0))
    return g("Relu", linear(g, g("Slice", skewed, ints(0), ints(2 * REACH + 1), ints(1)), weights, name))


# The reference: the formulas as published, in single precision, one convolution tap at a time.


def reference(weights, frames):
    """N x 2 scores of uint8 frames N x 27 x 48 x 3."""
    count = len(frames)
    x = frames.astype(np.float32) / 255
    means = []
    for stack in range(STACKS):
        x = stack_values(weights, x, stack)
        means.append(x.mean(axis=(1, 2)))
    learned = layer(weights, "frame_sim_layer.projection", np.concatenate(means, axis=1))
    similarity = relu(layer(weights, "frame_sim_layer.fc", band(learned)))
    high = (frames >> 5).astype(np.int64).reshape(count, -1, 3)
    colours = (high[..., 0] << 6) + (high[..., 1] << 3) + high[..., 2]
    counts = np.stack([np.bincount(row, minlength=BINS) for row in colours]).astype(np.float32)
    colours = relu(layer(weights, "color_hist_layer.fc", band(counts)))
    x = relu(layer(weights, "fc1", np.concatenate([colours, similarity, x.reshape(count, -1)], axis=1)))
    logits = np.concatenate([layer(weights, "cls_layer1", x), layer(weights, "cls_layer2", x)], axis=1)
    return 1 / (1 + np.exp(-logits))


def relu(x):
    return np.maximum(x, 0)


def layer(weights, name, x):
    return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]


def stack_values(weights, x, stack):
    shortcut = None
    for index in range(BLOCKS):
        name = f"SDDCNN.{stack}.DDCNN.{index}"
        parts = []
        for d in DILATIONS:
            y = convolve_plane(x, weights[f"{name}.Conv3D_{d}.layers.0.weight"][:, :, 0])
            parts.append(convolve_time(y, weights[f"{name}.Conv3D_{d}.layers.1.weight"][..., 0, 0], d))
        norm = {k: weights[f"{name}.bn.{k}"] for k in NORM}
        y = np.concatenate(parts, axis=3) - norm["running_mean"]
        y = y / np.sqrt(norm["running_var"] + np.float32(NORM_EPSILON)) * norm["weight"] + norm["bias"]
        x = relu(y)
        if index == 0:
            shortcut = x
    x = x + shortcut
    count, height, width, channels = x.shape
    x = x[:, : height // 2 * 2, : width // 2 * 2].reshape(count, height // 2, 2, width // 2, 2, channels)
    return x.mean(axis=(2, 4))


def convolve_plane(x, kernel):
    """3x3 over height and width, zeros around; x is N x H x W x C, kernel is O x C x 3 x 3."""
    height, width = x.shape[1:3]
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    taps = [(i, j) for i in range(3) for j in range(3)]
    return sum(padded[:, i : i + height, j : j + width] @ kernel[:, :, i, j].T for i, j in taps)


def convolve_time(x, kernel, dilation):
    """3 taps over time, `dilation` apart, zeros before and after; kernel is O x C x 3."""
    padded = np.pad(x, ((dilation, dilation), (0, 0), (0, 0), (0, 0)))
    return sum(padded[t * dilation : t * dilation + len(x)] @ kernel[:, :, t].T for t in range(3))


def band(x):
    """N x 101: cosines of each row with the 50 rows before it, itself and the 50 after it; 0 where there is none."""
    x = x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-12)
    cosines = x @ x.T
    out = np.zeros((len(x), 2 * REACH + 1), np.float32)
    for i in range(len(x)):
        first, last = max(0, i - REACH), min(len(x), i + REACH + 1)
        out[i, first - i + REACH : last - i + REACH] = cosines[i, first:last]
    return out


def test_frames():
    """100 frames with cuts before 31 and 60: seeded noise over drifting blocks, by integer arithmetic alone."""
    state, frames = 2008, np.empty((100, HEIGHT, WIDTH, 3), np.uint8)

    def draw(count):
        nonlocal state
        values = np.empty(count, np.int64)
        for i in range(count):
            state = (state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
            values[i] = state >> 33
        return values

    for first, last in ((0, 31), (31, 60), (60, 100)):
        blocks = (draw(5 * 8 * 3) % 224 + 16).reshape(5, 8, 3)
        picture = blocks.repeat(6, axis=0)[:HEIGHT].repeat(6, axis=1)
        grain = (draw(HEIGHT * WIDTH * 3) % 13 - 6).reshape(HEIGHT, WIDTH, 3)
        for t in range(first, last):
            frames[t] = np.clip(np.roll(picture, t // 3, axis=1) + np.roll(grain, 5 * t, axis=1), 0, 255)
    return frames
