import type { ObjectStore } from '@stratome/storage';
import type { DataSource } from 'typeorm';
import { parseRunParameters } from '../run-parameters.js';
import { meets, type RegionalParameters } from '../regional-parameters.js';
import { planReprocessing, type Reprocessing, type ReprocessingRequest } from '../reprocessing/request.js';

export interface PlannedCounterfactual {
  readonly planned: Reprocessing;
  /** What the region, or a part of it, has of its own and is made again without. */
  readonly without: readonly RegionalParameters[];
}

/**
 * Plans to make a region again as the rest of its dataset was made: with the dataset's parameters and its models.
 *
 * @throws StratomeError as `planReprocessing` does
 */
export async function planCounterfactual(
  db: DataSource,
  store: ObjectStore,
  request: Omit<ReprocessingRequest, 'settings'>,
): Promise<PlannedCounterfactual> {
  const planned = await planReprocessing(db, store, { ...request, settings: [] });
  const { regions = [] } = planned.parameters;
  const isOfRegion = ({ box }: RegionalParameters) => meets(box, planned.region);
  const parameters = parseRunParameters({
    ...planned.parameters,
    regions: regions.filter((each) => !isOfRegion(each)),
  });
  return { planned: { ...planned, parameters }, without: regions.filter(isOfRegion) };
}
