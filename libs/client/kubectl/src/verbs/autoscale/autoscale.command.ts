import { RECORD_FLAG, recorded } from '../../command/record.js';
import type { ServedResource } from '@seatrial/apiserver';
import type { Coroutine, JsonObject } from '@seatrial/kernel';
import { Quantity } from '@seatrial/schema';
import { apiVersionOf } from '../../client/rest-mapper.js';
import { defineVerb } from '../../command/command.js';
import { attempt, failWith, visitErrors, type CommandError } from '../../command/failure.js';
import { int32Flag, stringFlag } from '../../command/flag.js';
import type { DryRun, Invocation } from '../../command/invocation.js';
import { DRY_RUN_FLAG, PRINT_FLAGS, printGenerated, printTyped } from '../../printers/object-printer.js';
import { failOnErrors, resolveInfos } from '../../resource/resolve-infos.js';
import { createObject, savedGenerated, writeOptions } from '../../resource/write-object.js';
import type { ResourceInfo } from '../../resource/resource-info.js';
import { boolFlag } from '../../command/flag.js';
import { asMapping } from '../create/create-generated.js';
import { requireFlags } from '../create/required-flags.js';
import { FILENAME_FLAGS } from '../get/get-options.js';

const MAX_INT32 = 2 ** 31 - 1;

const hpaOf = (version: 'v1' | 'v2'): ServedResource =>
  asMapping({
    group: 'autoscaling',
    version,
    resource: 'horizontalpodautoscalers',
    kind: 'HorizontalPodAutoscaler',
    namespaced: true,
  });

const DEFAULT_UNITS = { cpu: 'm', memory: 'Mi' } as const;

/** What `--cpu` and `--memory` ask: a percentage of the requests, or an amount (parseResourceInput). */
function target(name: 'cpu' | 'memory', typed: string): JsonObject {
  const text = typed.trim();
  if (text.endsWith('%')) {
    const percent = text.slice(0, -1);
    if (!/^\+?\d+$/.test(percent) || Number(percent) > MAX_INT32) failWith(`invalid percentage value: ${percent}`);
    return { type: 'Utilization', averageUtilization: Number(percent) };
  }
  const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
  const quantity = Quantity.parse(number ? `${Number(text)}${DEFAULT_UNITS[name]}` : text);
  if (!quantity.ok) failWith(`invalid resource ${name} value: ${text}`);
  return { type: 'AverageValue', averageValue: quantity.value.toString() };
}

const metric = (name: 'cpu' | 'memory', text: string): JsonObject => ({
  type: 'Resource',
  resource: { name, target: target(name, text) },
});

function metricsOf(k: Invocation): JsonObject[] {
  const { flags } = k;
  const percent = flags.int('cpu-percent');
  const metrics: JsonObject[] = [];
  if (percent > 0) metrics.push(metric('cpu', `${percent}%`));
  if (flags.string('cpu') !== '') metrics.push(metric('cpu', flags.string('cpu')));
  if (flags.string('memory') !== '') metrics.push(metric('memory', flags.string('memory')));
  return metrics;
}

function autoscalerOf(k: Invocation, info: ResourceInfo): JsonObject {
  const { flags } = k;
  const metrics = metricsOf(k);
  const min = flags.int('min');
  return {
    kind: 'HorizontalPodAutoscaler',
    apiVersion: 'autoscaling/v2',
    metadata: {
      name: flags.string('name') || info.name,
      ...(k.namespace().enforced ? { namespace: info.namespace } : {}),
    },
    spec: {
      scaleTargetRef: { kind: info.mapping.kind, name: info.name, apiVersion: apiVersionOf(info.mapping) },
      ...(min > 0 ? { minReplicas: min } : {}),
      maxReplicas: flags.int('max'),
      ...(metrics.length > 0 ? { metrics } : {}),
    },
    status: { desiredReplicas: 0, currentMetrics: null },
  };
}

function* autoscaleOne(k: Invocation, info: ResourceInfo, dryRun: DryRun): Coroutine<void> {
  if (!info.mapping.subresources.includes('scale')) {
    const version = apiVersionOf(info.mapping);
    failWith(
      `cannot autoscale a ${info.mapping.kind}: could not find scale subresource for ${version.includes('/') ? version : `/${version}`}, Resource=${info.mapping.resource} in discovery information`,
    );
  }
  const object = recorded(k, autoscalerOf(k, info));
  const saved = k.flags.bool('save-config') ? savedGenerated(object) : object;
  if (dryRun === 'client') {
    yield* printGenerated(k, saved, 'created');
    return;
  }
  const options = writeOptions(k, dryRun, 'kubectl-autoscale');
  function* make(version: 'v1' | 'v2', body: JsonObject): Coroutine<void> {
    const created = yield* createObject(k, hpaOf(version), info.namespace, body, options);
    yield* printTyped(k, created, 'autoscaled', dryRun);
  }
  // What cannot be printed counts as not made.
  const made = yield* attempt(make('v2', saved));
  if ('value' in made) return;
  refuseOldForm(k);
  yield* make('v1', withoutMetrics(saved, k.flags.int('cpu-percent')));
}

/** What v2 refused is tried as v1 only where v1 can say it (canCreateHPAV1). */
function refuseOldForm({ flags }: Invocation): void {
  const cpu = flags.string('cpu').trim();
  const why =
    cpu === ''
      ? 'empty input'
      : flags.string('memory') === '' && (flags.int('cpu-percent') >= 0 || cpu.endsWith('%'))
        ? undefined
        : '%!w(<nil>)';
  if (why !== undefined)
    failWith(`failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1: ${why}`);
}

function withoutMetrics(object: JsonObject, percent: number): JsonObject {
  const { metrics: _, ...spec } = object.spec as JsonObject;
  const { status: __, ...rest } = object;
  const target = percent >= 0 ? { targetCPUUtilizationPercentage: percent } : {};
  return { ...rest, apiVersion: 'autoscaling/v1', spec: { ...spec, ...target } };
}

/** `kubectl autoscale`. */
export const autoscaleCommand = defineVerb({
  name: 'autoscale',
  usage: '(-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu=CPU] [--memory=MEMORY]',
  short: 'Auto-scale a deployment, replica set, stateful set, or replication controller',
  flags: [
    ...FILENAME_FLAGS,
    ...PRINT_FLAGS,
    DRY_RUN_FLAG,
    RECORD_FLAG,
    stringFlag('cpu', 'Target CPU: a percentage of the requests, or an amount.'),
    int32Flag('cpu-percent', 'The target average CPU utilization over all the pods.', {
      default: '-1',
      deprecated:
        "Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU).",
    }),
    stringFlag('field-manager', 'Name of the manager used to track field ownership.', { default: 'kubectl-autoscale' }),
    int32Flag('max', 'The upper limit for the number of pods that can be set by the autoscaler. Required.', {
      default: '-1',
    }),
    stringFlag('memory', 'Target memory: a percentage of the requests, or an amount.'),
    int32Flag('min', 'The lower limit for the number of pods that can be set by the autoscaler.', { default: '-1' }),
    stringFlag('name', 'The name for the newly created object.'),
    boolFlag('save-config', "Keep the object's configuration in its annotation."),
  ],
  *run(k) {
    requireFlags(k, 'max');
    const dryRun = yield* k.dryRun();
    const { flags } = k;
    if (flags.int('max') < 1) failWith(`--max=MAXPODS is required and must be at least 1, max: ${flags.int('max')}`);
    if (flags.int('max') < flags.int('min'))
      failWith(
        `--max=MAXPODS must be larger or equal to --min=MINPODS, max: ${flags.int('max')}, min: ${flags.int('min')}`,
      );
    if (flags.int('cpu-percent') > 0 && flags.string('cpu') !== '')
      failWith('--cpu-percent and --cpu are mutually exclusive');
    metricsOf(k);
    const { infos, errors } = yield* resolveInfos(k, { args: k.args, asWritten: true });
    const all: CommandError[] = [];
    for (const info of infos) {
      const done = yield* attempt(autoscaleOne(k, info, dryRun));
      if ('failure' in done) all.push(...done.failure.errors);
    }
    failOnErrors(k.args.length === 0 ? visitErrors(all, errors) : [...errors, ...all]);
    if (infos.length === 0) failWith('no objects passed to autoscale');
    return 0;
  },
});
