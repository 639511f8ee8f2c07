# The laptop edition with its app, for a team on one machine; compose.yaml runs it.
#
#   docker build -f docker/team.Dockerfile -t darkroom .
#
# The base may be pinned by its digest, or replaced: --build-arg BASE_IMAGE=node@sha256:… Proxies and registries are given as
# to docker/Dockerfile.
ARG BASE_IMAGE=node:24-slim

FROM ${BASE_IMAGE} AS build
WORKDIR /darkroom
COPY package.json package-lock.json .npmrc tsconfig.json ./
ARG NODE_EXTRA_CA_CERTS
ARG NPM_CONFIG_REGISTRY
RUN --mount=type=secret,id=ca npm ci --ignore-scripts --no-audit --no-fund
COPY client client
COPY core core
COPY samples samples
COPY web web
RUN node web/build/main.ts
# What built the app is not needed to serve it.
RUN --mount=type=secret,id=ca npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM ${BASE_IMAGE}
WORKDIR /darkroom
COPY --from=build /darkroom ./
COPY cli cli
COPY heic heic
COPY labels labels
COPY lambdas lambdas
COPY local local
RUN mkdir /data && chown 1000:1000 /data
USER 1000:1000
ENV DARKROOM_DATA=/data DARKROOM_LISTEN=0.0.0.0
VOLUME /data
EXPOSE 4400
ENTRYPOINT ["node", "cli/main.ts"]
CMD ["start", "--port", "4400"]
