const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** Whole numbers with separators. */
export const count = (value: string | number): string => whole.format(Number(value));

/** Three significant digits; a dash where there is no value. */
export function number(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const size = Math.abs(value);
  return size >= 1e6 || size < 1e-3 ? value.toExponential(2) : String(Number(value.toPrecision(3)));
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
