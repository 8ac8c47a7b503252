export type { ServiceAddresses, ServiceStatus } from './addresses.js';
export { cacheFolder } from '../prerequisites.mjs';
export { repositoryRoot, stateFolder, stateSubfolders } from './layout.js';
export {
  resetServices,
  serviceAddresses,
  servicesStatus,
  startServices,
  stopServices,
  type ServiceOptions,
} from './lifecycle.js';
export type { OnProgress, ServerName } from './local-server.js';
export { canImportOffline, importOffline, type OfflineTables } from './offline-import.js';
export { identify, isAlive, stopProcess, type ProcessIdentity } from './process-identity.js';
