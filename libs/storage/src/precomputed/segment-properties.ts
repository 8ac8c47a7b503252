import { badInput } from '@stratome/core';

/** What is known about each segment; every list is as long as `ids`. */
export interface SegmentProperties {
  readonly ids: readonly bigint[];
  /** Shown beside the id in Neuroglancer's list. */
  readonly label?: readonly string[];
  readonly description?: readonly string[];
  /** Each segment's tags; no tag holds a space. */
  readonly tags?: readonly (readonly string[])[];
  /** Columns of numbers by name; the unit belongs into the name or the description. */
  readonly numbers?: Readonly<
    Record<string, { readonly description: string; readonly values: readonly number[] }>
  >;
}

function tagColumn(tags: readonly (readonly string[])[]) {
  const names = [...new Set(tags.flat())].sort();
  const bad = names.find((name) => /\s/.test(name));
  if (bad !== undefined) throw badInput(`The tag "${bad}" has a space in it.`, 'Neuroglancer allows none.');
  const numberOf = new Map(names.map((name, index) => [name, index]));
  const values = tags.map((row) => row.map((tag) => numberOf.get(tag)!).sort((a, b) => a - b));
  return { id: 'tags', type: 'tags', tags: names, values };
}

/**
 * The `segment_properties/info` document, ids as decimal strings so that 64-bit ids stay exact.
 * Format: neuroglancer, src/datasource/precomputed/segment_properties.md.
 */
export function segmentPropertiesInfo({ ids, label, description, tags, numbers = {} }: SegmentProperties) {
  const properties: ({ id: string; values: readonly unknown[] } & Record<string, unknown>)[] = [];
  if (label) properties.push({ id: 'label', type: 'label', values: label });
  if (description) properties.push({ id: 'description', type: 'description', values: description });
  if (tags) properties.push(tagColumn(tags));
  for (const [id, column] of Object.entries(numbers)) {
    properties.push({ id, type: 'number', data_type: 'float32', ...column });
  }
  for (const { id, values } of properties) {
    if (values.length !== ids.length) {
      throw badInput(`The segment property "${id}" has ${values.length} values for ${ids.length} segments.`);
    }
  }
  return { '@type': 'neuroglancer_segment_properties', inline: { ids: ids.map(String), properties } };
}
