"""What AWS's own Python runtime has, and a process of MiniStack has not. Python loads this file by its name.

Layers are below /opt there, their programs run on /var/lang/bin/python, and there is a file with the certificates that
CDK's function trusts.
"""

import os
import subprocess
import sys

check_call = subprocess.check_call


def in_layers(path):
    for layer in os.environ.get("_LAMBDA_LAYERS_DIRS", "").split(os.pathsep):
        found = os.path.join(layer, os.path.relpath(path, "/opt"))
        if os.path.exists(found):
            return found
    raise FileNotFoundError(path)


def check_call_of_layers(args, *rest, **options):
    if args[0].startswith("/opt/"):
        args = [sys.executable, in_layers(args[0]), *args[1:]]
    return check_call(args, *rest, **options)


subprocess.check_call = check_call_of_layers
if not os.path.exists(os.environ.get("AWS_CA_BUNDLE", "")):
    os.environ["AWS_CA_BUNDLE"] = os.environ.get("SSL_CERT_FILE", "")
