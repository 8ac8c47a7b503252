const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** Whole numbers with separators. */
export const count = (value: string | number): string => whole.format(Number(value));

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** As it is printed: 1.2 × 10⁻⁴. */
function powerOfTen(value: number): string {
  const [digits, exponent] = value.toExponential(2).split('e');
  const raised = String(Math.abs(Number(exponent))).replaceAll(/\d/g, (digit) => superscripts[Number(digit)]);
  return `${Number(digits)} × 10${Number(exponent) < 0 ? '⁻' : ''}${raised}`;
}

/** Three significant digits, whole from a thousand on; a dash where there is no value. */
export function number(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e12 || size < 1e-3) return powerOfTen(value);
  const rounded = Number(value.toPrecision(3));
  return Math.abs(rounded) >= 1000 ? whole.format(value) : String(rounded);
}

/** As people say it. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 90) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 90 ? `${minutes} min ${Math.round(seconds % 60)} s` : `${(minutes / 60).toFixed(1)} h`;
}

export const moment = (iso: string): string =>
  new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso));

/** A measure's name in words: weightPerCableUm becomes "weight per cable µm", residualP95Px "residual p95 px". */
export const words = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/\bum\b/g, 'µm');

const dimensionless = new Set(['ratio', 'fraction', 'probability', 'correlation', 'count', '1']);

/** A unit as it is written behind a number; nothing where the number says it all. */
export const unitText = (unit: string): string => (dimensionless.has(unit) ? '' : unit);
