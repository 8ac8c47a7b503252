export { analyseDataset } from './analysis/analyse-dataset.js';
export { ApiModule, type ApiConnections } from './api.module.js';
export { createApi } from './application.js';
export { webApp } from './web/web-app.js';
export { schemaText } from './graphql/schema.js';
export { defaultLimits, type QueryLimits } from './graphql/limits.js';
export {
  counterfactualOf,
  recordCounterfactual,
  type OwnSettings,
  type TriedCounterfactual,
} from './diagnosis/counterfactual.js';
export { diagnoseDataset, type DiagnosisRequest, type StoredReport } from './diagnosis/diagnose-dataset.js';
export { lineageRegions } from './diagnosis/lineage-differences.js';
export {
  datasetQueue,
  type DatasetQueue,
  type ProofreadingItem,
  type QueueRequest,
} from './proofreading/dataset-queue.js';
export { reportContent } from './reports/report-content.js';
export { Catalogue } from './volumes/catalogue.js';
export { GraphReader } from './graphql/graph-reader.js';
export { PastFlags } from './graphql/past-flags.js';
export { listenTls, ownCertificate, readCertificate, type Certificate } from './tls.js';
export { neuprintRoutes } from './neuprint/routes.js';
