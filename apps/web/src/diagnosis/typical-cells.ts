import type { CellValue, Place } from '../quality/slice.js';

interface Box {
  readonly begin: Place;
  readonly end: Place;
}

const axes = ['x', 'y', 'z'] as const;

const middleOf = ({ begin, end }: Box): Place => ({
  x: (begin.x + end.x) / 2,
  y: (begin.y + end.y) / 2,
  z: (begin.z + end.z) / 2,
});

const holds = (box: Box, place: Place) =>
  axes.every((axis) => box.begin[axis] <= place[axis] && place[axis] < box.end[axis]);

const grown = ({ begin, end }: Box, by: Place): Box => ({
  begin: { x: begin.x - by.x, y: begin.y - by.y, z: begin.z - by.z },
  end: { x: end.x + by.x, y: end.y + by.y, z: end.z + by.z },
});

/** Of some cells of a side the one whose value is nearest to the mean of the whole side; of equals the first. */
function mostTypical(cells: readonly CellValue[], side: readonly CellValue[]): CellValue | undefined {
  const mean = side.reduce((sum, { value }) => sum + value, 0) / side.length;
  let best: CellValue | undefined;
  for (const cell of cells)
    if (!best || Math.abs(cell.value - mean) < Math.abs(best.value - mean)) best = cell;
  return best;
}

/** Whether a patch about a cell's middle lies within a box. */
const isInner =
  ({ begin, end }: Box, marginVoxels: number) =>
  ({ box }: CellValue) =>
    (['x', 'y'] as const).every((axis) => {
      const middle = middleOf(box)[axis];
      return middle >= begin[axis] + marginVoxels && middle <= end[axis] - marginVoxels;
    });

/** Whether a patch about a cell's middle shows nothing of a box. */
const isClear = (box: Box, marginVoxels: number) => {
  const reached = grown(box, { x: marginVoxels, y: marginVoxels, z: 0 });
  return (cell: CellValue) => !holds(reached, middleOf(cell.box));
};

type Wish = (cell: CellValue) => boolean;

const both =
  (one: Wish, other: Wish): Wish =>
  (cell) =>
    one(cell) && other(cell);

/** The cells that fulfil the first of these wishes that any fulfils; all where none does. */
function preferring(cells: readonly CellValue[], ...wishes: Wish[]) {
  for (const wish of wishes) {
    const fitting = cells.filter(wish);
    if (fitting.length > 0) return fitting;
  }
  return cells;
}

export interface TypicalPlaces {
  readonly region: Place;
  readonly reference: Place;
}

/**
 * A place of the region and one of its reference to look at side by side: the middles of the cells whose values are
 * nearest to the mean of their side, the reference in the same sections where it can be. Where there is room, the patch
 * of the region lies within it and that of the reference outside; of such cells those of neuropil come first. The same
 * input gives the same places.
 *
 * @param against what the region was compared with; all the rest, less a rim of one cell, when left out
 * @param shape of the volume, voxels
 * @param marginVoxels half the width of a patch
 * @param isNeuropil whether a cell holds wiring: a patch within a soma or a vessel shows none
 * @returns undefined where one side has no cell
 */
export function typicalPlaces(
  values: readonly CellValue[],
  region: Box,
  against: Box | undefined,
  shape: Place,
  marginVoxels: number,
  isNeuropil: (cell: CellValue) => boolean = () => true,
): TypicalPlaces | undefined {
  const cells = values.map((cell) => ({ cell, middle: middleOf(cell.box) }));
  const inside = cells.filter(({ middle }) => holds(region, middle)).map(({ cell }) => cell);
  const isWhole = isInner({ begin: { x: 0, y: 0, z: 0 }, end: shape }, marginVoxels);
  const isOfRegion = isInner(region, marginVoxels);
  const isInside = (cell: CellValue) => isWhole(cell) && isOfRegion(cell);
  const chosen = mostTypical(
    preferring(inside, both(isInside, isNeuropil), isInside, both(isWhole, isNeuropil), isWhole, isNeuropil),
    inside,
  );
  if (!chosen) return undefined;
  const size = {
    x: chosen.box.end.x - chosen.box.begin.x,
    y: chosen.box.end.y - chosen.box.begin.y,
    z: chosen.box.end.z - chosen.box.begin.z,
  };
  const outside = cells.filter(
    ({ middle }) => !holds(region, middle) && (!against || holds(against, middle)),
  );
  const guarded = outside.filter(({ middle }) => !holds(grown(region, size), middle));
  const candidates = (guarded.length > 0 ? guarded : outside).map(({ cell }) => cell);
  const isLevel = ({ box }: CellValue) => box.begin.z === chosen.box.begin.z;
  const isApart = isClear(region, marginVoxels);
  const isOutside = both(isWhole, isApart);
  const isLevelNeuropil = both(isLevel, isNeuropil);
  const reference = mostTypical(
    preferring(
      candidates,
      both(isOutside, isLevelNeuropil),
      both(isOutside, isNeuropil),
      isOutside,
      both(isWhole, isNeuropil),
      isWhole,
      isLevelNeuropil,
      isNeuropil,
    ),
    candidates,
  );
  return reference && { region: middleOf(chosen.box), reference: middleOf(reference.box) };
}
