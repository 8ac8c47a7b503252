/** A tree, or several, of points. */
export interface PointTree {
  /** [n, 3] flattened, µm. */
  readonly points: Float64Array;
  /** [m, 2] flattened, numbers of points. */
  readonly edges: Uint32Array;
}

function neighboursOf({ points, edges }: PointTree): number[][] {
  const neighbours: number[][] = Array.from({ length: points.length / 3 }, () => []);
  for (let e = 0; e < edges.length; e += 2) {
    neighbours[edges[e]].push(edges[e + 1]);
    neighbours[edges[e + 1]].push(edges[e]);
  }
  return neighbours;
}

/** Unbranched lines between ends and branch points, each edge in one of them. */
function linesOf(tree: PointTree): number[][] {
  const neighbours = neighboursOf(tree);
  const walked = new Set<string>();
  const key = (a: number, b: number) => (a < b ? `${a} ${b}` : `${b} ${a}`);
  const lines: number[][] = [];
  const follow = (from: number, to: number) => {
    const line = [from];
    for (let [before, at] = [from, to]; !walked.has(key(before, at)); ) {
      walked.add(key(before, at));
      line.push(at);
      if (neighbours[at].length !== 2) break;
      [before, at] = [at, neighbours[at][0] === before ? neighbours[at][1] : neighbours[at][0]];
    }
    if (line.length > 1) lines.push(line);
  };
  // Ends and branch points first; what is left are rings.
  const knots = neighbours.map((_, i) => i).filter((i) => neighbours[i].length !== 2);
  for (const knot of knots) for (const next of neighbours[knot]) follow(knot, next);
  neighbours.forEach((around, i) => around.forEach((next) => follow(i, next)));
  return lines;
}

/**
 * Points along a skeleton at equal distances: ends and branch points, and between them as many as make the steps
 * nearest to the wanted length.
 *
 * @param spacingUm wanted distance along the cable, µm
 * @returns [k, 3] flattened, µm
 */
export function resample(tree: PointTree, spacingUm: number): Float64Array {
  const { points } = tree;
  const at = (i: number) => [points[3 * i], points[3 * i + 1], points[3 * i + 2]] as const;
  const kept = new Set<number>();
  const made: number[] = [];
  for (const line of linesOf(tree)) {
    for (const knot of [line[0], line[line.length - 1]]) {
      if (kept.has(knot)) continue;
      kept.add(knot);
      made.push(...at(knot));
    }
    const along = [0];
    for (let i = 1; i < line.length; i++) {
      const [a, b] = [at(line[i - 1]), at(line[i])];
      along.push(along[i - 1] + Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]));
    }
    const length = along[along.length - 1];
    const steps = Math.max(1, Math.round(length / spacingUm));
    for (let [step, i] = [1, 1]; step < steps; step++) {
      const wanted = (step * length) / steps;
      while (along[i] < wanted) i++;
      const share = (wanted - along[i - 1]) / (along[i] - along[i - 1]);
      const [a, b] = [at(line[i - 1]), at(line[i])];
      made.push(...a.map((value, axis) => value + share * (b[axis] - value)));
    }
  }
  return Float64Array.from(made);
}
