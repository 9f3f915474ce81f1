import {
  HORIZONTAL_POD_AUTOSCALERS,
  PODS,
  defineController,
  watch,
  type ControllerContext,
  type HorizontalPodAutoscaler,
  type ObjectReader,
} from '@seatrial/apiserver';
import { Attached, compareStrings, fail, jsonEqual, type Result } from '@seatrial/kernel';
import { formatTime, parseLabelSelector, type LabelSelector } from '@seatrial/schema';
import {
  setCondition,
  type HpaCondition,
  type HpaMemory,
  type HpaStatus,
  type MetricStatus,
} from './autoscaling/hpa-state.js';
import { normalizeByBehavior, normalizeByDefault } from './autoscaling/normalize.js';
import { computeMetric, type MetricFailure, type Proposal } from './autoscaling/replica-calculator.js';
import { scaleTarget, type ScaleTarget } from './autoscaling/scale-target.js';
import { keyOf, splitKey } from './object-key.js';
import { must, retrying } from './request-failed.js';

/** Each autoscaler is looked at so often (--horizontal-pod-autoscaler-sync-period). */
const PERIOD_MS = 15_000;

const memories = new Attached<ObjectReader, Map<string, HpaMemory>>();

function memoriesOf(client: ObjectReader): Map<string, HpaMemory> {
  const all = memories.get(client) ?? new Map<string, HpaMemory>();
  memories.set(client, all);
  return all;
}

/** What is remembered of an autoscaler; one that is deleted and made again before its next round has it too. */
function memoryOf(client: ObjectReader, hpa: HorizontalPodAutoscaler): HpaMemory {
  const all = memoriesOf(client);
  const key = keyOf(hpa);
  const memory = all.get(key) ?? { recommendations: undefined, ups: [], downs: [] };
  all.set(key, memory);
  return memory;
}

/** Why the pods of a target cannot be told: the event, and the condition's reason and message. */
interface SelectorFailure {
  readonly event: string;
  readonly reason: string;
  readonly message: string;
  readonly condition: string;
}

/** One round of one autoscaler (pkg/controller/podautoscaler reconcileAutoscaler). */
class Round {
  private conditions: readonly HpaCondition[];
  private readonly now: number;

  constructor(
    private readonly context: ControllerContext,
    private readonly hpa: HorizontalPodAutoscaler,
  ) {
    this.conditions = hpa.status?.conditions ?? [];
    this.now = context.now();
  }

  run(): void {
    const target = scaleTarget(this.context.client, this.hpa, this.now);
    if (!target.ok) {
      this.event('Warning', 'FailedGetScale', target.error);
      const message = `the HPA controller was unable to get the target's current scale: ${target.error}`;
      this.set('AbleToScale', 'False', 'FailedGetScale', message);
      this.write({});
      return;
    }
    const message = "the HPA controller was able to get the target's current scale";
    this.set('AbleToScale', 'True', 'SucceededGetScale', message);
    this.decide(target.value);
  }

  private get least(): number {
    return this.hpa.spec.minReplicas ?? 1;
  }

  private decide(target: ScaleTarget): void {
    const { replicas: current } = target;
    const memory = memoryOf(this.context.client, this.hpa);
    // The size that is found at first counts as a recommendation: nothing is scaled down before the window is over.
    memory.recommendations ??= [{ time: this.now, value: current }];
    const { maxReplicas } = this.hpa.spec;
    if (current === 0 && this.least !== 0) {
      const message = 'scaling is disabled since the replica count of the target is zero';
      this.set('ScalingActive', 'False', 'ScalingDisabled', message);
      this.finish(target, 0, undefined, []);
    } else if (current > maxReplicas)
      this.finish(target, maxReplicas, 'Current number of replicas above Spec.MaxReplicas', []);
    else if (current < this.least)
      this.finish(target, this.least, 'Current number of replicas below Spec.MinReplicas', []);
    else this.byMetrics(target);
  }

  private byMetrics(target: ScaleTarget): void {
    const { replicas: current } = target;
    const specs = this.hpa.spec.metrics ?? [];
    const selector = this.selectorOf(target);
    if (!selector.ok) {
      const { event, reason, message, condition } = selector.error;
      this.event('Warning', event, message);
      this.set('ScalingActive', 'False', reason, condition);
      this.write({ currentReplicas: current, currentMetrics: undefined });
      this.event('Warning', 'FailedComputeMetricsReplicas', message);
      return;
    }
    let best: Proposal | undefined;
    const failures: MetricFailure[] = [];
    const statuses = specs.map((spec): MetricStatus => {
      const result = computeMetric(this.context, this.hpa, selector.value, current, spec);
      if (result.ok) {
        if (!best || best.replicas === 0 || result.value.replicas > best.replicas) best = result.value;
        return result.value.status;
      }
      failures.push(result.error);
      this.event('Warning', result.error.reason, result.error.message);
      return { type: '' };
    });
    if (!best || (failures.length > 0 && best.replicas < current)) {
      this.failMetrics(current, statuses, failures, specs.length);
      return;
    }
    const found = `the HPA was able to successfully calculate a replica count from ${best.name}`;
    this.set('ScalingActive', 'True', 'ValidMetricFound', found);
    const desired = this.normalize(current, best.replicas);
    const { replicas: proposed, name } = best;
    const reason = proposed > current ? `${name} above target` : proposed < current ? 'All metrics below target' : '';
    this.finish(target, desired, desired === current ? undefined : reason, statuses);
  }

  /** The selector of the target's pods, which are to be this autoscaler's alone (validateAndParseSelector). */
  private selectorOf({ selector: text }: ScaleTarget): Result<LabelSelector, SelectorFailure> {
    if (text === '') {
      const condition = "the HPA target's scale is missing a selector";
      return fail({ event: 'SelectorRequired', reason: 'InvalidSelector', message: 'selector is required', condition });
    }
    const parsed = parseLabelSelector(text);
    if (!parsed.ok) {
      const message = `couldn't convert selector into a corresponding internal selector object: ${parsed.error}`;
      return fail({ event: 'InvalidSelector', reason: 'InvalidSelector', message, condition: message });
    }
    const message = this.ambiguity(parsed.value);
    if (message === undefined) return parsed;
    return fail({ event: 'AmbiguousSelector', reason: 'AmbiguousSelector', message, condition: message });
  }

  private ambiguity(selector: LabelSelector): string | undefined {
    const { client } = this.context;
    const { namespace = '' } = this.hpa.metadata;
    memoryOf(client, this.hpa).selector = selector;
    const all = client.list(HORIZONTAL_POD_AUTOSCALERS, namespace);
    if (all.length < 2) return undefined;
    const pods = client.list(PODS, namespace).filter(({ metadata }) => selector.matches(metadata.labels));
    const rivals = all
      .filter((hpa) => {
        const known = memoryOf(client, hpa).selector;
        return known && pods.some((pod) => known.matches(pod.metadata.labels));
      })
      .map(({ metadata: { name } }) => `${namespace}/${name}`);
    if (rivals.length < 2) return undefined;
    return `pods by selector ${selector.toString()} are controlled by multiple HPAs: [${rivals.sort(compareStrings).join(' ')}]`;
  }

  private failMetrics(
    current: number,
    statuses: MetricStatus[],
    failures: readonly MetricFailure[],
    count: number,
  ): void {
    const [first] = failures;
    const unable = `the HPA was unable to compute the replica count: ${first.message}`;
    this.set('ScalingActive', 'False', first.reason, unable);
    const message = `invalid metrics (${failures.length} invalid out of ${count}), first error is: ${first.error}`;
    this.write({ currentReplicas: current, currentMetrics: statuses });
    this.event('Warning', 'FailedComputeMetricsReplicas', message);
  }

  private normalize(current: number, proposed: number): number {
    const memory = memoryOf(this.context.client, this.hpa);
    const { behavior, maxReplicas } = this.hpa.spec;
    const result = behavior
      ? normalizeByBehavior(behavior, memory, current, proposed, this.least, maxReplicas, this.now)
      : normalizeByDefault(memory, current, proposed, this.least, maxReplicas, this.now);
    this.set('AbleToScale', 'True', ...result.able);
    this.set('ScalingLimited', ...result.limited);
    return result.replicas;
  }

  private finish(target: ScaleTarget, desired: number, reason: string | undefined, metrics: MetricStatus[]): void {
    const { replicas: current } = target;
    if (reason !== undefined && desired !== current && !this.rescale(target, desired, reason, metrics)) return;
    const scaled = reason !== undefined && desired !== current;
    this.write({
      currentReplicas: current,
      desiredReplicas: desired,
      ...(metrics.length > 0 ? { currentMetrics: metrics } : { currentMetrics: undefined }),
      ...(scaled ? { lastScaleTime: formatTime(this.now) } : {}),
    });
  }

  private rescale(target: ScaleTarget, desired: number, reason: string, metrics: MetricStatus[]): boolean {
    const error = target.setReplicas(desired);
    if (error !== undefined) {
      this.event('Warning', 'FailedRescale', `New size: ${desired}; reason: ${reason}; error: ${error}`);
      const message = `the HPA controller was unable to update the target scale: ${error}`;
      this.set('AbleToScale', 'False', 'FailedUpdateScale', message);
      this.write({ currentReplicas: target.replicas, currentMetrics: metrics.length > 0 ? metrics : undefined });
      return false;
    }
    const message = `the HPA controller was able to update the target scale to ${desired}`;
    this.set('AbleToScale', 'True', 'SucceededRescale', message);
    this.event('Normal', 'SuccessfulRescale', `New size: ${desired}; reason: ${reason}`);
    if (!this.hpa.spec.behavior) return true;
    const memory = memoryOf(this.context.client, this.hpa);
    const change = { time: this.now, value: Math.abs(desired - target.replicas) };
    (desired > target.replicas ? memory.ups : memory.downs).push(change);
    return true;
  }

  private set(type: string, status: 'True' | 'False', reason: string, message: string): void {
    this.conditions = setCondition(this.conditions, this.now, type, status, reason, message);
  }

  private event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.context.events.event({ object: this.hpa }, type, reason, message);
  }

  private write(change: Partial<HpaStatus>): void {
    const { currentMetrics, currentReplicas, ...before } = { ...this.hpa.status, ...change };
    const status = {
      desiredReplicas: 0,
      ...before,
      // Zero is left out (omitempty).
      ...(currentReplicas ? { currentReplicas } : {}),
      // A required list: one that was never written is null, not missing.
      currentMetrics: currentMetrics ?? null,
      conditions: [...this.conditions],
    } as unknown as HpaStatus;
    if (jsonEqual(this.hpa.status, status)) return;
    must(this.context.client.updateStatus(HORIZONTAL_POD_AUTOSCALERS, { ...this.hpa, status }));
  }
}

/** pkg/controller/podautoscaler of Kubernetes 1.35. */
export const horizontalPodAutoscalerController = defineController({
  name: 'horizontal-pod-autoscaler-controller',
  component: 'horizontal-pod-autoscaler',
  sources: [
    watch(HORIZONTAL_POD_AUTOSCALERS, ({ type, object }, context) => {
      if (type !== 'DELETED') context.requeueAfter(keyOf(object), PERIOD_MS);
      else delete memoryOf(context.client, object).selector;
      return [];
    }),
  ],
  reconcile: retrying((context, key) => {
    const [namespace, name] = splitKey(key);
    const hpa = context.client.get(HORIZONTAL_POD_AUTOSCALERS, namespace, name);
    if (!hpa) {
      memoriesOf(context.client).delete(key);
      return;
    }
    context.requeueAfter(key, PERIOD_MS);
    new Round(context, hpa).run();
  }),
});
