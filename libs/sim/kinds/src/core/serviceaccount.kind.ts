import { defineKind } from '@seatrial/apiserver';
import { isJsonObject, type JsonObject } from '@seatrial/kernel';
import type * as core from 'kubernetes-types/core/v1.js';
import { ageCell } from '../printing/cells.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs } from '../registry/draft.js';

/** Of the Secrets only the names are kept (cleanSecretReferences). */
function keepSecretNames(draft: JsonObject): void {
  if (!Array.isArray(draft.secrets)) return;
  draft.secrets = draft.secrets.map((one) => {
    const name = isJsonObject(one) ? one.name : undefined;
    return typeof name === 'string' && name !== '' ? { name } : {};
  });
}

/** ServiceAccounts (k8s.io/kubernetes/pkg/registry/core/serviceaccount, v1.35). */
export const serviceAccountKind = defineKind({
  group: '',
  version: 'v1',
  resource: 'serviceaccounts',
  kind: 'ServiceAccount',
  generation: false,
  prepareForCreate: keepSecretNames,
  prepareForUpdate: keepSecretNames,
  table: {
    columns: columnsOf('v1', 'serviceaccounts'),
    cells: (object, now) => {
      const { metadata } = draftAs<core.ServiceAccount>(object);
      return [metadata?.name, ageCell(metadata?.creationTimestamp, now)];
    },
  },
});
