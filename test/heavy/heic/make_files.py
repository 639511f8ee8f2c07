"""Makes HEIC files, and what Pillow with pillow-heif (libheif and libde265, native) shows of them over white in sRGB.

    python make_files.py FOLDER PHOTOS PROFILE

PHOTOS is the folder of scikit-image's photos, PROFILE a PNG with the profile of Display P3.
"""

import io
import os
import struct
import sys

import numpy as np
import pillow_heif
from PIL import Image, ImageCms, ImageOps

FOLDER, PHOTOS, PROFILE = sys.argv[1:4]
SRGB = ImageCms.createProfile("sRGB")
TILE = 64
pillow_heif.register_heif_opener()


def photo(name, size=None):
    image = Image.open(os.path.join(PHOTOS, name + ".png")).convert("RGB")
    return image if size is None else image.resize(size, Image.Resampling.BICUBIC)


def shown(data):
    """As a viewer shows it: upright, in sRGB, over white."""
    image = Image.open(io.BytesIO(data))
    icc = image.info.get("icc_profile")
    image.load()
    alpha = np.asarray(image.getchannel("A"), float)[:, :, None] / 255 if "A" in image.getbands() else None
    colours = image.convert("RGB")
    if icc:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        colours = ImageCms.profileToProfile(colours, profile, SRGB, outputMode="RGB")
    flat = np.asarray(colours, float)
    if alpha is not None:
        flat = flat * alpha + 255 * (1 - alpha)
    return Image.fromarray(np.floor(flat + 0.5).astype(np.uint8))


def from_p3(image):
    """nclx of Display P3 by the formulas, as Pillow does not convert it."""
    matrix = np.array([[1.22494018, -0.22494018, 0], [-0.04205695, 1.04205695, 0], [-0.01963755, -0.07863605, 1.0982736]])
    value = np.asarray(image, float) / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4) @ matrix.T
    linear = np.clip(linear, 0, 1)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return Image.fromarray(np.floor(255 * encoded + 0.5).astype(np.uint8))


def heic(image, **options):
    file = io.BytesIO()
    image.save(file, format="HEIF", **{"quality": 90, **options})
    return file.getvalue()


def ten_bits(image):
    samples = np.asarray(image).astype(np.uint16) * 257 + 77
    file = io.BytesIO()
    pillow_heif.from_bytes(mode="RGB;16", size=image.size, data=np.minimum(samples, 65535).astype(np.uint16).tobytes()).save(file, quality=90)
    return file.getvalue()


def with_alpha(image):
    opaque = image.copy()
    opaque.putalpha(Image.linear_gradient("L").resize(image.size))
    return opaque


def exif(orientation):
    tags = Image.Exif()
    tags[0x0112], tags[0x013B] = orientation, "Ansel Adams"
    tags.get_ifd(0x8825)[1] = "N"
    return tags.tobytes()


def box(kind, *parts):
    data = b"".join(parts)
    return struct.pack(">I", len(data) + 8) + kind + data


def full(kind, version, flags, *parts):
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)


def boxes(data):
    at, found = 0, {}
    while at + 8 <= len(data):
        length = struct.unpack(">I", data[at : at + 4])[0]
        found.setdefault(data[at + 4 : at + 8], []).append(data[at + 8 : at + length])
        at += length
    return found


def coded(image):
    """The configuration and the data of one coded picture."""
    file = boxes(heic(image, chroma=420))
    properties = boxes(boxes(boxes(file[b"meta"][0][4:])[b"iprp"][0])[b"ipco"][0])
    return properties[b"hvcC"][0], file[b"mdat"][0]


def grid(image, quarter_turns=0, missing=0):
    """As iPhones write it: tiles, an item that lays them out, and a rotation. The last tiles may be missing."""
    columns, rows = -(-image.width // TILE), -(-image.height // TILE)
    padded = Image.new("RGB", (columns * TILE, rows * TILE))
    padded.paste(image)
    corners = [(TILE * x, TILE * y) for y in range(rows) for x in range(columns)]
    tiles = [coded(padded.crop((x, y, x + TILE, y + TILE))) for x, y in corners]
    grid_id = len(tiles) + 1
    layout = struct.pack(">BBBBHH", 0, 0, rows - 1, columns - 1, image.width, image.height)
    ids = range(1, grid_id)
    infos = [full(b"infe", 2, 1, struct.pack(">HH", i, 0), b"hvc1", b"\0") for i in ids]
    infos.append(full(b"infe", 2, 0, struct.pack(">HH", grid_id, 0), b"grid", b"\0"))
    links = full(b"iref", 0, 0, box(b"dimg", struct.pack(">HH", grid_id, len(tiles)), *[struct.pack(">H", i) for i in ids]))
    spread = [full(b"ispe", 0, 0, struct.pack(">II", *size)) for size in ((TILE, TILE), image.size)]
    shared = box(b"ipco", box(b"hvcC", tiles[0][0]), *spread, box(b"irot", bytes([quarter_turns])))
    of_tile, of_grid = bytes([2, 0x81, 2]), bytes([2, 3, 0x84])
    uses = [struct.pack(">H", i) + of_tile for i in ids] + [struct.pack(">H", grid_id) + of_grid]
    properties = box(b"iprp", shared, full(b"ipma", 0, 0, struct.pack(">I", grid_id), *uses))
    head = box(b"ftyp", b"heic\0\0\0\0mif1heic")

    def meta(start):
        places, at = [], start
        for index, (_, data) in enumerate(tiles):
            length = len(data) if index < len(tiles) - missing else 0
            places.append(struct.pack(">HHHHII", index + 1, 0, 0, 1, at, length))
            at += len(data)
        places.append(struct.pack(">HHHHII", grid_id, 1, 0, 1, 0, len(layout)))
        return full(
            b"meta", 0, 0,
            full(b"hdlr", 0, 0, b"\0\0\0\0pict" + bytes(13)),
            full(b"pitm", 0, 0, struct.pack(">H", grid_id)),
            full(b"iinf", 0, 0, struct.pack(">H", len(infos)), *infos),
            links, properties, box(b"idat", layout),
            full(b"iloc", 1, 0, bytes([0x44, 0]), struct.pack(">H", len(places)), *places),
        )

    start = len(head) + len(meta(0)) + 8
    return head + meta(start) + box(b"mdat", *[data for _, data in tiles])


def files():
    base = photo("chelsea")
    profile = Image.open(PROFILE).info["icc_profile"]
    yield "plain", heic(base)
    yield "full-chroma", heic(photo("coffee"), chroma=444)
    yield "odd-size", heic(base.crop((0, 0, 65, 43)))
    yield "grey", heic(base.convert("L"))
    yield "alpha", heic(with_alpha(base))
    yield "ten-bits", ten_bits(photo("rocket"))
    yield "profile", heic(base, icc_profile=profile)
    yield "nclx", heic(photo("astronaut"), color_primaries=12, transfer_characteristics=13, matrix_coefficients=6)
    for orientation in range(1, 9):
        yield f"orientation-{orientation}", heic(base, exif=exif(orientation))
    yield "grid", grid(photo("astronaut", (300, 170)))
    yield "grid-rotated", grid(photo("coffee", (200, 130)), quarter_turns=3)
    yield "damaged-grid", grid(photo("astronaut", (300, 170)), missing=1)


def main():
    for name, data in files():
        with open(os.path.join(FOLDER, name + ".heic"), "wb") as file:
            file.write(data)
        if name.startswith("damaged"):
            continue
        picture = shown(data)
        (from_p3(picture) if name == "nclx" else picture).save(os.path.join(FOLDER, name + ".png"))


if __name__ == "__main__":
    main()
