/** A box of the plane in voxels, half-open; all z. */
export interface PlaneBox {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** Written as four numbers: x, y to x, y. */
export function planeBoxFrom(text: string | null): PlaneBox | undefined {
  const numbers = (text ?? '').match(/-?\d+(\.\d+)?/g)?.map(Number) ?? [];
  if (numbers.length !== 4) return undefined;
  const [ax, ay, bx, by] = numbers;
  return { x0: Math.min(ax, bx), y0: Math.min(ay, by), x1: Math.max(ax, bx), y1: Math.max(ay, by) };
}

/** The whole numbers of voxels that a box of the plane holds, within the volume, through all z. */
export function columnOf(
  { x0, y0, x1, y1 }: PlaneBox,
  shape: { readonly x: number; readonly y: number; readonly z: number },
) {
  const cut = (value: number, most: number) => Math.max(0, Math.min(most, Math.round(value)));
  return {
    begin: { x: cut(x0, shape.x), y: cut(y0, shape.y), z: 0 },
    end: { x: cut(x1, shape.x), y: cut(y1, shape.y), z: shape.z },
  };
}
