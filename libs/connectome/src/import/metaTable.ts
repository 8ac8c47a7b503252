import { badInput } from '@stratome/core';
import { findColumn } from './columns.js';
import type { ImportedMeta } from './importedGraph.js';
import { openTable, placeOf } from './tableRows.js';

/** neuPrint's table of a dataset as a whole: one row. @throws StratomeError badInput for more rows, or what cannot be read */
export async function readMetaTable(path: string): Promise<ImportedMeta> {
  const table = await openTable(path);
  const rows: { line: number; values: readonly string[] }[] = [];
  for await (const row of table.rows) rows.push(row);
  if (rows.length !== 1)
    throw badInput(`${path} has ${rows.length} rows.`, 'It describes one dataset: give one row.');
  const [{ line, values }] = rows;
  const text = (name: string) => {
    const at = findColumn(table, [name]);
    return at < 0 || values[at].trim() === '' ? undefined : values[at].trim();
  };
  const refuse = (name: string, remedy: string) =>
    badInput(`${placeOf(table, line)} has the ${name} "${text(name)?.slice(0, 60)}".`, remedy);
  const share = (name: string) => {
    const value = Number(text(name) ?? 0);
    if (value >= 0 && value <= 1) return value;
    throw refuse(name, 'Write 0 to 1.');
  };
  const voxel = text('voxelSize')?.split(';').map(Number);
  if (voxel && !(voxel.length === 3 && voxel.every((nm) => nm > 0)))
    throw refuse('voxelSize', 'Write nanometres along x, y and z: 8;8;8.');
  return {
    thresholds: {
      postHighAccuracy: share('postHighAccuracyThreshold'),
      postHP: share('postHPThreshold'),
      preHP: share('preHPThreshold'),
    },
    ...(voxel ? { voxelSize: voxel as unknown as [number, number, number] } : {}),
    ...(text('primaryRois') ? { primaryRois: text('primaryRois')!.split(';') } : {}),
    ...(text('roiHierarchy')
      ? { roiHierarchy: hierarchy(text('roiHierarchy')!, () => refuse('roiHierarchy', 'Write JSON.')) }
      : {}),
    ...(text('tag') ? { tag: text('tag') } : {}),
  };
}

function hierarchy(text: string, refusal: () => Error): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw refusal();
  }
}
