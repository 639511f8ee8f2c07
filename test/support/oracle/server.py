"""Answers questions about pictures: a line of JSON for each line of JSON. oracle.ts starts it.

Run with Pillow, NumPy, SciPy and scikit-image of the versions in oracle.ts.
"""

import json
import sys
import warnings

import numpy
import PIL
import scipy
import skimage
from PIL import Image

from judge_picture import judge_picture
from judge_recipe import expect, judge

Image.MAX_IMAGE_PIXELS = 100_000_000
warnings.simplefilter("ignore")



def versions(_):
    libraries = {"pillow": PIL, "numpy": numpy, "scipy": scipy, "scikit-image": skimage}
    return {"python": sys.version.split()[0], **{name: library.__version__ for name, library in libraries.items()}}


ANSWERS = {"expect": expect, "judge": judge, "judge_picture": judge_picture, "versions": versions}


def answer(question):
    try:
        return {"answer": ANSWERS[question["ask"]](question)}
    except Exception as error:  # whatever a library throws at a damaged file is an answer
        return {"error": f"{type(error).__name__}: {error}"}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
