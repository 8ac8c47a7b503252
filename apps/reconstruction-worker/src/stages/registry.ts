import type { StageName } from '@stratome/pipeline';
import { affinities, synapsemaps } from './affinities.js';
import { agglomerate, segment } from './agglomerate.js';
import { match, montage, solve } from './alignment.js';
import { graph } from './graph.js';
import { flatten, ingest, normalise, rawvolume } from './ingest.js';
import { objects, shapes } from './objects.js';
import type { StageProcessor } from './processor.js';
import { pyramids } from './pyramids.js';
import { recheck } from './recheck.js';
import { render, residual } from './render.js';
import { edges, supervoxels } from './supervoxels.js';
import { synapsemerge } from './synapsemerge.js';
import { synapses } from './synapses.js';

/** The processor of every stage. */
export const processors: Record<StageName, StageProcessor> = {
  ingest,
  flatten,
  normalise,
  rawvolume,
  montage,
  match,
  solve,
  render,
  residual,
  affinities,
  supervoxels,
  edges,
  agglomerate,
  segment,
  objects,
  shapes,
  synapsemaps,
  synapses,
  synapsemerge,
  recheck,
  pyramids,
  graph,
};
