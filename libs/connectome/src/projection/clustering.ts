import { neighbourLists, type Projection } from './projection.js';

/**
 * The clustering coefficient of every neuron in a directed graph: the triangles it is a corner of, in any directions,
 * over those that its connections leave room for. Fagiolo, Physical Review E 76 (2007); weights do not count.
 *
 * @returns [n], 0 to 1; 0 where there is no room for a triangle
 */
export function clustering(graph: Projection): Float64Array {
  const n = graph.bodyIds.length;
  const { offsets, neighbours, links } = neighbourLists(graph);
  // Each triangle is found once, from its lowest corner, among neighbours of higher number.
  const linkTo = new Uint8Array(n);
  const triangles = new Float64Array(n);
  for (let a = 0; a < n; a++) {
    for (let e = offsets[a]; e < offsets[a + 1]; e++) linkTo[neighbours[e]] = links[e];
    for (let e = offsets[a]; e < offsets[a + 1]; e++) {
      const b = neighbours[e];
      if (b < a) continue;
      for (let f = offsets[b]; f < offsets[b + 1]; f++) {
        const c = neighbours[f];
        if (c <= b || linkTo[c] === 0) continue;
        const kinds = links[e] * links[f] * linkTo[c];
        triangles[a] += kinds;
        triangles[b] += kinds;
        triangles[c] += kinds;
      }
    }
    for (let e = offsets[a]; e < offsets[a + 1]; e++) linkTo[neighbours[e]] = 0;
  }
  return triangles.map((count, i) => {
    let [degree, mutual] = [0, 0];
    for (let e = offsets[i]; e < offsets[i + 1]; e++) {
      degree += links[e];
      if (links[e] === 2) mutual++;
    }
    const room = degree * (degree - 1) - 2 * mutual;
    return room === 0 ? 0 : count / room;
  });
}
