import {
  CONFIG_MAPS,
  SECRETS,
  SERVICES,
  type Node,
  type ObjectReader,
  type Pod,
  type Service,
} from '@seatrial/apiserver';
import { Attached, decodeBase64, fail, ok, type Result } from '@seatrial/kernel';
import type { Container, EnvVar } from 'kubernetes-types/core/v1.js';
import { namedContainer, podField, resourceField } from '../pod/field-path.js';
import { expand } from './expansion.js';
import { sourceObject } from './source-object.js';

export interface EnvironmentSources {
  readonly store: ObjectReader;
  readonly pod: Pod;
  readonly podIps: readonly string[];
  readonly hostIp: string;
  readonly nodeStatus: Node['status'] | undefined;
}

/** The text of a Secret's base64 value. */
export function secretText(value: string): string {
  const decoded = decodeBase64(value);
  return 'text' in decoded ? decoded.text : '';
}

/** Environment variables of a container, in order (pkg/kubelet/kubelet_pods.go makeEnvironmentVariables); the error is the event's text. */
export function makeEnvironment(
  container: Container,
  sources: EnvironmentSources,
): Result<ReadonlyMap<string, string>, string> {
  const result = new Map<string, string>();
  const services = serviceEnvironment(sources);
  if (!container.env?.length && !container.envFrom?.length) return ok(services);
  for (const source of container.envFrom ?? []) {
    const data = readEnvSource(source, sources);
    if (!data.ok) return data;
    for (const [key, value] of Object.entries(data.value)) result.set(`${source.prefix ?? ''}${key}`, value);
  }
  const lookup = (name: string): string | undefined => result.get(name) ?? services.get(name);
  for (const variable of container.env ?? []) {
    const value = variableValue(variable, container, sources, lookup);
    if (!value.ok) return value;
    if (value.value !== undefined) result.set(variable.name, value.value);
  }
  for (const [name, value] of services) if (!result.has(name)) result.set(name, value);
  return ok(result);
}

function readEnvSource(
  source: NonNullable<Container['envFrom']>[number],
  { store, pod }: EnvironmentSources,
): Result<Record<string, string>, string> {
  if (source.configMapRef) {
    const { name = '', optional } = source.configMapRef;
    const map = sourceObject(store, CONFIG_MAPS, pod, name);
    if (!map) return optional ? ok({}) : fail(`configmap ${JSON.stringify(name)} not found`);
    return ok(map.data ?? {});
  }
  if (source.secretRef) {
    const { name = '', optional } = source.secretRef;
    const secret = sourceObject(store, SECRETS, pod, name);
    if (!secret) return optional ? ok({}) : fail(`secret ${JSON.stringify(name)} not found`);
    return ok(Object.fromEntries(Object.entries(secret.data ?? {}).map(([key, value]) => [key, secretText(value)])));
  }
  return ok({});
}

function variableValue(
  variable: EnvVar,
  container: Container,
  sources: EnvironmentSources,
  lookup: (name: string) => string | undefined,
): Result<string | undefined, string> {
  const from = variable.valueFrom;
  if (!from) return ok(expand(variable.value ?? '', lookup));
  const { pod, store } = sources;
  const namespace = pod.metadata.namespace ?? '';
  if (from.fieldRef) return ok(podField(pod, from.fieldRef.fieldPath, sources));
  if (from.resourceFieldRef) {
    const { containerName, resource, divisor } = from.resourceFieldRef;
    const owner = containerName === undefined ? ok(container) : namedContainer(pod, containerName);
    return owner.ok ? ok(resourceField(owner.value, resource, divisor, sources.nodeStatus)) : owner;
  }
  if (from.configMapKeyRef) {
    const { name = '', key, optional } = from.configMapKeyRef;
    const map = sourceObject(store, CONFIG_MAPS, pod, name);
    if (!map) return optional ? ok(undefined) : fail(`configmap ${JSON.stringify(name)} not found`);
    const value = map.data?.[key];
    if (value === undefined)
      return optional ? ok(undefined) : fail(`couldn't find key ${key} in ConfigMap ${namespace}/${name}`);
    return ok(value);
  }
  if (from.secretKeyRef) {
    const { name = '', key, optional } = from.secretKeyRef;
    const secret = sourceObject(store, SECRETS, pod, name);
    if (!secret) return optional ? ok(undefined) : fail(`secret ${JSON.stringify(name)} not found`);
    const value = secret.data?.[key];
    if (value === undefined)
      return optional ? ok(undefined) : fail(`couldn't find key ${key} in Secret ${namespace}/${name}`);
    return ok(secretText(value));
  }
  return ok(undefined);
}

/** By store, then by namespace and whether the namespace's own services count; emptied when a service changes. */
const SERVICE_VARIABLES = new Attached<ObjectReader, Map<string, ReadonlyMap<string, string>>>();

function serviceEnvironment(sources: EnvironmentSources): ReadonlyMap<string, string> {
  const { store, pod } = sources;
  let known = SERVICE_VARIABLES.get(store);
  if (!known) {
    const table = new Map<string, ReadonlyMap<string, string>>();
    known = table;
    SERVICE_VARIABLES.set(store, table);
    store.onChange(SERVICES, () => table.clear());
  }
  const key = `${pod.metadata.namespace ?? ''}/${pod.spec.enableServiceLinks !== false}`;
  const variables = known.get(key) ?? serviceVariables(sources);
  known.set(key, variables);
  return variables;
}

/** `X_SERVICE_HOST` and the Docker link variables (pkg/kubelet/envvars). */
function serviceVariables({ store, pod }: EnvironmentSources): Map<string, string> {
  const variables = new Map<string, string>();
  const add = (service: Service): void => {
    const ip = service.spec.clusterIP;
    if (!ip || ip === 'None') return;
    const ports = service.spec.ports ?? [];
    if (ports.length === 0) return;
    const prefix = service.metadata.name.toUpperCase().replaceAll('-', '_');
    variables.set(`${prefix}_SERVICE_HOST`, ip);
    variables.set(`${prefix}_SERVICE_PORT`, String(ports[0].port));
    for (const port of ports)
      if (port.name)
        variables.set(`${prefix}_SERVICE_PORT_${port.name.toUpperCase().replaceAll('-', '_')}`, String(port.port));
    for (const [index, port] of ports.entries()) {
      const protocol = (port.protocol ?? 'TCP').toUpperCase();
      const url = `${protocol.toLowerCase()}://${ip}:${port.port}`;
      if (index === 0) variables.set(`${prefix}_PORT`, url);
      const start = `${prefix}_PORT_${port.port}_${protocol}`;
      variables.set(start, url);
      variables.set(`${start}_PROTO`, protocol.toLowerCase());
      variables.set(`${start}_PORT`, String(port.port));
      variables.set(`${start}_ADDR`, ip);
    }
  };
  const master = store.get(SERVICES, 'default', 'kubernetes');
  if (master) add(master);
  if (pod.spec.enableServiceLinks !== false)
    for (const service of store.list(SERVICES, pod.metadata.namespace)) if (service !== master) add(service);
  return variables;
}
