import { useMemo } from 'react';
import { Chart } from '../../components/chart.js';
import { Notice } from '../../components/notice.js';
import { count, number, words } from '../../format.js';
import { compare, type PlaneBox } from '../../quality/selection.js';
import { histogram, profileAlongZ } from '../../quality/slice.js';
import { strings } from '../../strings.js';
import type { QualityField } from './measure-map.js';

const t = strings.quality;
const bins = 30;

/** A box against the rest, in numbers. */
function SelectionTable({ field, box }: { field: QualityField; box: PlaneBox }) {
  const found = useMemo(() => compare(field.values, box), [field, box]);
  if (!found) return <Notice kind="empty">{t.tooFew}</Notice>;
  const { inside, outside, difference, interval } = found;
  return (
    <table>
      <thead>
        <tr>
          <td />
          <th scope="col">{t.cells}</th>
          <th scope="col">
            {t.mean} {field.unit}
          </th>
        </tr>
      </thead>
      <tbody>
        {(
          [
            [t.inside, inside],
            [t.outside, outside],
          ] as const
        ).map(([title, side]) => (
          <tr key={title}>
            <th scope="row">{title}</th>
            <td className="number">{count(side.count)}</td>
            <td className="number">{number(side.mean)}</td>
          </tr>
        ))}
        <tr>
          <th scope="row">{t.difference}</th>
          <td className="number">{number((100 * difference) / Math.abs(outside.mean))} %</td>
          <td className="number">
            {number(difference)} ({t.interval} {number(interval[0])} … {number(interval[1])})
          </td>
        </tr>
      </tbody>
    </table>
  );
}

/** One field along z, its distribution, and the selection against the rest. */
export function FieldSummary({
  field,
  z,
  box,
}: {
  field: QualityField;
  z: number;
  box: PlaneBox | undefined;
}) {
  const profile = useMemo(() => profileAlongZ(field.values), [field]);
  const spread = useMemo(() => histogram(field.values, bins), [field]);
  const title = `${field.layer} ${words(field.measure)}`;
  const axis = field.unit ? `${words(field.measure)}, ${field.unit}` : words(field.measure);
  return (
    <>
      {box && (
        <section aria-labelledby="selection">
          <h2 id="selection">
            {t.selection}: {title}
          </h2>
          <SelectionTable field={field} box={box} />
        </section>
      )}
      <div className="columns">
        <section>
          <h2>{t.profile}</h2>
          <Chart
            label={`${t.profile}: ${title}`}
            x={profile.z}
            y={profile.mean}
            xLabel="z"
            yLabel={axis}
            kind="line"
            mark={z}
          />
        </section>
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
