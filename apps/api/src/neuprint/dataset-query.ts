import { badInput } from '@stratome/core';
import {
  childrenBy,
  childrenOf,
  cypherGrammar,
  descendantsBy,
  EditableText,
  parseStatement,
  type SyntaxNode,
} from './cypher-grammar.js';

/** A neuPrint client's statement made one that Neo4j 5 runs on a single dataset. */
export interface DatasetQuery {
  readonly text: string;
  /** The least time that a `runTimeboxed` in it allows; on its expiry the answer is empty. */
  readonly timeboxMs?: number;
}

const timeboxed = 'apoc.cypher.runTimeboxed';

/**
 * Rewrites a neuPrint client's Cypher, by its syntax tree:
 *
 * - every node pattern is bound to the dataset by its indexed property, whatever labels it has or lacks. No
 *   relationship leads from one dataset into another, so no pattern can leave it;
 * - `exists(n.p)`, which Neo4j 5 no longer has, becomes `n.p IS NOT NULL`;
 * - `CALL apoc.cypher.runTimeboxed('…', {}, ms)` becomes a subquery with the statement inside it rewritten too: the
 *   procedure would open a transaction of its own, beyond the limits of this one.
 *
 * @param dataset a dataset's name, as it stands in the graph
 * @throws StratomeError badInput with line and column for a syntax error, and for Cypher hidden in expressions
 */
export function datasetQuery(cypher: string, dataset: string): DatasetQuery {
  if (!/^[A-Za-z]\w*$/.test(dataset)) throw badInput(`"${dataset}" is not a dataset name.`);
  const tree = parseStatement(cypher);
  const text = new EditableText(cypher);
  const { NodePatternContext, FunctionInvocationContext, CallClauseContext } = cypherGrammar();
  for (const pattern of descendantsBy(tree, NodePatternContext)) bindToDataset(text, pattern, dataset);
  for (const call of descendantsBy(tree, FunctionInvocationContext)) rewriteFunction(text, call);
  const boxes = [...descendantsBy(tree, CallClauseContext)].flatMap((call) => {
    const box = readTimebox(text, call);
    return box ? [{ call, ...box }] : [];
  });
  const limits = boxes.map(({ call, statement, timeoutMs, standsAlone }) => {
    const inner = datasetQuery(withNamedColumns(statement), dataset);
    text.replace(call, subquery(inner.text, columnsOf(statement), standsAlone));
    return Math.min(timeoutMs, inner.timeboxMs ?? Infinity);
  });
  return { text: text.toString(), ...(limits.length > 0 ? { timeboxMs: Math.min(...limits) } : {}) };
}

/** Puts the dataset into a node pattern's property map, which is made if there is none. */
function bindToDataset(text: EditableText, pattern: SyntaxNode, dataset: string): void {
  const { VariableContext, LabelExpressionContext, PropertiesContext, MapContext } = cypherGrammar();
  const bound = `dataset: '${dataset}'`;
  const [properties] = childrenBy(pattern, PropertiesContext);
  if (!properties) {
    const [labels] = childrenBy(pattern, LabelExpressionContext);
    const [variable] = childrenBy(pattern, VariableContext);
    const before = labels ?? variable;
    text.insert(before ? before.stop.stop + 1 : pattern.start.start + 1, ` {${bound}} `);
    return;
  }
  const [map] = [...descendantsBy(properties, MapContext)];
  if (!map)
    throw badInput(`The node pattern ${text.textOf(pattern)} has a parameter.`, 'Write its properties.');
  // An empty map has its two braces and nothing else.
  text.insert(map.start.start + 1, childrenOf(map).length > 2 ? `${bound}, ` : bound);
}

function rewriteFunction(text: EditableText, call: SyntaxNode): void {
  const { FunctionNameContext, PropertyContext } = cypherGrammar();
  const [nameNode] = childrenBy(call, FunctionNameContext);
  const name = text.textOf(nameNode).toLowerCase();
  if (name.startsWith('apoc.cypher.')) {
    throw badInput(
      `The query runs Cypher from a string with ${name}.`,
      'Write it as a subquery, CALL () { … }.',
    );
  }
  if (name !== 'exists' || [...descendantsBy(call, PropertyContext)].length === 0) return;
  text.replace(nameNode, '(');
  text.insert(call.stop.stop + 1, ' IS NOT NULL)');
}

interface Timebox {
  readonly statement: string;
  readonly timeoutMs: number;
  /** No clause follows: the procedure's own column is the answer. */
  readonly standsAlone: boolean;
}

/** Reads a call of runTimeboxed; undefined when it calls something else. */
function readTimebox(text: EditableText, call: SyntaxNode): Timebox | undefined {
  const { ProcedureNameContext, ProcedureArgumentContext, ProcedureResultItemContext, StringLiteralContext } =
    cypherGrammar();
  const [name] = childrenBy(call, ProcedureNameContext);
  if (!name || text.textOf(name) !== timeboxed) return undefined;
  const given = [...descendantsBy(call, ProcedureArgumentContext)];
  const [statement, parameters, time] = given.map((argument) => text.textOf(argument).trim());
  const [literal] = given.length === 3 ? [...descendantsBy(given[0], StringLiteralContext)] : [];
  const timeoutMs = /^\d{1,9}$/.test(time ?? '') ? Number(time) : Number.NaN;
  const results = [...descendantsBy(call, ProcedureResultItemContext)].map((item) =>
    text.textOf(item).trim(),
  );
  const whole = text.textOf(call);
  const plain =
    literal !== undefined &&
    text.textOf(literal) === statement &&
    /^\{\s*\}$/.test(parameters) &&
    timeoutMs > 0 &&
    (results.length === 0 || (results.length === 1 && results[0] === 'value')) &&
    !/\bWHERE\b/i.test(whole.slice(whole.lastIndexOf(')')));
  if (!plain) {
    throw badInput(
      `${timeboxed} is understood as ("a statement", {}, milliseconds) YIELD value.`,
      'Write the statement as text and its values in it.',
    );
  }
  return { statement: unescapeString(statement), timeoutMs, standsAlone: results.length === 0 };
}

const escapes: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** What a Cypher string literal says. */
export function unescapeString(literal: string): string {
  return literal
    .slice(1, -1)
    .replaceAll(/\\(u[0-9A-Fa-f]{4}|.)/gs, (_, escaped: string) =>
      escaped.length === 5
        ? String.fromCharCode(Number.parseInt(escaped.slice(1), 16))
        : (escapes[escaped] ?? escaped),
    );
}

interface ReturnItem {
  readonly node: SyntaxNode;
  readonly column: string;
  readonly named: boolean;
}

/** What each RETURN of a statement returns, the last one last. */
function returnItems(text: EditableText, statement: string): ReturnItem[][] {
  const { ReturnClauseContext, ReturnItemContext, VariableContext } = cypherGrammar();
  return [...descendantsBy(parseStatement(statement), ReturnClauseContext)].map((clause) =>
    [...descendantsBy(clause, ReturnItemContext)].map((node) => {
      const [alias] = childrenBy(node, VariableContext);
      const column = text.textOf(alias ?? node);
      return { node, column, named: alias !== undefined || /^(`[^`]*`|[A-Za-z_]\w*)$/.test(column) };
    }),
  );
}

const quoted = (column: string) => (column.startsWith('`') ? column : `\`${column.replaceAll('`', '``')}\``);

/** A subquery's columns must have names: gives those that are bare expressions their own text as name. */
function withNamedColumns(statement: string): string {
  const text = new EditableText(statement);
  for (const { node, column, named } of returnItems(text, statement).flat()) {
    if (!named) text.insert(node.stop.stop + 1, ` AS ${quoted(column)}`);
  }
  return text.toString();
}

function columnsOf(statement: string): string[] {
  const columns = (returnItems(new EditableText(statement), statement).at(-1) ?? []).map(
    ({ column }) => column,
  );
  if (columns.length > 0) return columns.map(quoted);
  throw badInput(`The statement inside ${timeboxed} names no columns.`, 'Name them after RETURN.');
}

/** A subquery that yields each row as one map, which is what the procedure does. */
function subquery(inner: string, columns: readonly string[], standsAlone: boolean): string {
  const value = columns.map((column) => `${column}: ${column}`).join(', ');
  const call = `CALL () { CALL () {\n${inner}\n} RETURN {${value}} AS value }`;
  return standsAlone ? `${call} RETURN value` : call;
}
