import type { IncomingMessage, ServerResponse } from 'node:http';
import { All, Controller, Req, Res } from '@nestjs/common';
import { badInput, httpStatuses, isStratomeError } from '@stratome/core';
import { serveAnnotations, serveVolume, type ServeResponse } from '@stratome/storage';
import { GraphReader } from '../graphql/graph-reader.js';
import { Catalogue } from './catalogue.js';

const address = /^\/volumes\/([A-Za-z]\w*)\/(head|\d{1,9})\/([A-Za-z0-9][\w.-]*)(\/.*)?$/;

/** The collection of annotations that stands beside the volumes. */
const synapseCollection = 'synapses';

const anyOrigin = { 'Access-Control-Allow-Origin': '*', 'Cache-Control': 'no-store' };

function pathOf({ url = '/' }: IncomingMessage): string {
  try {
    return decodeURIComponent(url.split('?', 1)[0]);
  } catch {
    throw badInput('The address holds a malformed percent escape.', 'Correct it.');
  }
}

/**
 * Volumes as OME-Zarr and precomputed: `/volumes/{dataset}/{revision}/{name}/{zarr|precomputed}/…`. The name
 * `quality.{layer}.{measure}` is a quality field, `synapses` the synapses as precomputed annotations. `head` in the
 * place of the revision is redirected to the revision that readers see, whose answers may be kept for ever.
 */
@Controller('volumes')
export class VolumesController {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly reader: GraphReader,
  ) {}

  @All('*path')
  async serve(@Req() request: IncomingMessage, @Res() response: ServerResponse): Promise<void> {
    const { status, headers, body } = await this.answer(request).catch((error: unknown): ServeResponse => {
      if (!isStratomeError(error) || error.kind === 'internal') throw error;
      const sentence = Buffer.from(JSON.stringify({ error: error.sentence }));
      const type = { 'Content-Type': 'application/json' };
      return { status: httpStatuses[error.kind], headers: { ...anyOrigin, ...type }, body: sentence };
    });
    response.writeHead(status, headers).end(body);
  }

  private async answer(request: IncomingMessage): Promise<ServeResponse> {
    const path = pathOf(request);
    const [, dataset, revision, name, rest = '/'] = address.exec(path) ?? [];
    if (!dataset) {
      throw badInput(
        `${path} is no volume.`,
        'Write /volumes/{dataset}/{revision or head}/{name}/precomputed.',
      );
    }
    const head = (await this.reader.recentDataset(dataset)).revision;
    if (revision === 'head') {
      const location = encodeURI(`/volumes/${dataset}/${head}/${name}${rest}`);
      return { status: 307, headers: { ...anyOrigin, Location: location } };
    }
    if (BigInt(revision) > head) {
      throw badInput(`"${dataset}" is at revision ${head}, not ${revision}.`, 'Write head for the latest.');
    }
    const asked = { method: request.method ?? 'GET', path: rest, headers: request.headers };
    if (name === synapseCollection) {
      if (BigInt(revision) < head) {
        throw badInput(
          `The graph holds the synapses of revision ${head}, not of ${revision}.`,
          'Write head for the latest.',
        );
      }
      return serveAnnotations(asked, await this.catalogue.synapses(dataset));
    }
    return serveVolume(asked, await this.catalogue.open(dataset, Number(revision), name));
  }
}
