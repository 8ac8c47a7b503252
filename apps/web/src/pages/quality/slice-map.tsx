import { type MouseEvent, type PointerEvent, useEffect, useMemo, useRef } from 'react';
import type { PlaneBox } from '../../quality/selection.js';
import type { Slice } from '../../quality/slice.js';

/** What part of the plane all maps show: its middle, and how often it is enlarged over the whole. */
export interface PlaneView {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

interface MapProps {
  readonly label: string;
  readonly slice: Slice | undefined;
  /** Voxels of the volume. */
  readonly size: { readonly x: number; readonly y: number };
  readonly view: PlaneView;
  readonly onView: (view: PlaneView) => void;
  readonly selection: PlaneBox | undefined;
  readonly onSelect: (box: PlaneBox) => void;
  /** What the selection is compared with; drawn dashed. */
  readonly against?: PlaneBox | undefined;
  /** Anomalies that reach this section. */
  readonly marks?: readonly PlaneBox[];
  /** Where the pointer is on any of the linked maps, voxels. */
  readonly cursor: { readonly x: number; readonly y: number } | undefined;
  readonly onCursor: (place: { readonly x: number; readonly y: number } | undefined) => void;
  /** A double click. */
  readonly onOpen: (place: { readonly x: number; readonly y: number }) => void;
}

const mostZoom = 64;
const wheelStep = 1.2;

/** Pixels of the canvas a voxel. */
const scaleOf = (canvas: HTMLCanvasElement, { size, view }: Pick<MapProps, 'size' | 'view'>) =>
  view.zoom * Math.min(canvas.width / size.x, canvas.height / size.y);

/** A slice is painted once, one pixel a cell; moving and zooming draw that one picture. */
export function bitmapOf(slice: Slice): HTMLCanvasElement {
  const bitmap = document.createElement('canvas');
  [bitmap.width, bitmap.height] = [slice.width, slice.height];
  bitmap.getContext('2d')!.putImageData(new ImageData(slice.pixels, slice.width, slice.height), 0, 0);
  return bitmap;
}

function draw(canvas: HTMLCanvasElement, bitmap: HTMLCanvasElement | undefined, props: MapProps): void {
  const { slice, size, view, selection, against, marks = [], cursor } = props;
  const context = canvas.getContext('2d')!;
  const scale = scaleOf(canvas, props);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.setTransform(
    scale,
    0,
    0,
    scale,
    canvas.width / 2 - view.x * scale,
    canvas.height / 2 - view.y * scale,
  );
  context.save();
  context.beginPath();
  context.rect(0, 0, size.x, size.y);
  context.clip();
  context.imageSmoothingEnabled = false;
  if (bitmap && slice) {
    const { begin, pitch, width, height } = slice;
    context.drawImage(bitmap, begin.x, begin.y, width * pitch.x, height * pitch.y);
  }
  context.restore();
  const text = getComputedStyle(canvas).color;
  context.lineWidth = 1 / scale;
  context.strokeStyle = text;
  context.strokeRect(0, 0, size.x, size.y);
  for (const box of marks) outline(context, scale, box, ['#000', '#ff4d3d']);
  if (against) outline(context, scale, against, ['#000', '#fff'], [6, 4]);
  if (selection) outline(context, scale, selection, ['#000', '#fff']);
  if (cursor) {
    context.lineWidth = 1 / scale;
    context.strokeStyle = text;
    context.beginPath();
    context.moveTo(cursor.x, 0);
    context.lineTo(cursor.x, size.y);
    context.moveTo(0, cursor.y);
    context.lineTo(size.x, cursor.y);
    context.stroke();
  }
}

/** A box in two colours, so that it is seen on dark and on light cells. */
function outline(
  context: CanvasRenderingContext2D,
  scale: number,
  { x0, y0, x1, y1 }: PlaneBox,
  [under, over]: readonly [string, string],
  dashPx: readonly number[] = [],
): void {
  context.setLineDash(dashPx.map((px) => px / scale));
  for (const [width, color] of [
    [5, under],
    [2.5, over],
  ] as const) {
    context.lineWidth = width / scale;
    context.strokeStyle = color;
    context.strokeRect(x0, y0, x1 - x0, y1 - y0);
  }
  context.setLineDash([]);
}

function useDragging(props: MapProps) {
  const from = useRef<{ x: number; y: number; view: PlaneView; selecting: boolean }>(undefined);
  const placeOf = (event: MouseEvent<HTMLCanvasElement>) => {
    const canvas = event.currentTarget;
    const { left, top, width } = canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - left) * canvas.width) / width,
      y: ((event.clientY - top) * canvas.width) / width,
    };
  };
  const voxelsOf = (canvas: HTMLCanvasElement, place: { x: number; y: number }, view: PlaneView) => {
    const scale = scaleOf(canvas, { size: props.size, view });
    return {
      x: view.x + (place.x - canvas.width / 2) / scale,
      y: view.y + (place.y - canvas.height / 2) / scale,
    };
  };
  const within = (value: number, most: number) => Math.round(Math.min(most, Math.max(0, value)));
  return {
    onPointerDown: (event: PointerEvent<HTMLCanvasElement>) => {
      event.currentTarget.setPointerCapture(event.pointerId);
      from.current = { ...placeOf(event), view: props.view, selecting: event.shiftKey };
    },
    onPointerMove: (event: PointerEvent<HTMLCanvasElement>) => {
      if (!from.current) return props.onCursor(voxelsOf(event.currentTarget, placeOf(event), props.view));
      const { view, selecting } = from.current;
      const [start, now] = [from.current, placeOf(event)].map((place) =>
        voxelsOf(event.currentTarget, place, view),
      );
      if (!selecting)
        return props.onView({ ...view, x: view.x + start.x - now.x, y: view.y + start.y - now.y });
      const [xs, ys] = [
        [start.x, now.x].toSorted((a, b) => a - b),
        [start.y, now.y].toSorted((a, b) => a - b),
      ];
      props.onSelect({
        x0: within(xs[0], props.size.x),
        y0: within(ys[0], props.size.y),
        x1: within(xs[1], props.size.x),
        y1: within(ys[1], props.size.y),
      });
    },
    onPointerUp: () => (from.current = undefined),
    onPointerLeave: () => props.onCursor(undefined),
    onDoubleClick: (event: MouseEvent<HTMLCanvasElement>) =>
      props.onOpen(voxelsOf(event.currentTarget, placeOf(event), props.view)),
  };
}

/** Cells of one z in colour. Dragging moves all maps, the wheel zooms, Shift and dragging selects. */
export function SliceMap(props: MapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { slice } = props;
  const bitmap = useMemo(() => slice && bitmapOf(slice), [slice]);
  const dragging = useDragging(props);
  useEffect(() => {
    const element = canvas.current!;
    const [width, height] = [element.clientWidth, element.clientHeight].map((side) =>
      Math.max(1, Math.round(side * devicePixelRatio)),
    );
    if (element.width !== width) element.width = width;
    if (element.height !== height) element.height = height;
    const frame = requestAnimationFrame(() => draw(element, bitmap, props));
    return () => cancelAnimationFrame(frame);
  });
  useEffect(() => {
    const element = canvas.current!;
    const zoom = (event: WheelEvent) => {
      event.preventDefault();
      const by = event.deltaY < 0 ? wheelStep : 1 / wheelStep;
      props.onView({ ...props.view, zoom: Math.min(mostZoom, Math.max(0.5, props.view.zoom * by)) });
    };
    // React listens for the wheel passively, which cannot keep the page from scrolling.
    element.addEventListener('wheel', zoom, { passive: false });
    return () => element.removeEventListener('wheel', zoom);
  });
  const aspectRatio = Math.min(2.5, Math.max(0.7, props.size.x / props.size.y));
  return <canvas ref={canvas} role="img" aria-label={props.label} style={{ aspectRatio }} {...dragging} />;
}
