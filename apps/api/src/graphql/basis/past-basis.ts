import { Injectable } from '@nestjs/common';
import { queries } from '@stratome/connectome';
import { GraphReader } from '../graph-reader.js';
import { PastFlags, type HeldFlag } from '../past-flags.js';
import type { Basis, BasisFlag, StaleReason } from '../types/basis.js';
import { groupBy, meansOver, pairName, type CellCounts, type PairIds } from './cells-of-answers.js';

/** On what answers of an earlier revision rest: flags and measurements as they were then, in the cells of then. */
@Injectable()
export class PastBasisReader {
  constructor(
    private readonly reader: GraphReader,
    private readonly flags: PastFlags,
  ) {}

  async ofNeurons(dataset: string, pinned: number, bodyIds: readonly bigint[]): Promise<Basis[]> {
    const asked = { dataset, revision: BigInt(pinned), bodyIds: [...bodyIds] };
    const rows = await this.reader.steadily(dataset, () => this.reader.run(queries.neuronCellsAt, asked));
    return this.combine(
      dataset,
      pinned,
      cellsBy(bodyIds.map(String), rows, ({ bodyId }) => String(bodyId)),
    );
  }

  async ofSynapses(dataset: string, pinned: number, siteIds: readonly bigint[]): Promise<Basis[]> {
    const asked = { dataset, revision: BigInt(pinned), siteIds: [...siteIds] };
    const rows = await this.reader.steadily(dataset, () => this.reader.run(queries.synapseCellsAt, asked));
    return this.combine(
      dataset,
      pinned,
      cellsBy(siteIds.map(String), rows, ({ siteId }) => String(siteId)),
    );
  }

  async ofConnections(dataset: string, pinned: number, pairs: readonly PairIds[]): Promise<Basis[]> {
    const ends = pairs.map(({ preBodyId, postBodyId }) => ({ preBodyId, postBodyId }));
    const asked = { dataset, revision: BigInt(pinned), pairs: ends };
    const rows = await this.reader.steadily(dataset, () => this.reader.run(queries.connectionCellsAt, asked));
    return this.combine(dataset, pinned, cellsBy(pairs.map(pairName), rows, pairName));
  }

  /** What the uncertainty of connections followed from. */
  uncertaintiesOf(
    dataset: string,
    pinned: number,
    pairs: PairIds[],
  ): Promise<queries.ConnectionUncertaintyRow[]> {
    const asked = { dataset, revision: BigInt(pinned), pairs };
    return this.reader.steadily(dataset, () => this.reader.run(queries.connectionUncertaintyAt, asked));
  }

  /** On what anything that the dataset answered then rests. */
  async ofDataset(dataset: string, pinned: number): Promise<Basis> {
    const held = await this.flags.heldAt(dataset, pinned);
    const [quality, met] = await Promise.all([
      this.reader.run(queries.qualityOfDataset, { dataset, revision: BigInt(pinned) }),
      this.flags.cellsOf(dataset, held, null),
    ]);
    const cells = new Set(met.map(({ cellKey }) => cellKey));
    return { ...(await this.state(dataset, pinned)), flags: countFlags(held, met, cells), quality };
  }

  private async combine(dataset: string, pinned: number, answers: readonly CellCounts[]): Promise<Basis[]> {
    const cellKeys = [...new Set(answers.flatMap((cells) => [...cells.keys()]))];
    const held = await this.flags.heldAt(dataset, pinned);
    const [measured, met, state] = await Promise.all([
      this.reader.run(queries.qualityOfCells, { dataset, cellKeys, revision: BigInt(pinned) }),
      this.flags.cellsOf(dataset, held, cellKeys),
      this.state(dataset, pinned),
    ]);
    const quality = groupBy(measured, ({ cellKey }) => cellKey);
    return answers.map((cells) => ({
      ...state,
      flags: countFlags(held, met, new Set(cells.keys())),
      quality: meansOver(cells, quality),
    }));
  }

  private async state(dataset: string, pinned: number): Promise<Pick<Basis, 'revision' | 'epoch' | 'stale'>> {
    const { revision, epoch } = await this.reader.dataset(dataset);
    const message = `It is of revision ${pinned}; readers see revision ${revision}.`;
    const reasons: StaleReason[] =
      BigInt(pinned) === revision ? [] : [{ cause: 'replaced', stage: null, runId: null, message }];
    return { revision: BigInt(pinned), epoch, stale: { isStale: reasons.length > 0, reasons } };
  }
}

function cellsBy<Row extends { readonly cellKey: string; readonly sites: bigint }>(
  names: readonly string[],
  rows: readonly Row[],
  nameOf: (row: Row) => string,
): CellCounts[] {
  const found = new Map(names.map((name) => [name, new Map<string, number>()]));
  for (const row of rows) found.get(nameOf(row))?.set(row.cellKey, Number(row.sites));
  return names.map((name) => found.get(name)!);
}

/** The flags on some cells, with how many of them each is on. */
function countFlags(
  held: readonly HeldFlag[],
  met: readonly { readonly flagId: string; readonly cellKey: string }[],
  cells: ReadonlySet<string>,
): BasisFlag[] {
  return held.flatMap(({ id, payload: { reason, severity, layer } }) => {
    const flagId = String(id);
    const count = met.filter((row) => row.flagId === flagId && cells.has(row.cellKey)).length;
    return count > 0 ? [{ flagId, reason, severity, layer, cells: BigInt(count) }] : [];
  });
}
