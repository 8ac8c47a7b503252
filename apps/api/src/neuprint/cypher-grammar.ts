import { createRequire } from 'node:module';
import { badInput } from '@stratome/core';

/** A node of the syntax tree. Offsets count code points; `stop` is the last token, not what follows it. */
export interface SyntaxNode {
  readonly start: { readonly start: number };
  readonly stop: { readonly stop: number };
  readonly children: readonly SyntaxNode[] | null;
}

type Rule = abstract new () => SyntaxNode;

/** The rules of Neo4j's grammar that are looked for. */
export interface Grammar {
  readonly NodePatternContext: Rule;
  readonly VariableContext: Rule;
  readonly LabelExpressionContext: Rule;
  readonly PropertiesContext: Rule;
  readonly MapContext: Rule;
  readonly FunctionInvocationContext: Rule;
  readonly FunctionNameContext: Rule;
  readonly PropertyContext: Rule;
  readonly CallClauseContext: Rule;
  readonly ProcedureNameContext: Rule;
  readonly ProcedureArgumentContext: Rule;
  readonly ProcedureResultItemContext: Rule;
  readonly ReturnClauseContext: Rule;
  readonly ReturnItemContext: Rule;
  readonly StringLiteralContext: Rule;
  readonly parserWrapper: {
    parse(text: string): {
      readonly statementsParsing: readonly {
        readonly ctx: SyntaxNode;
        readonly parser: { readonly _syntaxErrors: number };
      }[];
    };
  };
}

interface Token {
  readonly line: number;
  readonly column: number;
  readonly text: string;
  readonly start: number;
}

/** What the parser leaves where it did not understand a token: a rule with an exception, or the token itself. */
interface Misunderstood extends SyntaxNode {
  readonly exception?: { readonly offendingToken: Token | null } | null;
  readonly symbol?: Token;
  isErrorNode?(): boolean;
}

let loaded: Grammar | undefined;

/** Neo4j's own grammar. It is large and loads in about a second, so it is loaded when first needed. */
export function cypherGrammar(): Grammar {
  // Its ES modules do not resolve in Node; the CommonJS build does.
  loaded ??= createRequire(import.meta.url)('@neo4j-cypher/language-support') as Grammar;
  return loaded;
}

function* misunderstoodTokens(node: Misunderstood): Generator<Token> {
  if (node.isErrorNode?.() && node.symbol) yield node.symbol;
  if (node.exception?.offendingToken) yield node.exception.offendingToken;
  for (const child of childrenOf(node)) yield* misunderstoodTokens(child);
}

function syntaxError(trees: readonly SyntaxNode[]): Error {
  const tokens = trees.flatMap((tree) => [...misunderstoodTokens(tree)]).filter(({ line }) => line > 0);
  const [first] = tokens.sort((a, b) => a.start - b.start);
  if (!first) return badInput('The query is not Cypher.', 'Correct it.');
  const found = first.text === '<EOF>' ? 'the end' : `"${first.text.slice(0, 60)}"`;
  return badInput(
    `Line ${first.line}, column ${first.column + 1} of the query: ${found} is not expected there.`,
    'Correct the Cypher.',
  );
}

/** @throws StratomeError badInput for a syntax error (with its line), or not exactly one statement */
export function parseStatement(text: string): SyntaxNode {
  if (text.trim() === '') throw badInput('The query is empty.', 'Send a statement.');
  const statements = cypherGrammar().parserWrapper.parse(text).statementsParsing;
  // oxlint-disable-next-line no-underscore-dangle -- antlr4's only way to tell
  if (statements.some(({ parser }) => parser._syntaxErrors > 0)) {
    throw syntaxError(statements.map(({ ctx }) => ctx));
  }
  // What follows the last semicolon is a statement without an end.
  const written = statements.filter(({ ctx }) => Boolean(ctx.stop));
  if (written.length === 1) return written[0].ctx;
  throw badInput(`The query holds ${written.length} statements.`, 'Send one statement at a time.');
}

export const childrenOf = (node: SyntaxNode): readonly SyntaxNode[] => node.children ?? [];

/** The children of a node that a rule made. */
export const childrenBy = (node: SyntaxNode, rule: Rule): SyntaxNode[] =>
  childrenOf(node).filter((child) => child instanceof rule);

/** All nodes that a rule made, in the order of the text, those inside others too. */
export function* descendantsBy(node: SyntaxNode, rule: Rule): Generator<SyntaxNode> {
  if (node instanceof rule) yield node;
  for (const child of childrenOf(node)) yield* descendantsBy(child, rule);
}

/** A text that is edited at offsets of its original. */
export class EditableText {
  private readonly points: readonly string[];
  private readonly edits: { begin: number; end: number; text: string }[] = [];

  constructor(text: string) {
    this.points = [...text];
  }

  textOf({ start, stop }: SyntaxNode): string {
    return this.points.slice(start.start, stop.stop + 1).join('');
  }

  insert(at: number, text: string): void {
    this.edits.push({ begin: at, end: at, text });
  }

  replace({ start, stop }: SyntaxNode, text: string): void {
    this.edits.push({ begin: start.start, end: stop.stop + 1, text });
  }

  /** The text with all edits; edits inside a replaced part are dropped with it. */
  toString(): string {
    const ordered = [...this.edits].sort((a, b) => a.begin - b.begin || b.end - a.end);
    const parts: string[] = [];
    let at = 0;
    for (const { begin, end, text } of ordered) {
      if (begin < at) continue;
      parts.push(this.points.slice(at, begin).join(''), text);
      at = end;
    }
    parts.push(this.points.slice(at).join(''));
    return parts.join('');
  }
}
