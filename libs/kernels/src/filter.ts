/** A two-dimensional image in C order; `shape` is [height, width] in pixels. */
export interface Image<A = Float32Array> {
  readonly data: A;
  readonly shape: readonly [number, number];
}

/** A grey image with a mask of the same shape: 1 where the image holds data, 0 where it does not. */
export interface MaskedImage extends Image {
  readonly mask: Uint8Array;
}

/** Half a sampled Gaussian, weights[0] at the centre, cut at 3 σ and normalised over both sides. */
function gaussianWeights(sigmaPx: number): Float64Array {
  const radius = Math.max(1, Math.ceil(3 * sigmaPx));
  const weights = new Float64Array(radius + 1);
  for (let i = 0; i <= radius; i++) weights[i] = Math.exp((-i * i) / (2 * sigmaPx * sigmaPx));
  const total = weights.reduce((sum, w, i) => sum + (i === 0 ? w : 2 * w), 0);
  return weights.map((w) => w / total);
}

/**
 * Gaussian blur along both axes; pixels beyond the border count as zero.
 * @param image float32, [height, width]; not mutated
 * @param sigmaPx standard deviation, px; 0 returns a copy
 */
export function gaussianBlur({ data, shape }: Image, sigmaPx: number): Image {
  if (sigmaPx <= 0) return { data: data.slice(), shape };
  const [h, w] = shape;
  const k = gaussianWeights(sigmaPx);
  const rows = new Float32Array(h * w);
  const out = new Float32Array(h * w);
  const padded = new Float64Array(w + 2 * (k.length - 1));
  const sums = new Float64Array(w);
  const radius = k.length - 1;
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) padded[radius + x] = data[y * w + x];
    for (let x = 0; x < w; x++) {
      const c = radius + x;
      let sum = k[0] * padded[c];
      for (let i = 1; i <= radius; i++) sum += k[i] * (padded[c - i] + padded[c + i]);
      rows[y * w + x] = sum;
    }
  }
  for (let y = 0; y < h; y++) {
    sums.fill(0);
    for (let i = -radius; i <= radius; i++) {
      const from = (y + i) * w;
      if (y + i < 0 || y + i >= h) continue;
      const weight = k[Math.abs(i)];
      for (let x = 0; x < w; x++) sums[x] += weight * rows[from + x];
    }
    out.set(sums, y * w);
  }
  return { data: out, shape };
}

/**
 * Gaussian blur of the data pixels alone (normalised convolution, Knutsson & Westin 1993): no-data pixels
 * neither darken their neighbours nor receive a value.
 */
export function maskedBlur({ data, mask, shape }: MaskedImage, sigmaPx: number): MaskedImage {
  const weighted = data.map((v, i) => (mask[i] ? v : 0));
  const sum = gaussianBlur({ data: weighted, shape }, sigmaPx).data;
  const weight = gaussianBlur({ data: Float32Array.from(mask), shape }, sigmaPx).data;
  return { data: sum.map((v, i) => (mask[i] ? v / weight[i] : 0)), mask, shape };
}

/**
 * Difference of Gaussians of the data pixels, 0 where there is no data.
 * @param fineSigmaPx removes noise; 0 keeps the finest detail
 * @param coarseSigmaPx removes illumination and staining gradients
 */
export function bandPass(image: MaskedImage, fineSigmaPx: number, coarseSigmaPx: number): MaskedImage {
  const fine = fineSigmaPx > 0 ? maskedBlur(image, fineSigmaPx).data : image.data;
  const coarse = maskedBlur(image, coarseSigmaPx).data;
  return {
    data: fine.map((v, i) => (image.mask[i] ? v - coarse[i] : 0)),
    mask: image.mask,
    shape: image.shape,
  };
}

/** Grey values as float32 with the mask of pixels that hold data (value above 0). */
export function maskedImage({ data, shape }: Image<Uint8Array | Uint16Array>): MaskedImage {
  return { data: Float32Array.from(data), mask: Uint8Array.from(data, (v) => (v > 0 ? 1 : 0)), shape };
}
