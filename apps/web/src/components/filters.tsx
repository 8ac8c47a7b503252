import type { ReactNode } from 'react';
import { useSearchParams } from 'wouter';

interface FiltersProps {
  /** Names of the fields that are kept in the address. */
  readonly names: readonly string[];
  readonly submit: string;
  readonly children: ReactNode;
}

/** A form whose fields are the page's address, so that a view can be sent to someone else. */
export function Filters({ names, submit, children }: FiltersProps) {
  const [search, setSearch] = useSearchParams();
  const apply = (form: FormData) =>
    setSearch((before) => {
      const next = new URLSearchParams(before);
      for (const name of names) {
        const value = String(form.get(name) ?? '').trim();
        if (value === '') next.delete(name);
        else next.set(name, value);
      }
      return next;
    });
  return (
    <form
      className="filters"
      key={search.toString()}
      onSubmit={(event) => {
        event.preventDefault();
        apply(new FormData(event.currentTarget));
      }}
    >
      {children}
      <button type="submit" className="primary">
        {submit}
      </button>
    </form>
  );
}

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly type?: 'text' | 'number';
  readonly min?: number;
  readonly max?: number;
  readonly step?: number | 'any';
  readonly size?: number;
}

/** A field that begins with what the address says. */
export function Field({ name, label, type = 'text', size = 12, ...limits }: FieldProps) {
  const [search] = useSearchParams();
  return (
    <label>
      {label}
      <input name={name} type={type} size={size} defaultValue={search.get(name) ?? ''} {...limits} />
    </label>
  );
}

/** A whole number in the address. */
export function wholeIn(search: URLSearchParams, name: string, otherwise: number): number {
  const value = Number(search.get(name) ?? Number.NaN);
  return Number.isInteger(value) && value >= 0 ? value : otherwise;
}

/** Ids in the address, apart by commas or blanks; what is no id is left out. */
export const idsIn = (search: URLSearchParams, name: string): string[] => [
  ...new Set((search.get(name) ?? '').split(/[\s,]+/).filter((id) => /^\d{1,19}$/.test(id))),
];

interface VoxelBox {
  readonly begin: { readonly x: number; readonly y: number; readonly z: number };
  readonly end: { readonly x: number; readonly y: number; readonly z: number };
}

/** A box written as six numbers: x, y, z to x, y, z. */
export function boxFrom(text: string | null): VoxelBox | undefined {
  const numbers = (text ?? '').match(/-?\d+(\.\d+)?/g)?.map(Number) ?? [];
  if (numbers.length !== 6) return undefined;
  const [bx, by, bz, ex, ey, ez] = numbers;
  return { begin: { x: bx, y: by, z: bz }, end: { x: ex, y: ey, z: ez } };
}
