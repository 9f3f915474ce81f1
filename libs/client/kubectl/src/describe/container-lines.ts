import { compareStrings } from '@seatrial/kernel';
import { Quantity } from '@seatrial/schema';
import { goQuote } from '@seatrial/template';
import type {
  Container,
  ContainerPort,
  ContainerState,
  ContainerStatus,
  EnvVar,
  ResourceRequirements,
} from 'kubernetes-types/core/v1.js';
import { boolText, rfc1123 } from './metadata-lines.js';
import { probeText } from './probe-text.js';
import { resourceFieldText } from './resource-field.js';
import type { DescriptionWriter } from './tabbed-text.js';

/** The value of an environment variable's field reference, where there is a pod to look at. */
export type FieldResolver = (fieldPath: string) => string;

/** A section of containers; `indent` is empty for a pod and two spaces for a template. */
export function writeContainers(
  w: DescriptionWriter,
  title: string,
  containers: readonly Container[],
  statuses: readonly ContainerStatus[] | undefined,
  resolve: FieldResolver | undefined,
  indent: string,
): void {
  w.write(0, `${indent}${title}:${containers.length === 0 ? ' <none>' : ''}\n`);
  for (const container of containers) {
    const status = statuses?.find(({ name }) => name === container.name);
    writeBasics(w, container, status, indent);
    writeCommand(w, 'Command', container.command);
    writeCommand(w, 'Args', container.args);
    if (status) writeState(w, status);
    writeResources(w, container.resources, 2);
    for (const [label, probe] of [
      ['Liveness', container.livenessProbe],
      ['Readiness', container.readinessProbe],
      ['Startup', container.startupProbe],
    ] as const)
      if (probe) w.field(label, probeText(probe), 2);
    writeEnvironmentSources(w, container);
    writeEnvironment(w, container, resolve);
    writeMounts(w, container);
  }
}

function writeBasics(
  w: DescriptionWriter,
  container: Container,
  status: ContainerStatus | undefined,
  indent: string,
): void {
  w.write(1, `${indent === '' ? '' : ' '}${container.name}:\n`);
  if (status) w.field('Container ID', status.containerID ?? '', 2);
  w.field('Image', container.image ?? '', 2);
  if (status) w.field('Image ID', status.imageID, 2);
  writePorts(w, 'Port', container.ports, (port) => port.containerPort);
  writePorts(w, 'Host Port', container.ports, (port) => port.hostPort ?? 0);
  const profile = container.securityContext?.seccompProfile;
  if (!profile) return;
  w.field('SeccompProfile', profile.type, 2);
  if (profile.type === 'Localhost') w.field('LocalhostProfile', profile.localhostProfile ?? '', 3);
}

function writePorts(
  w: DescriptionWriter,
  label: string,
  ports: readonly ContainerPort[] | undefined,
  number: (port: ContainerPort) => number,
): void {
  const texts = (ports ?? []).map(
    (port) => `${String(number(port))}/${port.protocol ?? ''}${port.name ? ` (${port.name})` : ''}`,
  );
  w.field(texts.length > 1 ? `${label}s` : label, texts.join(', ') || '<none>', 2);
}

function writeCommand(w: DescriptionWriter, title: string, words: readonly string[] | undefined): void {
  if (!words || words.length === 0) return;
  w.write(2, `${title}:\n`);
  for (const word of words) for (const line of word.split('\n')) w.write(3, `${line}\n`);
}

function writeState(w: DescriptionWriter, status: ContainerStatus): void {
  writeContainerState(w, 'State', status.state ?? {});
  if (status.lastState?.terminated) writeContainerState(w, 'Last State', status.lastState);
  w.field('Ready', boolText(status.ready), 2);
  w.field('Restart Count', status.restartCount, 2);
}

function writeContainerState(w: DescriptionWriter, label: string, state: ContainerState): void {
  if (state.running) {
    w.field(label, 'Running', 2);
    w.field('Started', rfc1123(state.running.startedAt), 3);
  } else if (state.waiting ?? !state.terminated) {
    w.field(label, 'Waiting', 2);
    if (state.waiting?.reason) w.field('Reason', state.waiting.reason, 3);
  } else {
    const { reason, message, exitCode, signal, startedAt, finishedAt } = state.terminated;
    w.field(label, 'Terminated', 2);
    if (reason) w.field('Reason', reason, 3);
    if (message) w.field('Message', message, 3);
    w.field('Exit Code', exitCode, 3);
    if (signal) w.field('Signal', signal, 3);
    w.field('Started', rfc1123(startedAt), 3);
    w.field('Finished', rfc1123(finishedAt), 3);
  }
}

/** Limits and requests; nothing where there are none. */
export function writeResources(w: DescriptionWriter, resources: ResourceRequirements | undefined, level: number): void {
  for (const [title, list] of [
    ['Limits', resources?.limits],
    ['Requests', resources?.requests],
  ] as const) {
    const entries = Object.entries(list ?? {}).sort(([a], [b]) => compareStrings(a, b));
    if (entries.length > 0) w.write(level, `${title}:\n`);
    for (const [name, quantity] of entries) w.field(name, Quantity.of(quantity), level + 1);
  }
}

function writeEnvironmentSources(w: DescriptionWriter, container: Container): void {
  if (!container.envFrom || container.envFrom.length === 0) return;
  w.write(2, 'Environment Variables from:\n');
  for (const { configMapRef, secretRef, prefix } of container.envFrom) {
    const source = configMapRef ?? secretRef;
    const from = configMapRef ? 'ConfigMap' : secretRef ? 'Secret' : '';
    const withPrefix = prefix ? ` with prefix '${prefix}'` : '';
    w.write(3, `${source?.name ?? ''}\t${from}${withPrefix}\tOptional: ${String(source?.optional ?? false)}\n`);
  }
}

function writeEnvironment(w: DescriptionWriter, container: Container, resolve: FieldResolver | undefined): void {
  const variables = container.env ?? [];
  w.write(2, `Environment:${variables.length === 0 ? '\t<none>' : ''}\n`);
  for (const variable of variables) {
    if (variable.valueFrom) writeReference(w, container, variable, resolve);
    else {
      const [first, ...rest] = (variable.value ?? '').split('\n');
      w.field(variable.name, first, 3);
      for (const line of rest) w.write(3, `\t${line}\n`);
    }
  }
}

function writeReference(
  w: DescriptionWriter,
  container: Container,
  variable: EnvVar,
  resolve: FieldResolver | undefined,
): void {
  const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = variable.valueFrom ?? {};
  if (fieldRef) {
    const value = resolve?.(fieldRef.fieldPath) ?? '';
    w.field(variable.name, `${value} (${fieldRef.apiVersion ?? ''}:${fieldRef.fieldPath})`, 3);
  } else if (resourceFieldRef) {
    const { resource } = resourceFieldRef;
    const value = resourceFieldText(resourceFieldRef, container);
    const unlimited = value === '0' && (resource === 'limits.cpu' || resource === 'limits.memory');
    w.field(variable.name, `${unlimited ? 'node allocatable' : value} (${resource})`, 3);
  } else if (secretKeyRef) {
    const text = `<set to the key '${secretKeyRef.key}' in secret '${secretKeyRef.name ?? ''}'>`;
    w.field(variable.name, `${text}\tOptional: ${String(secretKeyRef.optional ?? false)}`, 3);
  } else if (configMapKeyRef) {
    const text = `<set to the key '${configMapKeyRef.key}' of config map '${configMapKeyRef.name ?? ''}'>`;
    w.field(variable.name, `${text}\tOptional: ${String(configMapKeyRef.optional ?? false)}`, 3);
  }
}

function writeMounts(w: DescriptionWriter, container: Container): void {
  const mounts = [...(container.volumeMounts ?? [])].sort((a, b) => compareStrings(a.mountPath, b.mountPath));
  const none = mounts.length === 0 ? '\t<none>' : '';
  w.write(2, `Mounts:${none}\n`);
  for (const { mountPath, name, readOnly, subPath } of mounts) {
    const flags = `${readOnly ? 'ro' : 'rw'}${subPath ? `,path=${goQuote(subPath)}` : ''}`;
    w.write(3, `${mountPath} from ${name} (${flags})\n`);
  }
  const devices = [...(container.volumeDevices ?? [])].sort((a, b) => compareStrings(a.devicePath, b.devicePath));
  if (devices.length === 0) return;
  w.write(2, `Devices:${none}\n`);
  for (const { devicePath, name } of devices) w.write(3, `${devicePath} from ${name}\n`);
}
