#!/bin/sh
# As the entrypoint of the AWS base image does: the command names the handler, which the runtime client then loads; where
# there is no Lambda around it, an emulator of it takes invocations by HTTP.
if [ $# -ne 1 ]; then
  echo "entrypoint requires the handler name to be the first argument" 1>&2
  exit 142
fi
export _HANDLER="$1"
if [ -z "$AWS_LAMBDA_RUNTIME_API" ]; then
  exec node /usr/local/lib/runtime-emulator.mjs
fi
exec node "$LAMBDA_RUNTIME_DIR/index.mjs"
