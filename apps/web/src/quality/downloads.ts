import { colorAt } from './color-scale.js';
import type { CellValue } from './slice.js';

export interface FieldText {
  readonly layer: string;
  readonly measure: string;
  readonly unit: string;
}

/** Hands a text or a picture over as a file. */
export function saveAs(name: string, content: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** All cells, one a line; boxes in voxels, half-open. */
export function csvOf({ layer, measure, unit }: FieldText, values: readonly CellValue[]): string {
  const head = 'layer,measure,unit,cell,x0,y0,z0,x1,y1,z1,value,count';
  const rows = values.map(({ cellKey, box: { begin, end }, value, count }) =>
    [layer, measure, unit, cellKey, begin.x, begin.y, begin.z, end.x, end.y, end.z, value, count].join(','),
  );
  return `${[head, ...rows].join('\n')}\n`;
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** The cells at one z as rectangles in voxels, with what they show written below. */
export function svgOf(
  field: FieldText,
  values: readonly CellValue[],
  z: number,
  range: readonly [number, number],
  size: { readonly x: number; readonly y: number },
): string {
  const span = range[1] - range[0] || 1;
  const cells = values.filter(({ box }) => box.begin.z <= z && z < box.end.z);
  const rects = cells.map(({ box: { begin, end }, value }) => {
    const [r, g, b] = colorAt((value - range[0]) / span);
    const place = `x="${begin.x}" y="${begin.y}" width="${end.x - begin.x}" height="${end.y - begin.y}"`;
    return `<rect ${place} fill="rgb(${r},${g},${b})"><title>${value} ${escaped(field.unit)}</title></rect>`;
  });
  const line = size.x / 25;
  const legend = `${field.layer} ${field.measure}, z ${z}: ${range[0]} to ${range[1]} ${field.unit}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.x} ${size.y + 2 * line}" shape-rendering="crispEdges">
${rects.join('\n')}
<text x="0" y="${size.y + 1.4 * line}" font-family="sans-serif" font-size="${line}">${escaped(legend)}</text>
</svg>
`;
}
