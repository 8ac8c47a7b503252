import { parseId } from '@stratome/core';
import { GraphQLScalarType, Kind } from 'graphql';

/** Ids reach 2^63, beyond what JSON numbers hold exactly. */
export const Int64 = new GraphQLScalarType<bigint, string>({
  name: 'Int64',
  description: 'A whole number from 0 to 2^63 - 1, as decimal text.',
  serialize: (value) => (value as bigint).toString(),
  parseValue: (value) => parseId(value as string),
  parseLiteral(node) {
    if (node.kind === Kind.STRING || node.kind === Kind.INT) return parseId(node.value);
    return parseId(node.kind);
  },
});
