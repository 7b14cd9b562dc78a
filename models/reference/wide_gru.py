"""Writes wide_gru.onnx: a GRU over 9 channels, with weights drawn at random, so large that 16-bit activations cost less than float.

    python3 wide_gru.py wide_gru.onnx
"""
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

CHANNELS, UNITS, CLASSES = 9, 128, 6
random = np.random.RandomState(1)
nodes, weights = [], []


def constant(name, values):
    weights.append(numpy_helper.from_array(values, name))
    return name


def drawn(name, *shape):
    bound = UNITS ** -0.5
    return constant(name, random.uniform(-bound, bound, shape).astype(np.float32))


def node(op, inputs, output, **attributes):
    nodes.append(helper.make_node(op, inputs, [output], name=output, **attributes))
    return output


y = node("Transpose", ["x"], "sequence", perm=[1, 0, 2])
y = node("GRU", [y, drawn("w", 1, 3 * UNITS, CHANNELS), drawn("r", 1, 3 * UNITS, UNITS), drawn("b", 1, 6 * UNITS)], "gru",
         hidden_size=UNITS, linear_before_reset=1)
y = node("Squeeze", [y, constant("direction", np.array([1], np.int64))], "states")
y = node("MatMul", [y, drawn("dense.w", UNITS, CLASSES)], "products")
y = node("Add", [y, drawn("dense.b", CLASSES)], "sums")
y = node("Transpose", [y], "logits", perm=[1, 0, 2])
graph = helper.make_graph(nodes, "wide_gru",
                          [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, "time", CHANNELS])],
                          [helper.make_tensor_value_info(y, TensorProto.FLOAT, [1, "time", CLASSES])], weights)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
model.ir_version = 8
onnx.checker.check_model(model)
onnx.save(model, sys.argv[1])
