import { queries } from '@stratome/connectome';
import { describe, expect, it } from 'vitest';
import { parsePairs, parseShape, parseVoxelNm, wholeNumber } from './options.js';
import { looseValue, queryParameters, typedValue } from '@stratome/connectome';

describe('a voxel size', () => {
  it('is z, y, x', () => expect(parseVoxelNm('40, 8,8.5')).toEqual([40, 8, 8.5]));

  it.each(['NaN,8,8', '8,8', '8,8,8,8', '8,,8', 'Infinity,8,8', 'a,b,c'])('is not %s', (text) =>
    expect(() => parseVoxelNm(text)).toThrow(`"${text}" is not a voxel size.`),
  );

  it.each(['0,8,8', '-1,8,8', '8,8,10001'])('is impossible as %s', (text) =>
    expect(() => parseVoxelNm(text)).toThrow(/impossible \(voxel size/),
  );
});

it('a shape is three whole numbers above 0', () => {
  expect(parseShape('8,16,32')).toEqual([8, 16, 32]);
  for (const text of ['8,16', '0,1,1', '1.5,2,2']) expect(() => parseShape(text)).toThrow('is not a shape');
});

it('reads whole numbers in their range only', () => {
  const seed = wholeNumber('seed', 0, 0xffffffff);
  expect(seed('4294967295')).toBe(0xffffffff);
  for (const text of ['4294967296', '-1', '1.5', '', '1e3'])
    expect(() => seed(text)).toThrow('is not a seed');
});

it('cuts pairs at the first equals sign', () => {
  expect([...parsePairs(['a=b=c', 'x='])]).toEqual([
    ['a', 'b=c'],
    ['x', ''],
  ]);
  expect(() => parsePairs(['=b'])).toThrow('"=b" is not a parameter.');
});

describe('parameters of queries', () => {
  it('keep 64-bit ids exact', () => {
    expect(typedValue('bodyId', 'Int64', '9223372036854775807')).toBe(9223372036854775807n);
    expect(typedValue('bodyIds', 'List<Int64>', '1,9007199254740993')).toEqual([1n, 9007199254740993n]);
    expect(looseValue('9007199254740993')).toBe(9007199254740993n);
  });

  it('are of their declared type', () => {
    expect(typedValue('limit', 'Int32', '5')).toBe(5);
    expect(typedValue('flag', 'Boolean?', 'null')).toBeNull();
    expect(() => typedValue('limit', 'Int32', '1.5')).toThrow('limit=1.5 is not of type Int32.');
    expect(() => typedValue('flag', 'Boolean', 'yes')).toThrow('flag=yes is not a Boolean.');
    expect(() => typedValue('bodyId', 'Int64', '-3')).toThrow('"-3" is not a bodyId.');
  });

  it('are named when missing or unknown', () => {
    const { graphSummary } = queries;
    expect(queryParameters(graphSummary, new Map([['dataset', 'phantom']]))).toEqual({ dataset: 'phantom' });
    expect(() => queryParameters(graphSummary, new Map())).toThrow('graphSummary needs dataset.');
    const wrong = new Map([['data', 'phantom']]);
    expect(() => queryParameters(graphSummary, wrong)).toThrow('graphSummary has no parameter "data".');
  });
});
