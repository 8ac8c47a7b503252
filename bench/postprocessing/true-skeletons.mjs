/** Found skeletons against those that a phantom was grown from. Points are z, y, x in nm. */
import { existsSync, readFileSync } from 'node:fs';

/** Points within this distance of the other skeleton count as found: true axes lie off the middle of what was drawn. */
const toleranceNm = 120;
/** Ends nearer than this to a face of the volume are cuts. */
const faceMarginNm = 60;

export function readSwc(path) {
  const nodes = new Map();
  if (!existsSync(path)) return nodes;
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const [number, , x, y, z, , parent] = line.split(' ').map(Number);
    nodes.set(number, { at: [z, y, x], parent });
  }
  return nodes;
}

/** Points every 10 nm along the true edges, where they run inside the body; and how long that is. */
function samplesOf(nodes, body, { bodies, shape, voxelNm }) {
  const points = [];
  let lengthNm = 0;
  for (const { at, parent } of nodes.values()) {
    const other = nodes.get(parent);
    if (!other) continue;
    const edgeNm = Math.hypot(...at.map((v, k) => v - other.at[k]));
    const n = Math.max(1, Math.ceil(edgeNm / 10));
    for (let i = 0; i < n; i++) {
      const point = at.map((v, k) => v + ((other.at[k] - v) * (i + 0.5)) / n);
      const [z, y, x] = point.map((v, k) => Math.floor(v / voxelNm[k]));
      if (
        [z, y, x].some((v, k) => v < 0 || v >= shape[k]) ||
        bodies[(z * shape[1] + y) * shape[2] + x] !== body
      )
        continue;
      points.push(point);
      lengthNm += edgeNm / n;
    }
  }
  return { points, lengthNm };
}

/** How many of `points` have one of `cloud` within the tolerance. */
function countNear(points, cloud) {
  const cells = new Map();
  const cellOf = (p) => p.map((v) => Math.floor(v / toleranceNm));
  for (const p of cloud) {
    const key = cellOf(p).join();
    cells.set(key, [...(cells.get(key) ?? []), p]);
  }
  const isNear = (p) => {
    const [z, y, x] = cellOf(p);
    for (let k = 0; k < 27; k++) {
      const key = [z - 1 + Math.floor(k / 9), y - 1 + (Math.floor(k / 3) % 3), x - 1 + (k % 3)].join();
      if ((cells.get(key) ?? []).some((q) => Math.hypot(...p.map((v, i) => v - q[i])) <= toleranceNm))
        return true;
    }
    return false;
  };
  return points.filter(isNear).length;
}

const insideBy = (point, { shape, voxelNm }) =>
  Math.min(...point.map((v, k) => Math.min(v, shape[k] * voxelNm[k] - v)));

function trueEnds(nodes, volume) {
  const degree = new Map([...nodes.keys()].map((n) => [n, 0]));
  for (const [n, { parent }] of nodes) {
    if (!nodes.has(parent)) continue;
    degree.set(n, degree.get(n) + 1);
    degree.set(parent, degree.get(parent) + 1);
  }
  return [...nodes].filter(([n, { at }]) => degree.get(n) === 1 && insideBy(at, volume) >= faceMarginNm)
    .length;
}

/** Sums over [found skeleton, true nodes, body]; pieces of a cell without true nodes of their own are left out. */
export function compareSkeletons(list, volume) {
  const total = {
    cable: 0,
    trueCable: 0,
    points: 0,
    pointsNear: 0,
    vertices: 0,
    verticesNear: 0,
    ends: 0,
    trueEnds: 0,
  };
  for (const [skeleton, nodes, body] of list) {
    if (nodes.size === 0) continue;
    const { points, lengthNm } = samplesOf(nodes, body, volume);
    const vertices = Array.from(skeleton.radiiNm, (_, v) => [
      ...skeleton.verticesNm.subarray(3 * v, 3 * v + 3),
    ]);
    total.cable += skeleton.cableNm;
    total.trueCable += lengthNm;
    total.points += points.length;
    total.pointsNear += countNear(points, vertices);
    total.vertices += vertices.length;
    total.verticesNear += countNear(vertices, points);
    total.ends += [...skeleton.deadEnds].filter((v) => insideBy(vertices[v], volume) >= faceMarginNm).length;
    total.trueEnds += trueEnds(nodes, volume);
  }
  const round = (v) => Number(v.toFixed(3));
  return {
    cableUm: round(total.cable / 1000),
    trueCableUm: round(total.trueCable / 1000),
    recall: round(total.pointsNear / total.points),
    precision: round(total.verticesNear / total.vertices),
    deadEnds: total.ends,
    trueEnds: total.trueEnds,
  };
}
