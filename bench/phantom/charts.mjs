// Pictures: sections side by side, truth in colour, and curves as SVG.
import sharp from 'sharp';

const colours = { real: '#1f2937', unseen: '#2563eb', phantom: '#dc2626' };

/** Puts grey or RGB panels (same size) in a grid, enlarged, and writes a PNG. */
export async function writePanels(file, rows, enlarge, channels = 1) {
  const { height, width } = rows[0][0];
  const gap = 2;
  const [h, w] = [height * enlarge, width * enlarge];
  const composite = [];
  for (const [r, row] of rows.entries()) {
    for (const [c, panel] of row.entries()) {
      const input = await sharp(panel.data, { raw: { height, width, channels } })
        .resize(w, h, { kernel: 'nearest' })
        .png()
        .toBuffer();
      composite.push({ input, top: r * (h + gap), left: c * (w + gap) });
    }
  }
  const size = { width: rows[0].length * (w + gap) - gap, height: rows.length * (h + gap) - gap };
  const image = sharp({ create: { ...size, channels: 3, background: '#ffffff' } }).composite(composite);
  await sharp(await image.png().toBuffer())
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .png({ compressionLevel: 9 })
    .toFile(file);
}

/** A square cut from a section. */
export function cut({ data, width }, top, left, size) {
  const out = new Uint8Array(size * size);
  for (let y = 0; y < size; y++)
    out.set(data.subarray((top + y) * width + left, (top + y) * width + left + size), y * size);
  return { data: out, height: size, width: size };
}

const scale = (value, low, high, log) =>
  log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);

function chart({ title, xLabel, yLabel, x, y, curves, ticksX, ticksY }, left, top) {
  const [w, h] = [250, 170];
  const px = (v) => left + 50 + w * scale(v, x.low, x.high, x.log);
  const py = (v) => top + 30 + h * (1 - scale(v, y.low, y.high, y.log));
  const within = (v, { low, high }) => v >= Math.min(low, high) && v <= 1.0001 * Math.max(low, high);
  const inside = ([a, b]) => within(a, x) && within(b, y);
  const line = ({ points, kind }) =>
    `<polyline fill="none" stroke="${colours[kind]}" stroke-width="${kind === 'phantom' ? 1 : 2}" points="${points
      .filter(inside)
      .map(([a, b]) => `${px(a).toFixed(1)},${py(b).toFixed(1)}`)
      .join(' ')}"/>`;
  const text = (v, a, b, anchor, turn = '') =>
    `<text x="${a}" y="${b}" text-anchor="${anchor}" font-size="10" fill="#374151" ${turn}>${v}</text>`;
  return [
    `<rect x="${left + 50}" y="${top + 30}" width="${w}" height="${h}" fill="none" stroke="#9ca3af"/>`,
    text(`<tspan font-size="12" font-weight="bold">${title}</tspan>`, left + 50, top + 20, 'start'),
    ...ticksX.map((v) => text(v, px(v), top + h + 44, 'middle')),
    ...ticksY.map(([v, name]) => text(name, left + 45, py(v) + 4, 'end')),
    text(xLabel, left + 50 + w / 2, top + h + 60, 'middle'),
    text(
      yLabel,
      left + 10,
      top + 30 + h / 2,
      'middle',
      `transform="rotate(-90 ${left + 10} ${top + 30 + h / 2})"`,
    ),
    ...curves.map(line),
  ].join('\n');
}

/** One row of charts for each pair of real and phantom tissue. */
export function statisticsSvg(rows) {
  const body = rows
    .map(({ charts }, r) => charts.map((c, k) => chart(c, k * 320, r * 250 + 24)).join('\n'))
    .join('\n');
  const key = rows.map(
    ({ real, unseen }, r) =>
      `<text x="50" y="${r * 250 + 26}" font-size="12"><tspan fill="${colours.real}">— ${real}</tspan>` +
      `<tspan fill="${colours.unseen}" dx="16">— ${unseen} (not used in fitting)</tspan>` +
      `<tspan fill="${colours.phantom}" dx="16">— phantom, seeds 1–3</tspan></text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 970 ${rows.length * 250 + 30}" font-family="sans-serif">
<rect width="100%" height="100%" fill="#ffffff"/>
${key.join('\n')}
${body}
</svg>
`;
}
