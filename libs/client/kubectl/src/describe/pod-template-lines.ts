import { compareStrings } from '@seatrial/kernel';
import { formatLabelSelector } from '@seatrial/schema';
import type { PodTemplateSpec, Toleration, TopologySpreadConstraint } from 'kubernetes-types/core/v1.js';
import { writeContainers } from './container-lines.js';
import { writeAnnotations, writeLabels, writeLines } from './metadata-lines.js';
import type { DescriptionWriter } from './tabbed-text.js';
import { writeVolumes } from './volume-lines.js';

/** The pod template section of a workload. */
export function writePodTemplate(w: DescriptionWriter, template: PodTemplateSpec | undefined): void {
  w.write(0, 'Pod Template:\n');
  if (!template) {
    w.write(1, '<unset>');
    return;
  }
  const { metadata, spec } = template;
  writeLabels(w, '  Labels', metadata?.labels);
  if (Object.keys(metadata?.annotations ?? {}).length > 0) writeAnnotations(w, '  Annotations', metadata?.annotations);
  if (!spec) return;
  if (spec.serviceAccountName) w.field('Service Account', spec.serviceAccountName, 1);
  if (spec.initContainers && spec.initContainers.length > 0)
    writeContainers(w, 'Init Containers', spec.initContainers, undefined, undefined, '  ');
  writeContainers(w, 'Containers', spec.containers, undefined, undefined, '  ');
  writeVolumes(w, spec.volumes, '  ');
  writeSpreadConstraints(w, spec.topologySpreadConstraints, '  ');
  if (spec.priorityClassName) w.field('Priority Class Name', spec.priorityClassName, 1);
  writeLabels(w, '  Node-Selectors', spec.nodeSelector);
  writeTolerations(w, '  Tolerations', spec.tolerations);
}

export function writeSpreadConstraints(
  w: DescriptionWriter,
  constraints: readonly TopologySpreadConstraint[] | undefined,
  indent: string,
): void {
  if (!constraints || constraints.length === 0) return;
  const lines = [...constraints]
    .sort((a, b) => compareStrings(a.topologyKey, b.topologyKey))
    .map(({ topologyKey, whenUnsatisfiable, maxSkew, labelSelector }) => {
      const selector = labelSelector ? ` for selector ${formatLabelSelector(labelSelector)}` : '';
      return `${topologyKey}:${whenUnsatisfiable} when max skew ${String(maxSkew)} is exceeded${selector}`;
    });
  writeLines(w, `${indent}Topology Spread Constraints`, lines, indent);
}

export function writeTolerations(
  w: DescriptionWriter,
  title: string,
  tolerations: readonly Toleration[] | undefined,
): void {
  const sorted = [...(tolerations ?? [])].sort((a, b) => compareStrings(a.key ?? '', b.key ?? ''));
  writeLines(w, title, sorted.map(tolerationText));
}

function tolerationText({ key, value, effect, operator, tolerationSeconds }: Toleration): string {
  let text = `${key ?? ''}${value ? `=${value}` : ''}${effect ? `:${effect}` : ''}`;
  if (operator === 'Exists' && !value) text += key || effect ? ' op=Exists' : 'op=Exists';
  return tolerationSeconds === undefined || tolerationSeconds === null
    ? text
    : `${text} for ${String(tolerationSeconds)}s`;
}
