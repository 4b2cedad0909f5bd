"""Layers as PyTorch computes them, in evaluation mode."""

import numpy as np
import torch
from recording import f32, ints, reals, row
from torch import nn
from torch.nn import functional as F

TORCH_CONV_TRANSPOSES = [
    ("1d, stride 2", 1, (2, 3, 5), (3, 2, 3), dict(stride=2)),
    ("2d, plain", 2, (1, 2, 3, 3), (2, 3, 2, 2), dict()),
    ("2d, U-Net's 2x2 stride 2", 2, (1, 2, 3, 4), (2, 2, 2, 2), dict(stride=2)),
    ("2d, DCGAN's 4x4 stride 2 padding 1", 2, (1, 2, 3, 3), (2, 2, 4, 4), dict(stride=2, padding=1)),
    (
        "2d, 3x3 stride 2 padding 1 output_padding 1",
        2,
        (1, 2, 3, 3),
        (2, 3, 3, 3),
        dict(stride=2, padding=1, output_padding=1),
    ),
    (
        "2d, 5x5 stride 2 padding 2 output_padding 1",
        2,
        (1, 2, 2, 3),
        (2, 1, 5, 5),
        dict(stride=2, padding=2, output_padding=1),
    ),
    ("2d, stride 3 above the kernel 2", 2, (1, 2, 3, 2), (2, 2, 2, 2), dict(stride=3)),
    (
        "2d, stride 3 above the kernel 1, output_padding 2",
        2,
        (1, 2, 2, 2),
        (2, 2, 1, 1),
        dict(stride=3, output_padding=2),
    ),
    (
        "2d, dilation 2, output_padding 1 with stride 1",
        2,
        (1, 2, 3, 3),
        (2, 2, 2, 3),
        dict(dilation=2, output_padding=1),
    ),
    ("2d, 2 groups", 2, (1, 4, 2, 3), (4, 3, 3, 2), dict(stride=2, groups=2)),
    ("2d, depthwise", 2, (1, 3, 3, 3), (3, 1, 3, 3), dict(stride=2, padding=1, groups=3)),
    (
        "2d, everything differs by axis",
        2,
        (2, 2, 3, 2),
        (2, 2, 2, 3),
        dict(stride=(2, 3), padding=(0, 1), output_padding=(1, 2), dilation=(3, 1)),
    ),
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
    ((1, 1, 7, 9), dict(size=(3, 5), mode="lanczos", antialias=True)),
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
        yield row(
            title, f"ConvTranspose{axes}d", [x], {**arguments, **state}, values(module(torch.from_numpy(x), **size))
        )
    for title, axes, shape, kernel, arguments in TORCH_CONVS:
        state = dict(weight=ints(*kernel, step=5, modulo=7), bias=ints(kernel[0], step=3, modulo=5))
        module = getattr(nn, f"Conv{axes}d")(shape[1], kernel[0], kernel[2:], **arguments)
        yield module_row(title, f"Conv{axes}d", ints(*shape), module, arguments, state)
    for shape, arguments in TORCH_INTERPOLATIONS:
        x = ints(*shape)
        yield row(
            f"{len(shape) - 2}d", "interpolate", [x], arguments, values(F.interpolate(torch.from_numpy(x), **arguments))
        )
    for layer, shape, arguments in TORCH_MODULES:
        exact = any(word in layer for word in ("Pool", "ampl", "Pad", "Pixel"))
        x = ints(*shape) if exact else reals(*shape)
        yield module_row(layer, layer, x, getattr(nn, layer)(**arguments), arguments, {})
    statistics = dict(running_mean=reals(3), running_var=np.abs(reals(3, step=5)) + f32(0.5))
    affine = dict(weight=reals(3, step=4), bias=reals(3, step=2))
    for axes, shape in ((1, (2, 3)), (1, (2, 3, 4)), (2, (1, 3, 2, 2)), (3, (1, 3, 1, 2, 2))):
        yield module_row(
            "evaluation",
            f"BatchNorm{axes}d",
            reals(*shape),
            getattr(nn, f"BatchNorm{axes}d")(3),
            {},
            {**statistics, **affine},
        )
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
        yield row(
            mode, "pad", [x], dict(pad=pad, mode=mode, **value), values(F.pad(torch.from_numpy(x), pad, mode, **value))
        )
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
        yield row(
            f"of MaxPool{axes}",
            f"MaxUnpool{axes}",
            [pooled.numpy(), at.numpy()],
            given,
            values(unpool(pooled, at, size)),
        )
