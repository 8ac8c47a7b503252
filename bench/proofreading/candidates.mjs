/** The queue's candidates over a phantom, each with whether the stages truly erred there. */
import {
  contactsLeft,
  mergeFeatures,
  mergesMade,
  proofreadingQueue,
  splitFeatures,
} from '@stratome/annotations';
import { matchParameters, matchSynapses, synapsePointNm } from '@stratome/postprocessing';
import { agglomerate, segmentationParameters, tissueClasses } from '@stratome/segmentation';

const parameters = segmentationParameters.parse({});
export const defaultThreshold = parameters.agglomerationThreshold;

/** The same phantom agglomerated at another threshold. */
export function agglomeratedAt(phantom, threshold) {
  if (threshold === defaultThreshold) return phantom;
  const { edges, table, supervoxels, shape } = phantom;
  const agglomeration = agglomerate(edges, table, { ...parameters, agglomerationThreshold: threshold });
  const segmentOf = new Map(Array.from(agglomeration.supervoxel, (id, n) => [id, agglomeration.segment[n]]));
  const segmentation = supervoxels.map((id) => (id === 0n ? 0n : segmentOf.get(id)));
  const { id, voxels, tissueClass } = agglomeration.segments;
  const faces = new Set();
  table.id.forEach((supervoxel, r) => {
    const box = table.box.subarray(6 * r, 6 * r + 6);
    if ([0, 1, 2].some((k) => box[k] === 0 || box[k + 3] === shape[k])) faces.add(segmentOf.get(supervoxel));
  });
  const objects = Array.from(id, (v, n) => ({
    id: v,
    voxels: voxels[n],
    class: tissueClasses[tissueClass[n]],
    touchesFace: faces.has(v),
  }));
  const owner = (segment, point) => (segment === 0n ? 0n : segmentation[at(shape, point)]);
  const synapses = phantom.synapses.map((s) => ({
    ...s,
    preSegment: owner(s.preSegment, s.prePoint),
    postSegment: owner(s.postSegment, s.postPoint),
  }));
  return { ...phantom, agglomeration, segmentation, objects, synapses };
}

const at = ([, ny, nx], [z, y, x]) => (z * ny + y) * nx + x;

/** By id, the true body that most of its voxels lie in, and its share. */
function majority(ids, bodies) {
  const counts = new Map();
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] === 0n || bodies[i] === 0) continue;
    const of = counts.get(ids[i]) ?? counts.set(ids[i], new Map()).get(ids[i]);
    of.set(bodies[i], (of.get(bodies[i]) ?? 0) + 1);
  }
  return new Map(
    [...counts].map(([id, of]) => {
      let [body, most, all] = [0, 0, 0];
      for (const [b, n] of of) {
        all += n;
        if (n > most) [body, most] = [b, n];
      }
      return [id, { body, share: most / all, counts: of }];
    }),
  );
}

/** Ends of skeletons that are away from the faces, in voxels. */
function deadEndsOf({ skeletons, segmentation, shape, voxelNm }) {
  const marginNm = 300;
  const ends = [];
  for (const skeleton of skeletons)
    for (const vertex of skeleton.deadEnds) {
      const nm = [0, 1, 2].map((k) => skeleton.verticesNm[3 * vertex + k]);
      if (nm.some((v, k) => v < marginNm || v > shape[k] * voxelNm[k] - marginNm)) continue;
      const voxel = nm.map((v, k) => Math.min(shape[k] - 1, Math.floor(v / voxelNm[k])));
      const segment = segmentation[at(shape, voxel)];
      if (segment !== 0n) ends.push({ segment, voxel });
    }
  return ends;
}

export function queueInput(phantom) {
  const { agglomeration, edges, table, objects, synapses, supervoxels, shape, voxelNm } = phantom;
  return {
    tables: {
      decisions: { a: edges.a, b: edges.b, faces: edges.count, ...agglomeration },
      agglomeration,
      merges: agglomeration.merges,
      supervoxels: table,
    },
    voxelNm,
    objects: objects.map((o) => ({
      id: o.id,
      voxels: o.voxels,
      neurite: o.class === 'neurite' || o.class === 'none',
      touchesFace: o.touchesFace,
    })),
    synapses: synapses.map((s) => ({
      id: s.id,
      voxel: s.cleftPoint,
      confidence: s.confidence,
      unassigned: s.unassigned,
      preSegment: s.preSegment,
      postSegment: s.postSegment,
      preSupervoxel: s.preSegment && supervoxels[at(shape, s.prePoint)],
      postSupervoxel: s.postSegment && supervoxels[at(shape, s.postPoint)],
    })),
    deadEnds: deadEndsOf(phantom),
  };
}

/** For each item of the queue, whether it is a real error. */
export function judge(phantom) {
  const { segmentation, supervoxels, bodies, synapses, truth, voxelNm, shape } = phantom;
  const ofSegment = majority(segmentation, bodies);
  const ofSupervoxel = majority(supervoxels, bodies);
  const bodyOf = (id) => BigInt(ofSegment.get(id)?.body ?? 0);
  const found = synapses.map((s) => ({
    pointNm: synapsePointNm(s, voxelNm),
    preBody: bodyOf(s.preSegment),
    postBody: bodyOf(s.postSegment),
    kind: s.kind,
  }));
  const expected = truth.map((t) => ({
    pointNm: t.centreNm,
    preBody: BigInt(t.pre),
    postBody: BigInt(t.post),
    kind: 'excitatory',
  }));
  const { pairs } = matchSynapses(found, expected, matchParameters.parse({}));
  const matched = new Set(pairs.map(([f]) => synapses[f].id));
  const sameBody = (a, b) => a !== undefined && b !== undefined && a === b;
  const open = ({ segment, voxel }) => {
    const body = ofSegment.get(segment)?.body;
    const reach = voxelNm.map((nm) => Math.ceil(150 / nm));
    let [own, other] = [0, 0];
    for (let z = Math.max(0, voxel[0] - reach[0]); z < Math.min(shape[0], voxel[0] + reach[0]); z++)
      for (let y = Math.max(0, voxel[1] - reach[1]); y < Math.min(shape[1], voxel[1] + reach[1]); y++)
        for (let x = Math.max(0, voxel[2] - reach[2]); x < Math.min(shape[2], voxel[2] + reach[2]); x++) {
          const i = at(shape, [z, y, x]);
          if (bodies[i] !== body) continue;
          if (segmentation[i] === segment) own++;
          else other++;
        }
    return other > 0.25 * own;
  };
  return (item) => {
    switch (item.kind) {
      case 'splitError': {
        const [a, b] = item.site.supervoxels.map((id) => ofSupervoxel.get(id)?.body);
        const [s, t] = item.bodies.map((id) => ofSegment.get(id)?.body);
        return sameBody(s, t) || (sameBody(a, b) && (a === s || a === t));
      }
      case 'mergeError': {
        const [a, b] = item.site.supervoxels.map((id) => ofSupervoxel.get(id)?.body);
        return a !== undefined && b !== undefined && a !== b;
      }
      case 'falseSynapse':
        return !matched.has(item.synapseId);
      case 'missingPartner':
        return matched.has(item.synapseId);
      case 'deadEnd':
        return open({ segment: item.bodies[0], voxel: item.voxel });
    }
  };
}

/** Features and truth of every decision, for fitting. */
export function samples(phantom) {
  const input = queueInput(phantom);
  const isError = judge(phantom);
  const objects = new Map(input.objects.map((o) => [o.id, o]));
  const near = (end, site) =>
    Math.hypot(
      ...end.voxel.map((v, k) => (v - Math.floor((site.begin[k] + site.end[k]) / 2)) * input.voxelNm[k]),
    ) <= 300;
  const split = contactsLeft(input.tables).flatMap((contact) => {
    const [a, b] = contact.segments.map((id) => objects.get(id));
    if (!a?.neurite || !b?.neurite || contact.faces < 10) return [];
    const ends = input.deadEnds.filter((e) => contact.segments.includes(e.segment) && near(e, contact.site));
    const features = splitFeatures(contact, a.voxels <= b.voxels ? a : b, ends.length);
    return [
      { features, error: isError({ kind: 'splitError', bodies: contact.segments, site: contact.site }) },
    ];
  });
  const merge = mergesMade(input.tables, () => 0).flatMap((m) =>
    objects.get(m.segment)?.neurite
      ? [{ features: mergeFeatures(m), error: isError({ kind: 'mergeError', site: m.site }) }]
      : [],
  );
  const synapse = input.synapses.map((s) => ({
    lone: s.unassigned !== 'none',
    features: { confidence: s.confidence },
    error: isError({ kind: s.unassigned === 'none' ? 'falseSynapse' : 'missingPartner', synapseId: s.id }),
  }));
  const ends = input.deadEnds.map((e) => ({
    features: {},
    error: isError({ kind: 'deadEnd', bodies: [e.segment], voxel: e.voxel }),
  }));
  return {
    split,
    merge,
    falseSynapse: synapse.filter((s) => !s.lone),
    missingPartner: synapse.filter((s) => s.lone),
    ends,
  };
}

export function rankedTruth(phantom) {
  const input = queueInput(phantom);
  const isError = judge(phantom);
  return proofreadingQueue(input).map((item) => ({ ...item, error: isError(item) }));
}
