"""Operators as onnxruntime computes them on the CPU."""

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from recording import HERE, f32, ints, reals, row

W = ints(2, 3, 3, 3, step=5, modulo=7)
B = ints(3, step=3, modulo=5)

ONNX_CONV_TRANSPOSES = [
    ("plain", (1, 2, 3, 3), W, dict()),
    ("pads, strides", (1, 2, 3, 3), W, dict(strides=[2, 2], pads=[1, 0, 0, 1], kernel_shape=[3, 3])),
    ("output_padding", (1, 2, 3, 3), W, dict(strides=[2, 2], pads=[1, 1, 1, 1], output_padding=[1, 1])),
    ("SAME_UPPER", (1, 2, 3, 3), W, dict(strides=[2, 2], auto_pad="SAME_UPPER")),
    ("SAME_LOWER", (1, 2, 3, 3), W, dict(strides=[2, 2], auto_pad="SAME_LOWER")),
    ("SAME_UPPER, stride 4 above the kernel", (1, 2, 2, 2), W, dict(strides=[4, 4], auto_pad="SAME_UPPER")),
    ("VALID", (1, 2, 3, 3), W, dict(strides=[2, 2], auto_pad="VALID")),
    ("output_shape", (1, 2, 3, 3), W, dict(strides=[2, 2], output_shape=[6, 5])),
    ("output_shape, SAME_UPPER", (1, 2, 3, 3), W, dict(strides=[2, 2], output_shape=[6, 6], auto_pad="SAME_UPPER")),
    ("dilations", (1, 2, 3, 3), W, dict(dilations=[2, 1])),
    ("group 2", (1, 4, 2, 2), ints(4, 3, 2, 2, step=5, modulo=7), dict(group=2, strides=[2, 2])),
]

ONNX_RESIZES = [
    ((1, 1, 2, 3), dict(scales=[1, 1, 2, 2])),
    ((1, 1, 2, 3), dict(scales=[2.0, 3.0], axes=[2, 3], mode="linear")),
    ((1, 1, 3, 4), dict(sizes=[1, 1, 5, 7], mode="cubic")),
    ((1, 1, 3, 4), dict(sizes=[1, 1, 5, 7], mode="cubic", cubic_coeff_a=-0.5, exclude_outside=1)),
    ((1, 1, 3, 4), dict(sizes=[1, 1, 6, 7], mode="linear", coordinate_transformation_mode="align_corners")),
    ((1, 1, 3, 4), dict(sizes=[1, 1, 6, 7], mode="linear", coordinate_transformation_mode="asymmetric")),
    (
        (1, 1, 3, 4),
        dict(sizes=[1, 1, 6, 7], mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor"),
    ),
    (
        (1, 1, 4, 4),
        dict(
            sizes=[1, 1, 3, 3],
            mode="linear",
            coordinate_transformation_mode="tf_crop_and_resize",
            roi=[0, 0, 0.2, -0.2, 1, 1, 0.9, 0.8],
            extrapolation_value=9.0,
        ),
    ),
    ((1, 1, 6, 7), dict(sizes=[1, 1, 3, 4], mode="linear", antialias=1)),
    ((1, 1, 4, 6), dict(sizes=[6, 6], axes=[2, 3], mode="linear", keep_aspect_ratio_policy="not_larger")),
]

ONNX_PLAIN = (
    [
        (
            "Conv",
            [ints(1, 2, 5, 4), ints(3, 2, 3, 3, step=5, modulo=7), B],
            dict(auto_pad="SAME_LOWER", strides=[2, 2]),
        ),
        ("Conv", [ints(1, 2, 5, 4), ints(3, 2, 3, 3, step=5, modulo=7)], dict(pads=[1, 0, 2, 1], dilations=[1, 2])),
        ("MaxPool", [ints(1, 2, 5, 5)], dict(kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1)),
        ("MaxPool", [ints(1, 2, 5, 5)], dict(kernel_shape=[3, 3], auto_pad="SAME_UPPER", strides=[2, 2])),
        ("AveragePool", [ints(1, 1, 5, 5)], dict(kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[2, 2])),
        (
            "AveragePool",
            [ints(1, 1, 5, 5)],
            dict(kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[2, 2], count_include_pad=1),
        ),
        ("LpPool", [ints(1, 1, 4, 4)], dict(kernel_shape=[2, 2], p=1)),
        ("GlobalAveragePool", [ints(1, 2, 3, 3)], dict()),
        ("GlobalMaxPool", [ints(1, 2, 3, 3)], dict()),
        ("MaxUnpool", [ints(1, 1, 2, 2), np.int64([[[[0, 3], [8, 15]]]])], dict(kernel_shape=[2, 2], strides=[2, 2])),
        (
            "MaxUnpool",
            [ints(1, 1, 2, 2), np.int64([[[[0, 3], [8, 24]]]])],
            dict(kernel_shape=[2, 2], strides=[2, 2], output_shape=[1, 1, 5, 5]),
        ),
        ("Upsample", [ints(1, 1, 2, 3)], dict(scales=[1, 1, 2, 3])),
        ("Upsample", [ints(1, 1, 2, 3)], dict(scales=[1, 1, 2, 2], mode="linear")),
        ("DepthToSpace", [ints(1, 8, 2, 2)], dict(blocksize=2)),
        ("DepthToSpace", [ints(1, 8, 2, 2)], dict(blocksize=2, mode="CRD")),
        ("SpaceToDepth", [ints(1, 2, 4, 4)], dict(blocksize=2)),
        (
            "BatchNormalization",
            [reals(1, 2, 2, 2), reals(2), reals(2, step=3), reals(2, step=5), f32([0.5, 2])],
            dict(epsilon=0.01),
        ),
        ("InstanceNormalization", [reals(1, 2, 2, 3), reals(2), reals(2, step=3)], dict()),
        ("GroupNormalization", [reals(1, 4, 2, 3), reals(4), reals(4, step=3)], dict(num_groups=2)),
        ("LayerNormalization", [reals(2, 3, 4), reals(4), reals(4, step=3)], dict()),
        ("LayerNormalization", [reals(2, 3, 4), reals(3, 4)], dict(axis=1)),
        ("LRN", [reals(1, 4, 2, 2)], dict(size=3)),
        ("LpNormalization", [reals(2, 3)], dict(axis=0, p=1)),
        ("MatMul", [ints(2, 2, 3), ints(3, 2, step=5)], dict()),
        ("Gemm", [ints(3, 2), ints(4, 3, step=5), ints(4, step=3)], dict(transA=1, transB=1, alpha=0.5, beta=2.0)),
        ("Gemm", [ints(2, 3), ints(3, 4, step=5)], dict(alpha=2.0)),
        ("LeakyRelu", [reals(2, 5)], dict(alpha=0.2)),
        ("Elu", [reals(2, 5)], dict()),
        ("Celu", [reals(2, 5)], dict(alpha=2.0)),
        ("Selu", [reals(2, 5)], dict()),
        ("HardSigmoid", [reals(2, 5)], dict(alpha=0.3)),
        ("ThresholdedRelu", [reals(2, 5)], dict(alpha=0.5)),
        ("Shrink", [reals(2, 5)], dict(bias=0.1, lambd=0.4)),
        ("Gelu", [reals(2, 5)], dict(approximate="tanh")),
        ("PRelu", [reals(2, 5), reals(5, step=3)], dict()),
        ("Add", [ints(2, 3), ints(3, step=5)], dict()),
        ("Sub", [ints(2, 3), ints(3, step=5)], dict()),
        ("Mul", [ints(2, 3), ints(2, 1, step=5)], dict()),
        ("Div", [ints(2, 3), f32([2, 4, 8])], dict()),
        ("Pow", [ints(2, 3), f32(2)], dict()),
        ("Mod", [ints(2, 3), f32(3)], dict(fmod=1)),
        ("Mod", [ints(2, 3, dtype=np.int32), np.int32(3)], dict()),
        ("BitShift", [np.uint32([1, 2, 8]), np.uint32([1, 2, 3])], dict(direction="LEFT")),
        ("Less", [ints(2, 3), ints(3, step=5)], dict()),
        ("Where", [np.array([True, False, True]), ints(3), ints(3, step=5)], dict()),
        ("Cast", [reals(2, 5)], dict(to="int32")),
        ("Reshape", [ints(2, 3, 4)], dict(shape=[0, -1])),
        ("Flatten", [ints(2, 3, 4)], dict(axis=2)),
        ("Squeeze", [ints(1, 3, 1)], dict(axes=[0])),
        ("Unsqueeze", [ints(3)], dict(axes=[0, -1])),
        ("Transpose", [ints(2, 3, 4)], dict()),
        ("Transpose", [ints(2, 3, 4)], dict(perm=[1, 0, 2])),
        ("Expand", [ints(3, 1)], dict(shape=[2, 1, 4])),
        ("Tile", [ints(2, 2)], dict(repeats=[1, 3])),
        ("Split", [ints(5, 2)], dict(num_outputs=2)),
        ("Split", [ints(2, 5)], dict(axis=-1, split=[2, 3])),
        ("Slice", [ints(4, 5)], dict(starts=[-1, 1], ends=[0, 9], axes=[0, 1], steps=[-1, 2])),
        ("Pad", [ints(2, 3)], dict(pads=[1, 0, 0, 2], constant_value=1.5)),
        ("Pad", [ints(2, 3)], dict(pads=[1, 2], axes=[1], mode="reflect")),
        ("Gather", [ints(3, 4), np.int64([[0, -1]])], dict(axis=1)),
        ("GatherElements", [ints(3, 2), np.int64([[0, 2], [1, 0]])], dict()),
        ("GatherND", [ints(2, 3), np.int64([[0, 1], [1, 2]])], dict()),
        ("ScatterElements", [ints(3, 2), np.int64([[0, 2]]), f32([[7, 8]])], dict(reduction="add")),
        ("ScatterND", [ints(3, 2), np.int64([[2]]), f32([[7, 8]])], dict()),
        ("Trilu", [ints(3, 3)], dict(upper=0)),
        ("CumSum", [ints(2, 3)], dict(axis=1, exclusive=1)),
        ("ArgMax", [ints(3, 4)], dict(axis=1, keepdims=0)),
        ("ArgMin", [ints(3, 4)], dict()),
        ("Softmax", [reals(2, 3)], dict()),
        ("LogSoftmax", [reals(2, 3)], dict(axis=0)),
        ("Hardmax", [reals(2, 3)], dict()),
        ("ReduceMean", [ints(2, 3, 4)], dict(axes=[1], keepdims=0)),
        ("ReduceSum", [ints(2, 3)], dict()),
        ("ReduceMax", [ints(2, 3)], dict(axes=[-1])),
        ("ReduceL2", [ints(2, 3)], dict(axes=[1])),
        ("ReduceSum", [ints(2, 3)], dict(noop_with_empty_axes=1)),
    ]
    + [
        (name, [reals(2, 5)], dict())
        for name in (
            "Relu Sigmoid Tanh Softplus Softsign Mish HardSwish Exp Erf Sin Cos Tan Atan Sinh Cosh Asinh Identity Neg Abs Sign Floor "
            "Ceil Round Reciprocal Swish"
        ).split()
    ]
    + [(name, [np.abs(reals(2, 5)) + f32(1)], dict()) for name in ("Log", "Sqrt", "Acosh")]
    + [(name, [reals(2, 5) / f32(2)], dict()) for name in ("Asin", "Acos", "Atanh")]
    + [(name, [ints(2, 3), ints(3, step=5)], dict()) for name in ("Equal", "LessOrEqual", "Greater", "GreaterOrEqual")]
    + [(name, [np.array([[True], [False]]), np.array([True, False])], dict()) for name in ("And", "Or", "Xor")]
    + [
        (name, [ints(2, 3, dtype=np.int32), ints(3, step=5, dtype=np.int32)], dict())
        for name in ("BitwiseAnd", "BitwiseOr", "BitwiseXor")
    ]
    + [
        (f"Reduce{name}", [np.abs(reals(2, 3)) + f32(1)], dict(axes=[1]))
        for name in ("Min", "Prod", "L1", "LogSum", "LogSumExp", "SumSquare")
    ]
    + [
        ("Not", [np.array([True, False])], dict()),
        ("BitwiseNot", [ints(2, 3, dtype=np.int32)], dict()),
        ("IsNaN", [reals(2, 2)], dict()),
        ("IsInf", [reals(2, 2)], dict(detect_negative=0)),
        ("RMSNormalization", [reals(2, 3, 4), reals(4)], dict()),
    ]
)

ONNX_VARIADIC = ["Sum", "Max", "Min", "Mean"]

ONNX_OPSETS = {"Upsample": 9, "RMSNormalization": 23, "Swish": 24}

# Operands of the operator that the layer takes among its other arguments, in the operator's order.
ONNX_KNOWN = {
    "Resize": ["roi", "scales", "sizes"],
    "Upsample": ["scales"],
    "Reshape": ["shape"],
    "Squeeze": ["axes"],
    "Unsqueeze": ["axes"],
    "Expand": ["shape"],
    "Tile": ["repeats"],
    "Split": ["split"],
    "Slice": ["starts", "ends", "axes", "steps"],
    "Pad": ["pads", "constant_value", "axes"],
    "MaxUnpool": ["output_shape"],
    "CumSum": ["axis"],
    "Trilu": ["k"],
}


def onnx_rows():
    def run(op, operands, arguments):
        known = ["axes"] if op.startswith("Reduce") else ONNX_KNOWN.get(op, [])
        names, values = [], {}
        for i, value in enumerate([*operands, *(arguments.get(key) for key in known)]):
            names.append("" if value is None else f"x{i}")
            if value is not None:
                floats = i >= len(operands) and known[i - len(operands)] in ("roi", "scales", "constant_value")
                values[f"x{i}"] = value if i < len(operands) else np.array(value, f32 if floats else np.int64)
        attributes = {key: value for key, value in arguments.items() if key not in known}
        if op == "Cast":
            attributes["to"] = TensorProto.INT32
        outputs = ["y0", "y1"] if op in ("Split", "MaxPool") else ["y0"]
        while names and not names[-1]:
            names.pop()
        node = helper.make_node(op, names, outputs, **attributes)
        graph = helper.make_graph(
            [node],
            "layer",
            [],
            [onnx.ValueInfoProto(name=name) for name in outputs],
            [numpy_helper.from_array(np.asarray(value), name) for name, value in values.items()],
        )
        opset = ONNX_OPSETS.get(op, 21)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=10)
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        return session.run(None, {})

    def layer_row(title, op, operands, arguments):
        return row(title, op, operands, arguments, run(op, operands, arguments))

    for title, shape, w, arguments in ONNX_CONV_TRANSPOSES:
        bias = ints(w.shape[1] * arguments.get("group", 1), step=3, modulo=5)
        yield layer_row(title, "ConvTranspose", [ints(*shape), w, bias], arguments)
    yield layer_row("without a bias", "ConvTranspose", [ints(1, 2, 3, 3), W], dict(strides=[2, 2]))
    for shape, arguments in ONNX_RESIZES:
        yield layer_row(arguments.get("mode", "nearest"), "Resize", [ints(*shape)], arguments)
    for op, operands, arguments in ONNX_PLAIN:
        yield layer_row(op, op, operands, arguments)
    yield layer_row("both bounds", "Clip", [reals(2, 5), f32(-0.5), f32(0.75)], {})
    yield layer_row("the upper bound", "Clip", [reals(2, 5), None, f32(0.75)], {})
    for op in ONNX_VARIADIC:
        xs = [ints(2, 3), ints(3, step=5), ints(2, 1, step=3)]
        yield row("three", op, [xs], {}, run(op, xs, {}))
    xs = [ints(2, 3), ints(2, 1)]
    yield row("the last axis", "Concat", [xs], dict(axis=-1), run("Concat", xs, dict(axis=-1)))


def write_decoder():
    size = ["batch", 1, "height", "width"]
    doubled = ["batch", 1, "2*height", "2*width"]
    graph = helper.make_graph(
        [
            helper.make_node("ConvTranspose", ["image", "weight", "bias"], ["raw"], name="decoder/up", strides=[2, 2]),
            helper.make_node("Relu", ["raw"], ["mask"], name="decoder/act"),
        ],
        "decoder",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, size)],
        [helper.make_tensor_value_info("mask", TensorProto.FLOAT, doubled)],
        [numpy_helper.from_array(f32([[[[1, 2], [3, 4]]]]), "weight"), numpy_helper.from_array(f32([-4]), "bias")],
    )
    onnx.save(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10), HERE / "decoder.onnx"
    )
