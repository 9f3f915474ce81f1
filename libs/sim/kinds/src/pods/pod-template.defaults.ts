import { containerAmounts, isPodLevelResource } from '@seatrial/apiserver';
import type * as core from 'kubernetes-types/core/v1.js';
import { imagePullPolicyFor } from './image-name.js';

/* Defaults of pod specs beyond OpenAPI (k8s.io/kubernetes/pkg/apis/core/v1/defaults.go, v1.35). */

function defaultHttpGet(get: core.HTTPGetAction | undefined): void {
  if (!get) return;
  get.path ||= '/';
  get.scheme ||= 'HTTP';
}

function defaultProbe(probe: core.Probe | undefined): void {
  if (!probe) return;
  defaultHttpGet(probe.httpGet);
  if (probe.grpc) probe.grpc.service ??= '';
  probe.timeoutSeconds ||= 1;
  probe.periodSeconds ||= 10;
  probe.successThreshold ||= 1;
  probe.failureThreshold ||= 3;
}

/** The zero divisor of a resource reference is always written. */
function defaultReferences(
  source: { fieldRef?: core.ObjectFieldSelector; resourceFieldRef?: core.ResourceFieldSelector } | undefined,
): void {
  if (source?.fieldRef) source.fieldRef.apiVersion ||= 'v1';
  if (source?.resourceFieldRef) Object.assign(source.resourceFieldRef, { divisor: '0', ...source.resourceFieldRef });
}

function defaultContainer(container: core.Container): void {
  container.imagePullPolicy ||= imagePullPolicyFor(container.image ?? '');
  container.terminationMessagePath ||= '/dev/termination-log';
  container.terminationMessagePolicy ||= 'File';
  for (const variable of container.env ?? []) defaultReferences(variable.valueFrom);
  defaultProbe(container.livenessProbe);
  defaultProbe(container.readinessProbe);
  defaultProbe(container.startupProbe);
  defaultHttpGet(container.lifecycle?.postStart?.httpGet);
  defaultHttpGet(container.lifecycle?.preStop?.httpGet);
}

function defaultDownwardItems(items: readonly core.DownwardAPIVolumeFile[] | undefined): void {
  for (const item of items ?? []) defaultReferences(item);
}

function defaultVolume(volume: core.Volume): void {
  if (Object.keys(volume).length === 1 && volume.name !== undefined) volume.emptyDir = {};
  if (volume.hostPath) volume.hostPath.type ??= '';
  if (volume.secret) volume.secret.defaultMode ??= 0o644;
  if (volume.configMap) volume.configMap.defaultMode ??= 0o644;
  if (volume.downwardAPI) {
    volume.downwardAPI.defaultMode ??= 0o644;
    defaultDownwardItems(volume.downwardAPI.items);
  }
  if (volume.projected) {
    volume.projected.defaultMode ??= 0o644;
    for (const source of volume.projected.sources ?? []) {
      if (source.serviceAccountToken) source.serviceAccountToken.expirationSeconds ??= 3600;
      defaultDownwardItems(source.downwardAPI?.items);
    }
  }
  if (volume.iscsi) volume.iscsi.iscsiInterface ||= 'default';
  const claim = volume.ephemeral?.volumeClaimTemplate;
  if (claim) claim.spec.volumeMode ??= 'Filesystem';
  const image = (volume as { image?: { reference?: string; pullPolicy?: string } }).image;
  if (image) image.pullPolicy ||= imagePullPolicyFor(image.reference ?? '');
}

function defaultHostPorts(containers: readonly core.Container[] | undefined): void {
  for (const container of containers ?? [])
    for (const port of container.ports ?? []) if (!port.hostPort) port.hostPort = port.containerPort;
}

/** What only disabled features read is dropped when it comes in (pkg/api/pod dropDisabledFields, the gates of v1.35). */
function dropDisabledFields(spec: core.PodSpec & { workloadRef?: unknown }): void {
  delete spec.workloadRef;
  for (const container of [spec.containers, spec.initContainers, spec.ephemeralContainers].flatMap(
    (all) => all ?? [],
  )) {
    if (!(container.lifecycle && 'stopSignal' in container.lifecycle)) continue;
    delete container.lifecycle.stopSignal;
    if (Object.keys(container.lifecycle).length === 0) delete container.lifecycle;
  }
  for (const { projected } of spec.volumes ?? []) {
    for (const source of (projected?.sources ?? []) as { clusterTrustBundle?: unknown; podCertificate?: unknown }[]) {
      delete source.clusterTrustBundle;
      delete source.podCertificate;
    }
  }
}

/** SetDefaults_PodSpec and the defaults of everything below it. Changes the spec in place. */
export function defaultPodSpec(spec: core.PodSpec): void {
  dropDisabledFields(spec);
  spec.dnsPolicy ||= 'ClusterFirst';
  spec.restartPolicy ||= 'Always';
  spec.securityContext ??= {};
  spec.terminationGracePeriodSeconds ??= 30;
  spec.schedulerName ||= 'default-scheduler';
  if (!spec.serviceAccountName && spec.serviceAccount) spec.serviceAccountName = spec.serviceAccount;
  if (spec.serviceAccountName) spec.serviceAccount = spec.serviceAccountName;
  else delete spec.serviceAccount;
  for (const volume of spec.volumes ?? []) defaultVolume(volume);
  for (const container of spec.containers ?? []) defaultContainer(container);
  for (const container of spec.initContainers ?? []) defaultContainer(container);
  for (const container of spec.ephemeralContainers ?? []) defaultContainer(container);
}

/** A workload's pod template; tolerates a template without spec. */
export function defaultPodTemplate(template: core.PodTemplateSpec | undefined): void {
  if (template?.spec) defaultPodSpec(template.spec);
}

function defaultRequests(container: core.Container): void {
  const { resources } = container;
  if (!resources?.limits) return;
  const requests: Record<string, string> = {
    ...resources.requests,
  };
  for (const [name, quantity] of Object.entries(resources.limits)) requests[name] ??= quantity;
  resources.requests = requests;
}

/** Requests of the pod as a whole: its containers' sum, or its limits, where it has limits (defaultPodRequests). */
function defaultPodRequests(spec: core.PodSpec): void {
  const { resources } = spec as { readonly resources?: core.ResourceRequirements };
  if (!resources?.limits || Object.keys(resources.limits).length === 0) return;
  const requests: Record<string, string> = { ...resources.requests };
  for (const [name, sum] of containerAmounts({ spec }, 'requests'))
    if (name === 'cpu' || name === 'memory') requests[name] ??= sum.toString();
  for (const [name, quantity] of Object.entries(resources.limits))
    if (isPodLevelResource(name)) requests[name] ??= quantity;
  resources.requests = requests;
}

/** SetDefaults_Pod: what only pods get, not templates. */
export function defaultPodOnly(spec: core.PodSpec): void {
  spec.enableServiceLinks ??= true;
  for (const container of spec.containers ?? []) defaultRequests(container);
  for (const container of spec.initContainers ?? []) defaultRequests(container);
  defaultPodRequests(spec);
  if (!spec.hostNetwork) return;
  defaultHostPorts(spec.containers);
  defaultHostPorts(spec.initContainers);
}
