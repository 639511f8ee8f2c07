"""Writes an EfficientNet-Lite from PyTorch's weights as an ONNX file, without PyTorch.

    write_onnx.py WEIGHTS.pth OUTPUT.onnx SIDE WIDTH DEPTH

SIDE is the side of the input in pixels. WIDTH and DEPTH multiply the channels and the repeats of lite0. The graph takes
float32 of shape [1, 3, SIDE, SIDE] and returns 1,000 logits. Batch normalisation is folded into the convolutions, and
the weights are stored as float16: the file halves, and the largest difference of a logit is 0.02.
"""

import math
import pickle
import sys
from collections import OrderedDict

import numpy as np
from numpy.lib.stride_tricks import as_strided
from onnx import TensorProto, checker, helper, numpy_helper, save

# Repeats, kernel, stride, expansion, channels in and out of lite0.
# https://github.com/tensorflow/tpu/blob/master/models/official/efficientnet/lite/efficientnet_lite_builder.py
STAGES = [
    (1, 3, 1, 1, 32, 16),
    (2, 3, 2, 6, 16, 24),
    (2, 5, 2, 6, 24, 40),
    (3, 3, 2, 6, 40, 80),
    (3, 5, 1, 6, 80, 112),
    (4, 5, 2, 6, 112, 192),
    (1, 3, 1, 6, 192, 320),
]
STEM_CHANNELS = 32
CLASSES = 1000
EPSILON = 1e-3
OPSET = 17


def read_weights(path):
    """The tensors of a file of torch.save before version 1.6, by name."""
    dtypes = {"FloatStorage": np.float32, "LongStorage": np.int64}
    views = []

    class Unpickler(pickle.Unpickler):
        def find_class(self, module, name):
            if (module, name) == ("collections", "OrderedDict"):
                return OrderedDict
            if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
                return lambda *view: views.append(view[:4]) or views[-1]
            if module == "torch" and name in dtypes:
                return dtypes[name]
            raise pickle.UnpicklingError(f"unexpected {module}.{name}")

        def persistent_load(self, saved):
            _, dtype, key, *_ = saved
            return dtype, key

    with open(path, "rb") as file:
        for _ in range(3):  # the magic number, the version, and the byte order
            pickle.load(file)
        named = Unpickler(file).load()
        order = pickle.load(file)
        dtype_of = {key: dtype for (dtype, key), *_ in views}
        storages = {}
        for key in order:
            count = int.from_bytes(file.read(8), "little")
            dtype = np.dtype(dtype_of[key])
            storages[key] = np.frombuffer(file.read(count * dtype.itemsize), dtype)
    return {
        name: as_strided(
            storages[key][offset:], size, [step * storages[key].itemsize for step in strides], writeable=False
        )
        for name, ((_, key), offset, size, strides) in named.items()
    }


def scaled_channels(channels, width):
    """Multiplied, and rounded to a multiple of 8, but never by more than a tenth down."""
    if width == 1:
        return channels
    scaled = max(8, int(channels * width + 4) // 8 * 8)
    return scaled + 8 if scaled < 0.9 * channels * width else scaled


class Graph:
    """The nodes and the weights of a graph, and the value and the side of its last picture."""

    def __init__(self, weights, side):
        self.weights, self.value, self.side = weights, "image", side
        self.nodes, self.initializers = [], []

    def add(self, operator, inputs, **attributes):
        output = f"{operator}{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def constant(self, name, array, stored):
        self.initializers.append(numpy_helper.from_array(array.astype(stored), name))
        return name if stored == np.float32 else self.add("Cast", [name], to=TensorProto.FLOAT)

    def convolve(self, name, normalised_by, stride=1, is_depthwise=False, is_clipped=True):
        weight = self.weights[f"{name}.weight"].astype(np.float64)
        gamma, beta, mean, variance = (
            self.weights[f"{normalised_by}.{field}"].astype(np.float64)
            for field in ("weight", "bias", "running_mean", "running_var")
        )
        scale = gamma / np.sqrt(variance + EPSILON)
        kernel = weight.shape[-1]
        # TensorFlow's SAME: the larger half of the padding is at the end.
        out = -(-self.side // stride)
        padding = max((out - 1) * stride + kernel - self.side, 0)
        before, after = padding // 2, padding - padding // 2
        inputs = [
            self.value,
            self.constant(f"{name}.weight", weight * scale[:, None, None, None], np.float16),
            self.constant(f"{name}.bias", beta - mean * scale, np.float32),
        ]
        self.value = self.add(
            "Conv",
            inputs,
            kernel_shape=[kernel, kernel],
            strides=[stride, stride],
            pads=[before, before, after, after],
            group=weight.shape[0] if is_depthwise else 1,
        )
        self.side = out
        if is_clipped:
            self.value = self.add("Clip", [self.value, "zero", "six"])


def write_graph(weights, side, width, depth):
    graph = Graph(weights, side)
    graph.constant("zero", np.array(0), np.float32)
    graph.constant("six", np.array(6), np.float32)
    graph.convolve("_conv_stem", "_bn0", stride=2)
    block = 0
    for index, (repeats, _, stage_stride, expansion, channels_in, channels_out) in enumerate(STAGES):
        is_fixed = index in (0, len(STAGES) - 1)
        inputs = STEM_CHANNELS if index == 0 else scaled_channels(channels_in, width)
        outputs = scaled_channels(channels_out, width)
        for repeat in range(repeats if is_fixed else math.ceil(repeats * depth)):
            name, start = f"_blocks.{block}", graph.value
            stride = stage_stride if repeat == 0 else 1
            if expansion > 1:
                graph.convolve(f"{name}._expand_conv", f"{name}._bn0")
            graph.convolve(f"{name}._depthwise_conv", f"{name}._bn1", stride, is_depthwise=True)
            graph.convolve(f"{name}._project_conv", f"{name}._bn2", is_clipped=False)
            if stride == 1 and (inputs if repeat == 0 else outputs) == outputs:
                graph.value = graph.add("Add", [graph.value, start])
            block += 1
    graph.convolve("_conv_head", "_bn1")
    pooled = graph.add("Flatten", [graph.add("GlobalAveragePool", [graph.value])])
    weight = graph.constant("_fc.weight", weights["_fc.weight"], np.float16)
    bias = graph.constant("_fc.bias", weights["_fc.bias"], np.float32)
    graph.nodes.append(helper.make_node("Gemm", [pooled, weight, bias], ["logits"], transB=1))
    return helper.make_graph(
        graph.nodes,
        "efficientnet-lite",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, side, side])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, CLASSES])],
        graph.initializers,
    )


def main(weights, output, side, width, depth):
    graph = write_graph(read_weights(weights), int(side), float(width), float(depth))
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
    checker.check_model(model, full_check=True)
    save(model, output)


main(*sys.argv[1:])
