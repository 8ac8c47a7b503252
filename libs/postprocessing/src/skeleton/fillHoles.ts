import { type Vec3 } from '@stratome/core';

/**
 * Fills the cavities of an object (mutated): background which no 6-connected path of background joins to a
 * face of the array. Somata need this where the nucleus is a segment of its own.
 */
export function fillHoles(mask: Uint8Array, [nz, ny, nx]: Vec3): void {
  const outside = new Uint8Array(mask.length);
  const stack: number[] = [];
  const visit = (i: number) => {
    if (mask[i] || outside[i]) return;
    outside[i] = 1;
    stack.push(i);
  };
  for (let z = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++) {
        const face = z === 0 || y === 0 || x === 0 || z === nz - 1 || y === ny - 1 || x === nx - 1;
        if (face) visit((z * ny + y) * nx + x);
      }
  while (stack.length > 0) {
    const i = stack.pop()!;
    const x = i % nx;
    const y = Math.floor(i / nx) % ny;
    if (x > 0) visit(i - 1);
    if (x + 1 < nx) visit(i + 1);
    if (y > 0) visit(i - nx);
    if (y + 1 < ny) visit(i + nx);
    if (i >= nx * ny) visit(i - nx * ny);
    if (i + nx * ny < mask.length) visit(i + nx * ny);
  }
  for (let i = 0; i < mask.length; i++) if (!outside[i]) mask[i] = 1;
}
