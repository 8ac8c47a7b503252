import { expect, it } from 'vitest';
import { weightUncertainty } from './weight-uncertainty.js';

/** All outcomes of few contacts, one by one. */
function enumerate(p: readonly number[]) {
  let [mean, square, any] = [0, 0, 0];
  for (let outcome = 0; outcome < 2 ** p.length; outcome++) {
    let [count, probability] = [0, 1];
    p.forEach((pi, i) => {
      const isTrue = (outcome >> i) & 1;
      count += isTrue;
      probability *= isTrue ? pi : 1 - pi;
    });
    mean += count * probability;
    square += count ** 2 * probability;
    if (count > 0) any += probability;
  }
  return { expected: mean, standardDeviation: Math.sqrt(square - mean ** 2), probabilityOfAny: any };
}

it('is that of all outcomes counted one by one', () => {
  const confidences = [0.31, 0.5, 0.77, 0.92, 0.05, 0.66];
  const found = weightUncertainty(confidences);
  for (const [name, value] of Object.entries(enumerate(confidences)))
    expect(found[name as keyof typeof found], name).toBeCloseTo(value, 12);
});

it('is nothing where contacts are sure, and where there are none', () => {
  expect(weightUncertainty([1, 1, 0])).toEqual({ expected: 2, standardDeviation: 0, probabilityOfAny: 1 });
  expect(weightUncertainty([])).toEqual({ expected: 0, standardDeviation: 0, probabilityOfAny: 0 });
});

it.each([-0.1, 1.1, Number.NaN])('refuses %d', (p) => {
  expect(() => weightUncertainty([0.5, p])).toThrow('is no confidence');
});
