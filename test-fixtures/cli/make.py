"""Small models for the tests of the command, and what onnxruntime computes.

Run with onnx 1.23.1, onnxruntime 1.30.0 and NumPy 2.4.6: python make.py
"""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).parent


def save(name, nodes, inputs, outputs, weights=()):
    graph = helper.make_graph(nodes, name, inputs, outputs, weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)], ir_version=10)
    onnx.checker.check_model(model)
    onnx.save(model, HERE / f"{name}.onnx")


def up(rng):
    """image [1, 3, height, width] -> mask [1, 1, 2 * height, 2 * width], and the mask's greatest element."""
    weight = numpy_helper.from_array(rng.standard_normal((3, 1, 4, 4), np.float32) / 2, "weight")
    bias = numpy_helper.from_array(np.array([0.1], np.float32), "bias")
    nodes = [
        helper.make_node("ConvTranspose", ["image", "weight", "bias"], ["features"], "up", strides=[2, 2], pads=[1, 1, 1, 1]),
        helper.make_node("Sigmoid", ["features"], ["mask"], "squash"),
        helper.make_node("ReduceMax", ["mask"], ["peak"], "peak", keepdims=0),
    ]
    float32 = TensorProto.FLOAT
    image = helper.make_tensor_value_info("image", float32, [1, 3, "height", "width"])
    mask = helper.make_tensor_value_info("mask", float32, [1, 1, "height2", "width2"])
    peak = helper.make_tensor_value_info("peak", float32, [])
    save("up", nodes, [image], [mask, peak], [weight, bias])
    data = rng.standard_normal((1, 3, 4, 5), np.float32)
    session = onnxruntime.InferenceSession(HERE / "up.onnx", providers=["CPUExecutionProvider"])
    np.save(HERE / "image.npy", data)
    np.save(HERE / "mask.npy", session.run(["mask"], {"image": data})[0])


def unsupported():
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [2, 2])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, [])
    save("unsupported", [helper.make_node("Det", ["x"], ["y"])], [x], [y])


up(np.random.default_rng(0))
unsupported()
