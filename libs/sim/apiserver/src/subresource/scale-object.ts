import { isJsonObject, type JsonObject } from '@seatrial/kernel';
import { formatLabelSelector, matchLabelsSelector } from '@seatrial/schema';
import type { KubeObject } from '../contract/object.js';
import type { ScalePaths } from '../extensions/scale-paths.js';
import type { RequestScope } from '../request/request-scope.js';

/** The members of a path such as `.spec.replicas`. */
export const steps = (path: string): string[] => path.replace(/^\./, '').split('.');

const at = (object: unknown, path: string): unknown =>
  steps(path).reduce<unknown>((value, key) => (isJsonObject(value) ? value[key] : undefined), object);

/** Where an object keeps what a Scale shows. */
export function pathsOf(scope: RequestScope): ScalePaths {
  const { definition, custom } = scope.rest;
  return (
    custom?.scale ??
    definition?.scale ?? {
      specReplicasPath: '.spec.replicas',
      statusReplicasPath: '.status.replicas',
      selectorPath: '.spec.selector',
    }
  );
}

function selectorText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (!isJsonObject(value)) return '';
  if (value.matchLabels !== undefined || value.matchExpressions !== undefined) {
    const text = formatLabelSelector(value);
    return text === '<none>' ? '' : text;
  }
  return matchLabelsSelector(value as Record<string, string>).toString();
}

/** Why a custom resource has no Scale to show: nobody wrote how many replicas it wants (customresource ScaleREST.Get). */
export function scaleAbsence(scope: RequestScope, object: KubeObject): string | undefined {
  const { specReplicasPath } = pathsOf(scope);
  return scope.rest.custom && at(object, specReplicasPath) === undefined
    ? `the spec replicas field ${JSON.stringify(specReplicasPath)} does not exist`
    : undefined;
}

/** autoscaling/v1 Scale of an object. */
export function scaleOf(scope: RequestScope, object: KubeObject): JsonObject {
  const paths = pathsOf(scope);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const replicas = at(object, paths.specReplicasPath) as number | undefined;
  const selector = paths.selectorPath === undefined ? '' : selectorText(at(object, paths.selectorPath));
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, ...(namespace ? { namespace } : undefined), uid, resourceVersion, creationTimestamp },
    spec: { ...(replicas ? { replicas } : undefined) },
    status: {
      replicas: (at(object, paths.statusReplicasPath) as number | undefined) ?? 0,
      ...(selector ? { selector } : undefined),
    },
  };
}
