// Real sections beside which the phantom is shown, and their in-plane profiles.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import sharp from 'sharp';
import { labelComponents } from '@stratome/kernels';

const grey = async (image) => {
  const { data, info } = await image.greyscale().raw().toBuffer({ resolveWithObject: true });
  return { data, height: info.height, width: info.width };
};

const filesIn = (folder) =>
  readdirSync(folder)
    .filter((name) => /\.(png|tif)$/.test(name))
    .sort()
    .map((name) => join(folder, name));

/** FIB-SEM of a Drosophila medulla, 10 nm, with its dense bodies for z 0–174. */
export async function fibsemMedulla(data) {
  const root = join(data, 'fibsem-medulla');
  const sections = await Promise.all(filesIn(join(root, 'sample2')).map((file) => grey(sharp(file))));
  const bytes = gunzipSync(readFileSync(join(root, 'sample2_bodies_z000-174.raw.gz')));
  const bodies = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const plane = 250 * 250;
  const labels = Array.from({ length: 175 }, (_, z) => bodies.subarray(z * plane, (z + 1) * plane));
  // Never looked at when the phantom's parameters were set.
  const unseen = await Promise.all(filesIn(join(root, 'sample1')).map((file) => grey(sharp(file))));
  return {
    name: 'fibsem-medulla sample2',
    pixelNm: 10,
    sections,
    labels,
    unseen: { name: 'fibsem-medulla sample1', pixelNm: 10, sections: unseen },
  };
}

/** Serial sections of a Drosophila nerve cord, brought from 4.6 to 8 nm; profiles from its class labels. */
export async function vncSections(data) {
  const root = join(data, 'vnc-sstem', 'stack1');
  const size = Math.round((1024 * 4.6) / 8);
  const rawOf = (folder) =>
    Promise.all(
      filesIn(join(folder, 'raw')).map((file) => grey(sharp(file).resize(size, size, { kernel: 'cubic' }))),
    );
  const sections = await rawOf(root);
  const classes = await Promise.all(
    filesIn(join(root, 'labels')).map((file) => grey(sharp(file).resize(size, size, { kernel: 'nearest' }))),
  );
  const labels = classes.map(({ data: c }) => {
    const inside = Uint8Array.from(c, (v) => (v === 191 || v === 223 || v === 255 ? 1 : 0));
    return spread(labelComponents(inside, [1, size, size]).labels, size);
  });
  const unseen = await rawOf(join(data, 'vnc-sstem', 'stack2'));
  return {
    name: 'vnc-sstem stack1',
    pixelNm: 8,
    sections,
    labels,
    unseen: { name: 'vnc-sstem stack2', pixelNm: 8, sections: unseen },
  };
}

/** Grows labels over the membranes between them (breadth first), as dense bodies share them out. */
function spread(labels, width) {
  let front = [...labels.keys()].filter((i) => labels[i] > 0);
  while (front.length > 0) {
    const next = [];
    for (const i of front) {
      for (const j of [i - 1, i + 1, i - width, i + width]) {
        if (j < 0 || j >= labels.length || labels[j] > 0) continue;
        labels[j] = labels[i];
        next.push(j);
      }
    }
    front = next;
  }
  return labels;
}
