/** Nanometres in one unit of length, by the names that OME-Zarr (UDUNITS) and N5 use. */
const nmPerUnit: Record<string, number> = {
  angstrom: 0.1,
  picometer: 1e-3,
  pm: 1e-3,
  nanometer: 1,
  nm: 1,
  micrometer: 1e3,
  micron: 1e3,
  um: 1e3,
  µm: 1e3,
  μm: 1e3,
  millimeter: 1e6,
  mm: 1e6,
  centimeter: 1e7,
  cm: 1e7,
  meter: 1e9,
  m: 1e9,
};

/** A length in nm; undefined when the unit is absent or not one of length. */
export function toNm(length: number, unit: string | undefined): number | undefined {
  const factor = unit === undefined ? undefined : nmPerUnit[unit];
  return factor === undefined ? undefined : Number((length * factor).toPrecision(12));
}
