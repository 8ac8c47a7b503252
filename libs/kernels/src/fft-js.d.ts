declare module 'fft.js' {
  /** Complex FFT of a power-of-two length over interleaved (re, im) arrays. */
  export default class FFT {
    constructor(size: number);
    transform(out: Float64Array, data: Float64Array): void;
    inverseTransform(out: Float64Array, data: Float64Array): void;
  }
}
