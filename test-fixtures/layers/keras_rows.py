"""Layers as Keras computes them on TensorFlow, in inference."""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import keras
import numpy as np
import tensorflow
from recording import f32, ints, reals, row

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
        yield layer_row(
            "multiplier 2", f"DepthwiseConv{axes}D", ints(*shape), module, arguments, weights, ["kernel", "bias"]
        )
    for layer, shape, arguments in KERAS_PLAIN:
        exact = any(word in layer for word in ("Pool", "ampl", "Pad", "Crop", "Resiz", "Flat", "shape", "Perm"))
        x = ints(*shape) if exact else reals(*shape)
        yield row(layer, layer, [x], arguments, [np.asarray(getattr(L, layer)(**arguments)(x))])
    dense = dict(kernel=ints(3, 2), bias=ints(2, step=3))
    yield layer_row(
        "tanh",
        "Dense",
        ints(2, 4, 3) / f32(16),
        L.Dense(2, activation="tanh"),
        dict(activation="tanh"),
        dense,
        ["kernel", "bias"],
    )
    affine = dict(gamma=reals(4, step=4), beta=reals(4, step=2))
    statistics = dict(moving_mean=reals(4), moving_variance=np.abs(reals(4, step=5)) + f32(0.5))
    order = ["gamma", "beta", "moving_mean", "moving_variance"]
    yield layer_row(
        "inference",
        "BatchNormalization",
        reals(1, 2, 3, 4),
        L.BatchNormalization(),
        {},
        {**affine, **statistics},
        order,
    )
    yield layer_row(
        "axis 1",
        "BatchNormalization",
        reals(1, 4, 3),
        L.BatchNormalization(axis=1),
        dict(axis=1),
        {**affine, **statistics},
        order,
    )
    yield layer_row(
        "2 groups",
        "GroupNormalization",
        reals(2, 3, 4),
        L.GroupNormalization(groups=2),
        dict(groups=2),
        affine,
        ["gamma", "beta"],
    )
    yield layer_row(
        "the last axis", "LayerNormalization", reals(2, 3, 4), L.LayerNormalization(), {}, affine, ["gamma", "beta"]
    )
    two = dict(gamma=reals(3, 4, step=4), beta=reals(3, 4, step=2))
    yield layer_row(
        "two axes",
        "LayerNormalization",
        reals(2, 3, 4),
        L.LayerNormalization(axis=[1, 2]),
        dict(axis=[1, 2]),
        two,
        ["gamma", "beta"],
    )
    slopes = dict(alpha=reals(1, 4, step=5))
    yield layer_row("a slope a channel", "PReLU", reals(2, 3, 4), L.PReLU(shared_axes=[1]), {}, slopes, ["alpha"])
    for layer, count in (("Add", 3), ("Multiply", 3), ("Maximum", 3), ("Minimum", 3), ("Subtract", 2), ("Average", 3)):
        xs = [ints(2, 3, step=step) for step in (7, 5, 3)[:count]]
        yield row(layer, layer, [xs], {}, [np.asarray(getattr(L, layer)()(xs))])
    xs = [ints(1, 2, 3), ints(1, 2, 1)]
    yield row("the last axis", "Concatenate", [xs], {}, [np.asarray(L.Concatenate()(xs))])
