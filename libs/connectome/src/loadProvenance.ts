import { canonicalJson, hashJson } from '@stratome/core';
import { nameArtifact, runnerOf, triple, writeAll, writeBatches, type Target } from './batches.js';
import type { QueryRunner } from './graph.js';
import {
  linkedArtifacts,
  linkedRuns,
  linkParameters,
  linkPixels,
  linkRevisionRuns,
  linkRunInputs,
  linkRunModels,
  linkRunOutputs,
  markArtifactsLinked,
  markRunsLinked,
  upsertArtifacts,
  upsertModels,
  upsertStageRuns,
  upsertTiles,
} from './generated/queries.js';
import type { ArtifactRef, ArtifactRow, StageRunRow, TileRow } from './rows.js';

type Rows<T> = Iterable<T> | AsyncIterable<T>;

interface Link {
  readonly of: ArtifactRef;
  readonly from: ArtifactRef;
}

/** An artefact as text that no other has. */
const nameOf = ({ kind, key, hash }: ArtifactRef) => `${kind}\n${key}\n${hash}`;

const linkRow = ({ of, from }: Link) => ({
  kind: of.kind,
  key: of.key,
  hash: of.hash,
  fromKind: from.kind,
  fromKey: from.key,
  fromHash: from.hash,
});

const nameLink = (row: ReturnType<typeof linkRow>) =>
  `${nameArtifact(row)}, made from ${row.fromKind} ${row.fromKey} (${row.fromHash.slice(0, 12)}),`;

export function loadTiles(target: Target, rows: Rows<TileRow>): Promise<number> {
  const { dataset, revision } = target;
  return writeBatches(target, rows, (runner, batch) =>
    writeAll(runner, upsertTiles, { dataset, revision, rows: batch }, (row) => `Tile ${row.tileId}`),
  );
}

/**
 * Writes all artefacts first and their links after, so that rows may come in any order. Artefacts are per task,
 * so that their links fit in memory. Links that are there already are not written again.
 */
export async function loadArtifacts(target: Target, rows: Rows<ArtifactRow>): Promise<number> {
  const { dataset, revision } = target;
  const known = new Map(
    (await runnerOf(target).run(linkedArtifacts, { dataset })).map((row) => [nameOf(row), row.sourcesHash]),
  );
  const pixels: Link[] = [];
  const parameters: Link[] = [];
  const linked: (ArtifactRef & { sourcesHash: string })[] = [];
  const count = await writeBatches(
    target,
    rows,
    async (runner, batch) => {
      const written = batch.map((row) => ({
        kind: row.kind,
        key: row.key,
        hash: row.hash,
        layer: row.layer,
        boxBegin: row.box ? triple(row.box.begin) : null,
        boxEnd: row.box ? triple(row.box.end) : null,
        mips: row.chunks?.map(({ mip }) => mip) ?? null,
        chunkBegin: row.chunks?.flatMap(({ positions }) => triple(positions.begin)) ?? null,
        chunkEnd: row.chunks?.flatMap(({ positions }) => triple(positions.end)) ?? null,
        sizeBytes: row.sizeBytes ?? null,
      }));
      await writeAll(runner, upsertArtifacts, { dataset, revision, rows: written }, nameArtifact);
    },
    (row) => {
      const { kind, key, hash } = row;
      const sourcesHash = hashJson([
        row.pixelsFrom.map(nameOf).sort(),
        row.parametersFrom.map(nameOf).sort(),
      ]);
      if (known.get(nameOf(row)) === sourcesHash) return;
      linked.push({ kind, key, hash, sourcesHash });
      for (const from of row.pixelsFrom) pixels.push({ of: row, from });
      for (const from of row.parametersFrom) parameters.push({ of: row, from });
    },
  );
  await writeBatches(target, pixels, (runner, batch) =>
    writeAll(runner, linkPixels, { dataset, rows: batch.map(linkRow) }, nameLink),
  );
  await writeBatches(target, parameters, (runner, batch) =>
    writeAll(runner, linkParameters, { dataset, rows: batch.map(linkRow) }, nameLink),
  );
  await writeBatches(target, linked, (runner, batch) =>
    writeAll(runner, markArtifactsLinked, { dataset, rows: batch }, nameArtifact),
  );
  return count;
}

/**
 * Parameters one by one: names with dots (`render.spacingPx`) in their order, and the values in JSON. Lists are values.
 */
export function namedParameters(values: unknown, prefix = ''): { name: string; json: string }[] {
  if (typeof values !== 'object' || values === null || Array.isArray(values))
    return prefix === '' ? [] : [{ name: prefix, json: canonicalJson(values) }];
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .flatMap(([name, value]) => namedParameters(value, prefix === '' ? name : `${prefix}.${name}`))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

const runRow = (row: StageRunRow) => ({
  runId: row.runId,
  stage: row.stage,
  stageVersion: row.stageVersion ?? null,
  layer: row.layer,
  revision: row.revision,
  inputHash: row.inputHash,
  outputHash: row.outputHash,
  codeHash: row.code.commit,
  codeDirty: row.code.dirty,
  modelId: row.model.id,
  modelHash: row.model.hash,
  parametersHash: row.parameters.hash,
  parametersJson: canonicalJson(row.parameters.values),
  parameterNames: namedParameters(row.parameters.values).map(({ name }) => name),
  parameterValues: namedParameters(row.parameters.values).map(({ json }) => json),
  environmentHash: row.environment.hash,
  environmentJson: canonicalJson(row.environment.values),
  executionProvider: row.environment.executionProvider,
  seed: row.seed ?? null,
  startedAt: row.startedAt,
  finishedAt: row.finishedAt,
});

const nameRun = (row: { runId: string }) => `Run ${row.runId}`;

async function linkModels(
  runner: QueryRunner,
  dataset: string,
  batch: readonly StageRunRow[],
): Promise<void> {
  const withModel = batch.filter((row) => row.model.id !== 'none');
  const models = withModel.map(({ model }) => ({
    hash: model.hash,
    modelId: model.id,
    card: model.card === undefined ? null : canonicalJson(model.card),
    licence: model.licence ?? null,
  }));
  await writeAll(runner, upsertModels, { rows: models }, (row) => `Model ${row.modelId}`);
  const links = withModel.map((row) => ({ runId: row.runId, modelHash: row.model.hash }));
  await writeAll(runner, linkRunModels, { dataset, rows: links }, nameRun);
}

/** Writes stage runs with what they used and generated; the artefacts they name must have been written. */
export async function loadStageRuns(target: Target, rows: Rows<StageRunRow>): Promise<number> {
  const { dataset, revision } = target;
  const known = new Map(
    (await runnerOf(target).run(linkedRuns, { dataset })).map((row) => [row.runId, row.linksHash]),
  );
  const linked: { runId: string; linksHash: string }[] = [];
  const used: ({ runId: string } & ArtifactRef)[] = [];
  const generated: ({ runId: string } & ArtifactRef)[] = [];
  const count = await writeBatches(
    target,
    rows,
    async (runner, batch) => {
      await writeAll(runner, upsertStageRuns, { dataset, revision, rows: batch.map(runRow) }, nameRun);
      const revisions = batch.map((row) => ({ runId: row.runId, revision: row.revision }));
      await writeAll(runner, linkRevisionRuns, { dataset, rows: revisions }, nameRun);
      await linkModels(runner, dataset, batch);
    },
    (row) => {
      const linksHash = hashJson([row.used.map(nameOf).sort(), row.generated.map(nameOf).sort()]);
      if (known.get(row.runId) === linksHash) return;
      linked.push({ runId: row.runId, linksHash });
      for (const { kind, key, hash } of row.used) used.push({ runId: row.runId, kind, key, hash });
      for (const { kind, key, hash } of row.generated) generated.push({ runId: row.runId, kind, key, hash });
    },
  );
  const nameUse = (row: { runId: string } & ArtifactRef) => `${nameRun(row)}, with ${row.kind} ${row.key},`;
  await writeBatches(target, used, (runner, batch) =>
    writeAll(runner, linkRunInputs, { dataset, rows: batch }, nameUse),
  );
  await writeBatches(target, generated, (runner, batch) =>
    writeAll(runner, linkRunOutputs, { dataset, rows: batch }, nameUse),
  );
  await writeBatches(target, linked, (runner, batch) =>
    writeAll(runner, markRunsLinked, { dataset, rows: batch }, nameRun),
  );
  return count;
}
