import { Kind } from './skeleton.js';
import { voxelOfNode, type Tissue } from './tissue.js';

/** SWC structure identifiers: 1 soma, 2 axon, 3 dendrite. */
const structure: Partial<Record<Kind, number>> = {
  [Kind.soma]: 1,
  [Kind.axon]: 2,
  [Kind.bouton]: 2,
  [Kind.dendrite]: 3,
  [Kind.twig]: 3,
};

/**
 * True skeletons of all neurons as SWC text (columns id, type, x, y, z, radius, parent; nm), by body. Only
 * nodes inside the volume and inside their body are kept; a node whose parent was dropped becomes a root.
 */
export function skeletonsToSwc(tissue: Tissue): Map<number, string> {
  const { skeleton, bodies, bodyTable, shape, space } = tissue;
  const body = new Uint32Array(skeleton.length);
  const number = new Uint32Array(skeleton.length);
  const lines = new Map<number, string[]>();
  for (let node = 0; node < skeleton.length; node++) {
    const v = voxelOfNode(tissue, node);
    if (v.some((n, k) => n < 0 || n >= shape[k])) continue;
    const id = bodies[(v[0] * shape[1] + v[1]) * shape[2] + v[2]];
    const entry = bodyTable[id - 1];
    if (entry?.class !== 'neuron' || entry.cell !== skeleton.body[node]) continue;
    body[node] = id;
    const own = lines.get(id) ?? [];
    lines.set(id, own);
    number[node] = own.length + 1;
    const above = skeleton.parent[node];
    const parent = above >= 0 && body[above] === id ? number[above] : -1;
    const at = space.unwarp(skeleton.z[node], skeleton.y[node], skeleton.x[node]);
    const [z, y, x, r] = [...at, skeleton.radius[node]].map((n) => n.toFixed(1));
    own.push(`${number[node]} ${structure[skeleton.kind[node]] ?? 0} ${x} ${y} ${z} ${r} ${parent}`);
  }
  return new Map(
    [...lines].map(([id, own]) => [id, `# id type x y z radius parent, nm\n${own.join('\n')}\n`]),
  );
}
