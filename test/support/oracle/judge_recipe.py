"""What a recipe must make of a file, and how far Darkroom's outputs are from that."""

import numpy as np
from PIL import Image

from recipe_model import Made, compare, compare_detail, edit, rotate
from summary import summarise

CREDITS = {"artist": 0x013B, "copyright": 0x8298}
GPS, ORIENTATION = 0x8825, 0x0112


def credits_of(image):
    exif = image.getexif()
    texts = {name: exif.get(tag) for name, tag in CREDITS.items()}
    return {name: text for name, text in texts.items() if text is not None}


def expect(question):
    """What Pillow makes of a file. Of a picture that is shrunk and edited, only its size and its place are known."""
    recipe = question["recipe"]
    image = Image.open(question["source"])
    made = Made(image, recipe)
    pictures = {"processed": made.canvas, **made.rotations}
    return {
        "isShrunk": made.is_shrunk,
        "place": made.place,
        "pictures": {name: summarise(picture) for name, picture in pictures.items()},
        "credits": credits_of(image) if recipe["metadata"]["keep"] != "none" else {},
        "enhance": None if made.is_shrunk else compare(made.content, made.edited),
        "detail": None if made.is_shrunk else compare_detail(made.original, made.content),
    }


def difference(ours, theirs):
    ours, theirs = np.asarray(ours.convert("RGB"), int), np.asarray(theirs, int)
    if ours.shape != theirs.shape:
        return {"mean": 255, "most": 255}
    levels = np.abs(ours - theirs)
    return {"mean": float(levels.mean()), "most": int(levels.max())}


def judge(question):
    """Of Darkroom's files. Each step starts from what Darkroom made in the step before, so that none hides another."""
    recipe = question["recipe"]
    image = Image.open(question["source"])
    made = Made(image, recipe)
    left, top, width, height = made.place
    content = lambda picture: picture.convert("RGB").crop((left, top, left + width, top + height))
    unedited = content(Image.open(question["unedited"]))
    pictures = {name: Image.open(path).convert("RGB") for name, path in question["pictures"].items()}
    outputs = {name: Image.open(path) for name, path in question["outputs"].items()}
    canvas = pictures.pop("processed")
    edited = made.canvas
    if made.is_shrunk:
        # No transparent picture is edited and shrunk.
        edited.paste(unedited if made.is_transparent else edit(unedited, recipe), (left, top))
    background = recipe["resize"]["background"]
    return {
        "isShrunk": made.is_shrunk,
        "resized": difference(unedited, made.content),
        "edited": difference(canvas, edited),
        "rotated": {name: difference(it, rotate(canvas, int(name), background)) for name, it in pictures.items()},
        "encode": compare(content(canvas), content(outputs["processed"])),
        "detail": compare_detail(made.original, unedited),
        "enhance": compare(unedited, content(canvas)),
        "source": credits_of(image),
        "sizes": {name: file.size for name, file in outputs.items()},
        "credits": {name: credits_of(file) for name, file in outputs.items()},
        "private": [name for name, file in outputs.items() if file.getexif().keys() & {GPS, ORIENTATION}],
    }
