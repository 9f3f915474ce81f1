import { hasPodLevelResources } from '@seatrial/apiserver';
import { jsonEqual } from '@seatrial/kernel';
import { fieldErrors, type FieldError, type FieldPath } from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';
import { SPEC } from '../../validation/fields.js';
import { podQosClass } from '../quality-of-service.js';

type ResourceList = Readonly<Record<string, string>> | undefined;

const FIELDS = ['containers', 'initContainers'] as const;
const ONLY = 'only cpu and memory resources are mutable';
/** The path is an empty one, which Go prints as an index of nothing. */
const WHOLE = fieldErrors.forbidden(
  '[]',
  'resize of pods with pod-level resources is forbidden when InPlacePodLevelResourcesVerticalScalingEnabled feature gate is disabled',
);

function ordering(spec: core.PodSpec, old: core.PodSpec): FieldError[] {
  return FIELDS.flatMap((field) => {
    const [now, before] = [spec[field] ?? [], old[field] ?? []];
    const path = SPEC.child(field);
    if (now.length !== before.length)
      return [fieldErrors.forbidden(path, `${field} may not be added or removed on resize`)];
    return before.flatMap(({ name }, index) =>
      now[index].name === name
        ? []
        : [
            fieldErrors.forbidden(
              path.index(index).child('name'),
              `${field} may not be renamed or reordered on resize`,
            ),
          ],
    );
  });
}

const removes = (now: ResourceList, before: ResourceList): boolean =>
  Object.keys(before ?? {}).some((name) => !Object.hasOwn(now ?? {}, name));

function removals(container: core.Container, old: core.Container, path: FieldPath): FieldError[] {
  return (['requests', 'limits'] as const).flatMap((field) =>
    removes(container.resources?.[field], old.resources?.[field])
      ? [fieldErrors.forbidden(path.child('resources').child(field), `resource ${field} cannot be removed`)]
      : [],
  );
}

/** Lists of amounts that hold any: none and an empty one are alike. */
const filled = (resources: core.ResourceRequirements): unknown =>
  Object.fromEntries(
    Object.entries(resources).filter(([, list]) => Object.keys((list as object | undefined) ?? {}).length > 0),
  );

/** A container with the old CPU and memory: what is left must not differ. */
function munged(container: core.Container, old: core.Container): unknown {
  const list = (field: 'requests' | 'limits'): Record<string, string> | undefined => {
    const [now, before] = [container.resources?.[field], old.resources?.[field]];
    if (!now && !before) return undefined;
    const { cpu: _cpu, memory: _memory, ...rest } = now ?? {};
    const kept = Object.entries(before ?? {}).filter(([name]) => name === 'cpu' || name === 'memory');
    return { ...rest, ...Object.fromEntries(kept) };
  };
  return { ...container, resources: filled({ limits: list('limits'), requests: list('requests') }) };
}

const plain = (container: core.Container): unknown => ({ ...container, resources: filled(container.resources ?? {}) });
const isSidecar = ({ restartPolicy }: core.Container): boolean => restartPolicy === 'Always';

function unlike(container: core.Container, old: core.Container, kind: (typeof FIELDS)[number]): FieldError[] {
  const regular = kind === 'containers';
  if (!regular && !isSidecar(container))
    return jsonEqual(plain(container), plain(old))
      ? []
      : [fieldErrors.forbidden(SPEC, 'resources for non-sidecar init containers are immutable')];
  if (jsonEqual(munged(container, old), plain(old))) return [];
  return [
    fieldErrors.forbidden(SPEC, regular ? ONLY : 'only cpu and memory resources for sidecar containers are mutable'),
  ];
}

/** An update through the resize subresource (ValidatePodResize of Kubernetes 1.35). `qosClass`: the pod's status has it. */
export function resizeUpdate(spec: core.PodSpec, old: core.PodSpec, qosClass: string): FieldError[] {
  const errors: FieldError[] = [];
  if (podQosClass(old) !== podQosClass(spec))
    errors.push(fieldErrors.invalid(SPEC, qosClass, 'Pod QOS Class may not change as a result of resizing'));
  if (hasPodLevelResources({ spec: old }) || hasPodLevelResources({ spec })) return [...errors, WHOLE];
  const misplaced = ordering(spec, old);
  if (misplaced.length > 0) return [...errors, ...misplaced];
  const each = (
    check: (now: core.Container, before: core.Container, field: (typeof FIELDS)[number], at: FieldPath) => FieldError[],
    fields: readonly (typeof FIELDS)[number][],
  ): void => {
    for (const field of fields)
      for (const [index, container] of (spec[field] ?? []).entries())
        errors.push(...check(container, (old[field] ?? [])[index], field, SPEC.child(field).index(index)));
  };
  each(
    (now, before, field, at) => (field === 'containers' || isSidecar(before) ? removals(now, before, at) : []),
    ['initContainers', 'containers'],
  );
  each(unlike, FIELDS);
  if (errors.length > 0) return errors;
  const apart = (whole: core.PodSpec): unknown => ({ ...whole, containers: [], initContainers: [] });
  return jsonEqual(apart(spec), apart(old)) ? [] : [fieldErrors.forbidden(SPEC, ONLY)];
}
