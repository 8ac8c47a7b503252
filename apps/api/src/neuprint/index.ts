import { TokenGuard } from './access.js';
import { CustomQueryService } from './custom-query.service.js';
import { CustomController } from './custom.controller.js';
import { MetadataController } from './metadata.controller.js';
import { RegionsController } from './regions.controller.js';
import { SkeletonsController } from './skeletons.controller.js';

export { arrowStream } from './arrow.js';
export { NeuprintErrorFilter } from './errors.js';
export type { NeuprintValue } from './values.js';
export { accessTokensToken, type AccessTokens } from './access.js';

/** The neuPrint protocol, for neuprint-python and whatever else speaks it. */
export const neuprintControllers = [
  CustomController,
  MetadataController,
  RegionsController,
  SkeletonsController,
];
export const neuprintProviders = [CustomQueryService, TokenGuard];
