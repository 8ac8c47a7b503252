import { useMemo } from 'react';
import { useOperation } from '../../api/use-operation.js';
import { Chart } from '../../components/chart.js';
import { HowAsked } from '../../components/how-asked.js';
import { Pending } from '../../components/notice.js';
import { count, number, unitText, words } from '../../format.js';
import { compareRegions, type CompareRegionsData } from '../../generated/operations.js';
import { columnOf, type PlaneBox } from '../../quality/selection.js';
import { histogram, profileAlongZ } from '../../quality/slice.js';
import { strings } from '../../strings.js';
import { type QualityField, useField } from './measure-map.js';

const t = strings.quality;
const bins = 30;

interface ComparisonTableProps {
  readonly found: CompareRegionsData['compareRegions'];
  readonly unit: string;
  readonly isAgainstBox: boolean;
}

function ComparisonTable({ found, unit, isAgainstBox }: ComparisonTableProps) {
  const { effect, interval, referenceMean, p } = found;
  const sides = [
    [t.inside, found.regionCells, found.regionBlocks, found.regionMean],
    [isAgainstBox ? t.otherBox : t.outside, found.referenceCells, found.referenceBlocks, referenceMean],
  ] as const;
  return (
    <table>
      <thead>
        <tr>
          <td />
          <th scope="col">{t.cells}</th>
          <th scope="col">{t.blocks}</th>
          <th scope="col">
            {t.mean} {unitText(unit)}
          </th>
        </tr>
      </thead>
      <tbody>
        {sides.map(([title, cells, blocks, mean]) => (
          <tr key={title}>
            <th scope="row">{title}</th>
            <td className="number">{count(cells)}</td>
            <td className="number">{count(blocks)}</td>
            <td className="number">{number(mean)}</td>
          </tr>
        ))}
        <tr>
          <th scope="row">{t.difference}</th>
          <td className="number" colSpan={2}>
            {number((100 * effect) / Math.abs(referenceMean))} %
          </td>
          <td className="number">
            {number(effect)} ({t.interval} {number(interval[0])} … {number(interval[1])}, p {number(p)})
          </td>
        </tr>
      </tbody>
    </table>
  );
}

interface SelectionProps {
  readonly dataset: string;
  readonly field: QualityField;
  readonly box: PlaneBox;
  readonly against: PlaneBox | undefined;
  readonly shape: { readonly x: number; readonly y: number; readonly z: number };
}

/** A box against the rest or against another, in numbers that the API finds as a diagnosis does. */
function Selection({ dataset, field, box, against, shape }: SelectionProps) {
  const variables = useMemo(
    () => ({
      dataset,
      measure: field.measure,
      region: columnOf(box, shape),
      ...(against && { against: columnOf(against, shape) }),
    }),
    [dataset, field.measure, box, against, shape],
  );
  const answer = useOperation(compareRegions, variables);
  return (
    <section aria-labelledby="selection">
      <h2 id="selection">
        {t.selection}: {field.layer} {words(field.measure)}
      </h2>
      <Pending answer={answer} />
      {answer.data && !answer.error && (
        <>
          <ComparisonTable
            found={answer.data.compareRegions}
            unit={field.unit}
            isAgainstBox={against !== undefined}
          />
          <p className="quiet">{t.method}</p>
        </>
      )}
      <HowAsked operation={compareRegions} variables={variables} />
    </section>
  );
}

interface ProfileProps {
  readonly dataset: string;
  readonly field: QualityField;
  readonly bySection: boolean;
  readonly z: number;
}

/** Along z: section by section where it was measured so, else slab by slab of cells. */
function Profile({ dataset, field, bySection, z }: ProfileProps) {
  const { layer, measure, unit } = field;
  const sections = useField(dataset, bySection ? { layer, measure } : undefined, 'section').data;
  const values = bySection ? sections?.values : field.values;
  const profile = useMemo(() => profileAlongZ(values ?? []), [values]);
  const axis = [words(measure), unitText(unit)].filter(Boolean).join(', ');
  return (
    <section>
      <h2>{bySection ? t.profileBySection : t.profile}</h2>
      <Chart
        label={`${t.profile}: ${layer} ${words(measure)}`}
        x={profile.z}
        y={profile.mean}
        xLabel="z"
        yLabel={axis}
        kind="line"
        mark={z}
      />
    </section>
  );
}

interface SummaryProps extends Omit<SelectionProps, 'box'> {
  readonly box: PlaneBox | undefined;
  readonly bySection: boolean;
  readonly z: number;
}

/** One field along z, its distribution, and the selection against the rest. */
export function FieldSummary({ dataset, field, bySection, z, box, against, shape }: SummaryProps) {
  const spread = useMemo(() => histogram(field.values, bins), [field]);
  const title = `${field.layer} ${words(field.measure)}`;
  const axis = [words(field.measure), unitText(field.unit)].filter(Boolean).join(', ');
  return (
    <>
      {box && <Selection dataset={dataset} field={field} box={box} against={against} shape={shape} />}
      <div className="columns">
        <Profile dataset={dataset} field={field} bySection={bySection} z={z} />
        <section>
          <h2>{t.distribution}</h2>
          <Chart
            label={`${t.distribution}: ${title}`}
            x={spread.middle}
            y={spread.count}
            xLabel={axis}
            yLabel={t.cells}
            kind="bars"
          />
        </section>
      </div>
    </>
  );
}
