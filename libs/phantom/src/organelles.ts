import type { Random, Vec3 } from '@stratome/core';
import { Organelle, type Canvas } from './canvas.js';
import { randomDirection } from './growth.js';
import { LatticeNoise } from './noise.js';
import type { Palette } from './palette.js';
import { Kind } from './skeleton.js';
import { voxelOfNode } from './tissue.js';

/** Paints nuclei with chromatin, mitochondria, endoplasmic reticulum and microtubules (canvas mutated). */
export function paintOrganelles(canvas: Canvas, palette: Palette, random: Random): void {
  const painter = new OrganellePainter(canvas, palette, random);
  painter.nuclei();
  painter.microtubules();
  painter.reticulum();
  painter.mitochondria();
}

class OrganellePainter {
  private readonly patches: LatticeNoise;
  private readonly bend: LatticeNoise;
  /** Children of each skeleton node. */
  private readonly children: number[][];
  /** Body of the final grid at each skeleton node, 0 outside or where the node lies in another cell. */
  private readonly bodyOf: Uint32Array;

  constructor(
    private readonly canvas: Canvas,
    private readonly palette: Palette,
    private readonly random: Random,
  ) {
    this.patches = new LatticeNoise(random.fork('chromatin'), 110);
    this.bend = new LatticeNoise(random.fork('cristae'), 90);
    const { skeleton, shape, bodies, bodyTable } = canvas.tissue;
    this.children = Array.from({ length: skeleton.length }, () => []);
    this.bodyOf = new Uint32Array(skeleton.length);
    for (let node = 0; node < skeleton.length; node++) {
      if (skeleton.parent[node] >= 0) this.children[skeleton.parent[node]].push(node);
      const v = voxelOfNode(canvas.tissue, node);
      if (v.some((n, k) => n < 0 || n >= shape[k])) continue;
      const body = bodies[(v[0] * shape[1] + v[1]) * shape[2] + v[2]];
      if (body > 0 && bodyTable[body - 1].cell === skeleton.body[node]) this.bodyOf[node] = body;
    }
  }

  /** A chain of nodes from `node` towards the tips, about as long as asked for. */
  private chain(node: number, lengthNm: number): number[] {
    const { skeleton } = this.canvas.tissue;
    const nodes = [node];
    let length = 0;
    let at = node;
    while (length < lengthNm && this.children[at].length > 0) {
      const next = this.children[at][0];
      if (this.bodyOf[next] !== this.bodyOf[node]) break;
      const [a, b] = [skeleton.point(at), skeleton.point(next)];
      length += Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
      nodes.push(next);
      at = next;
    }
    return nodes;
  }

  nuclei(): void {
    const { canvas, palette } = this;
    const { skeleton, work } = canvas.tissue;
    for (let node = 0; node < skeleton.length; node++) {
      if (skeleton.kind[node] !== Kind.soma || this.bodyOf[node] === 0) continue;
      const centre = skeleton.point(node);
      const radius = 0.7 * skeleton.radius[node];
      canvas.rod(this.bodyOf[node], centre, centre, radius, 16, (i, d, z, y, x) => {
        if (work.marginNm[i] < 30) return;
        canvas.organelle[i] = Organelle.nucleus;
        if (d < -12) {
          const v = this.patches.at(z, y, x) + 0.35 * this.bend.at(2 * z, 2 * y, 2 * x);
          const clump = Math.max(0, Math.min(1, (v - 0.05 + (d > -60 ? 0.25 : 0)) / 0.4));
          canvas.blend(i, palette.nucleus + (palette.chromatin - palette.nucleus) * clump, 0.75);
        } else if (d < -4 || d > 6) canvas.blend(i, palette.membrane, 0.62);
        else canvas.blend(i, palette.lumen, 0.3);
      });
    }
  }

  microtubules(): void {
    const { canvas, palette, random } = this;
    const { skeleton, work } = canvas.tissue;
    for (let node = 0; node < skeleton.length; node++) {
      const kind = skeleton.kind[node];
      if (kind !== Kind.dendrite && kind !== Kind.axon) continue;
      const radius = skeleton.radius[node];
      const nodes = this.bodyOf[node] > 0 && random.next() < 0.35 ? this.chain(node, 500) : [];
      if (nodes.length < 3) continue;
      const aside = randomDirection(random);
      const by = radius * 0.7 * Math.sqrt(random.next());
      for (let k = 1; k < nodes.length; k++) {
        const a = this.beside(nodes[k - 1], aside, by);
        const b = this.beside(nodes[k], aside, by);
        canvas.rod(this.bodyOf[node], a, b, 7, 9, (i, d) => {
          if (work.marginNm[i] > 18 && canvas.organelle[i] === 0) {
            canvas.blend(i, palette.vesicleRim, 0.45 * Math.min(1, (9 - d) / 10));
          }
        });
      }
    }
  }

  private beside(node: number, aside: Vec3, by: number): Vec3 {
    return this.canvas.tissue.skeleton.point(node).map((v, k) => v + aside[k] * by) as unknown as Vec3;
  }

  /** Tubes and cisterns of endoplasmic reticulum, and pale vacuoles. */
  reticulum(): void {
    const { canvas, palette, random } = this;
    const { skeleton, work } = canvas.tissue;
    for (let node = 0; node < skeleton.length; node++) {
      const body = this.bodyOf[node];
      const room = skeleton.radius[node];
      if (body === 0 || room < 70 || skeleton.kind[node] === Kind.vessel || random.next() > 0.4) continue;
      const radius = random.uniform(10, Math.min(42, room * 0.3));
      const a = this.beside(node, randomDirection(random), room * random.uniform(0.1, 0.95));
      const d = randomDirection(random);
      const length = radius > 25 ? random.uniform(0, 60) : random.uniform(60, 320);
      const b = a.map((v, k) => v + d[k] * length) as unknown as Vec3;
      const filling = random.uniform(0.1, 0.5);
      canvas.rod(body, a, b, radius, 10, (i, distance) => {
        if (work.marginNm[i] < 28 || canvas.organelle[i] !== Organelle.none) return;
        if (distance < -4) {
          canvas.blend(i, palette.lumen, filling);
          canvas.organelle[i] = Organelle.other;
        } else canvas.blend(i, palette.vesicleRim, 0.75 * (1 - Math.abs(distance - 2) / 14));
      });
    }
  }

  mitochondria(): void {
    const { random } = this;
    const { skeleton } = this.canvas.tissue;
    const used = new Uint8Array(skeleton.length);
    for (let node = 0; node < skeleton.length; node++) {
      const room = skeleton.radius[node];
      const kind = skeleton.kind[node];
      if (this.bodyOf[node] === 0 || used[node] || room < 78 || kind === Kind.vessel) continue;
      if (kind === Kind.soma) {
        for (let k = 0; k < 14; k++) this.somaMitochondrion(node);
        continue;
      }
      if (random.next() > (kind === Kind.bouton ? 0.4 : 0.22)) continue;
      const nodes = this.chain(node, random.uniform(250, 1000));
      for (const n of nodes) used[n] = 1;
      const narrow = Math.min(...nodes.map((n) => skeleton.radius[n]));
      const radius = Math.max(40, Math.min(random.uniform(90, 230), narrow * random.uniform(0.55, 0.95)));
      const aside = randomDirection(random);
      const by = Math.max(0, narrow - radius - 20) * random.next();
      const points = nodes.map((n) => this.beside(n, aside, by));
      this.mitochondrion(this.bodyOf[node], points, radius);
    }
  }

  private somaMitochondrion(node: number): void {
    const { random } = this;
    const { skeleton } = this.canvas.tissue;
    const aside = randomDirection(random);
    const start = this.beside(node, aside, skeleton.radius[node] * 0.93);
    const d = randomDirection(random);
    const length = random.uniform(60, 240);
    const end = start.map((v, k) => v + d[k] * length) as unknown as Vec3;
    this.mitochondrion(this.bodyOf[node], [start, end], random.uniform(45, 75));
  }

  private mitochondrion(body: number, points: Vec3[], radius: number): void {
    const { canvas, palette, random } = this;
    const { work } = canvas.tissue;
    const distances = new Map<number, number>();
    const positions = new Map<number, Vec3>();
    for (let k = points.length > 1 ? 1 : 0; k < points.length; k++) {
      canvas.rod(body, points[Math.max(0, k - 1)], points[k], radius, 2, (i, d, z, y, x) => {
        const before = distances.get(i);
        if (before === undefined || d < before) {
          distances.set(i, d);
          positions.set(i, [z, y, x]);
        }
      });
    }
    const across = randomDirection(random);
    const period = random.uniform(34, 46);
    const matrix = palette.mitochondrion + random.uniform(-7, 7);
    for (const [i, d0] of distances) {
      // The cell's own membrane presses a mitochondrion in, it never cuts through.
      const d = Math.max(d0, 26 - work.marginNm[i]);
      if (d > 0 || canvas.organelle[i] === Organelle.nucleus) continue;
      const [z, y, x] = positions.get(i)!;
      canvas.organelle[i] = Organelle.mitochondrion;
      if (d > -10) canvas.blend(i, palette.membrane, 0.8);
      else {
        const along = across[0] * z + across[1] * y + across[2] * x;
        const wave = Math.sin((6.2832 * along) / period + 4.5 * this.bend.at(z, y, x));
        const gap = d > -20 ? 12 : 0;
        canvas.blend(i, matrix + palette.cristae * (wave > 0.25 ? 1 : -0.6) + gap, 0.92);
      }
    }
  }
}
