const prefixes = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** A count in three or so digits: 950, 1.2 k, 34 M. */
export function formatCount(value: number): string {
  for (const [scale, prefix] of prefixes) {
    // 999.96 k would round to 1000.0 k.
    if (value >= scale * 0.9995) return `${shorten(value / scale)} ${prefix}`;
  }
  return shorten(value);
}

const shorten = (value: number) =>
  value >= 99.95 || Number.isInteger(value) ? value.toFixed(0) : value.toFixed(value < 0.995 ? 2 : 1);

/** A time for people: 0.4 s, 12 s, 3 min 05 s, 2 h 10 min. */
export function formatSeconds(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** A share in percent: 0.4 %, 3 %, 100 %. */
export const formatShare = (fraction: number): string =>
  `${fraction < 0.00995 ? (100 * fraction).toFixed(1) : Math.round(100 * fraction)} %`;
