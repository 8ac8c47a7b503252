// Segments affinities with libs/segmentation in a process of its own, so that its peak memory is its own.
//
//     node ours.mjs '{"affinities": NPY, "shape": [z, y, x], "voxelNm": [z, y, x], "block": [z, y, x] or null,
//                     "parameters": {…}, "out": NPY}'
import { readNpy, writeNpy } from './npy.mjs';
import { segmentationParameters, segmentVolume } from '@stratome/segmentation';

const { affinities, shape, voxelNm, block, parameters, out } = JSON.parse(process.argv[2]);
const { data } = readNpy(affinities);
const resolved = segmentationParameters.parse(parameters);
const started = performance.now();
const { segmentation, table, agglomeration } = segmentVolume(data, shape, block ?? shape, voxelNm, resolved);
const seconds = (performance.now() - started) / 1000;
writeNpy(out, segmentation, shape);
console.log(
  JSON.stringify({
    seconds: Number(seconds.toFixed(1)),
    peakMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    supervoxels: table.id.length,
    segments: agglomeration.segments.id.length,
  }),
);
