import { shapeOf, type Vec3 } from '@stratome/core';
import { distanceTransform, VoxelGraph, type OpenFaces } from '@stratome/kernels';
import type { SkeletonParameters } from '../parameters.js';
import { fillHoles } from './fillHoles.js';
import { joinParts } from './joinParts.js';
import { poolObject, skeletonFactor, type ObjectCrop } from './pooling.js';
import { makeSkeleton, type Skeleton } from './skeleton.js';
import { smoothPaths } from './smoothPaths.js';

/**
 * Traces the skeleton of one object.
 *
 * TEASAR (Sato et al. 2000) with the penalties and soma handling of kimimaro (Silversmith et al.): from a root,
 * the farthest voxel not yet accounted for is joined to the tree along the path that keeps to the centre
 * line, and all voxels within scale · (distance to the boundary) + const of that path are accounted for,
 * measured along the inside of the object, so that a neighbouring branch keeps its own path. A path may end
 * anywhere on the tree, where it is cheapest (kimimaro's `fix_branching`).
 *
 * Against kimimaro's defaults (scale 4, const 500 nm) ours are small: on phantoms with true skeletons those miss a
 * quarter of the cable, see bench/postprocessing. Vertices are smoothed along paths at the end.
 *
 * The object is taken whole, so the result depends neither on blocks nor on the margin of the crop.
 *
 * @param crop the object's mask, not mutated; its box must hold the whole object.
 */
export function skeletonize(crop: ObjectCrop, parameters: SkeletonParameters): Skeleton {
  const pooled = poolObject(crop, skeletonFactor(crop.box, crop.voxelNm, parameters));
  const shape = shapeOf(pooled.box);
  const faces = openFaces(pooled);
  let mask = pooled.mask;
  let boundaryNm = distanceTransform(mask, shape, pooled.voxelNm, faces);
  if (largestFinite(boundaryNm) > parameters.somaDetectNm) {
    mask = mask.slice();
    fillHoles(mask, shape);
    boundaryNm = distanceTransform(mask, shape, pooled.voxelNm, faces);
  }
  const graph = new VoxelGraph(mask, shape, pooled.voxelNm);
  const tracer = new Tracer(graph, frameDistances(graph, boundaryNm), pooled.voxelNm, parameters);
  tracer.trace();
  return tracer.skeleton(pooled.box.begin);
}

function openFaces({ box, volumeShape }: ObjectCrop): OpenFaces {
  const low = box.begin.map((v) => v <= 0);
  const high = box.end.map((v, k) => v >= volumeShape[k]);
  return { low: [low[0], low[1], low[2]], high: [high[0], high[1], high[2]] };
}

function largestFinite(values: Float32Array): number {
  let largest = 0;
  for (const value of values) if (value > largest && value < Infinity) largest = value;
  return largest;
}

/** Distances in the graph's frame. An object that nothing bounds is given one width everywhere. */
function frameDistances(graph: VoxelGraph, distances: Float32Array): Float32Array {
  const framed = new Float32Array(graph.mask.length);
  const [nz, ny, nx] = graph.shape;
  for (let z = 0, i = 0; z < nz; z++)
    for (let y = 0; y < ny; y++) {
      const to = graph.inFrame(z, y, 0);
      for (let x = 0; x < nx; x++, i++) framed[to + x] = distances[i] < Infinity ? distances[i] : 1;
    }
  return framed;
}

/** Traces all parts of one object and collects vertices and edges. */
class Tracer {
  readonly #fromSeedNm: Float32Array;
  readonly #fromRootNm: Float32Array;
  /** ≤ 0 where a path accounts for the voxel, Infinity elsewhere. */
  readonly #slackNm: Float32Array;
  readonly #cost: Float32Array;
  /** Number of the vertex at a voxel plus one; all of a soma's voxels carry its root. */
  readonly #vertexAt: Int32Array;
  readonly #vertices: number[] = [];
  readonly #edges: number[] = [];
  /** Vertices at the middle of a soma. */
  readonly #somata = new Set<number>();

  constructor(
    private readonly graph: VoxelGraph,
    private readonly boundaryNm: Float32Array,
    private readonly voxelNm: Vec3,
    private readonly parameters: SkeletonParameters,
  ) {
    const n = graph.mask.length;
    this.#fromSeedNm = graph.emptyField();
    this.#fromRootNm = this.#fromSeedNm.slice();
    this.#slackNm = this.#fromSeedNm.slice();
    this.#cost = new Float32Array(n);
    this.#vertexAt = new Int32Array(n);
  }

  trace(): void {
    const parts = this.#parts();
    const voxelUm3 = (this.voxelNm[0] * this.voxelNm[1] * this.voxelNm[2]) / 1e9;
    const large = parts.filter((part) => part.length * voxelUm3 >= this.parameters.minComponentUm3);
    const largest = parts.reduce((a, b) => (b.length > a.length ? b : a), [] as number[]);
    for (const part of large.length > 0 ? large : [largest]) if (part.length > 0) this.#tracePart(part);
  }

  /** The object's 26-connected parts by first voxel; the voxels of each, the farthest from the first one last. */
  #parts(): number[][] {
    const parts: number[][] = [];
    for (const voxel of this.graph.voxels) {
      if (this.#fromSeedNm[voxel] < Infinity) continue;
      const part: number[] = [];
      this.graph.relax(this.#fromSeedNm, [voxel], [0], Infinity, (v) => part.push(v));
      parts.push(part);
    }
    return parts;
  }

  #tracePart(part: number[]): void {
    const { scale, constNm, somaAcceptNm } = this.parameters;
    const widest = part.reduce((a, b) => (this.boundaryNm[b] > this.boundaryNm[a] ? b : a));
    const hasSoma = this.boundaryNm[widest] > somaAcceptNm;
    const root = hasSoma ? widest : part[part.length - 1];
    const byDistance: number[] = [];
    this.graph.relax(this.#fromRootNm, [root], [0], Infinity, (v) => byDistance.push(v));
    this.#penalise(byDistance, this.boundaryNm[widest]);
    this.#addVertex(root);
    if (hasSoma) this.#takeSoma(root, byDistance);
    for (let i = byDistance.length - 1; i >= 0; i--) {
      const target = byDistance[i];
      if (this.#slackNm[target] < Infinity) continue;
      const path = this.graph.cheapestPath(target, this.#cost, this.#vertexAt);
      this.#addPath(path);
      const radii = Float64Array.from(path, (v) => -(scale * this.boundaryNm[v] + constNm));
      this.graph.relax(this.#slackNm, path, radii, 0);
    }
  }

  /** Cost of entering a voxel: steeply higher away from the centre line, and slightly with distance from the root. */
  #penalise(part: number[], widestNm: number): void {
    const { pdrfScale, pdrfExponent } = this.parameters;
    const bound = widestNm ** 1.01;
    const farthestNm = this.#fromRootNm[part[part.length - 1]] || 1;
    for (const v of part) {
      const off = Math.max(0, 1 - this.boundaryNm[v] / bound);
      this.#cost[v] = pdrfScale * off ** pdrfExponent + this.#fromRootNm[v] / farthestNm;
    }
  }

  /** The soma: paths end where they enter its inscribed ball, and its surroundings need none of their own. */
  #takeSoma(root: number, part: number[]): void {
    const { somaScale, somaConstNm } = this.parameters;
    const radiusNm = this.boundaryNm[root];
    this.#somata.add(this.#vertexAt[root] - 1);
    const centre = this.graph.position(root);
    for (const v of part) {
      const at = this.graph.position(v);
      const offNm = Math.hypot(...at.map((c, k) => (c - centre[k]) * this.voxelNm[k]));
      if (offNm <= radiusNm) this.#vertexAt[v] = this.#vertexAt[root];
    }
    this.graph.relax(this.#slackNm, [root], [-(somaScale * radiusNm + somaConstNm)], 0);
  }

  #addVertex(voxel: number): number {
    if (this.#vertexAt[voxel] === 0) this.#vertexAt[voxel] = this.#vertices.push(voxel);
    return this.#vertexAt[voxel] - 1;
  }

  #addPath(path: Int32Array): void {
    let previous = this.#addVertex(path[path.length - 1]);
    for (let i = path.length - 2; i >= 0; i--) {
      const vertex = this.#addVertex(path[i]);
      this.#edges.push(previous, vertex);
      previous = vertex;
    }
  }

  skeleton(origin: Vec3): Skeleton {
    const verticesNm = new Float32Array(3 * this.#vertices.length);
    this.#vertices.forEach((voxel, n) => {
      this.graph.position(voxel).forEach((v, k) => {
        verticesNm[3 * n + k] = (v + origin[k] + 0.5) * this.voxelNm[k];
      });
    });
    const radiiNm = Float32Array.from(this.#vertices, (voxel) => this.boundaryNm[voxel]);
    const joined = joinParts(verticesNm, this.#edges, this.parameters.joinGapNm);
    smoothPaths(verticesNm, joined, this.parameters.smoothingPasses, this.#somata);
    return makeSkeleton(verticesNm, joined, radiiNm);
  }
}
