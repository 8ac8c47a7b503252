/** One operation of apps/web/queries, with the types of its answer and of its variables. */
export interface Operation<Data, Variables> {
  readonly name: string;
  /** GraphQL. */
  readonly text: string;
  /** The statements of cypher/queries that answer it. */
  readonly cypher: readonly string[];
  /** Types only; never there. */
  readonly types?: (variables: Variables) => Data;
}
