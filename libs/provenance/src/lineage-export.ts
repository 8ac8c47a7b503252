import { hashJson } from '@stratome/core';
import type { CodeRevision, Environment, ModelReference } from './record.js';

/** A stored result by name and content. */
export interface LineageResult {
  readonly kind: string;
  readonly key: string;
  readonly hash: string;
}

/** One stage run with its six fields, what it read and what it wrote. */
export interface LineageRun {
  readonly id: string;
  readonly stage: string;
  readonly layer: string;
  readonly inputHash: string;
  readonly code: CodeRevision;
  readonly model: ModelReference;
  readonly parameters: Record<string, unknown>;
  readonly environment: Environment;
  readonly outputHash: string;
  /** ISO times. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly used: readonly LineageResult[];
  readonly generated: readonly LineageResult[];
}

const namespace = 'urn:stratome:';

type Attributes = Record<string, string | { $: string; type: string }>;

/** PROV-JSON as the W3C member submission of 2013 has it: kind of statement → identifier → attributes. */
export type ProvJson = Record<string, Record<string, Attributes | string>>;

const nameOf = (what: string, value: unknown): string => `stratome:${what}-${hashJson(value).slice(0, 24)}`;

/**
 * Stage runs as W3C PROV-JSON: results, models and parameter sets are entities, stage runs activities, code revisions
 * agents. The same runs give the same document.
 */
export function toProvJson(dataset: string, runs: readonly LineageRun[]): ProvJson {
  const entity: Record<string, Attributes> = {};
  const activity: Record<string, Attributes> = {};
  const agent: Record<string, Attributes> = {};
  const used: Record<string, Attributes> = {};
  const wasGeneratedBy: Record<string, Attributes> = {};
  const wasAssociatedWith: Record<string, Attributes> = {};
  const addResult = (result: LineageResult): string => {
    const { kind, key, hash } = result;
    const name = nameOf('result', [dataset, kind, key, hash]);
    entity[name] = { 'stratome:kind': kind, 'stratome:key': key, 'stratome:sha256': hash };
    return name;
  };
  const addUse = (run: string, name: string) => {
    used[`_:use-${hashJson([run, name]).slice(0, 24)}`] = { 'prov:activity': run, 'prov:entity': name };
  };
  for (const run of runs) {
    const name = `stratome:run-${run.id}`;
    activity[name] = {
      'prov:startTime': run.startedAt,
      'prov:endTime': run.finishedAt,
      'stratome:dataset': dataset,
      'stratome:stage': run.stage,
      'stratome:layer': run.layer,
      'stratome:inputHash': run.inputHash,
      'stratome:outputHash': run.outputHash,
      'stratome:environment': JSON.stringify(run.environment),
    };
    const code = nameOf('code', run.code);
    agent[code] = {
      'prov:type': { $: 'prov:SoftwareAgent', type: 'prov:QUALIFIED_NAME' },
      'stratome:commit': run.code.commit,
      'stratome:dirty': String(run.code.dirty),
    };
    wasAssociatedWith[`_:by-${run.id}`] = { 'prov:activity': name, 'prov:agent': code };
    const model = nameOf('model', run.model);
    entity[model] = { 'stratome:model': run.model.id, 'stratome:sha256': run.model.hash };
    const parameters = nameOf('parameters', run.parameters);
    entity[parameters] = { 'stratome:parameters': JSON.stringify(run.parameters) };
    for (const source of [model, parameters, ...run.used.map(addResult)]) addUse(name, source);
    for (const made of run.generated.map(addResult))
      wasGeneratedBy[`_:gen-${hashJson([name, made]).slice(0, 24)}`] = {
        'prov:entity': made,
        'prov:activity': name,
        'prov:time': run.finishedAt,
      };
  }
  return {
    prefix: { stratome: namespace, xsd: 'http://www.w3.org/2001/XMLSchema#' },
    entity,
    activity,
    agent,
    used,
    wasGeneratedBy,
    wasAssociatedWith,
  };
}

const producer = 'https://stratome.example/provenance';

/**
 * Stage runs as OpenLineage run events (specification 2-0-2): one COMPLETE event a stage run; datasets are results by
 * kind and key, with their content's hash as version facet.
 */
export function toOpenLineage(dataset: string, runs: readonly LineageRun[]): unknown[] {
  const schema = (facet: string) => `https://openlineage.io/spec/facets/1-0-0/${facet}.json#/$defs/${facet}`;
  const datasetOf = ({ kind, key, hash }: LineageResult) => ({
    namespace: `stratome:${dataset}`,
    name: `${kind}/${key}`,
    facets: {
      version: {
        _producer: producer,
        _schemaURL: schema('DatasetVersionDatasetFacet'),
        datasetVersion: hash,
      },
    },
  });
  return runs.map((run) => ({
    eventType: 'COMPLETE',
    eventTime: run.finishedAt,
    producer,
    schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent',
    run: {
      runId: run.id,
      facets: {
        nominalTime: {
          _producer: producer,
          _schemaURL: schema('NominalTimeRunFacet'),
          nominalStartTime: run.startedAt,
          nominalEndTime: run.finishedAt,
        },
        stratome_record: {
          _producer: producer,
          _schemaURL: `${producer}/record.json`,
          inputHash: run.inputHash,
          outputHash: run.outputHash,
          code: run.code,
          model: run.model,
          parameters: run.parameters,
          environment: run.environment,
        },
      },
    },
    job: { namespace: `stratome:${dataset}`, name: run.stage },
    inputs: run.used.map(datasetOf),
    outputs: run.generated.map(datasetOf),
  }));
}
