import type { HorizontalPodAutoscaler } from '@seatrial/apiserver';
import { Quantity } from '@seatrial/schema';
import { goQuote } from '@seatrial/template';
import type {
  HPAScalingRules,
  MetricSpec,
  MetricStatus,
  MetricTarget,
  MetricValueStatus,
} from 'kubernetes-types/autoscaling/v2.js';
import { defineDescriber } from './describer.js';
import { writeEventsOf } from './event-lines.js';
import { rfc1123, writeLabelsAndAnnotations, writeName } from './metadata-lines.js';
import { DescriptionWriter } from './tabbed-text.js';

/** HorizontalPodAutoscaler (autoscaling/v2): metrics, bounds, behaviour, conditions, events. */
export const horizontalPodAutoscalerDescribe = defineDescriber<HorizontalPodAutoscaler>({
  group: 'autoscaling',
  kind: 'HorizontalPodAutoscaler',
  describe: (autoscaler, context) => {
    const w = new DescriptionWriter();
    const { metadata, spec, status } = autoscaler;
    writeName(w, autoscaler);
    writeLabelsAndAnnotations(w, autoscaler);
    w.field('CreationTimestamp', rfc1123(metadata.creationTimestamp));
    w.field('Reference', `${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`);
    w.field('Metrics', '( current / target )');
    (spec.metrics ?? []).forEach((metric, index) => w.write(1, metricText(metric, status?.currentMetrics?.[index])));
    w.field('Min replicas', spec.minReplicas ?? '<unset>');
    w.field('Max replicas', spec.maxReplicas);
    if (spec.behavior) {
      w.write(0, 'Behavior:\n');
      writeBehavior(w, 'Scale Up', spec.behavior.scaleUp);
      writeBehavior(w, 'Scale Down', spec.behavior.scaleDown);
    }
    const replicas = `${String(status?.currentReplicas ?? 0)} current / ${String(status?.desiredReplicas ?? 0)} desired`;
    w.field(`${spec.scaleTargetRef.kind} pods`, replicas);
    const conditions = status?.conditions ?? [];
    if (conditions.length > 0) {
      w.write(0, 'Conditions:\n');
      w.write(1, 'Type\tStatus\tReason\tMessage\n');
      w.write(1, '----\t------\t------\t-------\n');
    }
    for (const { type, status: value, reason = '', message = '' } of conditions)
      w.write(1, `${type}\t${value}\t${reason}\t${message}\n`);
    writeEventsOf(w, autoscaler, context);
    return w.text();
  },
});

const UNKNOWN = '<unknown>';
const quantity = (value: string | undefined): string => Quantity.of(value).toString();

function metricText(metric: MetricSpec, current: MetricStatus | undefined): string {
  const { resource, containerResource, pods, object, external } = metric;
  if (metric.type === 'Resource' && resource)
    return resourceText(`resource ${resource.name} on pods`, '  ', resource.target, current?.resource?.current);
  if (metric.type === 'ContainerResource' && containerResource) {
    const { name, container, target } = containerResource;
    const title = `resource ${name} of container "${container}" on pods`;
    return resourceText(title, '  ', target, current?.containerResource?.current);
  }
  if (metric.type === 'Pods' && pods) {
    const value = current?.pods ? quantity(current.pods.current.averageValue) : UNKNOWN;
    return `${goQuote(pods.metric.name)} on pods:\t${value} / ${quantity(pods.target.averageValue)}\n`;
  }
  if (metric.type === 'Object' && object) {
    const { metric: source, describedObject, target } = object;
    const average = target.type === 'AverageValue';
    const title = `"${source.name}" on ${describedObject.kind}/${describedObject.name} `;
    return title + valueText(target, current?.object?.current, average);
  }
  if (metric.type === 'External' && external) {
    const average = external.target.averageValue !== undefined;
    const title = `${goQuote(external.metric.name)} `;
    return title + valueText(external.target, current?.external?.current, average);
  }
  return `<unknown metric type ${goQuote(metric.type)}>\n`;
}

function valueText(target: MetricTarget, current: MetricValueStatus | undefined, average: boolean): string {
  const field = average ? 'averageValue' : 'value';
  const value = current ? quantity(current[field]) : UNKNOWN;
  return `(target ${average ? 'average value' : 'value'}):\t${value} / ${quantity(target[field])}\n`;
}

/** The share of a request stands after a second indentation, as kubectl writes it. */
function resourceText(
  title: string,
  indent: string,
  target: MetricTarget,
  current: MetricValueStatus | undefined,
): string {
  if (target.averageValue !== undefined) {
    const value = current ? quantity(current.averageValue) : UNKNOWN;
    return `${title}:\t${value} / ${quantity(target.averageValue)}\n`;
  }
  const used = current?.averageUtilization;
  const value = used === undefined ? UNKNOWN : `${String(used)}% (${quantity(current?.averageValue)})`;
  const wanted = target.averageUtilization === undefined ? '<auto>' : `${String(target.averageUtilization)}%`;
  return `${title}${indent}(as a percentage of request):\t${value} / ${wanted}\n`;
}

function writeBehavior(w: DescriptionWriter, direction: string, rules: HPAScalingRules | undefined): void {
  if (!rules) return;
  w.write(1, `${direction}:\n`);
  const window = rules.stabilizationWindowSeconds;
  if (window !== undefined && window !== null) w.write(2, `Stabilization Window: ${String(window)} seconds\n`);
  if (!rules.policies || rules.policies.length === 0) return;
  w.write(2, `Select Policy: ${rules.selectPolicy ?? 'Max'}\n`);
  w.write(2, 'Policies:\n');
  for (const { type, value, periodSeconds } of rules.policies)
    w.write(3, `- Type: ${type}\tValue: ${String(value)}\tPeriod: ${String(periodSeconds)} seconds\n`);
}
