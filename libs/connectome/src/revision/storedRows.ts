import type { Vec3 } from '@stratome/core';
import type { Point, PropertyMap } from '../cypherTypes.js';
import type { ArtifactRef, RoiCounts } from '../rows.js';
import type { ConnectivityKind, ConnectivityKinds } from './rowKinds.js';

/** What the graph holds of one thing: its properties, and under further names what it is linked with. */
export type StoredProperties = Readonly<Record<string, unknown>>;

const optional = <T>(value: unknown): T | undefined => (value ?? undefined) as T | undefined;

const point = (value: unknown): Point => {
  const { x, y, z } = value as Point;
  return { x, y, z };
};

const optionalPoint = (value: unknown): Point | undefined =>
  value === null || value === undefined ? undefined : point(value);

const triple = (value: unknown): Vec3 => {
  const [z, y, x] = (value as bigint[]).map(Number);
  return [z, y, x];
};

const json = <T>(value: unknown): T => JSON.parse((value as string | null) ?? '{}') as T;

const sourceOf = (of: StoredProperties): ArtifactRef | undefined =>
  of.sourceHash === null || of.sourceHash === undefined
    ? undefined
    : { kind: of.sourceKind as string, key: of.sourceKey as string, hash: of.sourceHash as string };

const sourcesOf = (texts: unknown): ArtifactRef[] =>
  ((texts as string[] | null) ?? []).map((text) => {
    const [kind, key, hash] = text.split('\n');
    return { kind, key, hash };
  });

const siteFields = (of: StoredProperties) => ({
  confidence: of.confidence as number,
  excitatoryProbability: of.ntExcitatoryProb as number,
  inhibitoryProbability: of.ntInhibitoryProb as number,
  kind: of.kind as 'excitatory' | 'inhibitory',
  uncalibrated: of.uncalibrated as boolean,
  sizeVoxels: optional<bigint>(of.sizeVoxels),
  cellKey: optional<string>(of.cellKey),
  derivedFrom: sourceOf(of),
  rois: Object.keys(json(of.roiInfo)),
});

/** Reads rows from what the graph holds of the present or the past: the inverse of writing them. */
const readers: { readonly [K in ConnectivityKind]: (of: StoredProperties) => ConnectivityKinds[K] } = {
  neurons: (of) => ({
    bodyId: of.bodyId as bigint,
    neuron: of.neuron as boolean,
    class: of.class as 'neurite',
    classProbability: optional(of.classProbability),
    sizeVoxels: of.size as bigint,
    box: { begin: triple(of.boxBegin), end: triple(of.boxEnd) },
    pre: of.pre as bigint,
    post: of.post as bigint,
    upstream: of.upstream as bigint,
    downstream: of.downstream as bigint,
    status: optional(of.status),
    type: optional(of.type),
    instance: optional(of.instance),
    flags: (of.flags as string[] | null) ?? [],
    somaLocation: optionalPoint(of.somaLocation),
    somaRadiusVoxels: optional(of.somaRadius),
    cableLengthUm: optional(of.cableLengthUm),
    skeleton:
      of.skeletonNodes === null || of.skeletonNodes === undefined
        ? undefined
        : {
            nodes: of.skeletonNodes as bigint,
            branches: of.skeletonBranches as bigint,
            ends: of.skeletonEnds as bigint,
          },
    rois: json<Record<string, RoiCounts>>(of.roiInfo),
    derivedFrom: sourcesOf(of.sources),
  }),
  fragments: (of) => ({
    bodyId: of.bodyId as bigint,
    blockKey: of.blockKey as string,
    sizeVoxels: of.size as bigint,
    cellKey: optional(of.cellKey),
    derivedFrom: sourceOf(of)!,
  }),
  sites: (of) => ({
    siteId: of.siteId as bigint,
    bodyId: (of.bodyId as bigint | null) ?? null,
    location: point(of.location),
    ...siteFields(of),
  }),
  synapses: (of) => ({
    synapseId: of.siteId as bigint,
    preSiteId: optional(of.preSiteId),
    preBodyId: (of.preBodyId as bigint | null) ?? null,
    postBodyId: (of.bodyId as bigint | null) ?? null,
    preLocation: point(of.preLocation),
    postLocation: point(of.location),
    ...siteFields(of),
  }),
  connections: (of) => ({
    preBodyId: of.preBodyId as bigint,
    postBodyId: of.postBodyId as bigint,
    weight: of.weight as bigint,
    weightHP: of.weightHP as bigint,
    weightHR: of.weightHR as bigint,
    excitatoryShare: of.excitatoryShare as number,
    meanConfidence: of.meanConfidence as number,
    rois: json(of.roiInfo),
  }),
};

export const rowFrom = <K extends ConnectivityKind>(
  kind: K,
  stored: PropertyMap | StoredProperties,
): ConnectivityKinds[K] => readers[kind](stored);
