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
    cytoplasm: 147,
    cytoplasmSpread: 17,
    glia: 122,
    grain: 9,
    cloud: 9,
    membrane: 62,
    membraneNm: 13,
    mitochondrion: 76,
    cristae: 7,
    lumen: 188,
    nucleus: 138,
    chromatin: 96,
    vesicleRim: 92,
    density: 52,
    extracellular: 150,
  },
  anisotropic: {
    cytoplasm: 172,
    cytoplasmSpread: 13,
    glia: 128,
    grain: 22,
    cloud: 14,
    membrane: 18,
    membraneNm: 14,
    mitochondrion: 100,
    cristae: 34,
    lumen: 205,
    nucleus: 160,
    chromatin: 95,
    vesicleRim: 78,
    density: 10,
    extracellular: 165,
  },
};
