#!/usr/bin/env python3
"""Writes the published ONNX backend node tests into onnx-node-tests.zip beside this file.

Runs the generators of the onnx package (Debian: apt install python3-onnx, then /usr/bin/python3 generate.py). Left out are tests of
training ops and losses, expansions of functions into other ops (their nodes have tests of their own), tests whose inputs or outputs
are no tensors of numbers, and tests whose data are not of the declared type (bfloat16 as uint16). Models against operator sets
before 9 are declared to be of set 9 where their ops mean the same there. Each test is NAME/model.onnx, NAME/input_K.pb and
NAME/output_K.pb (serialised TensorProto).
"""
import pathlib
import zipfile

import numpy as np

# The generators were written for a numpy that still had these names.
for name, kind in {"float": float, "int": int, "bool": bool, "object": object}.items():
    if name not in np.__dict__:
        setattr(np, name, kind)

from onnx import defs, numpy_helper  # noqa: E402
from onnx.backend.test.case.node import collect_testcases  # noqa: E402

TRAINING = {"Adagrad", "Adam", "Momentum", "SoftmaxCrossEntropyLoss", "NegativeLogLikelihoodLoss"}


def tensors(values):
    """The values as tensor protos, or None where one is no tensor of numbers."""
    arrays = [np.asarray(value) if isinstance(value, (np.ndarray, np.generic, float, int, bool)) else None for value in values]
    if any(array is None or array.dtype == object or array.dtype.kind in "USc" for array in arrays):
        return None
    return [numpy_helper.from_array(array) for array in arrays]


def declared(values, protos):
    return all(value.type.tensor_type.elem_type == proto.data_type for value, proto in zip(values, protos))


def modernise(model):
    version = model.opset_import[0].version
    same = all(defs.get_schema(node.op_type, 9).since_version == defs.get_schema(node.op_type, version).since_version for node in model.graph.node)
    if version < 9 and same:
        model.opset_import[0].version = 9


def main():
    np.random.seed(0)
    target = pathlib.Path(__file__).with_name("onnx-node-tests.zip")
    written = set()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as bundle:
        for case in sorted(collect_testcases(None), key=lambda case: case.name):
            inputs, outputs = (tensors(part) for part in case.data_sets[0])
            nodes = case.model.graph.node
            if "_expanded" in case.name or nodes[0].op_type in TRAINING or inputs is None or outputs is None or case.name in written:
                continue
            graph = case.model.graph
            if not declared(graph.input, inputs) or not declared(graph.output, outputs):
                continue
            if case.model.opset_import[0].domain == "" and case.model.opset_import[0].version < 9:
                modernise(case.model)
            parts = {"model.onnx": case.model.SerializeToString()}
            parts.update({f"input_{k}.pb": tensor.SerializeToString() for k, tensor in enumerate(inputs)})
            parts.update({f"output_{k}.pb": tensor.SerializeToString() for k, tensor in enumerate(outputs)})
            for name, data in parts.items():
                bundle.writestr(zipfile.ZipInfo(f"{case.name}/{name}"), data, zipfile.ZIP_DEFLATED)
            written.add(case.name)
    print(f"{len(written)} tests, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
