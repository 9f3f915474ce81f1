import { goJson, jsonEqual, type JsonObject } from '@seatrial/kernel';
import type { KindContext, KubeObject } from '@seatrial/apiserver';
import { fieldErrors, isInRange, type FieldError } from '@seatrial/schema';
import type * as core from 'kubernetes-types/core/v1.js';
import { draftAs } from '../../registry/draft.js';
import { SPEC, complain } from '../../validation/fields.js';
import { unifiedDiff } from '../../validation/unified-diff.js';
import { internalSpec } from '../internal-pod.js';
import { resizeUpdate } from './pod-resize.validation.js';
import { validatePodSpec } from './pod-spec.validation.js';
import { validateImages } from './pod.validation.js';

const UPDATABLE = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',');

const MAX_INT32 = 2 ** 31 - 1;

/** How a diff shows two specs, or a part of each, as the server's internal objects (k8s.io/apimachinery/pkg/util/diff). */
function specDiff(
  before: core.PodSpec,
  now: core.PodSpec,
  part: (spec: JsonObject) => unknown = (spec) => spec,
): string {
  const shown = (spec: core.PodSpec): string => goJson(part(internalSpec(spec as unknown as JsonObject)), 1);
  return unifiedDiff(shown(before), shown(now));
}

type ContainerList = 'containers' | 'initContainers';

/** The images may change, the number may not. */
function containerUpdates(spec: core.PodSpec, old: core.PodSpec, field: ContainerList): FieldError[] | undefined {
  const now = spec[field] ?? [];
  if (now.length !== (old[field] ?? []).length) return undefined;
  return now.flatMap((container, index) =>
    container.image ? [] : [fieldErrors.required(SPEC.child(field).index(index).child('image'))],
  );
}

function deadlineUpdate(spec: core.PodSpec, old: core.PodSpec): FieldError[] {
  const path = SPEC.child('activeDeadlineSeconds');
  const now = spec.activeDeadlineSeconds;
  const before = old.activeDeadlineSeconds;
  if (now !== undefined) {
    const complaints = isInRange(now, 0, MAX_INT32);
    if (complaints.length > 0) return complain(path, now, complaints);
    if (before !== undefined && before < now)
      return [fieldErrors.invalid(path, now, 'must be less than or equal to previous value')];
  } else if (before !== undefined)
    return [fieldErrors.invalid(path, null, 'must not update from a positive integer to nil value')];
  return [];
}

function tolerationUpdate(spec: core.PodSpec, old: core.PodSpec): FieldError[] {
  const plain = (toleration: core.Toleration): unknown => ({ ...toleration, tolerationSeconds: undefined });
  const lost = (old.tolerations ?? []).some(
    (before) => !(spec.tolerations ?? []).some((now) => jsonEqual(plain(now), plain(before))),
  );
  return lost
    ? [
        fieldErrors.forbidden(
          SPEC.child('tolerations'),
          'existing toleration can not be modified except its tolerationSeconds',
        ),
      ]
    : [];
}

function gateUpdate(spec: core.PodSpec, old: core.PodSpec): FieldError[] {
  const before = new Set((old.schedulingGates ?? []).map(({ name }) => name));
  return (spec.schedulingGates ?? []).flatMap((gate, index) =>
    before.has(gate.name)
      ? []
      : [
          fieldErrors.forbidden(
            SPEC.child('schedulingGates').index(index).child('name'),
            `only deletion is allowed, but found new scheduling gate '${gate.name}'`,
          ),
        ],
  );
}

const isGated = ({ schedulingGates }: core.PodSpec): boolean => (schedulingGates ?? []).length > 0;

/** Node selector and required node affinity of a gated pod may only get narrower. */
function gatedUpdate(spec: core.PodSpec, old: core.PodSpec): FieldError[] {
  const [now, before] = [spec.nodeSelector ?? {}, old.nodeSelector ?? {}];
  const selector = Object.entries(before).every(([key, value]) => now[key] === value)
    ? []
    : [
        fieldErrors.invalid(
          SPEC.child('nodeSelector'),
          spec.nodeSelector ?? null,
          'only additions to spec.nodeSelector are allowed (no mutations or deletions)',
        ),
      ];
  return [...selector, ...affinityUpdate(spec, old)];
}

/** validateNodeAffinityMutation. */
function affinityUpdate(spec: core.PodSpec, old: core.PodSpec): FieldError[] {
  const termsOf = ({ affinity }: core.PodSpec): core.NodeSelectorTerm[] =>
    affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const [now, before] = [termsOf(spec), termsOf(old)];
  const path = SPEC.child('affinity')
    .child('nodeAffinity')
    .child('requiredDuringSchedulingIgnoredDuringExecution')
    .child('nodeSelectorTerms');
  if (before.length > 0 && before.length !== now.length)
    return [fieldErrors.invalid(path, now, 'no additions/deletions to non-empty NodeSelectorTerms list are allowed')];
  return before.flatMap((term, index) =>
    onlyAdds(now[index], term)
      ? []
      : [fieldErrors.invalid(path.index(index), now[index], 'only additions are allowed (no mutations or deletions)')],
  );
}

/** validateNodeSelectorTermHasOnlyAdditions: a term that matched nothing stays so. */
function onlyAdds(now: core.NodeSelectorTerm, before: core.NodeSelectorTerm): boolean {
  const fields = ['matchExpressions', 'matchFields'] as const;
  if (fields.every((field) => !before[field]?.length)) return fields.every((field) => !now[field]?.length);
  return fields.every((field) => {
    const old = before[field] ?? [];
    return jsonEqual((now[field] ?? []).slice(0, old.length), old);
  });
}

/** The new spec with what may change taken from the old one. */
function munged(spec: core.PodSpec, old: core.PodSpec): core.PodSpec {
  const images = (field: ContainerList): core.Container[] | undefined =>
    spec[field]?.map((container, index) => ({ ...container, image: old[field]?.[index]?.image }));
  const copy: Record<string, unknown> = { ...spec, containers: images('containers') };
  const keep = (field: keyof core.PodSpec): void => {
    if (old[field] === undefined) Reflect.deleteProperty(copy, field);
    else copy[field] = old[field];
  };
  if (spec.initContainers) copy.initContainers = images('initContainers');
  keep('activeDeadlineSeconds');
  keep('tolerations');
  keep('schedulingGates');
  if ((old.terminationGracePeriodSeconds ?? 0) < 0 && spec.terminationGracePeriodSeconds === 1)
    keep('terminationGracePeriodSeconds');
  if (isGated(old)) {
    keep('nodeSelector');
    const { nodeAffinity: _, ...others } = spec.affinity ?? {};
    const before = old.affinity?.nodeAffinity;
    const affinity = { ...others, ...(before && { nodeAffinity: before }) };
    if (Object.keys(affinity).length > 0 || (spec.affinity && old.affinity)) copy.affinity = affinity;
    else Reflect.deleteProperty(copy, 'affinity');
  }
  return copy as unknown as core.PodSpec;
}

/** An update of a pod (ValidatePodUpdate, ValidatePodEphemeralContainersUpdate, ValidatePodResize), metadata apart. */
export function validatePodUpdate(object: KubeObject, before: KubeObject, context: KindContext): FieldError[] {
  const spec = draftAs<core.Pod>(object).spec ?? { containers: [] };
  const old = draftAs<core.Pod>(before).spec ?? { containers: [] };
  if (context.subresource === 'status') return [];
  const errors = jsonEqual(spec, old) ? [] : [...validatePodSpec(spec, SPEC, true), ...validateImages({ spec })];
  if (context.subresource === 'ephemeralcontainers') return [...errors, ...ephemeralUpdate(spec, old)];
  if (context.subresource === 'resize')
    return [...errors, ...resizeUpdate(spec, old, draftAs<core.Pod>(before).status?.qosClass ?? '')];
  for (const field of ['containers', 'initContainers'] as const) {
    const own = containerUpdates(spec, old, field);
    if (!own)
      return [...errors, fieldErrors.forbidden(SPEC.child(field), 'pod updates may not add or remove containers')];
    errors.push(...own);
  }
  errors.push(...deadlineUpdate(spec, old), ...tolerationUpdate(spec, old), ...gateUpdate(spec, old));
  if (jsonEqual(spec, old)) return errors;
  if (isGated(old)) errors.push(...gatedUpdate(spec, old));
  const compared = munged(spec, old);
  if (!jsonEqual(compared, old)) {
    const diff = specDiff(old, compared);
    errors.push(fieldErrors.forbidden(SPEC, `pod updates may not change fields other than ${UPDATABLE}\n${diff}`));
  }
  return errors;
}

function ephemeralUpdate(spec: core.PodSpec, old: core.PodSpec): FieldError[] {
  const path = SPEC.child('ephemeralContainers');
  const alone = (container: core.EphemeralContainer): core.PodSpec => ({
    containers: [],
    ephemeralContainers: [container],
  });
  const now = new Map((spec.ephemeralContainers ?? []).map((container) => [container.name, container]));
  return (old.ephemeralContainers ?? []).flatMap((container) => {
    const what = `existing ephemeral containers "${container.name}" may not be`;
    const same = now.get(container.name);
    if (!same) return [fieldErrors.forbidden(path, `${what} removed\n`)];
    if (jsonEqual(same, container)) return [];
    const diff = specDiff(alone(container), alone(same), ({ EphemeralContainers: list }) => (list as unknown[])[0]);
    return [fieldErrors.forbidden(path, `${what} changed\n${diff}`)];
  });
}
