import { useEffect, useMemo, useRef } from 'react';
import type { TypicalPlaces } from '../../diagnosis/typical-cells.js';
import { number, unitText } from '../../format.js';
import { type CellValue, type Place, sliceAt, usualRangeOf } from '../../quality/slice.js';
import { strings } from '../../strings.js';
import type { VoxelRange } from '../../volumes/precomputed.js';
import { bitmapOf } from '../quality/slice-map.js';

const t = strings.diagnosis;

interface RegionMapProps {
  readonly label: string;
  readonly values: readonly CellValue[];
  readonly unit: string;
  readonly size: Place;
  readonly z: number;
  readonly region: VoxelRange;
  readonly against: VoxelRange | null;
  readonly places: TypicalPlaces | undefined;
}

const insetPx = 4;

/** A line that is seen on light and on dark ground. */
function outline(context: CanvasRenderingContext2D, box: VoxelRange, scale: number, dashed: boolean): void {
  const { begin, end } = box;
  context.setLineDash(dashed ? [9, 6] : []);
  for (const [width, color] of [
    [7, '#000'],
    [3.5, '#fff'],
  ] as const) {
    context.lineWidth = width;
    context.strokeStyle = color;
    // Inwards, so that a box at the rim of the volume is seen as a whole.
    context.strokeRect(
      begin.x * scale + insetPx,
      begin.y * scale + insetPx,
      (end.x - begin.x) * scale - 2 * insetPx,
      (end.y - begin.y) * scale - 2 * insetPx,
    );
  }
  context.setLineDash([]);
}

/** Where a patch was taken: a square for the region, a circle for the reference. */
function mark(context: CanvasRenderingContext2D, { x, y }: Place, scale: number, round: boolean): void {
  context.beginPath();
  if (round) context.arc(x * scale, y * scale, 8, 0, 2 * Math.PI);
  else context.rect(x * scale - 7, y * scale - 7, 14, 14);
  context.fillStyle = '#fff';
  context.strokeStyle = '#000';
  context.lineWidth = 3;
  context.fill();
  context.stroke();
}

const widthPx = 480;

/** One measure at the region's middle, small, with the region drawn. */
export function RegionMap({ label, values, unit, size, z, region, against, places }: RegionMapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const range = useMemo(() => usualRangeOf(values), [values]);
  const height = Math.round((widthPx * size.y) / size.x);
  useEffect(() => {
    const context = canvas.current!.getContext('2d')!;
    const scale = widthPx / size.x;
    context.clearRect(0, 0, widthPx, height);
    context.imageSmoothingEnabled = false;
    const slice = sliceAt(values, z, range);
    if (slice) {
      const { begin, pitch, width, height: rows } = slice;
      context.drawImage(
        bitmapOf(slice),
        begin.x * scale,
        begin.y * scale,
        width * pitch.x * scale,
        rows * pitch.y * scale,
      );
    }
    if (against) outline(context, against, scale, true);
    outline(context, region, scale, false);
    if (places) {
      mark(context, places.region, scale, false);
      mark(context, places.reference, scale, true);
    }
  }, [values, range, size, z, region, against, places, height]);
  return (
    <figure className="region-map">
      <canvas
        ref={canvas}
        width={widthPx}
        height={height}
        style={{ aspectRatio: `${widthPx} / ${height}` }}
        role="img"
        aria-label={label}
      />
      <figcaption>
        <span className="ramp" aria-hidden />
        <span>
          {number(range[0])} … {number(range[1])} {unitText(unit)}
        </span>
        <span className="quiet">{t.atSection(z)}</span>
      </figcaption>
    </figure>
  );
}
