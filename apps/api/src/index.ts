export { ApiModule, type ApiConnections } from './api.module.js';
export { createApi } from './application.js';
export { webApp } from './web/web-app.js';
export { schemaText } from './graphql/schema.js';
export { defaultLimits, type QueryLimits } from './graphql/limits.js';
export { diagnoseDataset, type DiagnosisRequest, type StoredReport } from './diagnosis/diagnose-dataset.js';
export { reportContent } from './reports/report-content.js';
export { listenTls, ownCertificate, readCertificate, type Certificate } from './tls.js';
export { neuprintRoutes } from './neuprint/routes.js';
