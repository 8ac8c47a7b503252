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

/** One result that was made from another. */
export interface Derivation {
  readonly of: LineageResult;
  readonly from: LineageResult;
  /** `pixels`: its voxels are in the result; `parameters`: something was estimated from it. */
  readonly role: 'pixels' | 'parameters';
  /** Stage run that made the result. */
  readonly run: string;
}

/** A neuron or synapse and the results it was read from. */
export interface Subject {
  readonly what: 'synapse' | 'neuron';
  readonly id: bigint;
  readonly readFrom: readonly LineageResult[];
}

export interface Lineage {
  readonly dataset: string;
  readonly runs: readonly LineageRun[];
  readonly derivations: readonly Derivation[];
  readonly subject?: Subject;
}

const namespace = 'urn:stratome:';

type Value = string | { $: string; type: string };
type Attributes = Record<string, Value>;

/** PROV-JSON as the W3C member submission of 2013 has it: kind of statement → identifier → attributes. */
export type ProvJson = Record<string, Record<string, Attributes | string>>;

const nameOf = (what: string, value: unknown): string => `stratome:${what}-${hashJson(value).slice(0, 24)}`;
const qualified = (name: string): Value => ({ $: name, type: 'prov:QUALIFIED_NAME' });

/** Statements of one document, each once. */
class ProvDocument {
  private readonly statements: ProvJson = {
    prefix: { stratome: namespace, xsd: 'http://www.w3.org/2001/XMLSchema#' },
    entity: {},
    activity: {},
    agent: {},
    used: {},
    wasGeneratedBy: {},
    wasAssociatedWith: {},
    wasDerivedFrom: {},
  };

  constructor(private readonly dataset: string) {}

  result({ kind, key, hash }: LineageResult): string {
    const name = nameOf('result', [this.dataset, kind, key, hash]);
    this.statements.entity[name] = {
      'prov:type': qualified('stratome:Artifact'),
      'stratome:kind': kind,
      'stratome:key': key,
      'stratome:sha256': hash,
    };
    return name;
  }

  run(run: LineageRun): void {
    const name = `stratome:run-${run.id}`;
    this.statements.activity[name] = {
      'prov:startTime': run.startedAt,
      'prov:endTime': run.finishedAt,
      'stratome:dataset': this.dataset,
      'stratome:stage': run.stage,
      'stratome:layer': run.layer,
      'stratome:inputHash': run.inputHash,
      'stratome:outputHash': run.outputHash,
      'stratome:environment': JSON.stringify(run.environment),
    };
    this.statements.wasAssociatedWith[`_:by-${run.id}`] = {
      'prov:activity': name,
      'prov:agent': this.code(run.code),
    };
    for (const source of [
      this.model(run.model),
      this.parameters(run.parameters),
      ...run.used.map((r) => this.result(r)),
    ])
      this.add('used', [name, source], { 'prov:activity': name, 'prov:entity': source });
    for (const made of run.generated.map((r) => this.result(r))) {
      const times = { 'prov:entity': made, 'prov:activity': name, 'prov:time': run.finishedAt };
      this.add('wasGeneratedBy', [name, made], times);
    }
  }

  derivation({ of, from, role, run }: Derivation): void {
    const [generated, used] = [this.result(of), this.result(from)];
    this.add('wasDerivedFrom', [generated, used], {
      'prov:generatedEntity': generated,
      'prov:usedEntity': used,
      'prov:activity': `stratome:run-${run}`,
      'prov:type': qualified(role === 'pixels' ? 'stratome:PixelsFrom' : 'stratome:ParametersFrom'),
    });
  }

  subject({ what, id, readFrom }: Subject): void {
    const name = `stratome:${what}-${this.dataset}-${id}`;
    this.statements.entity[name] = {
      'prov:type': qualified(what === 'synapse' ? 'stratome:Synapse' : 'stratome:Neuron'),
      'stratome:dataset': this.dataset,
      'stratome:id': String(id),
    };
    for (const used of readFrom.map((r) => this.result(r)))
      this.add('wasDerivedFrom', [name, used], { 'prov:generatedEntity': name, 'prov:usedEntity': used });
  }

  toJSON(): ProvJson {
    return this.statements;
  }

  private code(code: CodeRevision): string {
    const name = nameOf('code', code);
    this.statements.agent[name] = {
      'prov:type': qualified('prov:SoftwareAgent'),
      'stratome:commit': code.commit,
      'stratome:dirty': String(code.dirty),
    };
    return name;
  }

  private model(model: ModelReference): string {
    const name = nameOf('model', model);
    this.statements.entity[name] = {
      'prov:type': qualified('stratome:Model'),
      'stratome:model': model.id,
      'stratome:sha256': model.hash,
    };
    return name;
  }

  private parameters(parameters: Record<string, unknown>): string {
    const name = nameOf('parameters', parameters);
    this.statements.entity[name] = {
      'prov:type': qualified('stratome:ParameterSet'),
      'stratome:parameters': JSON.stringify(parameters),
    };
    return name;
  }

  private add(kind: string, ends: readonly string[], attributes: Attributes): void {
    this.statements[kind][`_:${kind}-${hashJson(ends).slice(0, 24)}`] = attributes;
  }
}

/**
 * Lineage as W3C PROV-JSON: results, models and parameter sets are entities, stage runs activities, code revisions
 * agents; what holds the pixels of what, and what was estimated from what, are derivations. The same lineage gives the
 * same document.
 */
export function toProvJson({ dataset, runs, derivations, subject }: Lineage): ProvJson {
  const document = new ProvDocument(dataset);
  for (const run of runs) document.run(run);
  for (const derivation of derivations) document.derivation(derivation);
  if (subject) document.subject(subject);
  return document.toJSON();
}

/** PROV-JSON as text, a statement a line and a line at a time: a document may be longer than a string can be. */
export function* provJsonLines(document: ProvJson): Generator<string> {
  const kinds = Object.entries(document);
  yield '{';
  for (const [k, [kind, statements]] of kinds.entries()) {
    const named = Object.entries(statements);
    yield ` ${JSON.stringify(kind)}: {`;
    for (const [n, [name, attributes]] of named.entries())
      yield `  ${JSON.stringify(name)}: ${JSON.stringify(attributes)}${n + 1 < named.length ? ',' : ''}`;
    yield k + 1 < kinds.length ? ' },' : ' }';
  }
  yield '}';
}

const producer = 'https://stratome.example/provenance';

/**
 * Stage runs as OpenLineage run events (specification 2-0-2): one COMPLETE event a stage run; datasets are results by
 * kind and key, with their content's hash as version facet.
 */
export function* toOpenLineage({ dataset, runs }: Pick<Lineage, 'dataset' | 'runs'>): Generator<unknown> {
  const schema = (facet: string, version = '1-0-0') =>
    `https://openlineage.io/spec/facets/${version}/${facet}.json#/$defs/${facet}`;
  const datasetOf = ({ kind, key, hash }: LineageResult) => ({
    namespace: `stratome:${dataset}`,
    name: `${kind}/${key}`,
    facets: {
      version: {
        _producer: producer,
        _schemaURL: schema('DatasetVersionDatasetFacet', '1-0-1'),
        datasetVersion: hash,
      },
    },
  });
  for (const run of runs) {
    yield {
      eventType: 'COMPLETE',
      eventTime: run.finishedAt,
      producer,
      schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent',
      run: {
        runId: run.id,
        facets: {
          nominalTime: {
            _producer: producer,
            _schemaURL: schema('NominalTimeRunFacet', '1-0-1'),
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
    };
  }
}
