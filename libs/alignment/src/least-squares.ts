/**
 * A sparse linear least-squares problem, row by row: minimise Σ weight·(Σ value·x − rhs)². Rows can be
 * reweighted between solves.
 */
export class LeastSquares {
  private readonly columns: number[] = [];
  private readonly values: number[] = [];
  private readonly starts: number[] = [0];
  private readonly rhs: number[] = [];
  private packed?: { columns: Int32Array; values: Float64Array; starts: Int32Array; rhs: Float64Array };

  constructor(readonly unknowns: number) {}

  get rows(): number {
    return this.rhs.length;
  }

  /** Adds a row and returns its number. */
  add(columns: ArrayLike<number>, values: ArrayLike<number>, rhs: number): number {
    for (let k = 0; k < columns.length; k++) {
      if (values[k] === 0) continue;
      this.columns.push(columns[k]);
      this.values.push(values[k]);
    }
    this.starts.push(this.columns.length);
    this.rhs.push(rhs);
    this.packed = undefined;
    return this.rhs.length - 1;
  }

  private pack() {
    this.packed ??= {
      columns: Int32Array.from(this.columns),
      values: Float64Array.from(this.values),
      starts: Int32Array.from(this.starts),
      rhs: Float64Array.from(this.rhs),
    };
    return this.packed;
  }

  /** Row values minus right-hand sides at `x`. */
  residuals(x: Float64Array): Float64Array {
    const { columns, values, starts, rhs } = this.pack();
    const out = new Float64Array(rhs.length);
    for (let r = 0; r < rhs.length; r++) {
      let sum = -rhs[r];
      for (let k = starts[r]; k < starts[r + 1]; k++) sum += values[k] * x[columns[k]];
      out[r] = sum;
    }
    return out;
  }

  /**
   * Solves by conjugate gradients on the normal equations with a Jacobi preconditioner (Å. Björck, Numerical
   * Methods for Least Squares Problems, 1996, §7.4), from `start`. Sums run in row order, so equal input gives
   * equal bytes.
   *
   * @param weights one a row, ≥ 0
   * @param tolerance relative size of the preconditioned gradient at which to stop
   */
  solve(weights: Float64Array, start: Float64Array, tolerance = 1e-7, maxIterations = 2000): Float64Array {
    const { columns, values, starts, rhs } = this.pack();
    const n = this.unknowns;
    const diagonal = new Float64Array(n);
    for (let r = 0; r < rhs.length; r++)
      for (let k = starts[r]; k < starts[r + 1]; k++)
        diagonal[columns[k]] += weights[r] * values[k] * values[k];
    /** Adds Aᵀ·W·rowValues to `out`. */
    const scatter = (rowValues: Float64Array, out: Float64Array) => {
      for (let r = 0; r < rhs.length; r++) {
        const v = weights[r] * rowValues[r];
        if (v !== 0) for (let k = starts[r]; k < starts[r + 1]; k++) out[columns[k]] += values[k] * v;
      }
    };
    const gather = (x: Float64Array, out: Float64Array) => {
      for (let r = 0; r < rhs.length; r++) {
        let sum = 0;
        for (let k = starts[r]; k < starts[r + 1]; k++) sum += values[k] * x[columns[k]];
        out[r] = sum;
      }
    };
    const x = start.slice();
    const rowValues = this.residuals(x).map((v) => -v);
    const gradient = new Float64Array(n);
    scatter(rowValues, gradient);
    const scale = diagonal.map((d) => (d > 0 ? 1 / d : 0));
    const z = gradient.map((g, i) => g * scale[i]);
    const direction = z.slice();
    const product = new Float64Array(n);
    let rho = dot(gradient, z);
    // Convergence is judged against the gradient at x = 0, so that a warm start may stop at once.
    const initial = new Float64Array(n);
    scatter(rhs, initial);
    const reference = initial.reduce((sum, g, i) => sum + g * g * scale[i], 0);
    for (let i = 0; i < maxIterations && rho > tolerance * tolerance * reference && rho > 0; i++) {
      gather(direction, rowValues);
      product.fill(0);
      scatter(rowValues, product);
      const alpha = rho / dot(direction, product);
      for (let k = 0; k < n; k++) {
        x[k] += alpha * direction[k];
        gradient[k] -= alpha * product[k];
        z[k] = gradient[k] * scale[k];
      }
      const next = dot(gradient, z);
      const beta = next / rho;
      rho = next;
      for (let k = 0; k < n; k++) direction[k] = z[k] + beta * direction[k];
    }
    return x;
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Huber's weight of a residual in standard deviations: 1 up to `limit`, then limit / |r| (P. J. Huber, 1964). */
export const huberWeight = (standardised: number, limit: number): number =>
  standardised <= limit ? 1 : limit / standardised;
