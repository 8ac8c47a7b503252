import type { Target } from '../batches.js';
import { storedMeasurements, type StoredMeasurementsRow } from '../generated/queries.js';
import type { Graph } from '../graph.js';
import type { MeasurementRow } from '../rows.js';

type Rows<T> = Iterable<T> | AsyncIterable<T>;
type Measured = Pick<MeasurementRow, 'layer' | 'measure' | 'cellKey'>;

const nameOf = ({ layer, measure, cellKey }: Measured | StoredMeasurementsRow) =>
  `${layer} ${measure} ${cellKey}`;

/**
 * The measurements that held before a revision. Measurements are read as the last at or before a revision, so what came
 * out as it was need not be written again, unless a load that came to no end left something else in its place.
 */
export class MeasuredBefore {
  private readonly measured = new Set<string>();

  private constructor(private readonly stored: ReadonlyMap<string, StoredMeasurementsRow>) {}

  static async read(graph: Graph, { dataset, revision }: Target): Promise<MeasuredBefore> {
    const rows = await graph.run(storedMeasurements, { dataset, revision });
    return new MeasuredBefore(new Map(rows.map((row) => [nameOf(row), row])));
  }

  /** Those that are not as they were; all are noted as measured. */
  async differing(rows: Rows<MeasurementRow> = []): Promise<MeasurementRow[]> {
    const differing: MeasurementRow[] = [];
    for await (const row of rows) {
      const name = nameOf(row);
      this.measured.add(name);
      const before = this.stored.get(name);
      const same =
        before?.isThere === false &&
        before.value === row.value &&
        before.count === row.count &&
        before.unit === row.unit;
      if (!same) differing.push(row);
    }
    return differing;
  }

  /** What held before, or was left by a load that came to no end, and was not measured. */
  ended(): StoredMeasurementsRow[] {
    return [...this.stored].filter(([name]) => !this.measured.has(name)).map(([, row]) => row);
  }
}
