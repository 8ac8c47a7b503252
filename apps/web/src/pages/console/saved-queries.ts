export interface SavedQuery {
  readonly name: string;
  readonly statement: string;
  readonly parameters: string;
}

const key = 'cypher-queries';

/** What this browser keeps. */
export function savedQueries(): SavedQuery[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
    return Array.isArray(kept) ? (kept as SavedQuery[]) : [];
  } catch {
    return [];
  }
}

/** Keeps a query under its name, in the place of one of the same name. */
export function saveQuery(query: SavedQuery): SavedQuery[] {
  const all = [...savedQueries().filter(({ name }) => name !== query.name), query];
  localStorage.setItem(key, JSON.stringify(all));
  return all;
}
