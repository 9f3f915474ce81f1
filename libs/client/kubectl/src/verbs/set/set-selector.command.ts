import { requestFor } from '../../client/api-connection.js';
import { defineVerb } from '../../command/command.js';
import { attempt, failWith, type CommandError } from '../../command/failure.js';
import type { DryRun, Invocation } from '../../command/invocation.js';
import { stringFlag } from '../../command/flag.js';
import { printTyped, requirePrinter } from '../../printers/object-printer.js';
import { failOnErrors, resolveInfos } from '../../resource/resolve-infos.js';
import { DEEP_FILENAME_FLAGS } from '../get/get-options.js';
import { checkLocal, SET_OBJECT_FLAGS } from './pod-template.js';
import { labelSelectorObject } from '../../generators/label-selector-object.js';
import { isJsonObject, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { listAt, stringMapAt, textOf, type ResourceInfo } from '../../resource/resource-info.js';

function* selectOne(k: Invocation, info: ResourceInfo, selector: JsonObject, dryRun: DryRun): Coroutine<void> {
  const { flags } = k;
  if (info.mapping.kind !== 'Service') failWith('setting a selector is only supported for Services');
  const expressions = listAt(selector, 'matchExpressions').filter(isJsonObject);
  if (expressions.length > 0) {
    const text = expressions
      .map(
        (e) =>
          `{${textOf(e.key)} ${textOf(e.operator)} [${listAt(e, 'values')
            .filter((value) => typeof value === 'string')
            .join(' ')}]}`,
      )
      .join(' ');
    failWith(`match expression [${text}] not supported on this object`);
  }
  const labels = stringMapAt(selector, 'matchLabels');
  if (dryRun === 'client' || flags.bool('local')) {
    const spec = isJsonObject(info.object.spec) ? info.object.spec : {};
    const changed = { ...info.object, spec: { ...spec, selector: labels } };
    yield* printTyped(k, changed, 'selector updated', dryRun);
    return;
  }
  const api = yield* k.api();
  const removed = Object.keys(stringMapAt(info.object, 'spec', 'selector')).filter((key) => !(key in labels));
  const patched = yield* api.request({
    ...requestFor(info.mapping, 'patch', { namespace: info.namespace, name: info.name }),
    patchType: 'merge',
    body: {
      spec: { selector: { ...Object.fromEntries(removed.map((key) => [key, null])), ...labels } },
      ...(flags.string('resource-version') === ''
        ? {}
        : { metadata: { resourceVersion: flags.string('resource-version') } }),
    },
    options: { fieldManager: flags.string('field-manager'), ...(dryRun === 'server' ? { dryRun: true } : {}) },
  });
  yield* printTyped(k, patched, 'selector updated', dryRun);
}

/** `kubectl set selector`. */
export const setSelectorCommand = defineVerb({
  name: 'selector',
  usage: '(-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version]',
  short: 'Set the selector on a resource',
  flags: [
    ...DEEP_FILENAME_FLAGS,
    ...SET_OBJECT_FLAGS,
    stringFlag('resource-version', 'Only succeed if the current resource-version matches this.'),
  ],
  *run(k) {
    const dryRun = yield* k.dryRun();
    requirePrinter(k);
    const { args, flags } = k;
    const expression = args.at(-1) ?? '';
    if (args.length === 0) failWith('one selector is required');
    const selector = labelSelectorObject(expression);
    checkLocal(k, args.slice(0, -1));
    const { infos, errors } = yield* resolveInfos(k, {
      args: args.slice(0, -1),
      allowEmptySelector: flags.bool('all'),
      local: flags.bool('local'),
      typed: true,
    });
    const all: CommandError[] = [...errors];
    for (const info of infos) {
      const done = yield* attempt(selectOne(k, info, selector, dryRun));
      if ('failure' in done) all.push(...done.failure.errors);
    }
    failOnErrors(all);
    return 0;
  },
});
