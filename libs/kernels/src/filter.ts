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
  if (sigmaPx <= 0) return { data: data.slice(), mask, shape };
  const full = !mask.includes(0);
  const sum = gaussianBlur({ data: full ? data : masked(data, mask), shape }, sigmaPx).data;
  const weight = full
    ? borderWeights(shape, sigmaPx)
    : gaussianBlur({ data: Float32Array.from(mask), shape }, sigmaPx).data;
  for (let i = 0; i < sum.length; i++) sum[i] = mask[i] ? sum[i] / weight[i] : 0;
  return { data: sum, mask, shape };
}

function masked(data: Float32Array, mask: Uint8Array): Float32Array {
  const out = data.slice();
  for (let i = 0; i < out.length; i++) if (mask[i] === 0) out[i] = 0;
  return out;
}

/** What a blur makes of an image of ones: below 1 near the border. */
function borderWeights([h, w]: readonly [number, number], sigmaPx: number): Float32Array {
  const k = gaussianWeights(sigmaPx);
  const along = (n: number) =>
    Float64Array.from({ length: n }, (_, p) => {
      let sum = 0;
      for (let i = 1 - k.length; i < k.length; i++) if (p + i >= 0 && p + i < n) sum += k[Math.abs(i)];
      return sum;
    });
  const [rows, columns] = [along(h), along(w)];
  const out = new Float32Array(h * w);
  for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) out[y * w + x] = rows[y] * columns[x];
  return out;
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
  const mask = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) mask[i] = data[i] > 0 ? 1 : 0;
  return { data: Float32Array.from(data), mask, shape };
}

/** Running sums of rows, then columns: sum over the box of half width `radius` around each pixel. */
function boxSum(data: ArrayLike<number>, h: number, w: number, radius: number): Float64Array {
  const rows = new Float64Array(h * w);
  for (let y = 0; y < h; y++) {
    let sum = 0;
    for (let x = 0; x < Math.min(radius, w); x++) sum += data[y * w + x];
    for (let x = 0; x < w; x++) {
      if (x + radius < w) sum += data[y * w + x + radius];
      if (x - radius > 0) sum -= data[y * w + x - radius - 1];
      rows[y * w + x] = sum;
    }
  }
  const out = new Float64Array(h * w);
  const sums = new Float64Array(w);
  for (let y = 0; y < Math.min(radius, h); y++) for (let x = 0; x < w; x++) sums[x] += rows[y * w + x];
  for (let y = 0; y < h; y++) {
    const enter = y + radius < h ? (y + radius) * w : -1;
    const leave = y - radius > 0 ? (y - radius - 1) * w : -1;
    for (let x = 0; x < w; x++) {
      if (enter >= 0) sums[x] += rows[enter + x];
      if (leave >= 0) sums[x] -= rows[leave + x];
      out[y * w + x] = sums[x];
    }
  }
  return out;
}

/**
 * Subtracts from each data pixel the mean of the data pixels in the box around it, which removes shading;
 * costs the same for any radius. 0 where there is no data.
 * @param radius half width of the box, px
 */
export function subtractBackground({ data, mask, shape }: MaskedImage, radius: number): MaskedImage {
  const [h, w] = shape;
  const values = masked(data, mask);
  const sums = boxSum(values, h, w, radius);
  const counts = boxSum(mask, h, w, radius);
  for (let i = 0; i < values.length; i++) if (mask[i]) values[i] -= sums[i] / counts[i];
  return { data: values, mask, shape };
}

/** Halves both axes by the mean of the data pixels of each 2×2 block; a block has data where any pixel has. */
export function halve({ data, mask, shape: [h, w] }: MaskedImage): MaskedImage {
  const shape = [Math.ceil(h / 2), Math.ceil(w / 2)] as const;
  const out = new Float32Array(shape[0] * shape[1]);
  const outMask = new Uint8Array(shape[0] * shape[1]);
  for (let y = 0, o = 0; y < shape[0]; y++) {
    for (let x = 0; x < shape[1]; x++, o++) {
      let sum = 0;
      let n = 0;
      for (let k = 0; k < 4; k++) {
        const [yy, xx] = [2 * y + (k >> 1), 2 * x + (k & 1)];
        if (yy >= h || xx >= w || mask[yy * w + xx] === 0) continue;
        sum += data[yy * w + xx];
        n++;
      }
      if (n > 0) {
        out[o] = sum / n;
        outMask[o] = 1;
      }
    }
  }
  return { data: out, mask: outMask, shape };
}

/** A copy of part of an image; what lies outside the image holds no data. */
export function crop(
  image: MaskedImage,
  corner: readonly [number, number],
  shape: readonly [number, number],
): MaskedImage {
  const [h, w] = image.shape;
  const data = new Float32Array(shape[0] * shape[1]);
  const mask = new Uint8Array(shape[0] * shape[1]);
  const x0 = Math.max(0, -corner[1]);
  const x1 = Math.min(shape[1], w - corner[1]);
  for (let y = Math.max(0, -corner[0]); y < Math.min(shape[0], h - corner[0]); y++) {
    if (x1 <= x0) break;
    const from = (corner[0] + y) * w + corner[1];
    data.set(image.data.subarray(from + x0, from + x1), y * shape[1] + x0);
    mask.set(image.mask.subarray(from + x0, from + x1), y * shape[1] + x0);
  }
  return { data, mask, shape };
}
