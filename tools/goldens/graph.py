"""ONNX graphs of one layer, and the few layers that ONNX can only say with several nodes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import onnx
from onnx import helper, numpy_helper

Array = np.ndarray[Any, Any]
Crop = tuple[int, int]

DOMAIN = "ai.polyphase"

# ConvTranspose-11, MaxPool-12 and Resize-19 are what the GPU kernels of today's runtimes read; opset 22 is not.
OPSET = 21
IR_VERSION = 10


class Model(NamedTuple):
    proto: onnx.ModelProto
    inputs: dict[str, Array]


@dataclass
class Graph:
    """An ONNX graph under construction. Values are known by name."""

    inputs: dict[str, Array] = field(default_factory=dict)
    initializers: dict[str, Array] = field(default_factory=dict)
    nodes: list[onnx.NodeProto] = field(default_factory=list)

    def input(self, name: str, array: Array) -> str:
        self.inputs[name] = array
        return name

    def constant(self, name: str, array: Array) -> str:
        self.initializers[name] = array
        return name

    def ints(self, name: str, values: Sequence[int]) -> str:
        return self.constant(name, np.array(values, np.int64))

    def node(self, op: str, *operands: str, domain: str = "", **attributes: Any) -> str:
        return self.nodes_of(op, *operands, domain=domain, **attributes)[0]

    def nodes_of(self, op: str, *operands: str, outputs: int = 1, domain: str = "", **attributes: Any) -> list[str]:
        """A node and the names of its outputs. Attributes that are None are left out."""
        names = [f"v{len(self.nodes)}" + (f"_{i}" if i else "") for i in range(outputs)]
        given = {key: value for key, value in attributes.items() if value is not None}
        self.nodes.append(helper.make_node(op, list(operands), names, domain=domain, **given))
        return names

    def model(self, outputs: Mapping[str, Array | None], opset: int = OPSET) -> Model:
        """The model whose outputs are the values named, called y, or y0, y1, ...; None: its type is open."""
        names = list(outputs)
        renamed = {name: "y" if len(names) == 1 else f"y{i}" for i, name in enumerate(names)}
        for node in self.nodes:
            node.output[:] = [renamed.get(name, name) for name in node.output]
            node.input[:] = [renamed.get(name, name) for name in node.input]
        graph = helper.make_graph(
            self.nodes,
            "golden",
            [typed(name, array) for name, array in self.inputs.items()],
            [typed(renamed[name], array) for name, array in outputs.items()],
            [numpy_helper.from_array(array, name) for name, array in self.initializers.items()],
        )
        opsets = [helper.make_opsetid("", opset)]
        if any(node.domain == DOMAIN for node in self.nodes):
            opsets.append(helper.make_opsetid(DOMAIN, 1))
        proto = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="polyphase-goldens")
        return Model(proto, self.inputs)


def typed(name: str, array: Array | None) -> onnx.ValueInfoProto:
    if array is None:
        return helper.make_empty_tensor_value_info(name)
    return helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)


def channels_first(graph: Graph, x: str, rank: int) -> str:
    return graph.node("Transpose", x, perm=[0, rank - 1, *range(1, rank - 1)])


def channels_last(graph: Graph, x: str, rank: int) -> str:
    return graph.node("Transpose", x, perm=[0, *range(2, rank), 1])


@dataclass(frozen=True)
class ConvTranspose:
    """What ConvTranspose says of the spatial axes. A crop is (begin, end); negative ones add zeros."""

    stride: Sequence[int]
    dilation: Sequence[int]
    crop: Sequence[Crop]
    groups: int = 1

    def add(self, graph: Graph, x: str, w: str, bias: str | None) -> str:
        """ConvTranspose and, where it cannot lengthen the output as asked, Pad and the bias after that."""
        lengthened = [(max(-begin, 0), max(-end, 0)) for begin, end in self.crop]
        fits = all(b == 0 and e < s for (b, e), s in zip(lengthened, self.stride, strict=True))
        y = graph.node(
            "ConvTranspose",
            *([x, w, bias] if bias and fits else [x, w]),
            strides=self.stride,
            dilations=self.dilation,
            pads=[max(begin, 0) for begin, _ in self.crop] + [max(end, 0) for _, end in self.crop],
            output_padding=[end for _, end in lengthened] if fits and any(e for _, e in lengthened) else None,
            group=self.groups,
        )
        if fits:
            return y
        pads = [0, 0, *(b for b, _ in lengthened), 0, 0, *(e for _, e in lengthened)]
        y = graph.node("Pad", y, graph.ints("lengthened", pads))
        if bias is None:
            return y
        column = graph.ints("bias_shape", [-1, *(1 for _ in self.crop)])
        return graph.node("Add", y, graph.node("Reshape", bias, column))


def resize(
    graph: Graph,
    x: str,
    *,
    sizes: Sequence[int] | None = None,
    scales: Sequence[float] | None = None,
    roi: Sequence[float] | None = None,
    **attributes: Any,
) -> str:
    """Resize of the axes named by `axes`, else of all."""
    operands = [
        graph.constant("roi", np.array(roi, np.float32)) if roi is not None else "",
        graph.constant("scales", np.array(scales, np.float32)) if scales is not None else "",
        graph.ints("sizes", sizes) if sizes is not None else "",
    ]
    while operands and not operands[-1]:
        operands.pop()
    return graph.node("Resize", x, *operands, **attributes)


def resample(graph: Graph, x: str, profile: str, **arguments: Any) -> str:
    """The framework's own resizing call as one node of this project's domain."""
    return graph.node("Resample", x, domain=DOMAIN, profile=profile, **arguments)


def doubles(name: str, values: Sequence[float]) -> onnx.TensorProto:
    """Float attributes are float32; a scale factor of 1.4 needs all of its digits."""
    return numpy_helper.from_array(np.array(values, np.float64), name)
