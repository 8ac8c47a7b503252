// What is killed: for each command the points it passes, how long it takes, and two contents it goes between.
import { crashPoints } from '@stratome/core';

const ofEdits = /^(intent|completion|dropIntent)\./;

/** Every point of a run, the last stage's apart. What tidies up is passed by none of these. */
const runPoints = crashPoints
  .filter((name) => !ofEdits.test(name))
  .concat(['planStage', 'finishStage'].flatMap((name) => [`${name}.before:graph`, `${name}.after:graph`]));
const editPoints = crashPoints.filter((name) => /^(intent|graph|completion)\./.test(name));

/** Two contents that a run goes between without any model being executed again. */
const runTo = (dataset) => (content) => [
  'run',
  dataset,
  '--set',
  `graph.postHighAccuracy=${{ a: 0.5, b: 0.8 }[content]}`,
];

/** The corner block of the tiny phantom, which the volume cuts short. */
const corner = '0,130,130:8,140,150';

/**
 * @param place z,y,x of a voxel in a segment
 * @returns by command: its points, the longest moment at which it is killed (ms: about as long as it takes), how the two
 *   contents are made undisturbed, and the command that goes to one of them; `anew` says that a dataset is made from nothing
 */
export function familiesOf({ dataset, seed, place }) {
  const run = runTo(dataset);
  const reprocess = (content) =>
    `reprocess ${dataset} --region ${corner} --from agglomerate --set segmentation.threshold=${{ a: 0.9, b: 0.3 }[content]}`.split(
      ' ',
    );
  const annotate = (content) =>
    `annotate ${dataset} --cell-type Crash${content.toUpperCase()} --at ${place}`.split(' ');
  return {
    run: { points: runPoints, longestMs: 16_000, make: run, command: run },
    rollback: {
      points: editPoints,
      longestMs: 5_000,
      make: run,
      command: (content, contents) => ['rollback', dataset, String(contents[content].revision)],
    },
    reprocess: { points: runPoints, longestMs: 30_000, make: reprocess, command: reprocess },
    // What is so already is refused, so an edit that came through is not repeated but looked at.
    annotation: {
      points: editPoints,
      longestMs: 5_000,
      make: annotate,
      command: annotate,
      refusesTwice: true,
    },
    first: {
      points: runPoints,
      longestMs: 60_000,
      anew: true,
      command: () => ['start', '--once', '--tiny', '--name', `${dataset}_first`, '--seed', seed],
    },
  };
}
