"""Decodes damaged HEIC by pillow-heif, and compares with what Darkroom made of them.

Run as `python compare_damaged.py FOLDER PHOTOS PROFILE`. FOLDER has N.heic and, beside each, Darkroom's N.png. Prints how many have the
same size, and how many of these are within 2 levels.
"""

import glob
import json
import os
import sys

import numpy as np
from PIL import Image

from make_files import shown

NEAR = 2
same_size = near = 0
for path in glob.glob(os.path.join(sys.argv[1], "*.heic")):
    with open(path, "rb") as file:
        theirs = np.asarray(shown(file.read()), int)
    ours = np.asarray(Image.open(path.replace(".heic", ".png")).convert("RGB"), int)
    if ours.shape == theirs.shape:
        same_size += 1
        near += int(np.abs(ours - theirs).max() <= NEAR)
print(json.dumps({"sameSize": same_size, "near": near}))
