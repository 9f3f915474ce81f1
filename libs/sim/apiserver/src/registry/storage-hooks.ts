import { serviceStorage } from '../allocation/service.storage.js';
import { customResourceDefinitionStorage } from '../extensions/custom-resource-definition.storage.js';
import type { ResourceType } from '../contract/resource.js';
import { policyStatusStorage } from '../policy/policy-status.storage.js';
import { priorityClassStorage } from './priority-class.storage.js';
import type { StorageHook } from './storage-hook.js';

export const STORAGE_HOOKS: readonly StorageHook[] = [
  customResourceDefinitionStorage,
  policyStatusStorage,
  priorityClassStorage,
  serviceStorage,
];

const byResource = new Map(STORAGE_HOOKS.map((hook) => [hook.resource, hook]));

export function storageHook({ group, resource }: ResourceType): StorageHook | undefined {
  const hook = byResource.get(resource);
  return hook?.group === group ? hook : undefined;
}
