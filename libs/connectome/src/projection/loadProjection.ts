import { connectionColumns, maskedConnectionColumns } from '../generated/queries.js';
import type { Graph } from '../graph.js';
import { transpose, type Projection } from './projection.js';

/** Which connections an analysis looks at. */
export interface ConnectionSelection {
  /** Synapses a connection must have. */
  readonly minWeight: bigint;
  /** Recounts connections from synapses of at least this confidence; null for the dataset's threshold. */
  readonly minConfidence?: number | null;
  /** Synapses in these cells of the quality grid are not counted. */
  readonly maskedCells?: readonly string[];
  /** Whether to read which connections excite. */
  readonly signs?: boolean;
  /** How many connections were read so far. */
  readonly onProgress?: (connections: number) => void;
}

interface Page {
  readonly preBodyIds: readonly bigint[];
  readonly postBodyIds: readonly bigint[];
  readonly weights: readonly bigint[];
  readonly excitatoryShares: readonly number[];
  readonly last: bigint | null;
}

/** Presynaptic neurons of one page; with some hundred partners each a page is some ten thousand numbers. */
const pageNeurons = 2000;

class Column<T extends Int32Array | Float32Array> {
  length = 0;
  constructor(private values: T) {}

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new (this.values.constructor as new (n: number) => T)(Math.ceil(1.5 * this.length));
      larger.set(this.values as never);
      this.values = larger;
    }
    this.values[this.length++] = value;
  }

  increment(at: number): void {
    this.values[at]++;
  }

  trimmed(): T {
    return this.values.subarray(0, this.length) as T;
  }
}

/** Numbers neurons in the order in which they are met, and remembers how many outputs each has. */
class Gathered {
  readonly numbers = new Map<bigint, number>();
  readonly targets = new Column(new Int32Array(4096));
  readonly weights = new Column(new Int32Array(4096));
  readonly shares = new Column(new Float32Array(4096));
  readonly outputs = new Column(new Int32Array(4096));
  autapses = 0;

  private numberOf(id: bigint): number {
    const known = this.numbers.get(id);
    if (known !== undefined) return known;
    const number = this.numbers.size;
    this.numbers.set(id, number);
    this.outputs.push(0);
    return number;
  }

  add({ preBodyIds, postBodyIds, weights, excitatoryShares }: Page, signs: boolean): void {
    preBodyIds.forEach((pre, i) => {
      const [from, to] = [this.numberOf(pre), this.numberOf(postBodyIds[i])];
      if (from === to) {
        this.autapses++;
        return;
      }
      this.targets.push(to);
      this.weights.push(Number(weights[i]));
      if (signs) this.shares.push(excitatoryShares[i] < 0 ? Number.NaN : excitatoryShares[i]);
      this.outputs.increment(from);
    });
  }
}

/** Pages come by ascending presynaptic and then postsynaptic id, so that rows need no sorting. */
function projectGathered({ numbers, targets, weights, shares, outputs, autapses }: Gathered, signs: boolean) {
  const bodyIds = BigInt64Array.from(numbers.keys()).sort();
  const n = bodyIds.length;
  const rank = new Int32Array(n);
  const offsets = new Int32Array(n + 1);
  const counts = outputs.trimmed();
  bodyIds.forEach((id, place) => {
    const number = numbers.get(id)!;
    rank[number] = place;
    offsets[place + 1] = offsets[place] + counts[number];
  });
  numbers.clear();
  const places = targets.trimmed();
  for (let e = 0; e < places.length; e++) places[e] = rank[places[e]];
  const rows = { offsets, targets: places, weights: weights.trimmed() };
  return {
    bodyIds,
    outputs: rows,
    inputs: transpose(n, rows),
    autapses,
    ...(signs ? { excitatoryShares: shares.trimmed() } : {}),
  };
}

/**
 * Streams a dataset's connections from the graph, page by page, into a projection of its neurons: 16 bytes a
 * connection, and 8 more while it is made.
 */
export async function loadProjection(
  graph: Graph,
  dataset: string,
  selection: ConnectionSelection,
): Promise<Projection> {
  const { minWeight, minConfidence = null, maskedCells = [], signs = false, onProgress } = selection;
  const recounted = minConfidence !== null || maskedCells.length > 0;
  const mask = { minConfidence, maskedCells };
  const gathered = new Gathered();
  for (let after = -1n; ; ) {
    const asked = { dataset, minWeight, after, neurons: pageNeurons };
    const [page] = recounted
      ? await graph.run(maskedConnectionColumns, { ...asked, ...mask })
      : await graph.run(connectionColumns, asked);
    if (page.last === null) break;
    gathered.add(page, signs);
    onProgress?.(gathered.targets.length);
    after = page.last;
  }
  return projectGathered(gathered, signs);
}
