import '../locale.js';
import { useEffect, useRef } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

interface ChartProps {
  readonly label: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly xLabel: string;
  readonly yLabel: string;
  readonly kind: 'line' | 'bars' | 'points';
  /** A place on the x axis to mark. */
  readonly mark?: number;
}

const heightPx = 200;

function optionsFor({ xLabel, yLabel, kind, mark }: ChartProps, width: number, text: string): UPlot.Options {
  const axis = { stroke: text, grid: { stroke: `color-mix(in srgb, ${text} 15%, transparent)` } };
  const drawMark = (plot: UPlot) => {
    if (mark === undefined) return;
    const x = plot.valToPos(mark, 'x', true);
    plot.ctx.fillStyle = text;
    plot.ctx.fillRect(x - 1, plot.bbox.top, 2, plot.bbox.height);
  };
  return {
    width,
    height: heightPx,
    legend: { show: false },
    scales: { x: { time: false } },
    axes: [
      { ...axis, label: xLabel },
      { ...axis, label: yLabel, size: 60 },
    ],
    series: [
      {},
      {
        stroke: kind === 'points' ? undefined : '#3b7dd8',
        fill: kind === 'bars' ? '#3b7dd8' : undefined,
        paths:
          kind === 'bars' ? UPlot.paths.bars!({ size: [1, 60] }) : kind === 'points' ? () => null : undefined,
        points: { show: kind !== 'bars', fill: '#3b7dd8', size: 5 },
      },
    ],
    hooks: { draw: [drawMark] },
  };
}

/** A small plot. Its numbers are a table for those who cannot see it. */
export function Chart(props: ChartProps) {
  const container = useRef<HTMLDivElement>(null);
  const { label, x, y, xLabel, yLabel, kind, mark } = props;
  useEffect(() => {
    const holder = container.current!;
    const { color } = getComputedStyle(holder);
    const width = Math.max(200, holder.clientWidth);
    const shown = { label, x, y, xLabel, yLabel, kind, mark };
    const plot = new UPlot(optionsFor(shown, width, color), [x as number[], y as number[]], holder);
    const observer = new ResizeObserver(() => plot.setSize({ width: holder.clientWidth, height: heightPx }));
    observer.observe(holder);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [label, x, y, xLabel, yLabel, kind, mark]);
  return <div ref={container} className="chart" role="img" aria-label={label} />;
}
