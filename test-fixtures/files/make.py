"""Small files with what they hold, as NumPy and Pillow see them: npy.json and pictures.json.

Run with NumPy 2.4.6 and Pillow 12.3.0: python make.py
"""

import base64
import io
import json
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).parent
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def row(name, data, array, **more):
    values = " ".join(str(v) for v in array.ravel().tolist())
    return {"name": name, "file": base64.b64encode(data).decode(), "shape": list(array.shape), "values": values, **more}


def saved(array, version=None):
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array, version=version)
    return buffer.getvalue()


def npy_rows():
    floats = [0.0, -0.0, 1.5, -2.25, 65504.0, float("inf"), float("-inf"), float("nan")]
    for dtype in ("float16", "float32", "float64"):
        array = np.array(floats, dtype).reshape(2, 4)
        yield row(dtype, saved(array), array, dtype=dtype)
    for dtype in ("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"):
        info = np.iinfo(dtype)
        array = np.array([info.min, 0, 1, 7, 100, info.max], dtype).reshape(3, 2)
        yield row(dtype, saved(array), array, dtype=dtype)
    array = np.array([True, False, True])
    yield row("bool", saved(array), array.astype(int), dtype="bool")
    scalar = np.array(3.5, np.float32)
    yield row("a scalar", saved(scalar), scalar, dtype="float32")
    empty = np.zeros((2, 0, 3), np.float32)
    yield row("no elements", saved(empty), empty, dtype="float32")
    fortran = np.asfortranarray(np.arange(24, dtype=np.int64).reshape(2, 3, 4))
    yield row("Fortran order", saved(fortran), fortran, dtype="int64")
    yield row("format version 2", saved(array, (2, 0)), array.astype(int), dtype="bool")


def refused_npy_rows():
    big = np.arange(3, dtype=">f4")
    yield row("big-endian", saved(big), big)
    compound = np.array([1 + 2j], np.complex64)
    yield row("complex", saved(compound), compound)
    yield row("text", saved(np.array(["ab"])), np.array(["ab"]))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def lines(samples, depth):
    """Filter byte 0, then the samples of each line, big-endian or packed from the highest bit."""
    out = b""
    for line in samples.reshape(samples.shape[0], -1):
        if depth == 16:
            packed = line.astype(">u2").tobytes()
        else:
            bits = np.unpackbits(line.astype(np.uint8)[:, None], axis=1)[:, 8 - depth :]
            packed = np.packbits(bits).tobytes()
        out += b"\0" + packed
    return out


def png(samples, depth, colour_type, interlaced=False, extra=()):
    """A PNG of samples [height, width, channels], for what Pillow cannot write."""
    height, width = samples.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, int(interlaced))
    if interlaced:
        parts = [samples[y::dy, x::dx] for x, y, dx, dy in ADAM7]
        data = b"".join(lines(part, depth) for part in parts if part.size)
    else:
        data = lines(samples, depth)
    body = [chunk(b"IHDR", header), *extra, chunk(b"IDAT", zlib.compress(data)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


def encoded(image, kind, **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def as_seen(data, mode):
    array = np.asarray(Image.open(io.BytesIO(data)).convert(mode), np.uint8)
    return array if array.ndim == 3 else array[:, :, None]


def picture(name, data, array, greatest=255):
    return row(name, data, array, kind="png", max=greatest)


def png_rows(rng):
    gray = rng.integers(0, 256, (3, 5), np.uint8)
    rgb = rng.integers(0, 256, (3, 5, 3), np.uint8)
    rgba = rng.integers(0, 256, (3, 5, 4), np.uint8)
    data = encoded(Image.fromarray(gray), "PNG")
    yield picture("gray, 8 bits", data, as_seen(data, "L"))
    data = encoded(Image.fromarray(rgb), "PNG")
    yield picture("RGB, 8 bits", data, as_seen(data, "RGB"))
    data = encoded(Image.fromarray(rgba), "PNG")
    yield picture("RGB and alpha, 8 bits", data, as_seen(data, "RGB"))
    data = encoded(Image.fromarray(rgba[:, :, :2], "LA"), "PNG")
    yield picture("gray and alpha, 8 bits", data, as_seen(data, "LA")[:, :, :1])
    for bits in (1, 2, 4, 8):
        indices = rng.integers(0, 2**bits, (3, 5), np.uint8)
        image = Image.fromarray(indices, "P")
        image.putpalette(rng.integers(0, 256, (2**bits, 3), np.uint8).tobytes())
        data = encoded(image, "PNG", bits=bits, transparency=0)
        yield picture(f"palette, {bits} bits, with transparency", data, as_seen(data, "RGB"))
    for bits in (1, 2, 4):
        samples = rng.integers(0, 2**bits, (3, 5, 1))
        data = png(samples, bits, 0)
        assert (as_seen(data, "L") == samples * (255 // (2**bits - 1))).all()
        yield picture(f"gray, {bits} bits", data, samples, 2**bits - 1)
    deep = rng.integers(0, 65536, (3, 5, 4))
    for channels, kept, colour_type, name in ((1, 1, 0, "gray"), (2, 1, 4, "gray and alpha"), (3, 3, 2, "RGB"), (4, 3, 6, "RGB and alpha")):
        data = png(deep[:, :, :channels], 16, colour_type)
        if kept == 3:
            assert (as_seen(data, "RGB") == deep[:, :, :3] >> 8).all()
        yield picture(f"{name}, 16 bits", data, deep[:, :, :kept], 65535)
    for height, width in ((3, 5), (1, 1), (9, 2)):
        samples = rng.integers(0, 256, (height, width, 3))
        data = png(samples, 8, 2, interlaced=True)
        assert (as_seen(data, "RGB") == samples).all()
        yield picture(f"interlaced, {width} x {height}", data, samples)
    suggestion = chunk(b"PLTE", bytes(range(6)))
    data = png(rgb, 8, 2, extra=[suggestion, chunk(b"tEXt", b"\0"), chunk(b"tRNS", b"\0\1\0\2\0\3")])
    yield picture("RGB with a suggested palette, a damaged text and a transparent colour", data, rgb)


def jpeg_rows():
    y, x = np.mgrid[0:16, 0:24]
    smooth = np.stack([x * 8 + 20, y * 10 + 40, 200 - x * 4], axis=2).astype(np.uint8)
    image = Image.fromarray(smooth)
    cases = {
        "gray": (image.convert("L"), {}),
        "4:4:4": (image, {"subsampling": 0}),
        "progressive": (image, {"subsampling": 0, "progressive": True}),
        "CMYK": (image.convert("CMYK"), {}),
    }
    for name, (source, options) in cases.items():
        data = encoded(source, "JPEG", quality=95, **options)
        yield row(f"JPEG, {name}", data, as_seen(data, "RGB"), kind="jpg", max=255)


def write(name, rows):
    lines_of_json = ",\n".join(json.dumps(r) for r in rows)
    (HERE / name).write_text(f"[\n{lines_of_json}\n]\n")


def main():
    rng = np.random.default_rng(0)
    write("npy.json", npy_rows())
    write("npy-refused.json", refused_npy_rows())
    write("pictures.json", [*png_rows(rng), *jpeg_rows()])


main()
