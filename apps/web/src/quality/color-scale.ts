/** Viridis at nine places; it stays in order for colour-blind eyes and in grey. */
export const colorStops = [
  [68, 1, 84],
  [71, 44, 122],
  [59, 81, 139],
  [44, 113, 142],
  [33, 144, 141],
  [39, 173, 129],
  [92, 200, 99],
  [170, 220, 50],
  [253, 231, 37],
] as const;

/** @param share 0 to 1; beyond that the ends @returns red, green, blue, 0 to 255 */
export function colorAt(share: number): [number, number, number] {
  const place = Math.min(1, Math.max(0, share)) * (colorStops.length - 1);
  const i = Math.min(colorStops.length - 2, Math.floor(place));
  const within = place - i;
  const mix = (channel: 0 | 1 | 2) =>
    Math.round(colorStops[i][channel] + within * (colorStops[i + 1][channel] - colorStops[i][channel]));
  return [mix(0), mix(1), mix(2)];
}
