import { subject } from '../request/request-scope.js';
import { forbidden } from '../status/status-errors.js';
import type { StorageHook } from './storage-hook.js';

const SYSTEM = new Set(['system-cluster-critical', 'system-node-critical']);

/** The cluster's own priority classes stay (registry/scheduling/priorityclass/storage). */
export const priorityClassStorage: StorageHook = {
  group: 'scheduling.k8s.io',
  resource: 'priorityclasses',
  beforeDelete: (scope) =>
    SYSTEM.has(scope.name)
      ? forbidden(subject(scope), scope.name, 'this is a system priority class and cannot be deleted')
      : undefined,
};
