import type { KubeObject } from '@seatrial/apiserver';
import type * as core from 'kubernetes-types/core/v1.js';
import { draftAs } from '../registry/draft.js';

const DEPRECATED_NODE_LABELS: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
};

function duplicates(values: readonly string[]): string[] {
  const seen = new Set<string>();
  return values.filter((value) => seen.size === seen.add(value).size);
}

function containerWarnings(container: core.Container, path: string): string[] {
  const warnings: string[] = [];
  (container.ports ?? []).forEach((port, index) => {
    const same = (container.ports ?? [])
      .slice(0, index)
      .findIndex((other) => other.containerPort === port.containerPort && other.protocol === port.protocol);
    if (same >= 0 && !port.hostPort)
      warnings.push(`${path}.ports[${index}]: duplicate port definition with ${path}.ports[${same}]`);
  });
  const names = (container.env ?? []).map(({ name }) => name);
  (container.env ?? []).forEach(({ name, value }, index) => {
    const first = names.indexOf(name);
    if (first >= 0 && first < index && !/\$\(/.test(value ?? ''))
      warnings.push(
        `${path}.env[${index}]: hides previous definition of "${name}", which may be dropped when using apply`,
      );
  });
  return warnings;
}

/** Warnings about a pod spec (k8s.io/kubernetes/pkg/api/pod/warnings.go); `path` is the spec's. */
export function podSpecWarnings(spec: core.PodSpec, path: string): string[] {
  const warnings: string[] = [];
  for (const key of Object.keys(spec.nodeSelector ?? {}).sort())
    if (Object.hasOwn(DEPRECATED_NODE_LABELS, key))
      warnings.push(`${path}.nodeSelector[${key}]: ${DEPRECATED_NODE_LABELS[key]}`);
  (spec.volumes ?? []).forEach((volume, index) => {
    if (volume.gitRepo)
      warnings.push(`${path}.volumes[${index}].gitRepo: deprecated in v1.11, and disabled by default in v1.33+`);
  });
  (spec.initContainers ?? []).forEach((container, index) =>
    warnings.push(...containerWarnings(container, `${path}.initContainers[${index}]`)),
  );
  (spec.containers ?? []).forEach((container, index) =>
    warnings.push(...containerWarnings(container, `${path}.containers[${index}]`)),
  );
  const secrets = (spec.imagePullSecrets ?? []).map(({ name }) => name ?? '');
  secrets.forEach((name, index) => {
    if (name === '') warnings.push(`${path}.imagePullSecrets[${index}]: invalid empty name ""`);
  });
  for (const name of duplicates(secrets.filter((entry) => entry !== '')))
    warnings.push(`${path}.imagePullSecrets[${secrets.lastIndexOf(name)}].name: duplicate name "${name}"`);
  return warnings;
}

export function podWarnings(object: KubeObject, old: KubeObject | undefined): string[] {
  const pod = draftAs<core.Pod>(object);
  return old || !pod.spec ? [] : podSpecWarnings(pod.spec, 'spec');
}

/** Warnings of a workload's template, on create and when the template changes. */
export function templateWarnings(template: core.PodTemplateSpec | undefined, path = 'spec.template.spec'): string[] {
  return template?.spec ? podSpecWarnings(template.spec, path) : [];
}
