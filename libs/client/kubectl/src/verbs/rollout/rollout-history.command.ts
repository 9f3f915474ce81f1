import type { Coroutine } from '@seatrial/kernel';
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import { defineVerb } from '../../command/command.js';
import { attempt, failWith, inAggregate, type CommandError } from '../../command/failure.js';
import { intFlag } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { writePodTemplate } from '../../describe/pod-template-lines.js';
import { DescriptionWriter } from '../../describe/tabbed-text.js';
import { outputFormat, PRINT_FLAGS, printTyped } from '../../printers/object-printer.js';
import { alignColumns } from '../../printers/tab-writer.js';
import { failOnErrors, resolveInfos } from '../../resource/resolve-infos.js';
import type { ResourceInfo } from '../../resource/resource-info.js';
import { FILENAME_FLAGS, SELECTOR_FLAG } from '../get/get-options.js';
import { failUnrolled } from './rollout-kinds.js';
import { revisionsOf } from './revision-history.js';

/** A pod template as `rollout` shows it: describe's lines, their tabs left as they are. */
export function templateText(template: unknown): string {
  const writer = new DescriptionWriter();
  writePodTemplate(writer, template as PodTemplateSpec);
  return writer.unaligned();
}

function* show(k: Invocation, info: ResourceInfo): Coroutine<void> {
  const wanted = k.flags.int('revision');
  const revisions = yield* revisionsOf(k, info);
  if (!revisions) failUnrolled(info.mapping, 'history');
  if (outputFormat(k) !== '') {
    const found = wanted > 0 ? revisions.filter((one) => one.revision === wanted) : revisions.slice(-1);
    if (wanted > 0 && found.length === 0) failWith('unable to find the specified revision');
    for (const one of found) yield* printTyped(k, one.holder, '');
    return;
  }
  if (wanted > 0) {
    const found = revisions.find((one) => one.revision === wanted);
    if (!found) failWith('unable to find the specified revision');
    yield* printTyped(k, info.object, `with revision #${wanted}\n${templateText(found.template)}`);
    return;
  }
  const lines = revisions.map((one) => `${one.revision}\t${one.changeCause || '<none>'}\n`).join('');
  yield* printTyped(k, info.object, `\n${alignColumns(`REVISION\tCHANGE-CAUSE\n${lines}`)}`);
}

/** `kubectl rollout history`. */
export const rolloutHistoryCommand = defineVerb({
  name: 'history',
  usage: '(TYPE NAME | TYPE/NAME) [flags]',
  short: 'View rollout history',
  flags: [
    ...FILENAME_FLAGS,
    ...PRINT_FLAGS,
    SELECTOR_FLAG,
    intFlag('revision', 'See the details, including podTemplate of the revision specified'),
  ],
  *run(k) {
    requireResource(k);
    if (k.flags.int('revision') < 0) failWith(`revision must be a positive integer: ${k.flags.int('revision')}`);
    const { infos, errors } = yield* resolveInfos(k, {
      args: k.args,
      labelSelector: k.flags.string('selector'),
      allowEmptySelector: true,
    });
    const all: CommandError[] = [...errors];
    for (const info of infos) {
      const done = yield* attempt(show(k, info));
      if ('failure' in done) all.push(...done.failure.errors.map((error) => inAggregate(error, infos.length)));
    }
    failOnErrors(all);
    return 0;
  },
});

/** Ends the command when neither arguments nor files name anything. */
export function requireResource(k: Invocation): void {
  if (k.args.length === 0 && k.flags.list('filename').length === 0 && k.flags.string('kustomize') === '')
    failWith('required resource not specified');
}
