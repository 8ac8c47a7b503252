import { useMutation } from 'urql';
import { sentenceOf } from '../../api/use-operation.js';
import { Notice } from '../../components/notice.js';
import { words } from '../../format.js';
import { flag, type FlagData, type FlagVariables } from '../../generated/operations.js';
import { strings } from '../../strings.js';
import type { Diagnosis } from './evidence.js';

const t = strings.diagnosis.flag;

/** Marks the region, so that answers can say so and can leave it out. */
export function FlagRegion({ dataset, diagnosis }: { dataset: string; diagnosis: Diagnosis }) {
  const { region, layer, cause, diagnosisId } = diagnosis;
  const [{ data, error, fetching }, run] = useMutation<FlagData, FlagVariables>(flag.text);
  const sentence = sentenceOf(error);
  const mark = (form: FormData) =>
    void run({
      dataset,
      region,
      diagnosisId,
      ...(layer && { layer }),
      author: String(form.get('author')),
      reason: String(form.get('reason')),
      severity: String(form.get('severity')),
    });
  return (
    <article className="card">
      <h3>{t.title}</h3>
      <p>{t.text}</p>
      <form
        className="filters"
        onSubmit={(event) => {
          event.preventDefault();
          mark(new FormData(event.currentTarget));
        }}
      >
        <label>
          {t.author}
          <input name="author" required />
        </label>
        <label>
          {t.reason}
          <input name="reason" required size={26} defaultValue={cause ? words(cause) : ''} />
        </label>
        <label>
          {t.severity}
          <select name="severity">
            <option value="warn">{t.warn}</option>
            <option value="exclude">{t.exclude}</option>
          </select>
        </label>
        <button type="submit" disabled={fetching || data !== undefined}>
          {t.mark}
        </button>
      </form>
      {sentence && <Notice kind="error">{sentence}</Notice>}
      {data && <p role="status">{t.marked(data.flag.revision)}</p>}
    </article>
  );
}
