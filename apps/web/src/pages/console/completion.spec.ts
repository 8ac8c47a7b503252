import { expect, it } from 'vitest';
import { schemaFrom, suggestionsFor, wordAt } from './completion.js';

const schema = schemaFrom(
  JSON.stringify([
    [
      ['Neuron', 'Segment', 'phantom_Neuron', 'Synapse', 'SynapseSet'],
      ['SynapsesTo', 'ConnectsTo'],
      ['weight', 'bodyId'],
    ],
  ]),
);
const suggested = (text: string) => suggestionsFor(schema, wordAt(text, text.length));

it('knows labels, relationship types and properties by where they stand', () => {
  expect(suggested('MATCH (n:Syn')).toEqual(['Synapse', 'SynapseSet']);
  expect(suggested('MATCH (n:Neuron)-[c:')).toEqual(['ConnectsTo', 'SynapsesTo']);
  expect(suggested('MATCH (n:Neuron)-[c:ConnectsTo|Syn')).toEqual(['SynapsesTo']);
  expect(suggested('MATCH (n:Neuron) RETURN n.b')).toEqual(['bodyId']);
  expect(suggested('MATCH (n:Neuron {bo')).toEqual(['bodyId']);
  expect(suggested('MATCH (n:Neuron {bodyId: 1, we')).toEqual(['weight']);
  expect(suggested('MATCH (n) RET')).toEqual(['RETURN']);
  expect(suggested('MATCH (n:Neuron')).toEqual([]);
});
