# Images of the API, the worker and the stratome command; docker-compose.yml builds each by its target.
# The commit that provenance records has to be given, since .git stays outside:
#   docker compose build --build-arg CODE_REVISION=$(git rev-parse HEAD)
ARG NODE_IMAGE=node:20.19.5-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /stratome
# The CUDA libraries are fetched for the GPU worker alone.
ENV ONNXRUNTIME_NODE_INSTALL=skip
COPY . .
RUN npm ci && npm run build && npm prune --omit=dev

FROM ${NODE_IMAGE} AS base
ARG CODE_REVISION=unknown
ENV NODE_ENV=production STRATOME_HOME=/data STRATOME_CODE_REVISION=${CODE_REVISION}
COPY --from=build --chown=node:node /stratome /stratome
RUN mkdir /data && chown node:node /data
VOLUME /data
USER node
WORKDIR /stratome

FROM base AS api
ENV STRATOME_HOST=0.0.0.0 STRATOME_PORT=8080
EXPOSE 8080
CMD ["node", "apps/api/dist/main.js"]

FROM base AS worker
CMD ["node", "apps/reconstruction-worker/dist/main.js"]

FROM base AS command
ENTRYPOINT ["node", "apps/cli/bin/stratome.mjs"]

FROM build AS build-gpu
RUN ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install.js

FROM nvidia/cuda:12.6.3-cudnn-runtime-ubuntu24.04 AS worker-gpu
ARG CODE_REVISION=unknown
ENV NODE_ENV=production STRATOME_HOME=/data STRATOME_CODE_REVISION=${CODE_REVISION} STRATOME_CUDA=1
COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY --from=build-gpu --chown=1000:1000 /stratome /stratome
RUN mkdir /data && chown 1000:1000 /data
VOLUME /data
# The number of the user `node` in the other images, since they share /data.
USER 1000:1000
WORKDIR /stratome
CMD ["node", "apps/reconstruction-worker/dist/main.js"]
