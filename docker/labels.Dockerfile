# One image for the functions that classify; each function names its own handler as the command.
#
#   docker build -f docker/labels.Dockerfile --platform linux/arm64 --build-arg LABELS=fast,accurate .
#
# LABELS are the modes whose models are in the image. docker/Dockerfile explains the other arguments.
ARG BASE_IMAGE=public.ecr.aws/lambda/nodejs:24

FROM --platform=$BUILDPLATFORM ${BASE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
ARG NODE_EXTRA_CA_CERTS
ARG NPM_CONFIG_REGISTRY
RUN --mount=type=secret,id=ca npm ci --ignore-scripts --no-audit --no-fund
COPY docker/*.ts docker/
COPY core core
COPY heic heic
COPY labels labels
COPY lambdas lambdas
ARG TARGETARCH
ARG HEIC
ARG LABELS
RUN --mount=type=secret,id=ca node docker/build.ts --out /out --cpu "$TARGETARCH" ${HEIC:+--heic} --labels "$LABELS" \
    labels classify

FROM ${BASE_IMAGE}
COPY --from=build /out ${LAMBDA_TASK_ROOT}/
CMD ["labels.handler"]
