import {
  badInput,
  boxContains,
  formatBox,
  growBox,
  intersectBox,
  shapeOf,
  voxelsIn,
  type Box,
  type Vec3,
} from '@stratome/core';
import { numberSegments } from '../segments.js';
import { cellEdges, cellTriangles } from './cellTable.js';
import type { Mesh } from './mesh.js';

/** Voxels of a segmentation, C order z, y, x, and the box of the data set they fill. */
export interface SegmentationCrop {
  readonly segmentation: BigUint64Array;
  readonly box: Box;
}

/** The voxels that `meshBlock` needs: the block and the next voxel beyond its upper faces. */
export function meshSource(block: Box, volumeShape: Vec3): Box {
  const { end } = growBox(block, [1, 1, 1]);
  return intersectBox({ begin: block.begin, end }, { begin: [0, 0, 0], end: volumeShape });
}

/**
 * Surfaces of all segments of a block, by marching cubes (Lorensen & Cline 1987) with cases that leave no holes,
 * see `cellTable.ts`.
 *
 * Corners of cells are voxel centres and vertices lie halfway between two voxels. A block makes the cells whose
 * lower corner it holds, and at the data set's lower faces those around them, so each cell is made once, pieces of
 * adjacent blocks meet in exactly equal vertices, and the union of the pieces is closed: at the faces of the
 * data set too, outside of which is background.
 *
 * @param crop must hold `meshSource(block, volumeShape)`. Not mutated.
 * @param wanted which segments; all but 0 when left out.
 * @returns a mesh for each segment that has a surface in the block, in the order of first voxels.
 * @throws badInput when the crop does not fit its box or does not hold the voxels needed.
 */
export function meshBlock(
  crop: SegmentationCrop,
  block: Box,
  volumeShape: Vec3,
  voxelNm: Vec3,
  wanted?: (id: bigint) => boolean,
): Map<bigint, Mesh> {
  if (crop.segmentation.length !== voxelsIn(crop.box)) {
    throw badInput(
      `A block of ${crop.segmentation.length} voxels does not fill ${formatBox(crop.box)}.`,
      'Pass its true box.',
    );
  }
  const needed = meshSource(block, volumeShape);
  if (!boxContains(crop.box, needed)) {
    throw badInput(
      `Meshing ${formatBox(block)} needs ${formatBox(needed)}, got ${formatBox(crop.box)}.`,
      'Read one voxel more.',
    );
  }
  const begin: Vec3 = [
    block.begin[0] === 0 ? -1 : block.begin[0],
    block.begin[1] === 0 ? -1 : block.begin[1],
    block.begin[2] === 0 ? -1 : block.begin[2],
  ];
  const corners: Box = { begin, end: growBox(block, [1, 1, 1]).end };
  const { local, ids } = numberSegments(crop.segmentation);
  const keep = Uint8Array.from(ids, (id) => (wanted === undefined || wanted(id) ? 1 : 0));
  const surfaces = new SurfaceBuilder(
    frame(local, keep, crop.box, needed, corners),
    corners,
    voxelNm,
    ids.length,
  );
  surfaces.build();
  const meshes = new Map<bigint, Mesh>();
  ids.forEach((id, n) => {
    const mesh = surfaces.mesh(n + 1);
    if (mesh) meshes.set(id, mesh);
  });
  return meshes;
}

/** The corner voxels of all cells, background outside the data set and where a segment is not wanted. */
function frame(local: Uint32Array, keep: Uint8Array, box: Box, needed: Box, corners: Box): Uint32Array {
  const [, by, bx] = shapeOf(box);
  const [, cy, cx] = shapeOf(corners);
  const framed = new Uint32Array(voxelsIn(corners));
  for (let z = needed.begin[0]; z < needed.end[0]; z++) {
    for (let y = needed.begin[1]; y < needed.end[1]; y++) {
      let from = ((z - box.begin[0]) * by + y - box.begin[1]) * bx + needed.begin[2] - box.begin[2];
      let to = ((z - corners.begin[0]) * cy + y - corners.begin[1]) * cx + needed.begin[2] - corners.begin[2];
      for (let x = needed.begin[2]; x < needed.end[2]; x++, from++, to++) {
        const label = local[from];
        if (label !== 0 && keep[label - 1] === 1) framed[to] = label;
      }
    }
  }
  return framed;
}

/** Vertices and triangles of one segment while they are being collected. */
class Piece {
  #vertices = new Float32Array(96);
  #triangles = new Uint32Array(96);
  #vertexLength = 0;
  #triangleLength = 0;

  addVertex(z: number, y: number, x: number): number {
    if (this.#vertexLength + 3 > this.#vertices.length) {
      const larger = new Float32Array(2 * this.#vertices.length);
      larger.set(this.#vertices);
      this.#vertices = larger;
    }
    this.#vertices[this.#vertexLength] = z;
    this.#vertices[this.#vertexLength + 1] = y;
    this.#vertices[this.#vertexLength + 2] = x;
    this.#vertexLength += 3;
    return this.#vertexLength / 3 - 1;
  }

  addCorner(vertex: number): void {
    if (this.#triangleLength === this.#triangles.length) {
      const larger = new Uint32Array(2 * this.#triangles.length);
      larger.set(this.#triangles);
      this.#triangles = larger;
    }
    this.#triangles[this.#triangleLength++] = vertex;
  }

  mesh(): Mesh {
    return {
      verticesNm: this.#vertices.slice(0, this.#vertexLength),
      triangles: this.#triangles.slice(0, this.#triangleLength),
    };
  }
}

class SurfaceBuilder {
  readonly #shape: Vec3;
  readonly #pieces: (Piece | undefined)[];
  /** How far a cell's corners lie from its lowest one in the array. */
  readonly #cornerOffsets: readonly number[];
  /**
   * Number + 1 of the vertex on each edge, for the layer of cells in work. An edge between two segments
   * has a vertex for each of them: index 2 · position is the segment at its lower end, + 1 at its upper end.
   * By axis, and for axes y and x by lower and upper layer of corners.
   */
  #known: { readonly z: Int32Array; y: [Int32Array, Int32Array]; x: [Int32Array, Int32Array] };

  constructor(
    private readonly labels: Uint32Array,
    private readonly corners: Box,
    private readonly voxelNm: Vec3,
    segments: number,
  ) {
    this.#shape = shapeOf(corners);
    this.#pieces = Array.from({ length: segments + 1 }, () => undefined);
    const [, ny, nx] = this.#shape;
    this.#cornerOffsets = [0, 1, 2, 3, 4, 5, 6, 7].map(
      (c) => ((c >> 2) * ny + ((c >> 1) & 1)) * nx + (c & 1),
    );
    const layer = () => new Int32Array(2 * ny * nx);
    this.#known = { z: layer(), y: [layer(), layer()], x: [layer(), layer()] };
  }

  mesh(segment: number): Mesh | undefined {
    return this.#pieces[segment]?.mesh();
  }

  build(): void {
    const [nz, ny, nx] = this.#shape;
    const { labels } = this;
    const o = this.#cornerOffsets;
    for (let z = 0; z + 1 < nz; z++) {
      this.#nextLayer();
      for (let y = 0; y + 1 < ny; y++) {
        let at = (z * ny + y) * nx;
        for (let x = 0; x + 1 < nx; x++, at++) {
          const label = labels[at];
          if (
            labels[at + 1] === label &&
            labels[at + o[2]] === label &&
            labels[at + o[3]] === label &&
            labels[at + o[4]] === label &&
            labels[at + o[5]] === label &&
            labels[at + o[6]] === label &&
            labels[at + o[7]] === label
          )
            continue;
          this.#cell(z, y, x, at);
        }
      }
    }
  }

  #nextLayer(): void {
    const { z, y, x } = this.#known;
    z.fill(0);
    y[0].fill(0);
    x[0].fill(0);
    this.#known = { z, y: [y[1], y[0]], x: [x[1], x[0]] };
  }

  /** Adds the triangles of every segment at the corners of one cell. */
  #cell(z: number, y: number, x: number, at: number): void {
    const { labels } = this;
    const o = this.#cornerOffsets;
    let done = 0;
    for (let k = 0; k < 8; k++) {
      if ((done >> k) & 1) continue;
      const label = labels[at + o[k]];
      let pattern = 0;
      for (let c = k; c < 8; c++) if (labels[at + o[c]] === label) pattern |= 1 << c;
      done |= pattern;
      if (label === 0) continue;
      const piece = (this.#pieces[label] ??= new Piece());
      const triangles = cellTriangles[pattern];
      for (let t = 0; t < triangles.length; t++)
        piece.addCorner(this.#vertex(piece, pattern, triangles[t], z, y, x));
    }
  }

  #vertex(piece: Piece, pattern: number, edge: number, z: number, y: number, x: number): number {
    const { axis, corner } = cellEdges[edge];
    const dz = corner >> 2;
    const dy = (corner >> 1) & 1;
    const dx = corner & 1;
    const known = axis === 0 ? this.#known.z : axis === 1 ? this.#known.y[dz] : this.#known.x[dz];
    const slot = 2 * ((y + dy) * this.#shape[2] + x + dx) + (1 - ((pattern >> corner) & 1));
    if (known[slot] === 0) {
      const { begin } = this.corners;
      known[slot] =
        1 +
        piece.addVertex(
          (begin[0] + z + dz + 0.5 + (axis === 0 ? 0.5 : 0)) * this.voxelNm[0],
          (begin[1] + y + dy + 0.5 + (axis === 1 ? 0.5 : 0)) * this.voxelNm[1],
          (begin[2] + x + dx + 0.5 + (axis === 2 ? 0.5 : 0)) * this.voxelNm[2],
        );
    }
    return known[slot] - 1;
  }
}
