import type { Variant } from './parameters.js';

/** Grey levels (0 dark to 255 bright) and how strongly each structure stands out. */
export interface Palette {
  cytoplasm: number;
  /** Standard deviation of cytoplasm between bodies, grey levels. */
  cytoplasmSpread: number;
  glia: number;
  /** Amplitude of fine grains and of clouds in cytoplasm, grey levels. */
  grain: number;
  cloud: number;
  /** Smoothing of the grains: the number of (1 2 1)/4 passes along each axis. */
  grainPasses: number;
  membrane: number;
  /** Half width of a membrane pair, where it has faded to 1/e, nm. */
  membraneNm: number;
  mitochondrion: number;
  /** Contrast of cristae, grey levels. */
  cristae: number;
  lumen: number;
  nucleus: number;
  chromatin: number;
  vesicleRim: number;
  density: number;
  extracellular: number;
}

/** Read off grey levels of real sections: FIB-SEM of a medulla, transmission images of a nerve cord. */
export const palettes: Record<Variant, Palette> = {
  isotropic: {
    cytoplasm: 160,
    cytoplasmSpread: 21,
    glia: 126,
    grain: 18,
    grainPasses: 3,
    cloud: 9,
    membrane: 46,
    membraneNm: 14,
    mitochondrion: 72,
    cristae: 6,
    lumen: 192,
    nucleus: 138,
    chromatin: 96,
    vesicleRim: 70,
    density: 36,
    extracellular: 150,
  },
  anisotropic: {
    cytoplasm: 174,
    cytoplasmSpread: 11,
    glia: 118,
    grain: 32,
    grainPasses: 1,
    cloud: 10,
    membrane: 5,
    membraneNm: 13,
    mitochondrion: 92,
    cristae: 40,
    lumen: 196,
    nucleus: 160,
    chromatin: 95,
    vesicleRim: 62,
    density: 2,
    extracellular: 165,
  },
};
