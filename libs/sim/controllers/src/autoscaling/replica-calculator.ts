import type { ControllerContext, HorizontalPodAutoscaler } from '@seatrial/apiserver';
import { compareStrings, fail, ok, type Result } from '@seatrial/kernel';
import { Quantity, type LabelSelector, type LabelSelectorObject } from '@seatrial/schema';
import type { MetricStatus } from './hpa-state.js';
import { groupPods, podRequests, podsFor, readMetrics, type Grouped, type PodMetrics } from './pod-metrics.js';

type MetricSpec = NonNullable<HorizontalPodAutoscaler['spec']['metrics']>[number];

/** --horizontal-pod-autoscaler-tolerance. */
const TOLERANCE = 0.1;

/** How far from its target a use may be before anything is done (HPAConfigurableTolerance). */
interface Tolerances {
  readonly scaleDown: number;
  readonly scaleUp: number;
}

function tolerancesOf({ spec }: HorizontalPodAutoscaler): Tolerances {
  const of = (rules: unknown): number => {
    const { tolerance } = (rules ?? {}) as { readonly tolerance?: string | number };
    return tolerance === undefined ? TOLERANCE : Quantity.of(tolerance).milliValue() / 1000;
  };
  return { scaleDown: of(spec.behavior?.scaleDown), scaleUp: of(spec.behavior?.scaleUp) };
}

const within = (ratio: number, { scaleDown, scaleUp }: Tolerances): boolean =>
  ratio >= 1 - scaleDown && ratio <= 1 + scaleUp;

export interface Proposal {
  readonly replicas: number;
  readonly name: string;
  readonly status: MetricStatus;
}

export interface MetricFailure {
  readonly reason: string;
  readonly message: string;
  /** As the sum of all metrics tells it. */
  readonly error: string;
}

interface Use {
  readonly ratio: number;
  readonly utilization?: number;
  /** The mean, in thousandths. */
  readonly average: number;
}

type Measure = (metrics: PodMetrics) => Use | undefined;

const averageOf = (metrics: PodMetrics): number => {
  let sum = 0;
  for (const value of metrics.values()) sum += value;
  return Math.trunc(sum / metrics.size);
};

function against(requests: PodMetrics, target: number): Measure {
  return (metrics) => {
    let [used, requested] = [0, 0];
    for (const [name, value] of metrics) {
      const request = requests.get(name);
      if (request === undefined) continue;
      used += value;
      requested += request;
    }
    if (requested === 0) return undefined;
    const utilization = Math.trunc((used * 100) / requested);
    return { ratio: utilization / target, utilization, average: averageOf(metrics) };
  };
}

const againstValue =
  (target: number): Measure =>
  (metrics) => ({ ratio: averageOf(metrics) / target, average: averageOf(metrics) });

/** How many replicas bring the use to its target; pods that are starting or unmeasured count so as not to overdo it. */
function replicasFor(
  current: number,
  measured: Map<string, number>,
  groups: Grouped,
  use: Use,
  measure: Measure,
  full: (pod: string) => number,
  tolerances: Tolerances,
): number {
  const upWithUnready = groups.unready.size > 0 && use.ratio > 1;
  if (!upWithUnready && groups.missing.size === 0)
    return within(use.ratio, tolerances) ? current : Math.ceil(use.ratio * groups.ready);
  const metrics = new Map(measured);
  for (const pod of groups.missing)
    if (use.ratio < 1) metrics.set(pod, full(pod));
    else if (use.ratio > 1) metrics.set(pod, 0);
  if (upWithUnready) for (const pod of groups.unready) metrics.set(pod, 0);
  const next = measure(metrics);
  if (!next || within(next.ratio, tolerances) || (use.ratio < 1 && next.ratio > 1) || (use.ratio > 1 && next.ratio < 1))
    return current;
  const replicas = Math.ceil(next.ratio * metrics.size);
  return (next.ratio < 1 && replicas > current) || (next.ratio > 1 && replicas < current) ? current : replicas;
}

interface Wanted {
  readonly resource: string;
  readonly container?: string;
  readonly utilization?: number;
  /** In thousandths. */
  readonly average?: number;
  readonly tolerances: Tolerances;
}

function compute(
  context: ControllerContext,
  namespace: string | undefined,
  selector: LabelSelector,
  current: number,
  wanted: Wanted,
): Result<{ readonly replicas: number; readonly use: Use }, string> {
  const pods = podsFor(context, namespace, selector);
  const { resource, container } = wanted;
  const read = readMetrics(context, pods, resource, container);
  if (!read.ok) return fail(`unable to get metrics for resource ${resource}: ${read.error}`);
  if (pods.length === 0) return fail('no pods returned by selector while calculating replica count');
  const groups = groupPods(pods, read.value, resource, context.now());
  const measured = new Map([...read.value.use].filter(([pod]) => !groups.unready.has(pod) && !groups.ignored.has(pod)));
  if (measured.size === 0) return fail('did not receive metrics for targeted pods (pods might be unready)');
  let measure: Measure;
  let full = (_pod: string): number => wanted.average ?? 0;
  if (wanted.utilization !== undefined) {
    const requests = podRequests(pods, resource, container);
    if (!requests.ok) return requests;
    measure = against(requests.value, wanted.utilization);
    full = (pod) => ((requests.value.get(pod) ?? 0) * Math.max(wanted.utilization ?? 100, 100)) / 100;
  } else measure = againstValue(wanted.average ?? 1);
  const use = measure(measured);
  if (!use) return fail('no metrics returned matched known pods');
  return ok({ replicas: replicasFor(current, measured, groups, use, measure, full, wanted.tolerances), use });
}

/** Memory is told in Ki, Mi… where that loses nothing (buildQuantity). */
function quantityText(resource: string, milli: number): string {
  const binary = resource === 'memory' && milli % 1000 === 0 && Math.abs(milli) >= 1_024_000;
  return Quantity.fromMilli(milli, binary ? 'BinarySI' : 'DecimalSI').toString();
}

/** What one metric of an autoscaler asks for (computeReplicasForMetric). */
export function computeMetric(
  context: ControllerContext,
  autoscaler: HorizontalPodAutoscaler,
  selector: LabelSelector,
  current: number,
  spec: MetricSpec,
): Result<Proposal, MetricFailure> {
  const source =
    spec.type === 'Resource' ? spec.resource : spec.type === 'ContainerResource' ? spec.containerResource : undefined;
  if (!source) return unserved(spec, autoscaler.metadata.namespace ?? '');
  const container = spec.type === 'ContainerResource' ? spec.containerResource?.container : undefined;
  const { averageUtilization: utilization, averageValue } = source.target;
  const average = averageValue === undefined ? undefined : Quantity.of(averageValue).milliValue();
  const { name: resource } = source;
  const tolerances = tolerancesOf(autoscaler);
  const wanted = { resource, container, utilization, average, tolerances };
  const result = compute(context, autoscaler.metadata.namespace, selector, current, wanted);
  const kind = container === undefined ? 'resource' : 'container resource';
  if (!result.ok) {
    const message = `failed to get ${resource} ${utilization === undefined ? 'usage' : 'utilization'}: ${result.error}`;
    const reason = container === undefined ? 'FailedGetResourceMetric' : 'FailedGetContainerResourceMetric';
    const what = container === undefined ? `${resource} resource` : `${container} container`;
    return fail({ reason, message, error: `failed to get ${what} metric value: ${message}` });
  }
  const { replicas, use } = result.value;
  const currentUse = {
    averageValue: quantityText(resource, use.average),
    ...(use.utilization === undefined ? {} : { averageUtilization: use.utilization }),
  };
  const status = (
    container === undefined
      ? { type: 'Resource', resource: { name: resource, current: currentUse } }
      : { type: 'ContainerResource', containerResource: { name: resource, container, current: currentUse } }
  ) as MetricStatus;
  const name =
    utilization === undefined ? `${resource} resource` : `${resource} ${kind} utilization (percentage of request)`;
  return ok({ replicas, name, status });
}

const NO_CUSTOM =
  'unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered';

/** Go's text of a label selector. */
function selectorText(selector: LabelSelectorObject | undefined): string {
  if (!selector) return 'nil';
  const labels = Object.entries(selector.matchLabels ?? {}).sort(([a], [b]) => compareStrings(a, b));
  const requirements = (selector.matchExpressions ?? []).map(
    ({ key, operator, values = [] }) =>
      `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
  );
  const map = labels.map(([key, value]) => `${key}: ${value},`).join('');
  return `&LabelSelector{MatchLabels:map[string]string{${map}},MatchExpressions:[]LabelSelectorRequirement{${requirements.join('')}},}`;
}

/** Pods, Object and External metrics come from APIs that no cluster here serves. */
function unserved({ pods, object, external }: MetricSpec, namespace: string): Result<Proposal, MetricFailure> {
  const refuse = (kind: string, message: string, error: string): Result<Proposal, MetricFailure> =>
    fail({ reason: `FailedGet${kind}Metric`, message, error });
  if (external) {
    const { name, selector } = external.metric;
    const why = `unable to get external metric ${namespace}/${name}/${selectorText(selector)}: unable to fetch metrics from external metrics API: the server could not find the requested resource (get ${name}.external.metrics.k8s.io)`;
    const inner =
      external.target.averageValue === undefined
        ? `failed to get external metric ${name}`
        : `failed to get ${name} external metric`;
    return refuse('External', why, `failed to get ${name} external metric value: ${inner}: ${why}`);
  }
  if (object) {
    const { metric, describedObject, target } = object;
    const why = `unable to get metric ${metric.name}: ${describedObject.kind} on ${namespace} ${describedObject.name}/${NO_CUSTOM}`;
    const inner = target.type === 'Value' ? why : `failed to get ${metric.name} object metric: ${why}`;
    return refuse('Object', why, `failed to get object metric value: ${inner}`);
  }
  const why = `unable to get metric ${pods?.metric.name ?? ''}: ${NO_CUSTOM}`;
  return refuse('Pods', why, `failed to get pods metric value: ${why}`);
}
