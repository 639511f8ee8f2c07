"""What Pillow makes of a picture by a recipe: an implementation of docs/recipes.md that shares no code with Darkroom."""

import math

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter, ImageOps, ImageStat
from scipy import ndimage
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

SEPIA = np.array([[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]])
ENHANCERS = {
    "sharpness": ImageEnhance.Sharpness,
    "brightness": ImageEnhance.Brightness,
    "contrast": ImageEnhance.Contrast,
    "color": ImageEnhance.Color,
}
ORIENTATION = 0x0112
# The steps that make each EXIF orientation upright.
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# A rotation is made at this many times the size, and reduced.
TIMES = 8


def half_up(value):
    return math.floor(value + 0.5)


def colour(text):
    return tuple(bytes.fromhex(text[1:]))


def scaled(size, factor):
    return tuple(max(1, half_up(side * factor)) for side in size)


def plan(size, resize):
    """Size of the content, size of the canvas, and whether the picture is cropped to the shape of the content."""
    if "ratio" in resize:
        content = scaled(size, resize["ratio"])
        return content, content, False
    box = (resize["widthPx"], resize["heightPx"])
    if resize["fit"] == "cover":
        return box, box, True
    factor = min(box[0] / size[0], box[1] / size[1])
    content = scaled(size, min(1, factor) if resize["fit"] == "inside" else factor)
    return content, box if resize["fit"] == "contain" else content, False


def centred(size, shape):
    factor = min(size[0] / shape[0], size[1] / shape[1])
    width, height = (min(kept, side) for kept, side in zip(scaled(shape, factor), size))
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    return left, top, left + width, top + height


def over(straight, alpha, background):
    """Colours with opacity on a background, rounded."""
    weight = np.asarray(alpha, float)[:, :, None]
    mixed = weight * np.asarray(straight, float) + (255 - weight) * np.array(colour(background), float)
    return Image.fromarray(np.floor(mixed / 255 + 0.5).astype(np.uint8))


def contrast(image, factor, mask):
    mean = int(ImageStat.Stat(image.convert("L"), mask).mean[0] + 0.5)
    return Image.blend(Image.new("L", image.size, mean).convert("RGB"), image, factor)


def sepia(image):
    return Image.fromarray(np.clip(np.asarray(image) @ SEPIA.T + 0.5, 0, 255).astype(np.uint8))


def blur(image):
    blurred = ndimage.gaussian_filter(np.asarray(image, float), (2, 2, 0), mode="nearest", truncate=3)
    return Image.fromarray(np.floor(blurred + 0.5).astype(np.uint8))


def denoise(image):
    return image if min(image.size) < 3 else image.filter(ImageFilter.MedianFilter(3))


FILTERS = {
    "grayscale": lambda image, mask: ImageOps.grayscale(image).convert("RGB"),
    "sepia": lambda image, mask: sepia(image),
    "blur": lambda image, mask: blur(image),
    "smooth": lambda image, mask: image.filter(ImageFilter.SMOOTH),
    "sharpen": lambda image, mask: image.filter(ImageFilter.SHARPEN),
    "autocontrast": lambda image, mask: ImageOps.autocontrast(image, mask=mask),
    "denoise": lambda image, mask: denoise(image),
}


def edit(image, recipe, mask=None):
    for name, enhancer in ENHANCERS.items():
        factor = recipe["enhance"][name]
        if factor == 1:
            continue
        if name == "contrast" and mask is not None:
            image = contrast(image, factor, mask)
        else:
            image = enhancer(image).enhance(factor)
    for name in recipe["filters"]:
        image = FILTERS[name](image, mask)
    return image


def edits_nothing(recipe):
    return not recipe["filters"] and all(factor == 1 for factor in recipe["enhance"].values())


def odd_at_least(length):
    return 2 * math.ceil((length - 1e-6 - 1) / 2) + 1


def rotate(image, degrees, background):
    """Clockwise around the centre, which stays the centre. Pillow counts angles the other way."""
    if degrees % 90 == 0:
        return image.rotate(-degrees, expand=True)
    width, height = image.size
    cos, sin = (abs(f(math.radians(degrees))) for f in (math.cos, math.sin))
    to_width, to_height = odd_at_least(width * cos + height * sin), odd_at_least(width * sin + height * cos)
    side = max(to_width, to_height, width, height) + 4
    side += side % 2
    large = Image.new("RGB", (TIMES * side, TIMES * side), background)
    enlarged = image.resize((TIMES * width, TIMES * height), Image.Resampling.NEAREST)
    large.paste(enlarged, (TIMES * (side - width) // 2, TIMES * (side - height) // 2))
    rotated = large.rotate(-degrees, Image.Resampling.BILINEAR, fillcolor=background)
    left, top = TIMES * (side - to_width) // 2, TIMES * (side - to_height) // 2
    return rotated.crop((left, top, left + TIMES * to_width, top + TIMES * to_height)).reduce(TIMES)


def bilinear(picture, width, height):
    """Half-pixel centres, edges repeated, rounded once."""

    def taps(length, wanted):
        position = np.clip((np.arange(wanted) + 0.5) * length / wanted - 0.5, 0, length - 1)
        low = np.minimum(position.astype(int), max(length - 2, 0))
        return low, np.minimum(low + 1, length - 1), position - low

    (top, bottom, down), (left, right, across) = taps(picture.shape[0], height), taps(picture.shape[1], width)
    rows = picture[top] * (1 - down)[:, None, None] + picture[bottom] * down[:, None, None]
    mixed = rows[:, left] * (1 - across)[:, None] + rows[:, right] * across[:, None]
    return np.floor(mixed + 0.5).astype(np.uint8)


def compare(a, b):
    """SSIM of Pillow's grey and PSNR over RGB, by scikit-image."""
    a, b = np.asarray(a), np.asarray(b)
    identical = bool(np.array_equal(a, b))
    grey = [np.asarray(Image.fromarray(picture).convert("L")) for picture in (a, b)]
    ssim = None if min(a.shape[:2]) < 7 else float(structural_similarity(*grey))
    psnr = None if identical else float(peak_signal_noise_ratio(a, b))
    return {"ssim": ssim, "psnrDb": psnr, "identical": identical}


def compare_detail(original, content):
    original, content = np.asarray(original), np.asarray(content)
    if original.shape == content.shape:
        return compare(original, content)
    return compare(original, bilinear(content.astype(float), original.shape[1], original.shape[0]))


def as_stored(image):
    """The picture as it is stored, and its orientation. Pillow makes a TIFF upright when it loads it."""
    orientation = image.getexif().get(ORIENTATION, 1)
    image.load()
    back = {6: 8, 8: 6}.get(orientation, orientation)
    return (image.transpose(UPRIGHT[back]) if image.format == "TIFF" and back in UPRIGHT else image), orientation


class Made:
    """All that a recipe makes of a file."""

    def __init__(self, image, recipe):
        background = recipe["resize"]["background"]
        image, orientation = as_stored(image)
        straight, alpha = image.convert("RGB"), image.getchannel("A") if "A" in image.getbands() else None
        flat = straight if alpha is None else over(straight, alpha, background)
        turned = UPRIGHT.get(orientation)
        upright = lambda picture: picture if turned is None else picture.transpose(turned)
        content_size, canvas_size, crop = plan(upright(flat).size, recipe["resize"])
        stored_size = content_size if orientation < 5 else content_size[::-1]
        box = centred(flat.size, stored_size) if crop else (0, 0, *flat.size)
        region = flat.crop(box)
        self.original = upright(region)
        # Shrinking is libvips' own; everything else must be Pillow's result in every sample.
        self.is_shrunk = any(to < side for to, side in zip(stored_size, region.size))
        resized = region if region.size == stored_size else region.resize(stored_size, Image.Resampling.LANCZOS)
        self.content = upright(resized)
        self.is_transparent = alpha is not None
        if alpha is None:
            self.edited = edit(self.content, recipe)
        elif edits_nothing(recipe):
            self.edited = self.content
        elif region.size == stored_size:
            mask = upright(alpha.crop(box))
            self.edited = over(edit(upright(straight.crop(box)), recipe, mask), mask, background)
        else:
            raise ValueError("expected no edit of a transparent picture that is resized")
        self.place = tuple((canvas - side) // 2 for canvas, side in zip(canvas_size, content_size)) + content_size
        self.canvas = Image.new("RGB", canvas_size, background)
        self.canvas.paste(self.edited, self.place[:2])
        self.rotations = {
            str(degrees): rotate(self.canvas, degrees, background) for degrees in recipe["rotations"] if degrees != 360
        }
