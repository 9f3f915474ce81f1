import type { HorizontalPodAutoscaler } from '@seatrial/apiserver';
import type { HpaMemory, Timed } from './hpa-state.js';

export interface Normalized {
  readonly replicas: number;
  readonly able: readonly [reason: string, message: string];
  readonly limited: readonly [status: 'True' | 'False', reason: string, message: string];
}

const DOWN_WINDOW_MS = 300_000;

type Behavior = NonNullable<HorizontalPodAutoscaler['spec']['behavior']>;
type Rules = NonNullable<Behavior['scaleUp']>;

const TOO_MANY = [
  'True',
  'TooManyReplicas',
  'the desired replica count is more than the maximum replica count',
] as const;
const TOO_FEW = ['True', 'TooFewReplicas', 'the desired replica count is less than the minimum replica count'] as const;
const UP_LIMIT = [
  'True',
  'ScaleUpLimit',
  'the desired replica count is increasing faster than the maximum scale rate',
] as const;
const DOWN_LIMIT = [
  'True',
  'ScaleDownLimit',
  'the desired replica count is decreasing faster than the maximum scale rate',
] as const;
const WITHIN = ['False', 'DesiredWithinRange', 'the desired count is within the acceptable range'] as const;

const READY = ['ReadyForNewScale', 'recommended size matches current size'] as const;
const DOWN_STABILIZED = [
  'ScaleDownStabilized',
  'recent recommendations were higher than current one, applying the highest recent recommendation',
] as const;
const UP_STABILIZED = [
  'ScaleUpStabilized',
  'recent recommendations were lower than current one, applying the lowest recent recommendation',
] as const;

/** Without `spec.behavior`: down by the highest recommendation of five minutes, up to twice the size or four. */
export function normalizeByDefault(
  memory: HpaMemory,
  current: number,
  desired: number,
  least: number,
  most: number,
  now: number,
): Normalized {
  const recent = (memory.recommendations ?? []).filter(({ time }) => time >= now - DOWN_WINDOW_MS);
  const stable = Math.max(desired, ...recent.map(({ value }) => value));
  memory.recommendations = [...recent, { time: now, value: desired }];
  const able = stable === desired ? READY : DOWN_STABILIZED;
  const limit = Math.max(2 * current, 4);
  const ceiling = Math.min(most, limit);
  if (stable < least) return { replicas: least, able, limited: TOO_FEW };
  if (stable > ceiling) return { replicas: ceiling, able, limited: limit < most ? UP_LIMIT : TOO_MANY };
  return { replicas: stable, able, limited: WITHIN };
}

const within = (events: readonly Timed[], seconds: number, now: number): number =>
  events.filter(({ time }) => time > now - seconds * 1000).reduce((sum, { value }) => sum + value, 0);

function upLimit({ policies = [], selectPolicy }: Rules, memory: HpaMemory, current: number, now: number): number {
  if (selectPolicy === 'Disabled') return current;
  const limits = policies.map(({ type, value, periodSeconds }) => {
    const start = current - within(memory.ups, periodSeconds, now) + within(memory.downs, periodSeconds, now);
    return type === 'Pods' ? start + value : Math.ceil(start * (1 + value / 100));
  });
  return selectPolicy === 'Min' ? Math.min(...limits) : Math.max(...limits);
}

function downLimit({ policies = [], selectPolicy }: Rules, memory: HpaMemory, current: number, now: number): number {
  if (selectPolicy === 'Disabled') return current;
  const limits = policies.map(({ type, value, periodSeconds }) => {
    const start = current + within(memory.downs, periodSeconds, now) - within(memory.ups, periodSeconds, now);
    return type === 'Pods' ? start - value : Math.trunc(start * (1 - value / 100));
  });
  return selectPolicy === 'Min' ? Math.max(...limits) : Math.min(...limits);
}

const DEFAULT_UP: Rules = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
};
const DEFAULT_DOWN: Rules = {
  stabilizationWindowSeconds: 300,
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
};

function stabilize(
  memory: HpaMemory,
  current: number,
  desired: number,
  up: Rules,
  down: Rules,
  now: number,
): readonly [number, readonly [string, string]] {
  const upWindow = (up.stabilizationWindowSeconds ?? 0) * 1000;
  const downWindow = (down.stabilizationWindowSeconds ?? 300) * 1000;
  const recent = (memory.recommendations ?? []).filter(({ time }) => time >= now - Math.max(upWindow, downWindow));
  const since = (window: number): number[] =>
    recent.filter(({ time }) => time > now - window).map(({ value }) => value);
  const lowest = Math.min(desired, ...since(upWindow));
  const highest = Math.max(desired, ...since(downWindow));
  memory.recommendations = [...recent, { time: now, value: desired }];
  let stable = current;
  if (stable < lowest) stable = lowest;
  if (stable > highest) stable = highest;
  if (stable === desired) return [stable, READY];
  return [stable, desired >= current ? UP_STABILIZED : DOWN_STABILIZED];
}

/** With `spec.behavior`: stabilization windows, then the policies' rates. */
export function normalizeByBehavior(
  behavior: Behavior,
  memory: HpaMemory,
  current: number,
  desired: number,
  least: number,
  most: number,
  now: number,
): Normalized {
  const up = { ...DEFAULT_UP, ...behavior.scaleUp };
  const down = { ...DEFAULT_DOWN, ...behavior.scaleDown };
  const [stable, able] = stabilize(memory, current, desired, up, down, now);
  if (stable > current) {
    const limit = Math.max(upLimit(up, memory, current, now), current);
    const ceiling = Math.min(most, limit);
    if (stable > ceiling) return { replicas: ceiling, able, limited: limit < most ? UP_LIMIT : TOO_MANY };
  } else if (stable < current) {
    const limit = Math.min(downLimit(down, memory, current, now), current);
    const floor = Math.max(least, limit);
    if (stable < floor) return { replicas: floor, able, limited: limit > least ? DOWN_LIMIT : TOO_FEW };
  }
  if (stable > most) return { replicas: most, able, limited: TOO_MANY };
  if (stable < least) return { replicas: least, able, limited: TOO_FEW };
  return { replicas: stable, able, limited: WITHIN };
}
