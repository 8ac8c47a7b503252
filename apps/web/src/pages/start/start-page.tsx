import { useOperation } from '../../api/use-operation.js';
import { HowAsked } from '../../components/how-asked.js';
import { Pending } from '../../components/notice.js';
import { overview } from '../../generated/operations.js';
import { strings } from '../../strings.js';
import { DatasetCard } from './dataset-card.js';
import { RunList } from './run-list.js';
import { ServiceHealth } from './service-health.js';

const t = strings.start;
const noVariables = {};

export function StartPage() {
  const answer = useOperation(overview, noVariables);
  const datasets = answer.data?.datasets;
  return (
    <>
      <h1>{t.title}</h1>
      <section aria-labelledby="datasets" aria-busy={!datasets && answer.fetching}>
        <h2 id="datasets">{t.datasets}</h2>
        <Pending answer={answer} />
        {datasets?.length === 0 && <p className="notice empty">{t.noDatasets}</p>}
        <div className="cards">
          {datasets?.map((dataset) => (
            <DatasetCard key={`${dataset.name}/${dataset.revision}`} dataset={dataset} />
          ))}
        </div>
      </section>
      <RunList onFinished={answer.refresh} />
      <ServiceHealth />
      <HowAsked operation={overview} variables={noVariables} />
    </>
  );
}
