import { Inject, Injectable } from '@nestjs/common';
import type { Annotation, FlagContent } from '@stratome/annotations';
import { queries, severitiesOf, type FlagMaskName, type Graph } from '@stratome/connectome';
import { annotationsAt } from '@stratome/operations';
import type { DataSource } from 'typeorm';
import { databaseToken, graphToken } from './tokens.js';

export type HeldFlag = Annotation<FlagContent>;

/** Flags of earlier revisions: the graph has those of the head, PostgreSQL all that ever held. */
@Injectable()
export class PastFlags {
  constructor(
    @Inject(graphToken) private readonly graph: Graph,
    @Inject(databaseToken) private readonly db: DataSource,
  ) {}

  heldAt(dataset: string, revision: number): Promise<HeldFlag[]> {
    return annotationsAt(this.db, dataset, revision, 'qualityFlag') as Promise<HeldFlag[]>;
  }

  /** Which quality cells some flags are on: of those named, or of all where null is given. */
  async cellsOf(
    dataset: string,
    flags: readonly HeldFlag[],
    cellKeys: readonly string[] | null,
  ): Promise<queries.CellsOfFlagsRow[]> {
    if (flags.length === 0) return [];
    const boxes = flags.map(({ id, target: { box } }) => ({
      flagId: String(id),
      boxBegin: [...box.begin],
      boxEnd: [...box.end],
    }));
    return this.graph.run(queries.cellsOfFlags, { dataset, cellKeys, boxes });
  }

  /** The quality cells under flags that held at a revision, whose synapses a mask leaves out. */
  async cellsUnder(dataset: string, revision: number, mask: FlagMaskName): Promise<string[]> {
    const severities = severitiesOf(mask);
    const flags = (await this.heldAt(dataset, revision)).filter(({ payload }) =>
      severities.includes(payload.severity),
    );
    const rows = await this.cellsOf(dataset, flags, null);
    return [...new Set(rows.map(({ cellKey }) => cellKey))].sort();
  }

  /** Ids of the flags that held at a revision on each of some quality cells. */
  async onCells(
    dataset: string,
    revision: number,
    cellKeys: readonly string[],
  ): Promise<Map<string, string[]>> {
    const found = new Map<string, string[]>();
    const flags = await this.heldAt(dataset, revision);
    for (const { flagId, cellKey } of await this.cellsOf(dataset, flags, [...new Set(cellKeys)]))
      found.set(cellKey, [...(found.get(cellKey) ?? []), flagId]);
    return found;
  }
}
