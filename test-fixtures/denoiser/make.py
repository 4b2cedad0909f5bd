"""Trains denoiser.keras: a small convolutional autoencoder that removes noise from pictures.

Run with keras 3.15.1 on tensorflow-cpu 2.21.0 and scikit-image 0.26: python make.py
The pictures are those that scikit-image ships and describes as free of rights (public domain or CC0).
"""

import os
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras  # noqa: E402
import numpy as np  # noqa: E402
from keras import layers as L  # noqa: E402
from skimage import color, data, transform  # noqa: E402

PICTURES = ["astronaut", "camera", "coffee", "chelsea", "rocket"]
SIZE = 48
STEPS = 900

keras.utils.set_random_seed(1)
rng = np.random.default_rng(1)


def pictures() -> list[np.ndarray]:
    found = []
    for name in PICTURES:
        try:
            image = getattr(data, name)()
        except Exception as error:  # not on this machine
            print(f"without {name}: {error}")
            continue
        colours = image[..., :3] if image.ndim == 3 else color.gray2rgb(image)
        for scale in (1.0, 0.5):
            found.append(transform.rescale(colours / 255.0, scale, channel_axis=-1, anti_aliasing=True))
    return found


def batch(images: list[np.ndarray], count: int = 16) -> tuple[np.ndarray, np.ndarray]:
    clean = np.empty((count, SIZE, SIZE, 3), "float32")
    for i in range(count):
        image = images[rng.integers(len(images))]
        y, x = (rng.integers(0, n - SIZE + 1) for n in image.shape[:2])
        patch = image[y : y + SIZE, x : x + SIZE]
        clean[i] = patch[:, ::-1] if rng.random() < 0.5 else patch
    noise = rng.normal(0, 1, clean.shape) * rng.uniform(0.05, 0.2, (count, 1, 1, 1))
    return np.clip(clean + noise, 0, 1).astype("float32"), clean


def network() -> keras.Model:
    x = keras.Input((None, None, 3), name="noisy")
    wide = L.Conv2D(16, 3, padding="same", activation="relu")(x)
    half = L.Conv2D(32, 3, strides=2, padding="same", activation="relu")(wide)
    half = L.Conv2D(32, 3, padding="same", activation="relu")(half)
    quarter = L.Conv2D(48, 3, strides=2, padding="same", activation="relu")(half)
    quarter = L.Conv2D(48, 3, padding="same", activation="relu")(quarter)
    up = L.Conv2DTranspose(32, 4, strides=2, padding="same", activation="relu")(quarter)
    up = L.Add()([up, half])
    up = L.Conv2DTranspose(16, 4, strides=2, padding="same", activation="relu")(up)
    up = L.Add()([up, wide])
    residual = L.Conv2D(3, 3, padding="same")(up)
    return keras.Model(x, L.Add(name="clean")([x, residual]), name="denoiser")


def main() -> None:
    images = pictures()
    model = network()
    rate = keras.optimizers.schedules.CosineDecay(2e-3, STEPS)
    model.compile(optimizer=keras.optimizers.Adam(rate), loss="mse")
    for step in range(STEPS):
        loss = model.train_on_batch(*batch(images))
        if step % 100 == 99:
            print(step + 1, float(np.asarray(loss).ravel()[0]))
    noisy, clean = batch(images, 64)
    psnr = lambda a: 10 * np.log10(1 / np.mean((a - clean) ** 2))  # noqa: E731
    print(f"PSNR {psnr(noisy):.2f} -> {psnr(model.predict(noisy, verbose=0)):.2f} dB, {model.count_params()} weights")
    keras.Model(model.input, model.output, name="denoiser").save(Path(__file__).parent / "denoiser.keras", include_optimizer=False)


main()
