import type { Node } from '@seatrial/apiserver';
import { isJsonObject, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { requestFor } from '../../client/api-connection.js';
import { defineVerb, type VerbDefinition } from '../../command/command.js';
import { attempt, CommandFailure, failWith, plainMessage } from '../../command/failure.js';
import { stringFlag } from '../../command/flag.js';
import type { DryRun, Invocation } from '../../command/invocation.js';
import { DRY_RUN_FLAG, dryRunSuffix } from '../../printers/object-printer.js';
import { resolveInfos } from '../../resource/resolve-infos.js';
import type { ResourceInfo } from '../../resource/resource-info.js';

/** The nodes that a command names, plainly or as `node/NAME` (Builder.ResourceNames), fetched. */
export function* namedNodes(k: Invocation): Coroutine<readonly ResourceInfo[]> {
  const selector = k.flags.string('selector');
  const names = k.args.some((arg) => arg.includes('/'))
    ? k.args.map((arg) => (arg.includes('/') ? arg : `nodes/${arg}`))
    : ['nodes', ...k.args];
  const { infos, errors } = yield* resolveInfos(k, {
    args: selector === '' ? names : ['nodes'],
    labelSelector: selector,
  });
  if (errors.length > 0) throw new CommandFailure(errors.slice(0, 1));
  for (const { mapping } of infos)
    if (mapping.group !== '' || mapping.resource !== 'nodes')
      failWith(
        `expected resource of type node, got "${mapping.group}/${mapping.version}, Resource=${mapping.resource}"`,
      );
  return infos;
}

/** Cordons or uncordons one node and says so (drain.CordonHelper); what the server refuses is said and no failure. */
export function* setSchedulable(
  k: Invocation,
  info: ResourceInfo,
  unschedulable: boolean,
  dryRun: DryRun,
): Coroutine<void> {
  const node = info.object as unknown as Node;
  const word = unschedulable ? 'cordoned' : 'uncordoned';
  const suffix = dryRunSuffix(dryRun);
  if ((node.spec.unschedulable ?? false) === unschedulable) {
    yield* k.out(`node/${info.name} already ${word}${suffix}\n`);
    return;
  }
  if (dryRun !== 'client') {
    const api = yield* k.api();
    const spec = isJsonObject(info.object.spec) ? info.object.spec : {};
    const patch: JsonObject = { spec: { unschedulable: unschedulable ? true : null } };
    const done = yield* attempt(
      api.request({
        ...requestFor(info.mapping, 'patch', { name: info.name }),
        patchType: 'strategic',
        body: spec.unschedulable === undefined && !unschedulable ? {} : patch,
        options: { fieldManager: 'kubectl', ...(dryRun === 'server' ? { dryRun: true } : {}) },
      }),
    );
    if ('failure' in done) {
      const verb = unschedulable ? 'cordon' : 'uncordon';
      for (const error of done.failure.errors)
        yield* k.err(`error: unable to ${verb} node "${info.name}": ${plainMessage(error)}\n`);
      return;
    }
  }
  yield* k.out(`node/${info.name} ${word}${suffix}\n`);
}

function schedulingVerb(name: 'cordon' | 'uncordon', short: string): VerbDefinition {
  return defineVerb({
    name,
    usage: 'NODE',
    short,
    flags: [DRY_RUN_FLAG, stringFlag('selector', 'Selector (label query) to filter on.', { shorthand: 'l' })],
    *run(k) {
      if (k.args.length === 0 && k.flags.string('selector') === '') k.usageError(`USAGE: ${name} NODE [flags]`);
      if (k.args.length > 0 && k.flags.string('selector') !== '')
        k.usageError('error: cannot specify both a node name and a --selector option');
      const dryRun = yield* k.dryRun();
      for (const info of yield* namedNodes(k)) yield* setSchedulable(k, info, name === 'cordon', dryRun);
      return 0;
    },
  });
}

/** `kubectl cordon` and `kubectl uncordon` (k8s.io/kubectl/pkg/cmd/drain). */
export const cordonCommand = schedulingVerb('cordon', 'Mark node as unschedulable');
export const uncordonCommand = schedulingVerb('uncordon', 'Mark node as schedulable');
