import { compareStrings, type JsonObject } from '@seatrial/kernel';
import { metadataOf, nameOf, objectAt, textOf } from '../resource/resource-info.js';
import { refuse, stringsOf } from './kustomization.js';

/** kustomize's legacy order: what others need comes first. */
const FIRST = [
  'Namespace',
  'ResourceQuota',
  'StorageClass',
  'CustomResourceDefinition',
  'ServiceAccount',
  'PodSecurityPolicy',
  'Role',
  'ClusterRole',
  'RoleBinding',
  'ClusterRoleBinding',
  'ConfigMap',
  'Secret',
  'Endpoints',
  'Service',
  'LimitRange',
  'PriorityClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Deployment',
  'StatefulSet',
  'CronJob',
  'PodDisruptionBudget',
];
const LAST = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

const sortKey = (object: JsonObject): string =>
  `${textOf(object.apiVersion)}/${textOf(object.kind)}/${textOf(metadataOf(object).namespace)}/${nameOf(object)}`;

/** The objects in the order that the outermost kustomization's sortOptions ask for; kubectl's own is the legacy one. */
export function inSortOrder(objects: readonly JsonObject[], kustomization: JsonObject): JsonObject[] {
  const options = objectAt(kustomization, 'sortOptions');
  const order = options ? textOf(options.order) : 'legacy';
  const lists = options && objectAt(options, 'legacySortOptions');
  if (order !== 'fifo' && order !== 'legacy') refuse("the field 'sortOptions.order' must be one of [fifo, legacy]");
  if (order === 'fifo') {
    const problem =
      "the field 'sortOptions.legacySortOptions' is set but the selected sort order is 'fifo', not 'legacy'";
    return lists ? refuse(problem) : [...objects];
  }
  const [first, last] = lists ? [stringsOf(lists.orderFirst), stringsOf(lists.orderLast)] : [FIRST, LAST];
  const rank = (object: JsonObject): number => {
    const at = first.indexOf(textOf(object.kind));
    return at >= 0 ? at - first.length : last.indexOf(textOf(object.kind)) + 1;
  };
  return objects.toSorted((a, b) => rank(a) - rank(b) || compareStrings(sortKey(a), sortKey(b)));
}
