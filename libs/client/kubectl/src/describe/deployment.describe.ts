import { REPLICA_SETS, type Deployment, type ReplicaSet } from '@seatrial/apiserver';
import { compareStrings, jsonEqual } from '@seatrial/kernel';
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import { writeWorkloadConditions } from './condition-lines.js';
import type { DescribeContext } from './describe-context.js';
import { defineDescriber } from './describer.js';
import { writeEventsOf } from './event-lines.js';
import { controllerOf, rfc1123, writeLabelsAndAnnotations, writeName } from './metadata-lines.js';
import { writePodTemplate } from './pod-template-lines.js';
import { selectorText } from './selector-text.js';
import { DescriptionWriter } from './tabbed-text.js';

const HASH_LABEL = 'pod-template-hash';

/** Deployment: replicas, strategy, template, conditions, old and new replica sets, events. */
export const deploymentDescribe = defineDescriber<Deployment>({
  group: 'apps',
  kind: 'Deployment',
  describe: (deployment, context) => {
    const w = new DescriptionWriter();
    const { spec, status, metadata } = deployment;
    const count = (value: number | undefined): string => String(value ?? 0);
    writeName(w, deployment);
    w.field('CreationTimestamp', rfc1123(metadata.creationTimestamp));
    writeLabelsAndAnnotations(w, deployment);
    w.field('Selector', selectorText(spec.selector));
    w.field(
      'Replicas',
      `${count(spec.replicas)} desired | ${count(status?.updatedReplicas)} updated | ${count(status?.replicas)} total | ` +
        `${count(status?.availableReplicas)} available | ${count(status?.unavailableReplicas)} unavailable`,
    );
    w.field('StrategyType', spec.strategy?.type ?? '');
    w.field('MinReadySeconds', count(spec.minReadySeconds));
    const rolling = spec.strategy?.rollingUpdate;
    if (rolling) {
      const { maxUnavailable, maxSurge } = rolling;
      w.field('RollingUpdateStrategy', `${String(maxUnavailable)} max unavailable, ${String(maxSurge)} max surge`);
    }
    writePodTemplate(w, spec.template);
    writeWorkloadConditions(w, status?.conditions);
    writeReplicaSets(w, deployment, context);
    writeEventsOf(w, deployment, context);
    return w.text();
  },
});

function writeReplicaSets(w: DescriptionWriter, deployment: Deployment, context: DescribeContext): void {
  const { namespace, uid } = deployment.metadata;
  const listed = context.list(REPLICA_SETS, namespace, { labelSelector: selectorText(deployment.spec.selector) });
  const owned = listed.ok ? listed.value.filter((set) => controllerOf(set)?.uid === uid) : [];
  if (owned.length === 0) return;
  // They are sorted to find the new one, and stay so (kubectl/pkg/util/deployment findNewReplicaSet).
  const created = ({ metadata }: ReplicaSet): string => `${metadata.creationTimestamp} ${metadata.name}`;
  owned.sort((a, b) => compareStrings(created(a), created(b)));
  const current = newReplicaSet(deployment, owned);
  w.field('OldReplicaSets', replicaSetsText(owned.filter((set) => set !== current)));
  w.field('NewReplicaSet', replicaSetsText(current ? [current] : []));
}

/** Of replica sets by age, the first whose template is the deployment's, apart from the hash label. */
function newReplicaSet(deployment: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  const wanted = withoutHash(deployment.spec.template);
  return sets.find((set) => jsonEqual(withoutHash(set.spec.template), wanted));
}

function withoutHash(template: PodTemplateSpec | undefined): unknown {
  const labels = Object.entries(template?.metadata?.labels ?? {}).filter(([key]) => key !== HASH_LABEL);
  return { ...template, metadata: { ...template?.metadata, labels: Object.fromEntries(labels) } };
}

function replicaSetsText(sets: readonly ReplicaSet[]): string {
  const texts = sets.map(
    ({ metadata, spec, status }) =>
      `${metadata.name} (${String(status?.replicas ?? 0)}/${String(spec.replicas ?? 0)} replicas created)`,
  );
  return texts.join(', ') || '<none>';
}
