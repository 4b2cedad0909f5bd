"""Small whole models saved by Keras in each of its formats, and what Keras computes for them.

Run with keras 3.15.1 on tensorflow-cpu 2.21.0: python make.py
A model NAME is NAME.keras, NAME.h5, or NAME.config.json with NAME.weights.h5; NAME.json has its inputs and outputs.
"""

import json
import os
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras import layers as L  # noqa: E402

HERE = Path(__file__).parent
keras.utils.set_random_seed(7)
rng = np.random.default_rng(7)


def randomized(model: keras.Model) -> keras.Model:
    """Weights that tell every setting apart; variances positive."""
    adapted = {id(w) for layer in model.layers if isinstance(layer, L.Normalization) for w in layer.weights}
    for weight in model.weights:
        if id(weight) in adapted:
            continue
        values = rng.normal(0, 0.5, weight.shape)
        if "variance" in weight.path:
            values = np.abs(values) + 0.5
        if weight.dtype == "float32":
            weight.assign(values.astype("float32"))
    return model


def record(name: str, model: keras.Model, *shapes: tuple[int, ...], dtype: str = "float32") -> None:
    inputs = [
        (rng.normal(0, 1, shape) if dtype == "float32" else rng.integers(0, 255, shape)).astype(dtype)
        for shape in shapes
    ]
    outputs = model(inputs[0] if len(inputs) == 1 else inputs, training=False)
    named = (
        outputs
        if isinstance(outputs, dict)
        else dict(enumerate(outputs if isinstance(outputs, (list, tuple)) else [outputs]))
    )
    tensor = lambda x: {  # noqa: E731
        "dtype": str(np.asarray(x).dtype),
        "shape": list(np.shape(x)),
        "data": [float(f"{v:.9g}") for v in np.asarray(x).ravel().tolist()],
    }
    golden = {
        "inputs": [tensor(x) for x in inputs],
        "outputs": {str(key): tensor(y) for key, y in named.items()},
    }
    (HERE / f"{name}.json").write_text(json.dumps(golden) + "\n")


def every_layer(axes: int) -> keras.Model:
    """One output a layer, all from one input of so many spatial axes."""
    shape = {1: (None, 4), 2: (None, None, 4), 3: (3, 4, 3, 4)}[axes]
    x = keras.Input(shape, name="x")
    d = f"{axes}D"

    def cls(name: str) -> type[L.Layer]:
        return getattr(L, name.replace("#", d))

    outputs = {
        "conv": cls("Conv#")(5, 3, padding="same", activation="gelu")(x),
        "conv_groups": cls("Conv#")(6, 2, strides=2, groups=2, use_bias=False)(x),
        "conv_dilated": cls("Conv#")(3, 2, dilation_rate=2, activation="softmax")(x),
        "transpose_same": cls("Conv#Transpose")(3, 3, strides=2, padding="same")(x),
        "transpose_valid": cls("Conv#Transpose")(3, 2, strides=3, activation="relu")(x),
        "transpose_output_padding": cls("Conv#Transpose")(
            2, 3, strides=2, padding="same", output_padding=0
        )(x),
        "upsampling": cls("UpSampling#")(3)(x),
        "max_pooling": cls("MaxPooling#")(2)(x),
        "max_pooling_same": cls("MaxPooling#")(3, strides=2, padding="same")(x),
        "average_pooling": cls("AveragePooling#")(2, strides=1, padding="same")(x),
        "global_average": cls("GlobalAveragePooling#")()(x),
        "global_max": cls("GlobalMaxPooling#")(keepdims=True)(x),
        "zero_padding": cls("ZeroPadding#")(2 if axes == 1 else tuple((1, 2) for _ in range(axes)))(x),
        "cropping": cls("Cropping#")((0, 1) if axes == 1 else tuple((1, 0) for _ in range(axes)))(x),
        "spatial_dropout": cls("SpatialDropout#")(0.5)(x),
        "batch_normalization": L.BatchNormalization()(x),
    }
    if axes < 3:
        outputs |= {
            "depthwise": cls("DepthwiseConv#")(3, depth_multiplier=2, padding="same")(x),
            "separable": cls("SeparableConv#")(5, 3, strides=2, padding="same", activation="elu")(x),
        }
    if axes == 1:
        outputs["conv_causal"] = L.Conv1D(3, 3, padding="causal")(x)
    if axes == 2:
        for mode in ["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"]:
            outputs[f"upsampling_{mode}"] = L.UpSampling2D((2, 3), interpolation=mode)(x)
            outputs[f"resizing_{mode}"] = L.Resizing(5, 9, interpolation=mode)(x)
        outputs["resizing_antialias"] = L.Resizing(4, 3, antialias=True)(x)
    return randomized(keras.Model(x, outputs, name=f"every_layer_{axes}d"))


def pointwise() -> keras.Model:
    """Layers that do not look at space, activations by name, by object and by layer, and operations."""
    x = keras.Input((4, 6), name="x")
    z = keras.Input((4, 6), name="z")
    adapted = L.Normalization(axis=-1)
    adapted.adapt(rng.normal(1, 2, (16, 4, 6)))
    outputs = {
        "dense": L.Dense(3, activation="tanh")(x),
        "layer_normalization": L.LayerNormalization()(x),
        "layer_normalization_axes": L.LayerNormalization(axis=[1, 2], scale=False)(x),
        "group_normalization": L.GroupNormalization(3, epsilon=1e-4)(x),
        "group_normalization_each": L.GroupNormalization(-1, center=False)(x),
        "batch_normalization_axis": L.BatchNormalization(axis=1, scale=False, epsilon=1e-2)(x),
        "normalization": adapted(x),
        "normalization_set": L.Normalization(mean=[0.5] * 6, variance=[4.0] * 6, invert=True)(x),
        "rescaling": L.Rescaling(1 / 127.5, offset=-1)(x),
        "prelu": L.PReLU(shared_axes=[1])(x),
        "relu": L.ReLU(max_value=1.5, negative_slope=0.1, threshold=0.2)(x),
        "leaky_relu": L.LeakyReLU(0.2)(x),
        "elu": L.ELU(0.7)(x),
        "softmax": L.Softmax(axis=1)(x),
        "activation_layer": L.Dense(3, activation=L.LeakyReLU(0.4))(x),
        "dropout": L.GaussianNoise(1.0)(L.Dropout(0.5)(x)),
        "add": L.Add()([x, z]),
        "subtract": L.Subtract()([x, z]),
        "multiply": L.Multiply()([x, z, x]),
        "average": L.Average()([x, z, z]),
        "maximum": L.Maximum()([x, z]),
        "minimum": L.Minimum()([x, z]),
        "concatenate": L.Concatenate(axis=1)([x, z]),
        "flatten": L.Flatten()(x),
        "reshape": L.Reshape((3, -1, 2))(x),
        "permute": L.Permute((2, 1))(x),
        "repeat": L.RepeatVector(3)(L.Flatten()(x)),
        "operations": keras.ops.sqrt(abs(x * 2.0 - z)) / 3.0 + keras.ops.relu(-x) * (1 - z) ** 2.0,
        **{
            f"ops_{name}": getattr(keras.ops, name)(keras.ops.abs(x) + 0.1)
            for name in ["exp", "log", "sin", "cos", "tanh", "sigmoid", "relu6", "softplus", "silu", "negative"]
        },
        "ops_divide": keras.ops.divide(x, 4.0),
        "ops_maximum": keras.ops.minimum(keras.ops.maximum(x, z), 0.5),
    }
    for name in [
        "relu", "relu6", "leaky_relu", "elu", "selu", "celu", "gelu", "silu", "hard_silu", "mish", "sigmoid",
        "hard_sigmoid", "tanh", "hard_tanh", "softplus", "softsign", "exponential", "softmax", "log_softmax", "linear",
    ]:  # fmt: skip
        outputs[f"activation_{name}"] = L.Activation(name)(x)
    return randomized(keras.Model([x, z], outputs, name="pointwise"))


def segmenter() -> keras.Model:
    """A small U-Net: shared layers, models inside models called twice, skip connections, two outputs."""
    image = keras.Input((None, None, 3), name="image")
    stem = L.Conv2D(4, 3, padding="same", name="stem")

    def block(name: str) -> keras.Model:
        inside = [L.Conv2D(4, 3, padding="same", use_bias=False), L.BatchNormalization(), L.ReLU()]
        return keras.Sequential([keras.Input((None, None, 4)), *inside], name=name)

    shared = block("block")
    a = keras.Input((None, None, 4))
    b = keras.Input((None, None, 4))
    joint = L.Conv2D(4, 1)(L.Concatenate()([block("inner")(a), b]))
    merge = keras.Model([a, b], [joint, L.Add()([a, b])], name="merge")
    x = stem(image)
    down = shared(shared(L.MaxPooling2D(2)(x)))
    up = L.Conv2DTranspose(4, 3, strides=2, padding="same", activation="relu")(down)
    first, total = merge([up, x])
    second, _ = merge([first, total])
    mask = L.Conv2D(1, 1, activation="sigmoid", name="mask")(second)
    edges = L.Conv2D(1, 1, name="edges")(L.UpSampling2D(2, interpolation="bilinear")(down))
    return randomized(keras.Model(image, [mask, edges], name="segmenter"))


def decoder() -> keras.Model:
    """A Sequential decoder that has no InputLayer and gets its shape from its first call, with whole-number input."""
    model = keras.Sequential(
        [
            L.Rescaling(1 / 255),
            L.Conv2DTranspose(4, 4, strides=2, padding="same", activation="leaky_relu"),
            L.BatchNormalization(),
            L.Conv2DTranspose(3, 5, strides=2, padding="same", activation="tanh"),
        ],
        name="decoder",
    )
    model(np.zeros((1, 3, 2, 2), "uint8"))
    return randomized(model)


def main() -> None:
    for axes, shape in [(1, (2, 7, 4)), (2, (1, 6, 5, 4)), (3, (1, 3, 4, 3, 4))]:
        model = every_layer(axes)
        model.save(HERE / f"{model.name}.keras")
        record(model.name, model, shape)
    for model, shapes in [(pointwise(), [(2, 4, 6), (2, 4, 6)]), (segmenter(), [(1, 8, 6, 3)])]:
        model.save(HERE / f"{model.name}.keras")
        model.save(HERE / f"{model.name}.h5")
        (HERE / f"{model.name}.config.json").write_text(model.to_json() + "\n")
        model.save_weights(HERE / f"{model.name}.weights.h5")
        record(model.name, model, *shapes)
    model = decoder()
    model.save(HERE / f"{model.name}.keras")
    model.save(HERE / f"{model.name}.h5")
    record(model.name, model, (2, 3, 2, 2))


main()
