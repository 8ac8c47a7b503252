/** What a statement may name. */
export interface GraphSchema {
  readonly labels: readonly string[];
  readonly relationshipTypes: readonly string[];
  readonly properties: readonly string[];
}

/** One row of three lists; labels doubled with a dataset's name are left out. */
export const schemaStatement = `CALL { CALL db.labels() YIELD label RETURN collect(label) AS labels }
CALL { CALL db.relationshipTypes() YIELD relationshipType RETURN collect(relationshipType) AS types }
CALL { CALL db.propertyKeys() YIELD propertyKey RETURN collect(propertyKey) AS properties }
RETURN labels, types, properties`;

const keywords = [
  'MATCH',
  'OPTIONAL MATCH',
  'WHERE',
  'RETURN',
  'WITH',
  'UNWIND',
  'ORDER BY',
  'LIMIT',
  'DISTINCT',
  'count(*)',
  'collect(',
  'exists(',
  'CALL',
];

/** Reads the answer to `schemaStatement`. */
export function schemaFrom(rowsJson: string): GraphSchema {
  const [row] = JSON.parse(rowsJson) as [string[], string[], string[]][];
  const [labels, relationshipTypes, properties] = row;
  return {
    labels: labels.filter((label) => !label.includes('_')).toSorted(),
    relationshipTypes: relationshipTypes.toSorted(),
    properties: properties.toSorted(),
  };
}

export interface Word {
  /** Where the word begins. */
  readonly from: number;
  readonly prefix: string;
  readonly kind: 'label' | 'relationship' | 'property' | 'keyword';
}

/** The word that is being written before the caret. */
export function wordAt(text: string, caret: number): Word {
  const before = text.slice(0, caret);
  const prefix = /\w*$/.exec(before)![0];
  const from = caret - prefix.length;
  const lead = before.slice(0, from);
  if (/\[\w*\s*:(\w+\s*\|\s*)*$/.test(lead)) return { from, prefix, kind: 'relationship' };
  if (/:(\w+\s*[|&]\s*)*$/.test(lead) && !/\{[^}]*:\s*$/.test(lead)) return { from, prefix, kind: 'label' };
  if (lead.endsWith('.') || /\{([^}]*,)?\s*$/.test(lead)) return { from, prefix, kind: 'property' };
  return { from, prefix, kind: 'keyword' };
}

const most = 8;

/** What the word may become, those that begin with it first. */
export function suggestionsFor(schema: GraphSchema | undefined, { prefix, kind }: Word): string[] {
  const named = {
    label: schema?.labels ?? [],
    relationship: schema?.relationshipTypes ?? [],
    property: schema?.properties ?? [],
    keyword: prefix.length > 0 ? keywords : [],
  }[kind];
  const low = prefix.toLowerCase();
  const begins = named.filter((name) => name.toLowerCase().startsWith(low) && name !== prefix);
  const holds = low ? named.filter((name) => !begins.includes(name) && name.toLowerCase().includes(low)) : [];
  return [...begins, ...(kind === 'keyword' ? [] : holds.filter((name) => name !== prefix))].slice(0, most);
}
