import { describe, expect, it } from 'vitest';
import { datasetQuery, unescapeString } from './dataset-query.js';

const rewritten = (cypher: string) => datasetQuery(cypher, 'ds').text.replaceAll(/\s+/g, ' ').trim();

describe('a client statement', () => {
  it.each([
    ['MATCH (n:Neuron) RETURN n', "MATCH (n:Neuron {dataset: 'ds'} ) RETURN n"],
    ['MATCH (n:Neuron{}) RETURN n', "MATCH (n:Neuron{dataset: 'ds'}) RETURN n"],
    [
      'MATCH (n {bodyId: 5})-[e]->() RETURN e',
      "MATCH (n {dataset: 'ds', bodyId: 5})-[e]->( {dataset: 'ds'} ) RETURN e",
    ],
    ['MATCH (n:A|B WHERE n.x = 1) RETURN n', "MATCH (n:A|B {dataset: 'ds'} WHERE n.x = 1) RETURN n"],
    ['MATCH (WHERE true) RETURN 1', "MATCH ( {dataset: 'ds'} WHERE true) RETURN 1"],
    [
      'MATCH (n:`a b` /* (m:X) */) RETURN "(m:Neuron)"',
      `MATCH (n:\`a b\` {dataset: 'ds'} /* (m:X) */) RETURN "(m:Neuron)"`,
    ],
    [
      'RETURN [(n)-->(m:X) | m.y] AS ys',
      "RETURN [(n {dataset: 'ds'} )-->(m:X {dataset: 'ds'} ) | m.y] AS ys",
    ],
    ['RETURN (n.a + (n.b)) AS c, n:Neuron AS d', 'RETURN (n.a + (n.b)) AS c, n:Neuron AS d'],
    ['WITH "😀" AS s MATCH (n:X) RETURN s', `WITH "😀" AS s MATCH (n:X {dataset: 'ds'} ) RETURN s`],
  ])('%s has every node bound to the dataset', (given, expected) => {
    expect(rewritten(given)).toBe(expected);
  });

  it('may ask whether a property exists, as in Neo4j 4', () => {
    expect(rewritten('MATCH (n) WHERE NOT exists(n.`a b`) AND EXISTS(n.c) RETURN 1')).toBe(
      "MATCH (n {dataset: 'ds'} ) WHERE NOT ((n.`a b`) IS NOT NULL) AND ((n.c) IS NOT NULL) RETURN 1",
    );
    expect(rewritten('MATCH (n) WHERE exists((n)-->()) RETURN 1')).not.toContain('NULL');
  });

  it('may name the boxes of time, whose statement becomes a subquery', () => {
    const { text, timeboxMs } = datasetQuery(
      String.raw`CALL apoc.cypher.runTimeboxed("MATCH (n:Neuron) WHERE n.type = \"x\" RETURN count(n), n.type AS t",
        {}, 5000) YIELD value RETURN value.t AS t`,
      'ds',
    );
    expect(timeboxMs).toBe(5000);
    expect(text.replaceAll(/\s+/g, ' ')).toBe(
      `CALL () { CALL () { MATCH (n:Neuron {dataset: 'ds'} ) WHERE n.type = "x" RETURN count(n) AS \`count(n)\`, ` +
        `n.type AS t } RETURN {\`count(n)\`: \`count(n)\`, \`t\`: \`t\`} AS value } RETURN value.t AS t`,
    );
  });

  it.each([
    ['CALL apoc.cypher.runTimeboxed("RETURN " + "1 AS x", {}, 5) YIELD value RETURN value', /understood as/],
    [
      'WITH "CREATE (n)" AS q CALL apoc.cypher.runTimeboxed(q, {}, 5) YIELD value RETURN value',
      /understood as/,
    ],
    ['RETURN apoc.cypher.runFirstColumnSingle("RETURN 1", {}) AS x', /from a string/],
    ['MATCH (n:Neuron RETURN n', /Line 1, column 17 .*RETURN/],
    ['MATCH (n)\nRETURN n n', /Line 2, column/],
    ['RETURN 1 AS a; RETURN 2 AS a', /2 statements/],
    [' ', /empty/],
    ['foo bar', /Line 1, column 1/],
    ['MATCH (n $p) RETURN n', /parameter/],
  ])('%s is refused', (cypher, reason) => {
    expect(() => datasetQuery(cypher, 'ds')).toThrow(reason);
  });

  it('cannot bring its own text in through the dataset', () => {
    expect(() => datasetQuery('RETURN 1 AS a', "x'}) //")).toThrow(/dataset name/);
  });
});

it('a string literal is read with its escapes', () => {
  expect(unescapeString(String.raw`'a\'b\n\\A\"'`)).toBe('a\'b\n\\A"');
});
