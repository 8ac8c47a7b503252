import { useOperation } from '../../api/use-operation.js';
import { connectionsBetween, strongestConnections } from '../../generated/operations.js';
import type { Mask } from './mask.js';

/** The connections among the given neurons, or the strongest of the dataset when none are given. */
export function useChosenConnections(
  dataset: string,
  bodyIds: readonly string[],
  minWeight: number,
  mask: Mask,
) {
  const chosen = bodyIds.length > 0;
  const among = chosen ? { dataset, bodyIds, minWeight, ...mask } : undefined;
  const strongest = chosen ? undefined : { dataset, minWeight, ...mask };
  const amongAnswer = useOperation(connectionsBetween, among);
  const strongestAnswer = useOperation(strongestConnections, strongest);
  return chosen
    ? {
        answer: amongAnswer,
        connections: amongAnswer.data?.connectionsBetween,
        operation: connectionsBetween,
        variables: among!,
      }
    : {
        answer: strongestAnswer,
        connections: strongestAnswer.data?.dataset.connections,
        operation: strongestConnections,
        variables: strongest!,
      };
}
