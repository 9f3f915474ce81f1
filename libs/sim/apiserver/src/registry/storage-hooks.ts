import { serviceStorage } from '../allocation/service.storage.js';
import type { ResourceType } from '../contract/resource.js';
import type { StorageHook } from './storage-hook.js';

export const STORAGE_HOOKS: readonly StorageHook[] = [serviceStorage];

const byKey = new Map(STORAGE_HOOKS.map((hook) => [`${hook.group}/${hook.resource}`, hook]));

export const storageHook = (type: ResourceType): StorageHook | undefined => byKey.get(`${type.group}/${type.resource}`);
