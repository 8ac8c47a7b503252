import { useMemo } from 'react';
import { useSearchParams } from 'wouter';
import { useOperation } from '../../api/use-operation.js';
import { Field, Filters, idsIn } from '../../components/filters.js';
import { GraphDrawing } from '../../components/graph-drawing.js';
import { HowAsked } from '../../components/how-asked.js';
import { Notice, Pending } from '../../components/notice.js';
import { count } from '../../format.js';
import {
  connectionProvenance,
  neuronProvenance,
  type NeuronProvenanceData,
  runInputs,
  stageRuns,
  synapseProvenance,
} from '../../generated/operations.js';
import { strings } from '../../strings.js';
import { ConnectionSynapses } from './connection-synapses.js';
import { runDrawing } from './run-graph.js';
import { RunComparison, RunTable, type StageRun } from './run-tables.js';
import { StaleNotice, type StaleRuns, useStaleRuns } from './stale-runs.js';

const t = strings.provenance;
type Provenance = NeuronProvenanceData['provenance'];

/** What the address asks about: a neuron, a synapse, a connection, or all of the dataset. */
function useAsked(dataset: string, search: URLSearchParams) {
  const of = search.get('of') ?? 'dataset';
  const [[id], [preBodyId], [postBodyId]] = [
    idsIn(search, 'id'),
    idsIn(search, 'pre'),
    idsIn(search, 'post'),
  ];
  const neuron = of === 'neuron' && id ? { dataset, bodyId: id } : undefined;
  const synapse = of === 'synapse' && id ? { dataset, siteId: id } : undefined;
  const ends =
    of === 'connection' && preBodyId && postBodyId ? { dataset, preBodyId, postBodyId } : undefined;
  const whole = of === 'dataset' ? { dataset } : undefined;
  const ofNeuron = useOperation(neuronProvenance, neuron);
  const ofSynapse = useOperation(synapseProvenance, synapse);
  const ofConnection = useOperation(connectionProvenance, ends);
  const ofDataset = useOperation(stageRuns, whole);
  if (neuron) return { answer: ofNeuron, operation: neuronProvenance, variables: neuron };
  if (synapse) return { answer: ofSynapse, operation: synapseProvenance, variables: synapse };
  if (ends) return { answer: ofConnection, operation: connectionProvenance, variables: ends };
  return whole ? { answer: ofDataset, operation: stageRuns, variables: whole } : undefined;
}

interface RunGraphProps {
  readonly dataset: string;
  readonly runs: readonly StageRun[];
  readonly stale: StaleRuns;
}

function RunGraph({ dataset, runs, stale }: RunGraphProps) {
  const variables = useMemo(() => ({ dataset, runIds: runs.map(({ runId }) => runId) }), [dataset, runs]);
  const answer = useOperation(runInputs, variables);
  const inputs = answer.data?.runInputs;
  const drawing = useMemo(() => inputs && runDrawing(runs, inputs, stale), [runs, inputs, stale]);
  return (
    <section>
      <h2>{t.graph}</h2>
      {answer.error && <Pending answer={answer} />}
      {drawing && <GraphDrawing label={t.graph} nodes={drawing.nodes} edges={drawing.edges} />}
      {!drawing && answer.fetching && <div className="drawing" aria-hidden />}
      <HowAsked operation={runInputs} variables={variables} />
    </section>
  );
}

function Sources({ tiles, artifacts }: Provenance) {
  const kinds = new Map<string, number>();
  for (const { layer, kind } of artifacts)
    kinds.set(`${layer} ${kind}`, (kinds.get(`${layer} ${kind}`) ?? 0) + 1);
  return (
    <>
      <h2>
        {t.tiles} ({count(tiles.length)})
      </h2>
      <div className="scroll" style={{ maxHeight: '16rem' }} tabIndex={0} role="region" aria-label={t.tiles}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t.section}</th>
              <th scope="col">{t.path}</th>
              <th scope="col">SHA-256</th>
            </tr>
          </thead>
          <tbody>
            {tiles.map(({ tileId, section, path, hash }) => (
              <tr key={tileId}>
                <td className="number">{section}</td>
                <td>{path}</td>
                <td className="hash">{hash.slice(0, 12)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <h2>
        {t.artifacts} ({count(artifacts.length)})
      </h2>
      <p>{[...kinds].map(([kind, of]) => `${kind} × ${of}`).join(', ')}</p>
    </>
  );
}

function AskedOf({ of }: { of: string }) {
  return (
    <Filters names={['of', 'id', 'pre', 'post']} submit={t.show}>
      <label>
        {t.kind}
        <select name="of" defaultValue={of}>
          {(Object.keys(t.kinds) as (keyof typeof t.kinds)[]).map((kind) => (
            <option key={kind} value={kind}>
              {t.kinds[kind]}
            </option>
          ))}
        </select>
      </label>
      <Field name="id" label={t.id} />
      <Field name="pre" label={t.pre} />
      <Field name="post" label={t.post} />
    </Filters>
  );
}

const noRuns: readonly StageRun[] = [];
const noneStale: StaleRuns = new Map();

/** What made it. */
export default function ProvenancePage({ dataset }: { dataset: string }) {
  const [search] = useSearchParams();
  const asked = useAsked(dataset, search);
  const data = asked?.answer.data as
    | { readonly provenance?: Provenance; readonly stageRuns?: readonly StageRun[] }
    | undefined;
  const runs = data?.provenance?.runs ?? data?.stageRuns ?? noRuns;
  const stale = useStaleRuns(dataset, runs);
  return (
    <>
      <h1>{t.title}</h1>
      <AskedOf of={search.get('of') ?? 'dataset'} />
      {asked ? <Pending answer={asked.answer} /> : <Notice kind="empty">{t.choose}</Notice>}
      {asked && 'preBodyId' in asked.variables && <ConnectionSynapses connection={asked.variables} />}
      {runs.length > 0 && (
        <>
          {stale ? <StaleNotice stale={stale} /> : <p className="quiet">{strings.loading}</p>}
          <RunGraph dataset={dataset} runs={runs} stale={stale ?? noneStale} />
          <RunTable runs={runs} stale={stale ?? noneStale} />
          <RunComparison dataset={dataset} runs={runs} />
        </>
      )}
      {data?.provenance && <Sources {...data.provenance} />}
      {asked && <HowAsked operation={asked.operation} variables={asked.variables} />}
    </>
  );
}
