import { serviceStorage } from '../allocation/service.storage.js';
import { customResourceDefinitionStorage } from '../extensions/custom-resource-definition.storage.js';
import type { ResourceType } from '../contract/resource.js';
import { policyStatusStorage } from '../policy/policy-status.storage.js';
import type { StorageHook } from './storage-hook.js';

export const STORAGE_HOOKS: readonly StorageHook[] = [
  customResourceDefinitionStorage,
  policyStatusStorage,
  serviceStorage,
];

export const storageHook = (type: ResourceType): StorageHook | undefined =>
  STORAGE_HOOKS.find((hook) => hook.resource === type.resource && hook.group === type.group);
