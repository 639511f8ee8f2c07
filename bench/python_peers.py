"""What Python does in the benchmark, with Pillow, OpenCV and scikit-image.

    python3 python_peers.py WORK PATH    one piece of work, as a whole process
    python3 python_peers.py serve        pieces of work as lines of JSON: {"work": ..., "args": [...]} in,
                                         {"ms": ..., "result": ...} out

As Darkroom's recipe `augment` has it: 256×256 px, Lanczos, enhanced, on white, JPEG of quality 90, three rotations.
"""

import importlib.metadata
import importlib.util
import io
import json
import sys
import time

from PIL import Image, ImageEnhance, ImageOps

SIZE = (256, 256)


def jpeg(image):
    file = io.BytesIO()
    image.save(file, "JPEG", quality=90)
    return file.getvalue()


def thumbnail(path):
    """One thumbnail, by Pillow's quickest way: the decoder shrinks."""
    image = Image.open(path)
    image.thumbnail(SIZE, Image.LANCZOS)
    return len(jpeg(image.convert("RGB")))


def everything(path):
    """The thumbnail generator's work and the augmentation's: outputs, and the three comparisons."""
    import cv2
    import numpy as np
    from skimage.metrics import peak_signal_noise_ratio, structural_similarity

    def compare(a, b):
        a, b = np.asarray(a), np.asarray(b)
        greys = [cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) for picture in (a, b)]
        return structural_similarity(*greys), peak_signal_noise_ratio(a, b)

    original = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
    scale = min(side / of for side, of in zip(SIZE, original.size))
    content = original.resize([max(1, round(of * scale)) for of in original.size], Image.LANCZOS, reducing_gap=2.0)
    edited = ImageEnhance.Sharpness(content).enhance(1.2)
    edited = ImageEnhance.Contrast(edited).enhance(1.05)
    edited = ImageEnhance.Color(edited).enhance(1.1)
    canvas = ImageOps.pad(edited, SIZE, color="white")
    encoded = jpeg(canvas)
    for turn in (Image.ROTATE_270, Image.ROTATE_180, Image.ROTATE_90):
        jpeg(canvas.transpose(turn))
    enlarged = cv2.resize(np.asarray(content), original.size, interpolation=cv2.INTER_LINEAR)
    return {
        "detail": compare(original, enlarged),
        "encode": compare(canvas, Image.open(io.BytesIO(encoded))),
        "enhance": compare(content, edited),
    }


def ssim(path_a, path_b, width, height):
    """scikit-image alone, on two grey planes."""
    import numpy as np
    from skimage.metrics import structural_similarity

    a, b = (np.fromfile(path, np.uint8).reshape(height, width) for path in (path_a, path_b))
    started = time.perf_counter()
    result = structural_similarity(a, b)
    return {"ms": 1000 * (time.perf_counter() - started), "result": result}


def ssimulacra2(path_a, path_b):
    """PyPI's ssimulacra2 alone, on two PNG files. The time includes reading them."""
    from ssimulacra2 import compute_ssimulacra2

    return float(compute_ssimulacra2(path_a, path_b))


def versions():
    import cv2
    import skimage

    found = {"Pillow": Image.__version__, "OpenCV": cv2.__version__, "scikit-image": skimage.__version__}
    if importlib.util.find_spec("ssimulacra2") is not None:
        found["ssimulacra2"] = importlib.metadata.version("ssimulacra2")
    return found


WORKS = {"thumbnail": thumbnail, "everything": everything, "ssim": ssim, "ssimulacra2": ssimulacra2, "versions": versions}


def serve():
    for line in sys.stdin:
        request = json.loads(line)
        started = time.perf_counter()
        result = WORKS[request["work"]](*request["args"])
        taken = 1000 * (time.perf_counter() - started)
        if request["work"] == "ssim":
            taken, result = result["ms"], result["result"]
        print(json.dumps({"ms": taken, "result": result}), flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve()
    else:
        WORKS[sys.argv[1]](*sys.argv[2:])
