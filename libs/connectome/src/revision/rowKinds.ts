import { canonicalJson } from '@stratome/core';
import type { ArtifactRef, ConnectionRow, FragmentRow, NeuronRow, SiteRow, SynapseRow } from '../rows.js';
import { kindOf } from '../synapseTally.js';

/** The rows of which connectivity is made, by the name under which a change lists them. */
export interface ConnectivityKinds {
  readonly neurons: NeuronRow;
  readonly fragments: FragmentRow;
  /** Presynaptic sites. */
  readonly sites: SiteRow;
  /** Contacts, each with its postsynaptic site. */
  readonly synapses: SynapseRow;
  readonly connections: ConnectionRow;
}

export type ConnectivityKind = keyof ConnectivityKinds;

/** What names a row of each kind. */
export interface ConnectivityKeys {
  readonly neurons: Pick<NeuronRow, 'bodyId'>;
  readonly fragments: Pick<FragmentRow, 'bodyId' | 'blockKey'>;
  readonly sites: Pick<SiteRow, 'siteId'>;
  readonly synapses: Pick<SynapseRow, 'synapseId'>;
  readonly connections: Pick<ConnectionRow, 'preBodyId' | 'postBodyId'>;
}

interface RowKind<K extends ConnectivityKind> {
  /** How history calls it. */
  readonly pastOf: string;
  /** What names a row, as text; the same text names what became of it. */
  readonly keyOf: (key: ConnectivityKeys[K]) => string;
  /** The key alone. */
  readonly key: (row: ConnectivityKeys[K]) => ConnectivityKeys[K];
  /** The row with nothing left out that has a default, so that equal rows read the same. */
  readonly plain: (row: ConnectivityKinds[K]) => object;
}

const refText = ({ kind, key, hash }: ArtifactRef) => `${kind}\n${key}\n${hash}`;

export const rowKinds: { readonly [K in ConnectivityKind]: RowKind<K> } = {
  neurons: {
    pastOf: 'segment',
    keyOf: ({ bodyId }) => String(bodyId),
    key: ({ bodyId }) => ({ bodyId }),
    plain: (row) => ({
      ...row,
      box: { begin: row.box.begin, end: row.box.end },
      status: row.status ?? 'Segmented',
      flags: row.flags ?? [],
      rois: row.rois ?? {},
      derivedFrom: (row.derivedFrom ?? []).map(refText).sort(),
    }),
  },
  fragments: {
    pastOf: 'fragment',
    keyOf: ({ bodyId, blockKey }) => `${bodyId}/${blockKey}`,
    key: ({ bodyId, blockKey }) => ({ bodyId, blockKey }),
    plain: (row) => row,
  },
  sites: {
    pastOf: 'site',
    keyOf: ({ siteId }) => String(siteId),
    key: ({ siteId }) => ({ siteId }),
    plain: (row) => ({ ...row, rois: [...(row.rois ?? [])].sort() }),
  },
  synapses: {
    pastOf: 'synapse',
    keyOf: ({ synapseId }) => String(synapseId),
    key: ({ synapseId }) => ({ synapseId }),
    plain: (row) => ({
      ...row,
      preSiteId: row.preSiteId ?? row.synapseId,
      kind: kindOf(row),
      rois: [...(row.rois ?? [])].sort(),
    }),
  },
  connections: {
    pastOf: 'connection',
    keyOf: ({ preBodyId, postBodyId }) => `${preBodyId}:${postBodyId}`,
    key: ({ preBodyId, postBodyId }) => ({ preBodyId, postBodyId }),
    plain: (row) => ({ ...row, rois: row.rois ?? {} }),
  },
};

export const connectivityKinds = Object.keys(rowKinds) as ConnectivityKind[];

/** A row as text; rows that say the same give the same. */
export const textOf = <K extends ConnectivityKind>(kind: K, row: ConnectivityKinds[K]): string =>
  canonicalJson(rowKinds[kind].plain(row));
