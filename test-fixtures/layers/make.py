"""What PyTorch, Keras and onnxruntime compute for single layers: torch.json, keras.json and onnx.json.

Run with torch 2.13.0, keras 3.15.1 on tensorflow-cpu 2.21.0, onnx 1.23.1 and onnxruntime 1.30.0: python make.py

A row names a layer and holds its operands in order (null: left out), its other arguments as the framework takes them,
tensors among them, and the outputs.
"""

import json
import os
from pathlib import Path

import numpy as np

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
HERE = Path(__file__).parent
f32 = np.float32


def ints(*shape, step=7, modulo=11, dtype=f32):
    """Small integers: sums of products of them are exact in float32."""
    values = (np.arange(int(np.prod(shape))) * step) % modulo - modulo // 2
    return values.reshape(shape).astype(dtype)


def reals(*shape, step=7):
    return (ints(*shape, step=step, modulo=23) / 8 + 0.03).astype(f32)


def number(value):
    if isinstance(value, float):
        return int(value) if value.is_integer() else float("%.9g" % value)
    return value


def encode(value):
    if isinstance(value, (np.ndarray, np.generic)):
        return {"shape": list(value.shape), "dtype": str(value.dtype), "data": [number(v) for v in value.ravel().tolist()]}
    if isinstance(value, (list, tuple)):
        return [encode(item) for item in value]
    if isinstance(value, dict):
        return {key: encode(item) for key, item in value.items()}
    return value


def row(title, layer, operands, arguments, outputs):
    return encode({"title": title, "layer": layer, "operands": operands, "arguments": arguments, "outputs": outputs})


def write(name, rows):
    lines = ",\n".join(json.dumps(each) for each in rows)
    (HERE / f"{name}.json").write_text(f"[\n{lines}\n]\n")


# PyTorch ------------------------------------------------------------------------------------------------------------

TORCH_CONV_TRANSPOSES = [
    ("1d, stride 2", 1, (2, 3, 5), (3, 2, 3), dict(stride=2)),
    ("2d, plain", 2, (1, 2, 3, 3), (2, 3, 2, 2), dict()),
    ("2d, U-Net's 2x2 stride 2", 2, (1, 2, 3, 4), (2, 2, 2, 2), dict(stride=2)),
    ("2d, DCGAN's 4x4 stride 2 padding 1", 2, (1, 2, 3, 3), (2, 2, 4, 4), dict(stride=2, padding=1)),
    ("2d, 3x3 stride 2 padding 1 output_padding 1", 2, (1, 2, 3, 3), (2, 3, 3, 3), dict(stride=2, padding=1, output_padding=1)),
    ("2d, 5x5 stride 2 padding 2 output_padding 1", 2, (1, 2, 2, 3), (2, 1, 5, 5), dict(stride=2, padding=2, output_padding=1)),
    ("2d, stride 3 above the kernel 2", 2, (1, 2, 3, 2), (2, 2, 2, 2), dict(stride=3)),
    ("2d, stride 3 above the kernel 1, output_padding 2", 2, (1, 2, 2, 2), (2, 2, 1, 1), dict(stride=3, output_padding=2)),
    ("2d, dilation 2, output_padding 1 with stride 1", 2, (1, 2, 3, 3), (2, 2, 2, 3), dict(dilation=2, output_padding=1)),
    ("2d, 2 groups", 2, (1, 4, 2, 3), (4, 3, 3, 2), dict(stride=2, groups=2)),
    ("2d, depthwise", 2, (1, 3, 3, 3), (3, 1, 3, 3), dict(stride=2, padding=1, groups=3)),
    ("2d, everything differs by axis", 2, (2, 2, 3, 2), (2, 2, 2, 3), dict(stride=(2, 3), padding=(0, 1), output_padding=(1, 2), dilation=(3, 1))),
    ("2d, odd sizes to an output_size", 2, (1, 2, 3, 2), (2, 2, 3, 3), dict(stride=2, padding=1, output_size=[6, 4])),
    ("3d, stride 2", 3, (1, 2, 2, 2, 2), (2, 1, 3, 2, 2), dict(stride=2, padding=(1, 0, 0))),
]

TORCH_CONVS = [
    ("1d", 1, (1, 2, 7), (3, 2, 3), dict(stride=2, padding=1)),
    ("2d, 'same' with an even kernel", 2, (1, 2, 4, 5), (2, 2, 2, 4), dict(padding="same")),
    ("2d, 'same', dilation 2", 2, (1, 2, 4, 5), (2, 2, 3, 2), dict(padding="same", dilation=2)),
    ("2d, 2 groups, 'valid'", 2, (1, 4, 4, 4), (4, 2, 3, 3), dict(groups=2, padding="valid")),
    ("2d, reflect", 2, (1, 2, 3, 4), (2, 2, 3, 3), dict(padding=1, padding_mode="reflect")),
    ("2d, replicate", 2, (1, 1, 3, 4), (2, 1, 3, 5), dict(padding=(1, 2), padding_mode="replicate")),
    ("2d, circular", 2, (1, 1, 3, 4), (2, 1, 3, 3), dict(padding=1, padding_mode="circular")),
    ("3d", 3, (1, 1, 3, 3, 3), (2, 1, 2, 2, 2), dict(stride=(1, 2, 1))),
]

TORCH_INTERPOLATIONS = [
    ((1, 2, 5), dict(scale_factor=2)),
    ((1, 2, 5), dict(size=8, mode="linear")),
    ((1, 2, 5), dict(size=8, mode="linear", align_corners=True)),
    ((1, 1, 3, 4), dict(scale_factor=2, mode="nearest")),
    ((1, 1, 3, 4), dict(size=(7, 5), mode="nearest")),
    ((1, 1, 3, 4), dict(size=(7, 5), mode="nearest-exact")),
    ((1, 1, 6, 5), dict(size=(4, 2), mode="nearest-exact")),
    ((1, 1, 3, 4), dict(scale_factor=2, mode="bilinear")),
    ((1, 1, 3, 4), dict(scale_factor=2, mode="bilinear", align_corners=True)),
    ((1, 1, 3, 4), dict(scale_factor=(1.7, 2.3), mode="bilinear")),
    ((1, 1, 3, 4), dict(scale_factor=(1.7, 2.3), mode="bilinear", recompute_scale_factor=True)),
    ((1, 1, 6, 7), dict(size=(4, 3), mode="bilinear", antialias=True)),
    ((1, 1, 3, 4), dict(size=(6, 5), mode="bilinear", align_corners=False)),
    ((1, 1, 3, 4), dict(scale_factor=2, mode="bicubic")),
    ((1, 1, 3, 4), dict(size=(5, 7), mode="bicubic", align_corners=True)),
    ((1, 1, 6, 7), dict(size=(3, 4), mode="bicubic", antialias=True)),
    ((1, 1, 3, 4), dict(size=(6, 8), mode="bicubic", antialias=True)),
    ((1, 1, 5, 6), dict(size=(3, 4), mode="area")),
    ((1, 1, 3, 4), dict(size=(6, 6), mode="area")),
    ((1, 1, 2, 3, 2), dict(scale_factor=2, mode="trilinear")),
    ((1, 1, 2, 3, 2), dict(size=(3, 4, 5), mode="trilinear", align_corners=True)),
    ((1, 1, 2, 2, 2), dict(scale_factor=(1, 2, 3), mode="nearest")),
]

TORCH_MODULES = [
    ("Upsample", (1, 1, 2, 3), dict(scale_factor=2, mode="bilinear", align_corners=True)),
    ("UpsamplingNearest2d", (1, 1, 2, 3), dict(scale_factor=2)),
    ("UpsamplingBilinear2d", (1, 1, 2, 3), dict(size=(5, 4))),
    ("PixelShuffle", (1, 8, 2, 3), dict(upscale_factor=2)),
    ("PixelUnshuffle", (1, 2, 4, 6), dict(downscale_factor=2)),
    ("MaxPool1d", (1, 2, 7), dict(kernel_size=3, stride=2, padding=1)),
    ("MaxPool2d", (1, 2, 5, 6), dict(kernel_size=2)),
    ("MaxPool2d", (1, 2, 5, 6), dict(kernel_size=(3, 2), stride=2, padding=1, ceil_mode=True)),
    ("MaxPool2d", (2, 2, 5, 6), dict(kernel_size=2, dilation=2, return_indices=True)),
    ("MaxPool3d", (1, 1, 2, 4, 4), dict(kernel_size=2, return_indices=True)),
    ("AvgPool1d", (1, 2, 7), dict(kernel_size=3, stride=2)),
    ("AvgPool2d", (1, 1, 5, 5), dict(kernel_size=3, stride=2, padding=1)),
    ("AvgPool2d", (1, 1, 5, 5), dict(kernel_size=3, stride=2, padding=1, count_include_pad=False)),
    ("AvgPool2d", (1, 1, 5, 6), dict(kernel_size=2, ceil_mode=True)),
    ("AvgPool3d", (1, 1, 2, 4, 4), dict(kernel_size=(1, 2, 2))),
    ("AdaptiveAvgPool1d", (1, 2, 7), dict(output_size=3)),
    ("AdaptiveAvgPool2d", (1, 1, 5, 6), dict(output_size=(2, 4))),
    ("AdaptiveAvgPool3d", (1, 1, 2, 3, 4), dict(output_size=1)),
    ("ReLU", (2, 9), dict()),
    ("ReLU6", (2, 9), dict()),
    ("Sigmoid", (2, 9), dict()),
    ("Tanh", (2, 9), dict()),
    ("SiLU", (2, 9), dict()),
    ("Mish", (2, 9), dict()),
    ("Softsign", (2, 9), dict()),
    ("Hardswish", (2, 9), dict()),
    ("Hardsigmoid", (2, 9), dict()),
    ("SELU", (2, 9), dict()),
    ("Identity", (2, 9), dict()),
    ("LeakyReLU", (2, 9), dict()),
    ("LeakyReLU", (2, 9), dict(negative_slope=0.2)),
    ("ELU", (2, 9), dict(alpha=0.5)),
    ("CELU", (2, 9), dict(alpha=2.0)),
    ("GELU", (2, 9), dict()),
    ("GELU", (2, 9), dict(approximate="tanh")),
    ("Hardtanh", (2, 9), dict(min_val=-0.5, max_val=0.75)),
    ("Hardshrink", (2, 9), dict(lambd=0.3)),
    ("Softshrink", (2, 9), dict()),
    ("Softplus", (2, 9), dict()),
    ("Softplus", (2, 9), dict(beta=2.0)),
    ("Softmax", (2, 3, 4), dict(dim=1)),
    ("LogSoftmax", (2, 3, 4), dict(dim=-1)),
    ("Flatten", (2, 3, 4), dict()),
    ("Flatten", (2, 3, 4, 2), dict(start_dim=1, end_dim=-2)),
    ("ZeroPad2d", (1, 1, 2, 3), dict(padding=(1, 0, 2, 1))),
    ("ReflectionPad1d", (1, 2, 4), dict(padding=2)),
    ("ReflectionPad2d", (1, 1, 3, 3), dict(padding=(1, 2, 0, 1))),
    ("ReplicationPad1d", (1, 1, 3), dict(padding=(2, 1))),
    ("ReplicationPad2d", (1, 1, 2, 3), dict(padding=1)),
    ("ReplicationPad3d", (1, 1, 2, 2, 2), dict(padding=(1, 0, 0, 1, 0, 0))),
]


def torch_rows():
    import torch
    from torch import nn
    from torch.nn import functional as F

    def values(result):
        return [each.detach().numpy() for each in (result if isinstance(result, tuple) else (result,))]

    def module_row(title, layer, x, module, arguments, state):
        module.load_state_dict({key: torch.from_numpy(value) for key, value in state.items()}, strict=False)
        module.eval()
        return row(title, layer, [x], {**arguments, **state}, values(module(torch.from_numpy(x))))

    for title, axes, shape, kernel, arguments in TORCH_CONV_TRANSPOSES:
        groups = arguments.get("groups", 1)
        state = dict(weight=ints(*kernel, step=5, modulo=7), bias=ints(kernel[1] * groups, step=3, modulo=5))
        size = {"output_size": arguments["output_size"]} if "output_size" in arguments else {}
        own = {key: value for key, value in arguments.items() if key != "output_size"}
        module = getattr(nn, f"ConvTranspose{axes}d")(shape[1], kernel[1] * groups, kernel[2:], **own)
        module.load_state_dict({key: torch.from_numpy(value) for key, value in state.items()})
        x = ints(*shape)
        yield row(title, f"ConvTranspose{axes}d", [x], {**arguments, **state}, values(module(torch.from_numpy(x), **size)))
    for title, axes, shape, kernel, arguments in TORCH_CONVS:
        state = dict(weight=ints(*kernel, step=5, modulo=7), bias=ints(kernel[0], step=3, modulo=5))
        module = getattr(nn, f"Conv{axes}d")(shape[1], kernel[0], kernel[2:], **arguments)
        yield module_row(title, f"Conv{axes}d", ints(*shape), module, arguments, state)
    for shape, arguments in TORCH_INTERPOLATIONS:
        x = ints(*shape)
        yield row(f"{len(shape) - 2}d", "interpolate", [x], arguments, values(F.interpolate(torch.from_numpy(x), **arguments)))
    for layer, shape, arguments in TORCH_MODULES:
        exact = any(word in layer for word in ("Pool", "ampl", "Pad", "Pixel"))
        x = ints(*shape) if exact else reals(*shape)
        yield module_row(layer, layer, x, getattr(nn, layer)(**arguments), arguments, {})
    statistics = dict(running_mean=reals(3), running_var=np.abs(reals(3, step=5)) + f32(0.5))
    affine = dict(weight=reals(3, step=4), bias=reals(3, step=2))
    for axes, shape in ((1, (2, 3)), (1, (2, 3, 4)), (2, (1, 3, 2, 2)), (3, (1, 3, 1, 2, 2))):
        yield module_row("evaluation", f"BatchNorm{axes}d", reals(*shape), getattr(nn, f"BatchNorm{axes}d")(3), {}, {**statistics, **affine})
    plain = nn.BatchNorm2d(3, eps=0.1, affine=False)
    yield module_row("without weights", "BatchNorm2d", reals(1, 3, 2, 2), plain, dict(eps=0.1), statistics)
    for axes, shape in ((1, (2, 3, 4)), (2, (1, 3, 2, 2)), (3, (1, 3, 1, 2, 2))):
        module = getattr(nn, f"InstanceNorm{axes}d")(3, affine=True)
        yield module_row("with weights", f"InstanceNorm{axes}d", reals(*shape), module, {}, affine)
    yield module_row("without weights", "InstanceNorm2d", reals(1, 3, 2, 2), nn.InstanceNorm2d(3), {}, {})
    four = dict(weight=reals(4, step=4), bias=reals(4, step=2))
    yield module_row("2 groups", "GroupNorm", reals(2, 4, 3), nn.GroupNorm(2, 4), dict(num_groups=2), four)
    last = dict(weight=reals(3, 2, step=4), bias=reals(3, 2, step=2))
    yield module_row("two axes", "LayerNorm", reals(2, 3, 2), nn.LayerNorm([3, 2]), dict(normalized_shape=[3, 2]), last)
    yield module_row("without weights", "LayerNorm", reals(2, 3, 4), nn.LayerNorm(4), dict(normalized_shape=4), {})
    linear = dict(weight=ints(2, 3), bias=ints(2, step=3))
    yield module_row("a matrix", "Linear", ints(2, 4, 3), nn.Linear(3, 2), {}, linear)
    yield module_row("a slope a channel", "PReLU", reals(2, 3, 4), nn.PReLU(3), {}, dict(weight=reals(3, step=5)))
    yield module_row("one slope", "PReLU", reals(2, 3), nn.PReLU(), {}, dict(weight=f32([0.3])))
    for mode, pad in (("constant", [1, 0, -1, 2]), ("reflect", [1, 2]), ("replicate", [2, 1]), ("circular", [1, 2])):
        x, value = ints(1, 2, 3), dict(value=2.5) if mode == "constant" else {}
        yield row(mode, "pad", [x], dict(pad=pad, mode=mode, **value), values(F.pad(torch.from_numpy(x), pad, mode, **value)))
    xs = [ints(1, 2, 3), ints(1, 1, 3)]
    yield row("channels", "cat", [xs], dict(dim=1), values(torch.cat([torch.from_numpy(x) for x in xs], dim=1)))
    unpoolings = (
        ((4, 6), dict(kernel_size=2), None),
        ((5, 7), dict(kernel_size=2), [5, 7]),
        ((5, 7), dict(kernel_size=3, stride=2, padding=1), None),
        ((6,), dict(kernel_size=2), None),
        ((2, 4, 2), dict(kernel_size=2), None),
    )
    for lengths, arguments, size in unpoolings:
        axes = f"{len(lengths)}d"
        x = torch.from_numpy(ints(2, 2, *lengths, step=37, modulo=101))
        pooled, at = getattr(F, f"max_pool{axes}")(x, return_indices=True, **arguments)
        given = {**arguments, "output_size": size} if size else arguments
        unpool = getattr(nn, f"MaxUnpool{axes}")(**arguments)
        yield row(f"of MaxPool{axes}", f"MaxUnpool{axes}", [pooled.numpy(), at.numpy()], given, values(unpool(pooled, at, size)))


# Keras --------------------------------------------------------------------------------------------------------------

KERAS_CONV_TRANSPOSES = [
    ("textbook: kernel 2, stride 1", 2, (1, 2, 2, 2), (2, 2, 3, 2), dict(padding="valid")),
    ("textbook: kernel 3, stride 1", 2, (1, 2, 2, 2), (3, 3, 3, 2), dict(padding="valid")),
    ("textbook: kernel 3, stride 2", 2, (1, 2, 2, 2), (3, 3, 3, 2), dict(padding="valid", strides=2)),
    ("'same', 3x3, stride 2", 2, (1, 3, 3, 2), (3, 3, 3, 2), dict(padding="same", strides=2)),
    ("'same', 4x4, stride 2", 2, (1, 3, 2, 2), (4, 4, 2, 2), dict(padding="same", strides=2)),
    ("'same', 5x5, stride 2", 2, (1, 2, 3, 2), (5, 5, 1, 2), dict(padding="same", strides=2)),
    ("'same', kernel 2 below stride 3", 2, (1, 3, 2, 2), (2, 2, 2, 2), dict(padding="same", strides=3)),
    ("'valid', kernel 2 below stride 3", 2, (1, 3, 2, 2), (2, 2, 2, 2), dict(padding="valid", strides=3)),
    ("'same', kernel 1 below stride 2", 2, (1, 3, 5, 1), (1, 1, 1, 1), dict(padding="same", strides=2)),
    ("'same', output_padding 0", 2, (1, 3, 2, 2), (3, 3, 2, 2), dict(padding="same", strides=2, output_padding=0)),
    ("'same', output_padding 1", 2, (1, 3, 2, 2), (3, 4, 2, 2), dict(padding="same", strides=2, output_padding=1)),
    ("'valid', output_padding 1", 2, (1, 3, 2, 2), (3, 3, 2, 2), dict(padding="valid", strides=2, output_padding=1)),
    ("'same', dilation 2", 2, (1, 3, 4, 2), (3, 2, 2, 2), dict(padding="same", dilation_rate=2)),
    ("axes differ", 2, (2, 3, 2, 2), (2, 4, 3, 2), dict(padding="same", strides=(1, 3))),
    ("relu", 2, (1, 2, 2, 2), (2, 2, 2, 2), dict(strides=2, activation="relu")),
    ("softmax", 2, (1, 2, 2, 2), (2, 2, 3, 2), dict(strides=2, activation="softmax")),
    ("1d, 'same'", 1, (2, 5, 2), (3, 3, 2), dict(padding="same", strides=2)),
    ("1d, 'valid'", 1, (1, 4, 2), (2, 1, 2), dict(strides=3)),
    ("3d, 'same'", 3, (1, 2, 2, 2, 1), (3, 2, 3, 2, 1), dict(padding="same", strides=2)),
]

KERAS_CONVS = [
    ("1d, causal", 1, (1, 6, 2), (3, 2, 2), dict(padding="causal", dilation_rate=2)),
    ("2d, 'same' on odd sizes, stride 2", 2, (1, 5, 4, 2), (3, 3, 2, 3), dict(padding="same", strides=2)),
    ("2d, 'same', even kernel", 2, (1, 4, 5, 1), (2, 4, 1, 2), dict(padding="same")),
    ("2d, 'valid', 2 groups", 2, (1, 4, 4, 4), (3, 3, 2, 4), dict(groups=2, activation="leaky_relu")),
    ("3d, stride 2", 3, (1, 3, 3, 3, 1), (2, 2, 2, 1, 2), dict(strides=2)),
]

KERAS_PLAIN = [
    ("UpSampling1D", (1, 3, 2), dict(size=3)),
    ("UpSampling3D", (1, 2, 1, 2, 2), dict(size=(1, 2, 3))),
    ("UpSampling2D", (1, 2, 3, 2), dict()),
    ("UpSampling2D", (1, 2, 3, 2), dict(size=(3, 1), interpolation="nearest")),
    ("UpSampling2D", (1, 3, 2, 1), dict(size=(2, 3), interpolation="bilinear")),
    ("UpSampling2D", (1, 3, 4, 1), dict(size=2, interpolation="bicubic")),
    ("UpSampling2D", (1, 3, 4, 1), dict(size=3, interpolation="bicubic")),
    ("UpSampling2D", (1, 4, 5, 1), dict(size=2, interpolation="lanczos3")),
    ("UpSampling2D", (1, 4, 5, 1), dict(size=2, interpolation="lanczos5")),
    ("UpSampling2D", (1, 3, 2, 1), dict(size=2, interpolation="area")),
    ("Resizing", (1, 3, 4, 1), dict(height=5, width=3)),
    ("Resizing", (1, 3, 4, 1), dict(height=5, width=7, interpolation="nearest")),
    ("Resizing", (1, 6, 5, 1), dict(height=4, width=3, interpolation="bilinear", antialias=True)),
    ("Resizing", (1, 6, 5, 1), dict(height=4, width=8, interpolation="bicubic", antialias=True)),
    ("MaxPooling1D", (1, 5, 2), dict()),
    ("MaxPooling2D", (1, 5, 4, 2), dict(pool_size=3, strides=2, padding="same")),
    ("MaxPooling3D", (1, 2, 4, 4, 1), dict(pool_size=2)),
    ("AveragePooling1D", (1, 5, 2), dict(pool_size=2, strides=1, padding="same")),
    ("AveragePooling2D", (1, 5, 4, 1), dict(pool_size=3, strides=2, padding="same")),
    ("AveragePooling3D", (1, 2, 4, 4, 1), dict(pool_size=(1, 2, 2))),
    ("GlobalAveragePooling1D", (2, 3, 2), dict()),
    ("GlobalAveragePooling2D", (2, 3, 2, 2), dict(keepdims=True)),
    ("GlobalAveragePooling3D", (1, 2, 2, 2, 2), dict()),
    ("GlobalMaxPooling1D", (2, 3, 2), dict(keepdims=True)),
    ("GlobalMaxPooling2D", (2, 3, 2, 2), dict(data_format="channels_first")),
    ("GlobalMaxPooling3D", (1, 2, 2, 2, 2), dict()),
    ("ZeroPadding1D", (1, 2, 2), dict(padding=(1, 2))),
    ("ZeroPadding2D", (1, 2, 2, 1), dict()),
    ("ZeroPadding2D", (1, 2, 2, 1), dict(padding=(0, 2))),
    ("ZeroPadding2D", (1, 2, 2, 1), dict(padding=((1, 0), (0, 2)))),
    ("ZeroPadding3D", (1, 1, 2, 2, 1), dict(padding=1)),
    ("Cropping1D", (1, 5, 2), dict(cropping=(1, 2))),
    ("Cropping2D", (1, 5, 4, 1), dict(cropping=((1, 2), (0, 1)))),
    ("Cropping3D", (1, 3, 3, 3, 1), dict(cropping=1)),
    ("ReLU", (2, 9), dict()),
    ("ReLU", (2, 9), dict(max_value=1.0)),
    ("ReLU", (2, 9), dict(negative_slope=0.25)),
    ("ReLU", (2, 9), dict(negative_slope=0.25, threshold=0.5, max_value=1.0)),
    ("LeakyReLU", (2, 9), dict()),
    ("ELU", (2, 9), dict(alpha=0.5)),
    ("Softmax", (2, 3, 4), dict()),
    ("Softmax", (2, 3, 4), dict(axis=1)),
    ("Flatten", (2, 2, 2, 3), dict()),
    ("Flatten", (2, 2, 2, 3), dict(data_format="channels_first")),
    ("Reshape", (2, 2, 6), dict(target_shape=(3, -1))),
    ("Permute", (2, 2, 3), dict(dims=(2, 1))),
] + [
    ("Activation", (2, 9), dict(activation=name))
    for name in (
        "linear relu relu6 leaky_relu elu selu celu gelu silu swish hard_silu hard_swish mish sigmoid hard_sigmoid tanh "
        "hard_tanh softplus softsign exponential softmax log_softmax"
    ).split()
]


def keras_rows():
    import keras
    import tensorflow

    L = keras.layers

    def layer_row(title, layer, x, module, arguments, weights, order):
        module.build(x.shape)
        module.set_weights([weights[key] for key in order])
        # TensorFlow's own CPU kernels have no dilated transposed convolution, XLA has.
        call = tensorflow.function(module, jit_compile=True) if "dilation_rate" in arguments else module
        return row(title, layer, [x], {**arguments, **weights}, [np.asarray(call(x))])

    for title, axes, shape, kernel, arguments in KERAS_CONV_TRANSPOSES:
        weights = dict(kernel=ints(*kernel, step=5, modulo=7), bias=ints(kernel[-2], step=3, modulo=5))
        layer = f"Conv{axes}DTranspose"
        module = getattr(L, layer)(kernel[-2], kernel[:-2], **arguments)
        yield layer_row(title, layer, ints(*shape), module, arguments, weights, ["kernel", "bias"])
    for title, axes, shape, kernel, arguments in KERAS_CONVS:
        weights = dict(kernel=ints(*kernel, step=5, modulo=7), bias=ints(kernel[-1], step=3, modulo=5))
        module = getattr(L, f"Conv{axes}D")(kernel[-1], kernel[:-2], **arguments)
        yield layer_row(title, f"Conv{axes}D", ints(*shape), module, arguments, weights, ["kernel", "bias"])
    for axes, shape, kernel in ((1, (1, 5, 2), (3, 2, 2)), (2, (1, 4, 5, 2), (3, 2, 2, 2))):
        arguments = dict(padding="same")
        weights = dict(kernel=ints(*kernel, step=5, modulo=7), bias=ints(4, step=3, modulo=5))
        module = getattr(L, f"DepthwiseConv{axes}D")(kernel[:-2], depth_multiplier=2, **arguments)
        yield layer_row("multiplier 2", f"DepthwiseConv{axes}D", ints(*shape), module, arguments, weights, ["kernel", "bias"])
    for layer, shape, arguments in KERAS_PLAIN:
        exact = any(word in layer for word in ("Pool", "ampl", "Pad", "Crop", "Resiz", "Flat", "shape", "Perm"))
        x = ints(*shape) if exact else reals(*shape)
        yield row(layer, layer, [x], arguments, [np.asarray(getattr(L, layer)(**arguments)(x))])
    dense = dict(kernel=ints(3, 2), bias=ints(2, step=3))
    yield layer_row("tanh", "Dense", ints(2, 4, 3) / f32(16), L.Dense(2, activation="tanh"), dict(activation="tanh"), dense, ["kernel", "bias"])
    affine = dict(gamma=reals(4, step=4), beta=reals(4, step=2))
    statistics = dict(moving_mean=reals(4), moving_variance=np.abs(reals(4, step=5)) + f32(0.5))
    order = ["gamma", "beta", "moving_mean", "moving_variance"]
    yield layer_row("inference", "BatchNormalization", reals(1, 2, 3, 4), L.BatchNormalization(), {}, {**affine, **statistics}, order)
    yield layer_row("axis 1", "BatchNormalization", reals(1, 4, 3), L.BatchNormalization(axis=1), dict(axis=1), {**affine, **statistics}, order)
    yield layer_row("2 groups", "GroupNormalization", reals(2, 3, 4), L.GroupNormalization(groups=2), dict(groups=2), affine, ["gamma", "beta"])
    yield layer_row("the last axis", "LayerNormalization", reals(2, 3, 4), L.LayerNormalization(), {}, affine, ["gamma", "beta"])
    two = dict(gamma=reals(3, 4, step=4), beta=reals(3, 4, step=2))
    yield layer_row("two axes", "LayerNormalization", reals(2, 3, 4), L.LayerNormalization(axis=[1, 2]), dict(axis=[1, 2]), two, ["gamma", "beta"])
    slopes = dict(alpha=reals(1, 4, step=5))
    yield layer_row("a slope a channel", "PReLU", reals(2, 3, 4), L.PReLU(shared_axes=[1]), {}, slopes, ["alpha"])
    for layer, count in (("Add", 3), ("Multiply", 3), ("Maximum", 3), ("Minimum", 3), ("Subtract", 2), ("Average", 3)):
        xs = [ints(2, 3, step=step) for step in (7, 5, 3)[:count]]
        yield row(layer, layer, [xs], {}, [np.asarray(getattr(L, layer)()(xs))])
    xs = [ints(1, 2, 3), ints(1, 2, 1)]
    yield row("the last axis", "Concatenate", [xs], {}, [np.asarray(L.Concatenate()(xs))])


# ONNX ---------------------------------------------------------------------------------------------------------------

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
    ((1, 1, 3, 4), dict(sizes=[1, 1, 6, 7], mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor")),
    ((1, 1, 4, 4), dict(sizes=[1, 1, 3, 3], mode="linear", coordinate_transformation_mode="tf_crop_and_resize", roi=[0, 0, 0.2, -0.2, 1, 1, 0.9, 0.8], extrapolation_value=9.0)),
    ((1, 1, 6, 7), dict(sizes=[1, 1, 3, 4], mode="linear", antialias=1)),
    ((1, 1, 4, 6), dict(sizes=[6, 6], axes=[2, 3], mode="linear", keep_aspect_ratio_policy="not_larger")),
]

ONNX_PLAIN = [
    ("Conv", [ints(1, 2, 5, 4), ints(3, 2, 3, 3, step=5, modulo=7), B], dict(auto_pad="SAME_LOWER", strides=[2, 2])),
    ("Conv", [ints(1, 2, 5, 4), ints(3, 2, 3, 3, step=5, modulo=7)], dict(pads=[1, 0, 2, 1], dilations=[1, 2])),
    ("MaxPool", [ints(1, 2, 5, 5)], dict(kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1)),
    ("MaxPool", [ints(1, 2, 5, 5)], dict(kernel_shape=[3, 3], auto_pad="SAME_UPPER", strides=[2, 2])),
    ("AveragePool", [ints(1, 1, 5, 5)], dict(kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[2, 2])),
    ("AveragePool", [ints(1, 1, 5, 5)], dict(kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[2, 2], count_include_pad=1)),
    ("LpPool", [ints(1, 1, 4, 4)], dict(kernel_shape=[2, 2], p=1)),
    ("GlobalAveragePool", [ints(1, 2, 3, 3)], dict()),
    ("GlobalMaxPool", [ints(1, 2, 3, 3)], dict()),
    ("MaxUnpool", [ints(1, 1, 2, 2), np.int64([[[[0, 3], [8, 15]]]])], dict(kernel_shape=[2, 2], strides=[2, 2])),
    ("MaxUnpool", [ints(1, 1, 2, 2), np.int64([[[[0, 3], [8, 24]]]])], dict(kernel_shape=[2, 2], strides=[2, 2], output_shape=[1, 1, 5, 5])),
    ("Upsample", [ints(1, 1, 2, 3)], dict(scales=[1, 1, 2, 3])),
    ("Upsample", [ints(1, 1, 2, 3)], dict(scales=[1, 1, 2, 2], mode="linear")),
    ("DepthToSpace", [ints(1, 8, 2, 2)], dict(blocksize=2)),
    ("DepthToSpace", [ints(1, 8, 2, 2)], dict(blocksize=2, mode="CRD")),
    ("SpaceToDepth", [ints(1, 2, 4, 4)], dict(blocksize=2)),
    ("BatchNormalization", [reals(1, 2, 2, 2), reals(2), reals(2, step=3), reals(2, step=5), f32([0.5, 2])], dict(epsilon=0.01)),
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
] + [
    (name, [reals(2, 5)], dict())
    for name in (
        "Relu Sigmoid Tanh Softplus Softsign Mish HardSwish Exp Erf Sin Cos Tan Atan Sinh Cosh Asinh Identity Neg Abs Sign Floor "
        "Ceil Round Reciprocal Swish"
    ).split()
] + [
    (name, [np.abs(reals(2, 5)) + f32(1)], dict()) for name in ("Log", "Sqrt", "Acosh")
] + [
    (name, [reals(2, 5) / f32(2)], dict()) for name in ("Asin", "Acos", "Atanh")
] + [
    (name, [ints(2, 3), ints(3, step=5)], dict()) for name in ("Equal", "LessOrEqual", "Greater", "GreaterOrEqual")
] + [
    (name, [np.array([[True], [False]]), np.array([True, False])], dict()) for name in ("And", "Or", "Xor")
] + [
    (name, [ints(2, 3, dtype=np.int32), ints(3, step=5, dtype=np.int32)], dict())
    for name in ("BitwiseAnd", "BitwiseOr", "BitwiseXor")
] + [
    (f"Reduce{name}", [np.abs(reals(2, 3)) + f32(1)], dict(axes=[1]))
    for name in ("Min", "Prod", "L1", "LogSum", "LogSumExp", "SumSquare")
] + [
    ("Not", [np.array([True, False])], dict()),
    ("BitwiseNot", [ints(2, 3, dtype=np.int32)], dict()),
    ("IsNaN", [reals(2, 2)], dict()),
    ("IsInf", [reals(2, 2)], dict(detect_negative=0)),
    ("RMSNormalization", [reals(2, 3, 4), reals(4)], dict()),
]

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
    import onnx
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

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
            [node], "layer", [], [onnx.ValueInfoProto(name=name) for name in outputs],
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


if __name__ == "__main__":
    write("torch", torch_rows())
    write("keras", keras_rows())
    write("onnx", onnx_rows())
