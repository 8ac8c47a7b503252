import { strings } from '../../strings.js';
import type { Diagnosis } from './evidence.js';
import { FlagRegion } from './flag-region.js';
import { Proofreading } from './proofreading.js';
import { Rerun } from './rerun.js';

const t = strings.diagnosis;

interface ResolutionProps {
  readonly dataset: string;
  readonly diagnosis: Diagnosis;
}

function Report({ dataset, diagnosis: { diagnosisId } }: ResolutionProps) {
  const address = (format: string) => `/reports/${dataset}.${format}?diagnosis=${diagnosisId}`;
  return (
    <article className="card">
      <h3>{t.report.title}</h3>
      <p>{t.report.text}</p>
      <p className="links">
        <a href={address('html')} target="_blank" rel="noreferrer">
          {t.report.html}
        </a>
        <a href={address('md')} target="_blank" rel="noreferrer">
          {t.report.markdown}
        </a>
      </p>
    </article>
  );
}

/** What can be done about a finding. */
export function Resolution(props: ResolutionProps) {
  return (
    <section aria-labelledby="resolution">
      <h2 id="resolution">{t.resolve}</h2>
      <div className="resolution">
        <Rerun {...props} />
        <FlagRegion {...props} />
        <Proofreading {...props} />
        <Report {...props} />
      </div>
    </section>
  );
}
