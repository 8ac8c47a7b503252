import { badInput } from '@stratome/core';
import { findColumn } from './columns.js';
import type { EdgeColumns } from './importedGraph.js';
import {
  propertyColumns,
  readProperties,
  type ImportedProperties,
  type PropertyColumn,
} from './properties.js';
import { placeOf, type TableFile } from './tableRows.js';

/** Columns that grow; a list of numbers would take eight times the memory. */
export class GrowingColumn {
  private values = new Int32Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Int32Array(2 * this.length);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length++] = value;
  }

  trimmed(): Int32Array {
    return this.values.subarray(0, this.length);
  }
}

const named = [
  ['weightsHP', 'weightHP', 'whole'],
  ['weightsHR', 'weightHR', 'whole'],
  ['excitatoryShares', 'excitatoryShare', 'share'],
  ['meanConfidences', 'meanConfidence', 'share'],
] as const;

/** What a table tells of connections beyond their neurons, weights and regions. */
export class FurtherColumns {
  private readonly numbers: {
    key: (typeof named)[number][0];
    name: string;
    kind: 'whole' | 'share';
    at: number;
    values: number[];
  }[];
  private readonly columns: readonly PropertyColumn[];
  private readonly properties: (ImportedProperties | undefined)[] = [];

  /** @param known places of columns that are read otherwise */
  constructor(
    private readonly table: TableFile,
    known: readonly number[],
  ) {
    this.numbers = named
      .map(([key, name, kind]) => ({ key, name, kind, at: findColumn(table, [name]), values: [] }))
      .filter(({ at }) => at >= 0);
    this.columns = propertyColumns(table, new Set([...known, ...this.numbers.map(({ at }) => at)]));
  }

  read(line: number, values: readonly string[]): void {
    for (const column of this.numbers) {
      const text = values[column.at].trim();
      const value = text === '' ? Number.NaN : Number(text);
      const right =
        column.kind === 'whole'
          ? Number.isInteger(value) && value >= 0 && value < 2 ** 31
          : text === '' || (value >= 0 && value <= 1);
      if (!right)
        throw badInput(
          `${placeOf(this.table, line)} has the ${column.name} "${text}".`,
          column.kind === 'whole'
            ? 'Write a whole number from 0.'
            : 'Write 0 to 1, or leave the field empty.',
        );
      column.values.push(value);
    }
    if (this.columns.length > 0) this.properties.push(readProperties(this.columns, values, this.table, line));
  }

  get types(): Record<string, string> {
    return Object.fromEntries(this.columns.map(({ name, type }) => [name, type]));
  }

  /** The columns in an order of rows. */
  inOrder(order: Uint32Array): Partial<EdgeColumns> {
    const numbers = this.numbers.map(({ key, kind, values }) => [
      key,
      kind === 'whole'
        ? Int32Array.from(order, (i) => values[i])
        : Float64Array.from(order, (i) => values[i]),
    ]);
    return {
      ...(Object.fromEntries(numbers) as Partial<EdgeColumns>),
      ...(this.columns.length > 0 ? { properties: Array.from(order, (i) => this.properties[i]) } : {}),
    };
  }
}
