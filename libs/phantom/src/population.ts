import type { Random } from '@stratome/core';
import { ClearanceField } from './clearance.js';
import { commit, randomDirection, normalised, walk, type GapAt, type Habit, type Point } from './growth.js';
import { LatticeNoise } from './noise.js';
import type { PhantomParameters } from './parameters.js';
import { Kind, Skeleton } from './skeleton.js';

export type Transmitter = 'excitatory' | 'inhibitory';

/** A cell as it was planned, before the volume's walls cut it. */
export interface CellPlan {
  id: number;
  cellClass: 'neuron' | 'vessel';
  subclass: 'soma' | 'dendrite' | 'axon' | 'vessel';
  transmitter?: Transmitter;
}

/** Where glia is: how far from the surface of a neurite glia begins, nm. */
export type GliaDepth = (z: number, y: number, x: number) => number;

export interface Population {
  skeleton: Skeleton;
  cells: CellPlan[];
  gliaDepth: GliaDepth;
}

/** Where no glia is wanted, neurites swell by up to this much to fill the room, nm. */
export const swellingNm = 70;
const padNm = 170;

function habitOf(random: Random, kind: Kind, radiusNm: number, lengthNm: number): Habit {
  const phase = random.uniform(0, 6.28);
  const waves = random.uniform(250, 600);
  const taper = kind === Kind.dendrite ? 0.45 : 0.15;
  return {
    profile: (s) => ({
      radiusNm: radiusNm * (1 - (taper * s) / lengthNm) * (1 + 0.22 * Math.sin(phase + (6.28 * s) / waves)),
      kind,
    }),
    minRadiusNm: kind === Kind.dendrite ? 65 : 30,
    maxLengthNm: lengthNm,
    wander: kind === Kind.dendrite ? 0.28 : 0.4,
  };
}

function axonHabit(random: Random, parameters: PhantomParameters, lengthNm: number): Habit {
  const thin = parameters.axonRadiusNm * random.uniform(0.7, 1.5);
  const boutons: { at: number; radius: number }[] = [];
  for (let s = random.uniform(100, 500); s < lengthNm; s += random.uniform(420, 850)) {
    boutons.push({ at: s, radius: parameters.boutonRadiusNm * random.uniform(0.65, 1.4) });
  }
  return {
    profile: (s) => {
      let swell = 0;
      for (const b of boutons)
        swell = Math.max(swell, (b.radius - thin) * Math.exp(-(((s - b.at) / (0.95 * b.radius)) ** 4)));
      return { radiusNm: thin + swell, kind: swell > thin * 0.5 ? Kind.bouton : Kind.axon };
    },
    minRadiusNm: 30,
    maxLengthNm: lengthNm,
    wander: 0.3,
  };
}

/** Grows the cells of the tissue one after the other, the thick before the thin, into the room that is left. */
class Grower {
  readonly skeleton = new Skeleton();
  readonly cells: CellPlan[] = [];
  readonly room: ClearanceField;

  constructor(
    private readonly random: Random,
    private readonly parameters: PhantomParameters,
    private readonly extentNm: Point,
    private readonly gapAt: GapAt,
  ) {
    this.room = new ClearanceField(extentNm, padNm);
  }

  newCell(subclass: CellPlan['subclass']): number {
    const id = this.cells.length + 1;
    const cellClass = subclass === 'vessel' ? 'vessel' : 'neuron';
    const inhibitory = this.random.next() < this.parameters.inhibitoryFraction;
    const transmitter = cellClass === 'neuron' ? (inhibitory ? 'inhibitory' : 'excitatory') : undefined;
    this.cells.push({ id, cellClass, subclass, transmitter });
    return id;
  }

  /** The roomiest of some random points, `insetNm` or more from the walls where the volume is wide enough. */
  roomyPoint(tries: number, insetNm = 0): Point {
    let best: Point = [0, 0, 0];
    let most = -Infinity;
    for (let i = 0; i < tries; i++) {
      const p = this.extentNm.map((e) => {
        const inset = Math.min(insetNm, 0.45 * e);
        return this.random.uniform(inset, e - inset);
      }) as Point;
      const spare = this.room.at(p) - this.gapAt(p);
      if (spare > most) [most, best] = [spare, p];
    }
    return best;
  }

  /** A direction that favours the long axes of the volume, so that arbours stay in it. */
  longDirection(): Point {
    const d = randomDirection(this.random);
    return normalised(d.map((v, k) => v * this.extentNm[k]) as Point);
  }

  branch(body: number, parent: number, direction: Point, habit: Habit, minLengthNm: number): number[] {
    const start = this.skeleton.point(parent);
    const free = this.skeleton.radius[parent] + habit.profile(0).radiusNm + 30;
    const path = walk(this.random, this.room, this.gapAt, start, direction, habit, free);
    if (path.length * 30 < minLengthNm + free) return [];
    return commit(this.skeleton, this.room, path, body, parent);
  }

  vessel(): void {
    const body = this.newCell('vessel');
    const { extentNm: e, random } = this;
    // Near an edge of the volume, so that it does not take the place of the neurites.
    const y = random.next() < 0.5 ? random.uniform(0, 0.14) : random.uniform(0.86, 1);
    let p: Point = [-400, y * e[1], random.uniform(0.15, 0.85) * e[2]];
    const lean = [random.uniform(-0.15, 0.15), random.uniform(-0.4, 0.4)];
    let node = -1;
    while (p[0] < e[0] + 400) {
      const before = p;
      const radius = this.parameters.vesselRadiusNm;
      node = this.skeleton.add(p, radius, body, Kind.vessel, node);
      this.room.occupy(
        node > 0 && this.skeleton.parent[node] >= 0 ? this.skeleton.point(this.skeleton.parent[node]) : p,
        p,
        radius + 45,
        radius + 45,
        node,
      );
      p = [before[0] + 100, before[1] + 100 * lean[0], before[2] + 100 * lean[1]];
    }
  }

  soma(): void {
    const { random, parameters } = this;
    const centre = this.roomyPoint(60, 0.7 * parameters.somaRadiusNm);
    const room = this.room.at(centre) - 40;
    const radius = Math.min(
      parameters.somaRadiusNm * random.uniform(0.8, 1.2),
      room,
      0.42 * Math.min(...this.extentNm),
    );
    if (radius < 0.5 * parameters.somaRadiusNm) return;
    const body = this.newCell('soma');
    const root = this.skeleton.add(centre, radius, body, Kind.soma);
    this.room.occupy(centre, centre, radius, radius, root);
    const dendrites = 2 + random.below(3);
    for (let i = 0; i < dendrites; i++) this.dendriteTree(body, root, this.longDirection(), 0.9);
    this.axonTree(body, root, this.longDirection());
  }

  dendriteTree(body: number, root: number, direction: Point, scale: number): void {
    const { random, parameters } = this;
    const length = random.uniform(1200, 3600);
    const radius = parameters.dendriteRadiusNm * scale * Math.exp(random.normal() * 0.35);
    const nodes = this.branch(body, root, direction, habitOf(random, Kind.dendrite, radius, length), 150);
    if (scale < 0.45 || nodes.length < 4) return;
    const branches = random.below(3);
    for (let i = 0; i < branches; i++) {
      const from = nodes[1 + random.below(nodes.length - 1)];
      this.dendriteTree(body, from, randomDirection(random), scale * 0.62);
    }
  }

  axonTree(body: number, root: number, direction: Point): boolean {
    const { random } = this;
    const nodes = this.branch(body, root, direction, axonHabit(random, this.parameters, 6000), 250);
    const collaterals = nodes.length > 10 ? random.below(3) : 0;
    for (let i = 0; i < collaterals; i++) {
      const from = nodes[random.below(nodes.length)];
      this.branch(body, from, randomDirection(random), axonHabit(random, this.parameters, 2500), 250);
    }
    return nodes.length > 0;
  }

  /** A process that comes from outside: grown both ways from a point; undone when it finds no room. */
  passing(subclass: 'dendrite' | 'axon', minLengthNm: number): boolean {
    const { random, parameters } = this;
    const start = this.roomyPoint(subclass === 'dendrite' ? 30 : 14);
    const spare = this.room.at(start) - this.gapAt(start);
    const dendrite = subclass === 'dendrite';
    const aim = dendrite
      ? parameters.dendriteRadiusNm * Math.exp(random.normal() * 0.6)
      : parameters.axonRadiusNm;
    const radius = Math.min(aim, spare);
    if (radius < (dendrite ? 80 : 32)) return false;
    const direction = this.longDirection();
    const back = direction.map((v) => -v) as Point;
    const habits = [direction, back].map((d) => ({
      d,
      habit: dendrite ? habitOf(random, Kind.dendrite, radius, 5000) : axonHabit(random, parameters, 5000),
    }));
    const paths = habits.map(({ d, habit }) => walk(random, this.room, this.gapAt, start, d, habit, radius));
    if ((paths[0].length + paths[1].length) * 35 < minLengthNm) return false;
    const body = this.newCell(subclass);
    const root = this.skeleton.add(start, radius, body, dendrite ? Kind.dendrite : Kind.axon);
    this.room.occupy(start, start, radius, radius, root);
    const nodes = paths.flatMap((path) => commit(this.skeleton, this.room, path, body, root));
    const branches = dendrite ? 1 + random.below(3) : random.below(3);
    for (let i = 0; i < branches; i++) {
      const from = nodes[random.below(nodes.length)];
      if (dendrite) this.dendriteTree(body, from, randomDirection(random), 0.6);
      else this.branch(body, from, randomDirection(random), axonHabit(random, parameters, 2500), 250);
    }
    return true;
  }

  /** Fine branches of dendrites into the room between the thicker processes. */
  twigs(count: number): void {
    const { random, skeleton } = this;
    const dendritic: number[] = [];
    for (let i = 0; i < skeleton.length; i++) {
      if (skeleton.kind[i] === Kind.dendrite) dendritic.push(i);
    }
    if (dendritic.length === 0) return;
    for (let i = 0; i < count; i++) {
      const from = dendritic[random.below(dendritic.length)];
      const habit = habitOf(random, Kind.twig, random.uniform(32, 70), random.uniform(250, 1300));
      const nodes = this.branch(skeleton.body[from], from, randomDirection(random), habit, 120);
      dendritic.push(...nodes.slice(2));
    }
  }

  /** Sends a fine branch of the nearest cell into every larger hole that is left. */
  fillHoles(limitNm: number, tries: number): void {
    const { random, room, skeleton } = this;
    for (let i = 0; i < tries; i++) {
      const hole = this.roomyPoint(6);
      if (room.at(hole) - this.gapAt(hole) < limitNm) continue;
      const from = room.ownerAt(hole);
      if (from < 0 || skeleton.kind[from] === Kind.vessel) continue;
      const start = skeleton.point(from);
      const to = normalised([hole[0] - start[0], hole[1] - start[1], hole[2] - start[2]]);
      const kind =
        skeleton.kind[from] === Kind.axon || skeleton.kind[from] === Kind.bouton ? Kind.axon : Kind.twig;
      this.branch(skeleton.body[from], from, to, habitOf(random, kind, random.uniform(45, 110), 1400), 60);
    }
  }
}

function gliaField(random: Random, parameters: PhantomParameters): GliaDepth {
  const coarse = new LatticeNoise(random.fork('territory'), 420);
  const fine = new LatticeNoise(random.fork('lamella'), 170);
  // Fitted: the share of the volume where the noise is above the threshold follows the share asked for.
  const threshold = 0.42 - 2.2 * parameters.gliaFraction;
  return (z, y, x) => {
    const v = coarse.at(z, y, x) + 0.45 * fine.at(z, y, x);
    const t = Math.max(0, Math.min(1, (v - threshold + 0.2) / 0.4));
    return swellingNm * (1 - t * t * (3 - 2 * t)) - 6 * t;
  };
}

/** Grows all cells of the tissue. Lengths in nm; the same random stream gives the same cells. */
export function growPopulation(random: Random, parameters: PhantomParameters): Population {
  const extentNm = parameters.shape.map((n, k) => n * parameters.voxelNm[k]) as unknown as Point;
  const gliaDepth = gliaField(random.fork('glia'), parameters);
  const noGlia = parameters.gliaFraction === 0;
  const depth: GliaDepth = noGlia ? () => swellingNm : gliaDepth;
  const gapAt: GapAt = ([z, y, x]) => 24 * Math.max(0, 1 - depth(z, y, x) / swellingNm);
  const grower = new Grower(random.fork('growth'), parameters, extentNm, gapAt);
  const cubicUm = (extentNm[0] * extentNm[1] * extentNm[2]) / 1e9;
  const count = (density: number) => Math.round(density * cubicUm);
  for (let i = 0; i < parameters.vessels; i++) grower.vessel();
  for (let i = 0; i < count(parameters.somataPerCubicUm); i++) grower.soma();
  for (let i = 0; i < count(parameters.dendritesPerCubicUm); i++) grower.passing('dendrite', 700);
  const axons = count(parameters.axonsPerCubicUm);
  for (let i = 0, placed = 0; i < axons * 3 && placed < axons; i++) if (grower.passing('axon', 900)) placed++;
  grower.twigs(count(parameters.twigsPerCubicUm));
  grower.fillHoles(40, count(160));
  return { skeleton: grower.skeleton, cells: grower.cells, gliaDepth: depth };
}
