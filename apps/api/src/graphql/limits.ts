import { badInput, type StratomeError } from '@stratome/core';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { fieldExtensionsEstimator, getComplexity, simpleEstimator } from 'graphql-query-complexity';

/** How much one operation may ask for. */
export interface QueryLimits {
  /** Fields inside fields. */
  readonly depth: number;
  /** A field costs 1; a list costs its rows times what is asked of each; some fields cost more (see `complexity`). */
  readonly cost: number;
}

export const defaultLimits: QueryLimits = { depth: 12, cost: 60_000 };

function depthOf(
  set: SelectionSetNode | undefined,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  within: ReadonlySet<string>,
): number {
  let deepest = 0;
  for (const node of set?.selections ?? []) {
    if (node.kind === Kind.FIELD) {
      // The schema's own description is deep but small.
      if (!node.name.value.startsWith('__'))
        deepest = Math.max(deepest, 1 + depthOf(node.selectionSet, fragments, within));
    } else if (node.kind === Kind.INLINE_FRAGMENT) {
      deepest = Math.max(deepest, depthOf(node.selectionSet, fragments, within));
    } else {
      const name = node.name.value;
      // A fragment inside itself is for validation to refuse; here it must only not be followed for ever.
      if (within.has(name)) continue;
      const inside = depthOf(fragments.get(name)?.selectionSet, fragments, new Set([...within, name]));
      deepest = Math.max(deepest, inside);
    }
  }
  return deepest;
}

/** Levels of fields of the deepest operation in a document. */
export function queryDepth(document: DocumentNode): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  return Math.max(0, ...operations.map((node) => depthOf(node.selectionSet, fragments, new Set())));
}

/**
 * Says what is wrong with an operation's size, for HTTP and WebSocket alike.
 *
 * @param document a valid document
 */
export function exceedsLimits(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
  variables: Record<string, unknown>,
  limits: QueryLimits,
): StratomeError | undefined {
  const depth = queryDepth(document);
  if (depth > limits.depth) {
    return badInput(
      `The query is ${depth} levels deep; ${limits.depth} are allowed.`,
      'Ask for less inside one query.',
    );
  }
  const cost = getComplexity({
    schema,
    query: document,
    operationName,
    variables,
    estimators: [fieldExtensionsEstimator(), simpleEstimator({ defaultComplexity: 1 })],
  });
  if (cost <= limits.cost) return undefined;
  return badInput(
    `The query costs ${cost}; ${limits.cost} is allowed.`,
    'Ask for fewer rows or fewer fields of each.',
  );
}
