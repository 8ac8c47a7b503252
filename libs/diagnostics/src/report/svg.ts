/** Text as it may stand in XML. */
export const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

type Attributes = Readonly<Record<string, string | number>>;

const number = (value: number): string => String(Math.round(value * 100) / 100);

const attributesOf = (attributes: Attributes): string =>
  Object.entries(attributes)
    .map(([name, v]) => ` ${name}="${typeof v === 'number' ? number(v) : escapeXml(v)}"`)
    .join('');

/** One element; `inside` is markup. */
export const element = (name: string, attributes: Attributes, inside = ''): string =>
  inside === ''
    ? `<${name}${attributesOf(attributes)}/>`
    : `<${name}${attributesOf(attributes)}>${inside}</${name}>`;

export const label = (x: number, y: number, text: string, more: Attributes = {}): string =>
  element('text', { x, y, ...more }, escapeXml(text));

const style = 'font-family="Helvetica, Arial, sans-serif" font-size="11" fill="#222"';

/** A drawing that stands by itself. `title` is read out to who cannot see it. */
export const drawing = (width: number, height: number, title: string, parts: readonly string[]): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${number(width)} ${number(height)}" width="${number(width)}" ` +
  `height="${number(height)}" role="img" ${style}><title>${escapeXml(title)}</title>` +
  `<rect width="100%" height="100%" fill="#fff"/>${parts.join('')}</svg>`;

/** Viridis at nine places: in order for colour-blind eyes and in grey. */
const stops = ['440154', '472c7a', '3b518b', '2c718e', '21908d', '27ad81', '5cc863', 'aadc32', 'fde725'].map(
  (hex) => [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)),
);

/** @param share 0 to 1; beyond that the ends */
export function colour(share: number): string {
  const place = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const i = Math.min(stops.length - 2, Math.floor(place));
  const mixed = stops[i].map((v, k) => Math.round(v + (place - i) * (stops[i + 1][k] - v)));
  return `rgb(${mixed.join(',')})`;
}

/** A number in three significant digits, without an exponent where it can be read without. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-4) return value.toExponential(2);
  return String(Number(value.toPrecision(3)));
}

/** Three or four round numbers from `low` to `high`. */
export function ticks(low: number, high: number): number[] {
  if (!(high > low)) return [low];
  const raw = (high - low) / 3;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw)!;
  const first = Math.ceil(low / step - 1e-9) * step;
  const out: number[] = [];
  for (let v = first; v <= high + 1e-9 * step; v += step) out.push(Number(v.toPrecision(12)));
  return out;
}
