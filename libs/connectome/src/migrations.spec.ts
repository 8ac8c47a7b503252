import { describe, expect, it } from 'vitest';
import { pendingMigrations, splitStatements } from './migrations.js';

describe('splitting a migration', () => {
  it('cuts at each semicolon that ends a line and keeps those inside a line', () => {
    expect(splitStatements("// one\nRETURN ';';\n\nRETURN 'a; b'\n  AS x;\n// nothing follows\n")).toEqual([
      "// one\nRETURN ';'",
      "RETURN 'a; b'\n  AS x",
    ]);
  });
});

describe('what is still to be applied', () => {
  const migration = (id: string, checksum = id) => ({ id, checksum, statements: [] });
  const all = [migration('0001-a'), migration('0002-b')];

  it('is what the ledger lacks', () => {
    expect(pendingMigrations(all, new Map([['0001-a', '0001-a']]))).toEqual([all[1]]);
  });

  it.each([
    ['changed', new Map([['0001-a', 'another checksum']]), /was changed/],
    ['unknown here', new Map([['0009-z', '0009-z']]), /does not know/],
    ['overtaken', new Map([['0002-b', '0002-b']]), /0001-a comes before 0002-b/],
  ])('is refused where a file is %s', (_, applied, reason) => {
    expect(() => pendingMigrations(all, applied)).toThrow(reason);
  });
});
