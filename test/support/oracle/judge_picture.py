"""How far Darkroom's picture of a file is from Pillow's or ImageMagick's."""

import io
import os
import subprocess
import tempfile

import numpy as np
from PIL import Image, ImageCms, ImageOps, ImageSequence

WHITE = 255
ORIENTATION, SUBFILE_TYPE, IS_REDUCED = 0x0112, 254, 1
SRGB = ImageCms.createProfile("sRGB")
# A difference of more levels than this counts as visible.
VISIBLE_LEVELS = 16
# The colorants of a profile add up to its white, D50.
D50, MAX_OFF_WHITE = np.array([0.9642, 1, 0.8249]), 0.05
SRGB_FILE = os.path.join(tempfile.gettempdir(), f"darkroom-srgb-{os.getpid()}.icc")


class Unread(Exception):
    """The reader does not read the file, or not to samples that can be compared."""


def first_picture(image):
    """The first page that is no thumbnail, and its number: as docs/formats.md says of TIFF."""
    if image.format != "TIFF":
        return image, 0
    for number, page in enumerate(ImageSequence.Iterator(image)):
        if not int(page.tag_v2.get(SUBFILE_TYPE, 0)) & IS_REDUCED:
            return page, number
    image.seek(0)
    return image, 0


def covers_canvas(image):
    """Whether the first frame of a GIF or WebP leaves nothing of the canvas free."""
    if image.format == "GIF":
        return not image.tile or tuple(image.tile[0][1]) == (0, 0, *image.size)
    if image.format == "WEBP":
        with open(image.filename, "rb") as file:
            return b"ANMF" not in file.read()
    return True


def is_off_white(profile):
    values = [profile.profile.red_colorant, profile.profile.green_colorant, profile.profile.blue_colorant]
    if any(xyz is None for xyz in values):
        return False
    return bool(np.abs(np.sum([xyz[0] for xyz in values], axis=0) - D50).max() > MAX_OFF_WHITE)


def to_rgb(image, profile):
    """The picture in 8-bit sRGB, and its opacity if it has one."""
    alpha = None
    if image.mode in ("P", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
    if image.mode in ("RGBA", "LA", "La", "RGBa"):
        image = image.convert({"La": "LA", "RGBa": "RGBA"}.get(image.mode, image.mode))
        alpha = image.getchannel("A")
        image = image.convert("RGB" if image.mode == "RGBA" else "L")
    if image.mode.startswith("I;16"):
        image = Image.fromarray(np.floor(np.asarray(image).astype(float) / 257 + 0.5).astype(np.uint8))
    if image.mode in ("I", "F", "LAB", "HSV"):
        raise Unread(f"samples of mode {image.mode}")
    if profile is not None:
        image = ImageCms.profileToProfile(image, profile, SRGB, outputMode="RGB")
    return image.convert("RGB"), alpha


def flattened(colours, alpha):
    if alpha is None:
        return colours
    weight = np.asarray(alpha, float)[:, :, None] / 255
    mixed = np.asarray(colours, float) * weight + WHITE * (1 - weight)
    return Image.fromarray(np.floor(mixed + 0.5).astype(np.uint8))


def by_pillow(path):
    with Image.open(path) as image:
        page, number = first_picture(image)
        covers = covers_canvas(page)
        icc = page.info.get("icc_profile")
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc)) if icc else None
        orientation = page.getexif().get(ORIENTATION, 1)
        page.load()
        flat = flattened(*to_rgb(page, profile))
        if page.format != "TIFF":  # of a TIFF, Pillow has applied it
            flat.getexif()[ORIENTATION] = orientation
            flat = ImageOps.exif_transpose(flat)
        facts = {"mode": page.mode, "hasProfile": profile is not None, "isOffWhite": profile is not None and is_off_white(profile)}
        return np.asarray(flat), {**facts, "coversCanvas": covers, "page": number}


def by_imagemagick(path, format_name, page):
    if not os.path.exists(SRGB_FILE):
        with open(SRGB_FILE, "wb") as file:
            file.write(ImageCms.ImageCmsProfile(SRGB).tobytes())
    command = ["convert", "-background", "white", f"{format_name}:{path}[{page}]", "-auto-orient", "-flatten"]
    # It converts where the file has a profile, and else takes the colours for sRGB.
    command += ["-profile", SRGB_FILE, "-depth", "8", "ppm:-"]
    limits = {"MAGICK_MEMORY_LIMIT": "1GiB", "MAGICK_TIME_LIMIT": "20", "MAGICK_THREAD_LIMIT": "1"}
    found = subprocess.run(command, capture_output=True, timeout=30, env={**os.environ, **limits})
    complaint = found.stderr.decode(errors="replace")[:200]
    if found.returncode != 0 or not found.stdout:
        raise Unread(complaint)
    return np.asarray(Image.open(io.BytesIO(found.stdout)).convert("RGB")), {"complaint": complaint}


def judge_picture(question):
    if question["reader"] == "Pillow":
        theirs, facts = by_pillow(question["file"])
    else:
        theirs, facts = by_imagemagick(question["file"], question["format"], question["page"])
    ours = np.asarray(Image.open(question["picture"]).convert("RGB"))
    (height, width), (their_height, their_width) = ours.shape[:2], theirs.shape[:2]
    facts["sizes"] = [[width, height], [their_width, their_height]]
    if ours.shape != theirs.shape:
        return {**facts, "mean": 255, "visible": 1}
    levels = np.abs(ours.astype(int) - theirs)
    visible = (levels.max(axis=2) > VISIBLE_LEVELS).mean()
    return {**facts, "mean": float(levels.mean()), "visible": float(visible)}
