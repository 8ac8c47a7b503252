import { strings } from '../../strings.js';
import { DiagnosisList } from './diagnosis-list.js';
import { DiagnosisStory } from './diagnosis-story.js';

interface PageProps {
  readonly dataset: string;
  /** A stored diagnosis; all of them when left out. */
  readonly diagnosisId: string | undefined;
}

/** From a deviation to the layer that made it. */
export default function DiagnosisPage({ dataset, diagnosisId }: PageProps) {
  return (
    <>
      <h1>{strings.pages.diagnosis}</h1>
      {diagnosisId === undefined ? (
        <DiagnosisList dataset={dataset} />
      ) : (
        <DiagnosisStory dataset={dataset} diagnosisId={diagnosisId} />
      )}
    </>
  );
}
