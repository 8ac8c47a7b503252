import { useSearchParams } from 'wouter';
import { Field } from '../../components/filters.js';
import type { PartnersVariables } from '../../generated/operations.js';
import { strings } from '../../strings.js';

const t = strings.circuits.mask;

export type Mask = Pick<PartnersVariables, 'maskFlagged' | 'minConfidence'>;

/** The fields of a mask in the address. */
export const maskNames = ['mask', 'minConfidence'] as const;

/** What the address leaves out of every count: synapses in flagged cells, and those that are less sure. */
export function maskIn(search: URLSearchParams): Mask {
  const [mask, confidence] = [search.get('mask'), Number(search.get('minConfidence') ?? Number.NaN)];
  return {
    ...(mask === 'exclude' || mask === 'all' ? { maskFlagged: mask } : {}),
    ...(confidence > 0 && confidence <= 1 ? { minConfidence: confidence } : {}),
  };
}

/** Chooses the mask. The API recounts weights under it; nothing is hidden here. */
export function MaskFields() {
  const [search] = useSearchParams();
  return (
    <>
      <Field name="minConfidence" label={t.confidence} type="number" min={0} max={1} step="any" size={6} />
      <label>
        {t.flagged}
        <select name="mask" defaultValue={maskIn(search).maskFlagged ?? ''}>
          <option value="">{t.count}</option>
          <option value="exclude">{t.exclude}</option>
          <option value="all">{t.all}</option>
        </select>
      </label>
    </>
  );
}
