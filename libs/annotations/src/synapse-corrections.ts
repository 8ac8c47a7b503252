import type { Vec3 } from '@stratome/core';
import type { Annotation, SynapseCorrectionContent } from './annotation.js';
import type { Unresolved } from './cell-types.js';

/** A place in voxels by its axes, as the graph has them. */
export interface NamedPoint {
  readonly z: number;
  readonly y: number;
  readonly x: number;
}

type SynapseKind = 'excitatory' | 'inhibitory';

/** What a correction reads and changes of a synapse; rows may hold more, which stays. */
export interface CorrectableSynapse {
  readonly synapseId: bigint;
  /** Null where no partner was found. */
  readonly preBodyId: bigint | null;
  readonly postBodyId: bigint | null;
  /** Voxels of the aligned volume. */
  readonly preLocation: NamedPoint;
  readonly postLocation: NamedPoint;
  readonly preSiteId?: bigint;
  readonly kind?: SynapseKind;
  readonly excitatoryProbability: number;
  readonly inhibitoryProbability: number;
}

/** A synapse that a person saw and no stage did. */
export interface AddedSynapse extends Required<Omit<CorrectableSynapse, 'preSiteId'>> {
  /** A person vouches for it. */
  readonly confidence: 1;
  readonly uncalibrated: false;
}

/** Ids of added synapses begin here, far above those that follow from a cleft's place. */
export const firstAddedSynapse = 2n ** 62n;

export const addedSynapseId = (annotationId: bigint): bigint => firstAddedSynapse + annotationId;

export interface CorrectionContext<S> {
  /** Nanometres along z, y, x. */
  readonly voxelNm: Vec3;
  /** The body at a voxel of the aligned volume; null where there is none. */
  readonly bodyAt: (point: Vec3) => bigint | null;
  /** Makes a row of a synapse that was added. */
  readonly complete: (added: AddedSynapse) => S;
}

export interface CorrectedSynapses<S> {
  readonly synapses: S[];
  /** Ids of the synapses that a correction changed, added or removed. */
  readonly touched: ReadonlySet<bigint>;
  readonly unresolved: readonly Unresolved[];
}

/** How far from its recorded place a synapse may be found again after a region was made anew, nm. */
export const rediscoveryNm = 150;

const probabilitiesOf = (kind: SynapseKind) => ({
  kind,
  excitatoryProbability: kind === 'excitatory' ? 1 : 0,
  inhibitoryProbability: kind === 'inhibitory' ? 1 : 0,
});

const named = ([z, y, x]: Vec3): NamedPoint => ({ z, y, x });

/** Synapses by place, for finding one again that got another id. */
class SynapseFinder<S extends CorrectableSynapse> {
  private readonly byId: Map<bigint, S>;

  constructor(
    synapses: Iterable<S>,
    private readonly voxelNm: Vec3,
  ) {
    this.byId = new Map([...synapses].map((s) => [s.synapseId, s]));
  }

  private distanceNm({ postLocation: p }: S, [z, y, x]: Vec3): number {
    return Math.hypot((p.z - z) * this.voxelNm[0], (p.y - y) * this.voxelNm[1], (p.x - x) * this.voxelNm[2]);
  }

  /** The synapse of that id if it still lies there, else the nearest one within `rediscoveryNm`. */
  find(id: bigint | null, point: Vec3): S | undefined {
    const known = id === null ? undefined : this.byId.get(id);
    if (known && this.distanceNm(known, point) <= rediscoveryNm) return known;
    let best: { synapse: S; distanceNm: number } | undefined;
    for (const synapse of this.byId.values()) {
      const distanceNm = this.distanceNm(synapse, point);
      if (distanceNm > rediscoveryNm || distanceNm > (best?.distanceNm ?? Infinity)) continue;
      if (best?.distanceNm === distanceNm && best.synapse.synapseId < synapse.synapseId) continue;
      best = { synapse, distanceNm };
    }
    return best?.synapse;
  }

  replace(synapse: S): void {
    this.byId.set(synapse.synapseId, synapse);
  }

  remove(id: bigint): void {
    this.byId.delete(id);
  }

  all = (): S[] => [...this.byId.values()];
}

/**
 * Carries out corrections on the synapses of a revision, in the order in which they were made.
 *
 * A correction names its synapse by id and place. Ids follow from the place of a cleft, so a region that is made again
 * may give a synapse another id; then the nearest postsynaptic site within `rediscoveryNm` is taken, and a correction
 * that finds none is reported and changes nothing.
 *
 * @param synapses not mutated
 */
export function applySynapseCorrections<S extends CorrectableSynapse>(
  synapses: Iterable<S>,
  corrections: readonly Annotation<SynapseCorrectionContent>[],
  { voxelNm, bodyAt, complete }: CorrectionContext<S>,
): CorrectedSynapses<S> {
  const finder = new SynapseFinder(synapses, voxelNm);
  const touched = new Set<bigint>();
  const unresolved: Unresolved[] = [];
  const inOrder = [...corrections].sort((a, b) => a.fromRevision - b.fromRevision || (a.id < b.id ? -1 : 1));
  for (const correction of inOrder) {
    const why = carryOut(correction, finder, touched, bodyAt, complete);
    if (why) unresolved.push({ annotationId: correction.id, why });
  }
  return { synapses: finder.all(), touched, unresolved };
}

/** @returns why it could not be carried out */
function carryOut<S extends CorrectableSynapse>(
  { id, target, payload }: Annotation<SynapseCorrectionContent>,
  finder: SynapseFinder<S>,
  touched: Set<bigint>,
  bodyAt: (point: Vec3) => bigint | null,
  complete: (added: AddedSynapse) => S,
): string | undefined {
  if (payload.action === 'add') {
    const [preBodyId, postBodyId] = [bodyAt(payload.prePoint), bodyAt(target.point)];
    if (preBodyId === null || postBodyId === null) return 'there is no segment at one of its points';
    const synapseId = addedSynapseId(id);
    const places = { preLocation: named(payload.prePoint), postLocation: named(target.point) };
    const kind = probabilitiesOf(payload.synapseKind);
    const bodies = { preBodyId, postBodyId };
    finder.replace(
      complete({ synapseId, ...bodies, ...places, ...kind, confidence: 1, uncalibrated: false }),
    );
    touched.add(synapseId);
    return undefined;
  }
  const synapse = finder.find(target.synapseId === null ? null : BigInt(target.synapseId), target.point);
  if (!synapse) return 'there is no synapse at its place any more';
  touched.add(synapse.synapseId);
  switch (payload.action) {
    case 'delete':
      finder.remove(synapse.synapseId);
      return undefined;
    case 'setKind':
      finder.replace({ ...synapse, ...probabilitiesOf(payload.synapseKind) });
      return undefined;
    case 'setPartner':
      return setPartner(synapse, { ...payload, siteId: addedSynapseId(id) }, finder, bodyAt);
  }
}

function setPartner<S extends CorrectableSynapse>(
  synapse: S,
  { side, partnerPoint, siteId }: { side: 'pre' | 'post'; partnerPoint: Vec3; siteId: bigint },
  finder: SynapseFinder<S>,
  bodyAt: (point: Vec3) => bigint | null,
): string | undefined {
  const bodyId = bodyAt(partnerPoint);
  if (bodyId === null) return 'there is no segment at the partner’s point';
  if (side === 'post') finder.replace({ ...synapse, postBodyId: bodyId });
  // The presynaptic site may serve other contacts, which keep it: this one gets a site of its own.
  else finder.replace({ ...synapse, preBodyId: bodyId, preSiteId: siteId, preLocation: named(partnerPoint) });
  return undefined;
}
