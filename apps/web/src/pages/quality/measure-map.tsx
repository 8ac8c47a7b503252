import { useEffect, useMemo, useRef } from 'react';
import { useOperation } from '../../api/use-operation.js';
import { Notice, Pending } from '../../components/notice.js';
import { number, words } from '../../format.js';
import { qualityField, type QualityFieldData } from '../../generated/operations.js';
import { colorAt } from '../../quality/color-scale.js';
import { csvOf, saveAs, svgOf } from '../../quality/downloads.js';
import type { PlaneBox } from '../../quality/selection.js';
import { rangeOf, sliceAt } from '../../quality/slice.js';
import { strings } from '../../strings.js';
import { type PlaneView, SliceMap } from './slice-map.js';

const t = strings.quality;

export type QualityField = QualityFieldData['qualityField'];

export interface MapSettings {
  readonly dataset: string;
  readonly z: number;
  readonly size: { readonly x: number; readonly y: number };
  readonly view: PlaneView;
  readonly onView: (view: PlaneView) => void;
  readonly selection: PlaneBox | undefined;
  readonly onSelect: (box: PlaneBox) => void;
}

/** "L4/synapseDensity" as the address has it. */
export interface MeasureName {
  readonly layer: string;
  readonly measure: string;
}

export const useField = (dataset: string, name: MeasureName | undefined) =>
  useOperation(qualityField, name && { dataset, layer: name.layer, measure: name.measure });

function Scale({ range, unit }: { range: readonly [number, number]; unit: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current!.getContext('2d')!;
    for (let x = 0; x < 256; x++) {
      context.fillStyle = `rgb(${colorAt(x / 255).join(',')})`;
      context.fillRect(x, 0, 1, 1);
    }
  }, []);
  return (
    <div className="scale">
      <span>{number(range[0])}</span>
      <canvas ref={canvas} width={256} height={1} aria-hidden />
      <span>{number(range[1])}</span>
      <span className="quiet">{unit || t.unitless}</span>
    </div>
  );
}

interface DownloadsProps {
  readonly field: QualityField;
  readonly settings: MapSettings;
  readonly range: [number, number];
  readonly figure: React.RefObject<HTMLElement | null>;
}

function Downloads({ field, settings: { dataset, z, size }, range, figure }: DownloadsProps) {
  const name = `${dataset}-${field.layer}-${field.measure}`;
  const savePng = () =>
    figure.current
      ?.querySelector('canvas')
      ?.toBlob((picture) => picture && saveAs(`${name}-z${z}.png`, picture));
  const saveSvg = () =>
    saveAs(
      `${name}-z${z}.svg`,
      new Blob([svgOf(field, field.values, z, range, size)], { type: 'image/svg+xml' }),
    );
  const saveCsv = () => saveAs(`${name}.csv`, new Blob([csvOf(field, field.values)], { type: 'text/csv' }));
  const of = `${field.layer} ${words(field.measure)}`;
  return (
    <span>
      {(
        [
          [t.svg, saveSvg],
          [t.png, savePng],
          [t.csv, saveCsv],
        ] as const
      ).map(([format, save]) => (
        <button key={format} type="button" onClick={save} aria-label={`${t.download} ${format}: ${of}`}>
          {format}
        </button>
      ))}
    </span>
  );
}

/** One measure at one z, with its scale and downloads. */
export function MeasureMap({ name, settings }: { name: MeasureName; settings: MapSettings }) {
  const figure = useRef<HTMLElement>(null);
  const answer = useField(settings.dataset, name);
  const field = answer.data?.qualityField;
  const values = field?.values;
  const range = useMemo(() => rangeOf(values ?? []), [values]);
  const slice = useMemo(() => values && sliceAt(values, settings.z, range), [values, settings.z, range]);
  const title = `${name.layer} ${words(name.measure)}`;
  return (
    <figure className="map" ref={figure}>
      <figcaption>
        <strong>{title}</strong>
        {field && <Downloads field={field} settings={settings} range={range} figure={figure} />}
      </figcaption>
      <Pending answer={answer} />
      <SliceMap label={t.mapOf(`${title}, z ${settings.z}`)} slice={slice} {...settings} />
      {field && <Scale range={range} unit={field.unit} />}
      {field && !slice && <Notice kind="empty">{t.nothingHere}</Notice>}
    </figure>
  );
}
