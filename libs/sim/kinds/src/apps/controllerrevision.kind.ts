import { defineKind, type KubeObject } from '@seatrial/apiserver';
import { isJsonObject, jsonEqual } from '@seatrial/kernel';
import { FieldPath, fieldErrors, type FieldError } from '@seatrial/schema';
import type * as appsv1 from 'kubernetes-types/apps/v1.js';
import { ageCell, NONE } from '../printing/cells.js';
import { columnsOf } from '../printing/table-columns.js';
import { draftAs } from '../registry/draft.js';
import { nonNegative } from '../validation/fields.js';

/** `deployment.apps/web` of the controlling owner. */
function controllerName(revision: appsv1.ControllerRevision): string {
  const owner = revision.metadata?.ownerReferences?.find(({ controller }) => controller);
  if (!owner) return NONE;
  const group = owner.apiVersion.includes('/') ? owner.apiVersion.slice(0, owner.apiVersion.indexOf('/')) : '';
  return `${owner.kind.toLowerCase()}${group === '' ? '' : `.${group}`}/${owner.name}`;
}

/** ValidateControllerRevisionCreate: what it keeps, and its number. */
function validateRevision(object: KubeObject): FieldError[] {
  const { data, revision } = draftAs<appsv1.ControllerRevision>(object);
  const errors = nonNegative(revision, FieldPath.root('revision'));
  const path = FieldPath.root('data');
  if (data === undefined || data === null) errors.unshift(fieldErrors.required(path, 'data is mandatory'));
  else if (!isJsonObject(data)) errors.unshift(fieldErrors.required(path, 'data must be a valid JSON object'));
  return errors;
}

/** ValidateControllerRevisionUpdate. */
function validateRevisionUpdate(object: KubeObject, before: KubeObject): FieldError[] {
  const { data, revision } = draftAs<appsv1.ControllerRevision>(object);
  const errors = nonNegative(revision, FieldPath.root('revision'));
  if (jsonEqual(data, draftAs<appsv1.ControllerRevision>(before).data)) return errors;
  return [...errors, fieldErrors.invalid('data', data ?? null, 'field is immutable')];
}

/** ControllerRevisions (pkg/registry/apps/controllerrevision, v1.35). */
export const controllerRevisionKind = defineKind({
  group: 'apps',
  version: 'v1',
  resource: 'controllerrevisions',
  kind: 'ControllerRevision',
  generation: false,
  validate: validateRevision,
  validateUpdate: validateRevisionUpdate,
  table: {
    columns: columnsOf('apps/v1', 'controllerrevisions'),
    cells: (object, now) => {
      const revision = draftAs<appsv1.ControllerRevision>(object);
      return [
        revision.metadata?.name,
        controllerName(revision),
        revision.revision,
        ageCell(revision.metadata?.creationTimestamp, now),
      ];
    },
  },
});
