import { defineKind } from '@seatrial/apiserver';
import type * as core from 'kubernetes-types/core/v1.js';
import { ageCell } from '../printing/cells.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs } from '../registry/draft.js';

/** ServiceAccounts (k8s.io/kubernetes/pkg/registry/core/serviceaccount, v1.35). */
export const serviceAccountKind = defineKind({
  group: '',
  version: 'v1',
  resource: 'serviceaccounts',
  kind: 'ServiceAccount',
  generation: false,
  table: {
    columns: columnsOf('v1', 'serviceaccounts'),
    cells: (object, now) => {
      const { metadata } = draftAs<core.ServiceAccount>(object);
      return [metadata?.name, ageCell(metadata?.creationTimestamp, now)];
    },
  },
});
