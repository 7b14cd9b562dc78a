"""Writes separable_tcn.onnx: depthwise separable convolutions over 9 channels, with weights drawn at random.

    python3 separable_tcn.py separable_tcn.onnx
"""
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

CHANNELS, KERNEL, CLASSES = 24, 5, 6
random = np.random.RandomState(1)
nodes, weights = [], []


def conv(x, name, outputs, inputs, kernel=1, dilation=1, group=1):
    """Causal: all padding is before the start."""
    scale = np.sqrt(3.0 / (inputs // group * kernel))
    w = random.uniform(-scale, scale, (outputs, inputs // group, kernel)).astype(np.float32)
    b = random.uniform(-0.1, 0.1, outputs).astype(np.float32)
    weights.extend([numpy_helper.from_array(w, name + ".w"), numpy_helper.from_array(b, name + ".b")])
    nodes.append(helper.make_node("Conv", [x, name + ".w", name + ".b"], [name], name=name, group=group,
                                  dilations=[dilation], pads=[(kernel - 1) * dilation, 0]))
    return name


def relu(x):
    nodes.append(helper.make_node("Relu", [x], [x + ".relu"], name=x + ".relu"))
    return x + ".relu"


y = relu(conv("x", "first", CHANNELS, 9))
for i, dilation in enumerate([1, 2, 4]):
    y = relu(conv(y, f"depthwise{i}", CHANNELS, CHANNELS, KERNEL, dilation, group=CHANNELS))
    y = relu(conv(y, f"pointwise{i}", CHANNELS, CHANNELS))
y = conv(y, "logits", CLASSES, CHANNELS)
graph = helper.make_graph(nodes, "separable_tcn",
                          [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 9, "time"])],
                          [helper.make_tensor_value_info(y, TensorProto.FLOAT, [1, CLASSES, "time"])], weights)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
model.ir_version = 8
onnx.checker.check_model(model)
onnx.save(model, sys.argv[1])
