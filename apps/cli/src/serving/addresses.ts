import { type Vec3 } from '@stratome/core';
import { listDatasets, type Dataset } from '@stratome/operations';
import { neuroglancerLink } from '@stratome/storage';
import type { Session } from '../session.js';

/** The public build of the viewer; it reads volumes from this machine in the browser. */
const viewerUrl = 'https://neuroglancer-demo.appspot.com';

export interface DatasetAddresses {
  readonly dataset: string;
  /** Volumes in precomputed form. */
  readonly em: string;
  readonly segments: string;
  readonly neuroglancer: string;
}

export interface Addresses {
  readonly startPage: string;
  readonly graphql: string;
  readonly datasets: readonly DatasetAddresses[];
  readonly bolt: { readonly uri: string; readonly user: string; readonly password: string };
  readonly neo4jBrowser?: string;
}

/** The middle of a volume, z, y, x, as its precomputed `info` has it. */
async function middleOf(volume: string): Promise<Vec3> {
  const answer = await fetch(`${volume}/info`);
  if (!answer.ok) return [0, 0, 0];
  const { scales } = (await answer.json()) as { scales: { size: number[] }[] };
  const [x, y, z] = scales[0].size.map((n) => Math.floor(n / 2));
  return [z, y, x];
}

async function datasetAddresses(url: string, { name, voxelNm }: Dataset): Promise<DatasetAddresses> {
  const em = `${url}/volumes/${name}/head/em/precomputed`;
  const segments = `${url}/volumes/${name}/head/segmentation/precomputed`;
  const neuroglancer = neuroglancerLink({
    viewerUrl,
    voxelNm,
    positionVoxels: await middleOf(em),
    layers: [
      { name: 'em', type: 'image', url: em },
      { name: 'segments', type: 'segmentation', url: segments },
    ],
  });
  return { dataset: name, em, segments, neuroglancer };
}

/** Where everything is that is served, of the datasets that have a complete revision. */
export async function servedAddresses({ db, addresses }: Session, url: string): Promise<Addresses> {
  const readable = (await listDatasets(db)).filter(({ headRevision }) => headRevision > 0);
  const { uri, user, password, browser } = addresses.neo4j;
  return {
    startPage: `${url}/`,
    graphql: `${url}/graphql`,
    datasets: await Promise.all(readable.map((dataset) => datasetAddresses(url, dataset))),
    bolt: { uri, user, password },
    ...(browser && { neo4jBrowser: browser }),
  };
}

/** The same in lines for a person. */
export function addressLines({ startPage, graphql, datasets, bolt, neo4jBrowser }: Addresses): string[] {
  const rows: [string, string][] = [
    ['Start page', startPage],
    ['GraphQL', graphql],
    ...datasets.flatMap(({ dataset, em, segments, neuroglancer }): [string, string][] => [
      [`${dataset}: EM`, em],
      [`${dataset}: segments`, segments],
      [`${dataset}: Neuroglancer`, neuroglancer],
    ]),
    ['Neo4j (bolt)', `${bolt.uri}  user ${bolt.user}  password ${bolt.password}`],
  ];
  if (neo4jBrowser) rows.push(['Neo4j Browser', neo4jBrowser]);
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `${label.padEnd(width)}  ${value}`);
}
