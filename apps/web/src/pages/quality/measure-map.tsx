import { useEffect, useMemo, useRef } from 'react';
import { useLocation } from 'wouter';
import { type Answer, useOperation } from '../../api/use-operation.js';
import { Notice, Pending } from '../../components/notice.js';
import { number, unitText, words } from '../../format.js';
import { type AnomaliesData, qualityField, type QualityFieldData } from '../../generated/operations.js';
import { viewerOfCell } from '../../links.js';
import { colorAt } from '../../quality/color-scale.js';
import { csvOf, saveAs, svgOf } from '../../quality/downloads.js';
import type { PlaneBox } from '../../quality/selection.js';
import { type CellValue, cellValuesOf, sliceAt, usualRangeOf, valueAt } from '../../quality/slice.js';
import { strings } from '../../strings.js';
import { type PlaneView, SliceMap } from './slice-map.js';

const t = strings.quality;

/** A field with one object a cell, as pictures and tables take it. */
export type QualityField = Omit<QualityFieldData['qualityField'], 'columns'> & {
  readonly values: readonly CellValue[];
};

export type Anomaly = AnomaliesData['anomalies'][number];

export interface MapSettings {
  readonly dataset: string;
  readonly z: number;
  readonly size: { readonly x: number; readonly y: number };
  readonly view: PlaneView;
  readonly onView: (view: PlaneView) => void;
  readonly selection: PlaneBox | undefined;
  readonly onSelect: (box: PlaneBox) => void;
  readonly against: PlaneBox | undefined;
  readonly anomalies: readonly Anomaly[];
  readonly cursor: { readonly x: number; readonly y: number } | undefined;
  readonly onCursor: (place: { readonly x: number; readonly y: number } | undefined) => void;
}

/** "L4/synapseDensity" as the address has it. */
export interface MeasureName {
  readonly layer: string;
  readonly measure: string;
}

/** A measure by cell, or by whole section. */
export function useField(
  dataset: string,
  name: MeasureName | undefined,
  grid: 'cell' | 'section' = 'cell',
): Answer<QualityField> {
  const answer = useOperation(
    qualityField,
    name && { dataset, layer: name.layer, measure: name.measure, grid },
  );
  const found = answer.data?.qualityField;
  const data = useMemo(() => found && { ...found, values: cellValuesOf(found.columns) }, [found]);
  return { ...answer, data };
}

/** Boxes of the anomalies of a measure that reach a section, each once. */
export function marksAt(
  anomalies: readonly Anomaly[],
  { layer, measure }: MeasureName,
  z: number,
): PlaneBox[] {
  const boxes = anomalies
    .filter((each) => each.layer === layer && each.measure === measure)
    .filter(({ region }) => region.begin.z <= z && z < region.end.z)
    .map(({ region: { begin, end } }) => ({ x0: begin.x, y0: begin.y, x1: end.x, y1: end.y }));
  return [...new Map(boxes.map((box) => [JSON.stringify(box), box])).values()];
}

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

/** The same rows as the map's, as an Arrow stream that the API makes. */
const arrowOf = (dataset: string, { layer, measure, revision }: QualityField) =>
  `/api/queries/qualityField/table?${new URLSearchParams({ dataset, layer, measure, revision, grid: 'cell' })}`;

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
    <span className="downloads">
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
      <a
        href={arrowOf(dataset, field)}
        download={`${name}.arrows`}
        aria-label={`${t.download} ${t.arrow}: ${of}`}
      >
        {t.arrow}
      </a>
    </span>
  );
}

/** One measure at one z, with its scale and downloads. */
export function MeasureMap({ name, settings }: { name: MeasureName; settings: MapSettings }) {
  const figure = useRef<HTMLElement>(null);
  const answer = useField(settings.dataset, name);
  const field = answer.data;
  const values = field?.values;
  const range = useMemo(() => usualRangeOf(values ?? []), [values]);
  const slice = useMemo(() => values && sliceAt(values, settings.z, range), [values, settings.z, range]);
  const title = `${name.layer} ${words(name.measure)}`;
  const { anomalies, cursor, z } = settings;
  const marks = useMemo(() => marksAt(anomalies, name, z), [anomalies, name, z]);
  const [, go] = useLocation();
  const open = ({ x, y }: { readonly x: number; readonly y: number }) =>
    go(viewerOfCell(settings.dataset, { x: Math.floor(x), y: Math.floor(y), z }, name.layer, name.measure));
  const here = slice && cursor ? valueAt(slice, cursor.x, cursor.y) : Number.NaN;
  return (
    <figure className="map" ref={figure}>
      <figcaption>
        <strong>{title}</strong>
        {field && <Downloads field={field} settings={settings} range={range} figure={figure} />}
      </figcaption>
      <Pending answer={answer} />
      <SliceMap
        label={t.mapOf(`${title}, z ${settings.z}`)}
        slice={slice}
        marks={marks}
        onOpen={open}
        {...settings}
      />
      <p className="quiet here">
        {Number.isNaN(here) ? ' ' : t.here(number(here), unitText(field?.unit ?? ''))}
        {marks.length > 0 && ` · ${t.anomaliesHere(marks.length)}`}
      </p>
      {field && <Scale range={range} unit={field.unit} />}
      {field && !slice && <Notice kind="empty">{t.nothingHere}</Notice>}
    </figure>
  );
}
