import { badInput } from '@stratome/core';

/** Whole numbers become numbers where JSON can hold them exactly, otherwise decimal text. */
export const plainJson = (_key: string, value: unknown): unknown =>
  typeof value !== 'bigint' ? value : Number.isSafeInteger(Number(value)) ? Number(value) : String(value);

/** Reads parameters given as JSON text. @throws StratomeError badInput for what is no object */
export function jsonObject(json: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    throw badInput('The parameters are not JSON.', 'Write an object, for example {"dataset": "phantom"}.');
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
    return parsed as Record<string, unknown>;
  throw badInput('The parameters are no JSON object.', 'Write, for example, {"dataset": "phantom"}.');
}
