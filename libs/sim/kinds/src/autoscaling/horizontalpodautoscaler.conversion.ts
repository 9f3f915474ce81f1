import { isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';

/* autoscaling/v1 and v2 of the same object (k8s.io/kubernetes/pkg/apis/autoscaling/v1/conversion.go). */

const METRICS = 'autoscaling.alpha.kubernetes.io/metrics';
const BEHAVIOR = 'autoscaling.alpha.kubernetes.io/behavior';
const CONDITIONS = 'autoscaling.alpha.kubernetes.io/conditions';
const CURRENT = 'autoscaling.alpha.kubernetes.io/current-metrics';
const OURS = [METRICS, BEHAVIOR, CONDITIONS, CURRENT];

const object = (value: JsonValue | undefined): JsonObject => (isJsonObject(value) ? value : {});
const list = (value: JsonValue | undefined): JsonValue[] => (Array.isArray(value) ? value : []);

function isCpuUtilization(metric: JsonValue): boolean {
  const resource = object(object(metric).resource);
  return resource.name === 'cpu' && object(resource.target).averageUtilization !== undefined;
}

function parse(text: JsonValue | undefined): JsonValue | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function toStored(value: JsonObject): JsonObject {
  const metadata = { ...object(value.metadata) };
  const annotations = { ...object(metadata.annotations) };
  const { targetCPUUtilizationPercentage: cpu, ...spec } = object(value.spec);
  const metrics = [...list(parse(annotations[METRICS]))];
  if (cpu !== undefined)
    metrics.unshift({
      type: 'Resource',
      resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpu } },
    });
  if (metrics.length > 0) spec.metrics = metrics;
  const behavior = parse(annotations[BEHAVIOR]);
  if (behavior !== undefined) spec.behavior = behavior;
  const { currentCPUUtilizationPercentage: current, ...status } = object(value.status);
  if (current !== undefined)
    status.currentMetrics = [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: current } } }];
  for (const name of OURS) Reflect.deleteProperty(annotations, name);
  if (isJsonObject(metadata.annotations)) metadata.annotations = annotations;
  return { ...value, apiVersion: 'autoscaling/v2', metadata, spec, ...(value.status ? { status } : {}) };
}

function fromStored(value: JsonObject): JsonObject {
  const metadata = { ...object(value.metadata) };
  const annotations = { ...object(metadata.annotations) };
  const { metrics, behavior, ...spec } = object(value.spec);
  const cpu = list(metrics).find(isCpuUtilization);
  if (cpu) {
    const target = object(object(object(cpu).resource).target);
    spec.targetCPUUtilizationPercentage = target.averageUtilization;
  }
  const others = list(metrics).filter((metric) => metric !== cpu);
  if (others.length > 0) annotations[METRICS] = JSON.stringify(others);
  if (behavior !== undefined) annotations[BEHAVIOR] = JSON.stringify(behavior);
  const { currentMetrics, conditions, ...status } = object(value.status);
  // v2 leaves a zero out, v1 does not.
  status.currentReplicas ??= 0;
  for (const metric of list(currentMetrics)) {
    const resource = object(object(metric).resource);
    const current = object(resource.current);
    if (resource.name === 'cpu' && current.averageUtilization !== undefined)
      status.currentCPUUtilizationPercentage = current.averageUtilization;
  }
  if (list(conditions).length > 0) annotations[CONDITIONS] = JSON.stringify(conditions);
  if (list(currentMetrics).length > 0) annotations[CURRENT] = JSON.stringify(currentMetrics);
  if (Object.keys(annotations).length > 0) metadata.annotations = annotations;
  return { ...value, apiVersion: 'autoscaling/v1', metadata, spec, ...(value.status ? { status } : {}) };
}

export const hpaVersion1 = { toStored, fromStored };
