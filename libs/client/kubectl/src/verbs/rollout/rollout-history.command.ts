import type { Coroutine, JsonObject } from '@seatrial/kernel';
import { applyStrategicMergePatch } from '@seatrial/merge';
import { goTypedObject } from '@seatrial/schema';
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import { defineVerb } from '../../command/command.js';
import { attempt, failWith, inAggregate, type CommandError } from '../../command/failure.js';
import { intFlag } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { writePodTemplate } from '../../describe/pod-template-lines.js';
import { DescriptionWriter } from '../../describe/tabbed-text.js';
import {
  objectPrinter,
  outputFormat,
  PRINT_FLAGS,
  printTyped,
  type ObjectPrinter,
} from '../../printers/object-printer.js';
import { alignColumns } from '../../printers/tab-writer.js';
import { failOnErrors } from '../../resource/resolve-infos.js';
import { metadataOf, objectAt, stringMapAt, type ResourceInfo } from '../../resource/resource-info.js';
import { strategicSchema } from '../../resource/strategic-schema.js';
import { FILENAME_FLAGS, SELECTOR_FLAG } from '../get/get-options.js';
import { failUnrolled, rolledOut } from './rollout-kinds.js';
import { CHANGE_CAUSE, revisionsOf, type Revision } from './revision-history.js';

/** A pod template as `rollout` shows it: describe's lines, their tabs left as they are. */
export function templateText(template: unknown): string {
  const writer = new DescriptionWriter();
  writePodTemplate(writer, template as PodTemplateSpec);
  return writer.unaligned();
}

/** What `-o` shows of one revision: its ReplicaSet, or the workload as it was (GetHistory). */
function objectOf(info: ResourceInfo, { holder }: Revision): JsonObject {
  const schema = info.mapping.kind === 'Deployment' ? undefined : strategicSchema(info.mapping);
  const applied = schema && applyStrategicMergePatch(info.object, objectAt(holder, 'data') ?? {}, schema);
  return applied?.ok === true ? applied.value : holder;
}

/** The template that describes one revision; a Deployment's has the change cause among its annotations (ViewHistory). */
function templateOf(info: ResourceInfo, { template, changeCause }: Revision): JsonObject {
  if (info.mapping.kind !== 'Deployment' || changeCause === '') return template;
  const metadata = metadataOf(template);
  const annotations = { ...stringMapAt(template, 'metadata', 'annotations'), [CHANGE_CAUSE]: changeCause };
  return { ...template, metadata: { ...metadata, annotations } };
}

function historyText(info: ResourceInfo, revisions: readonly Revision[], wanted: number): string {
  if (revisions.length === 0) return 'No rollout history found.';
  if (wanted > 0) {
    const found = revisions.find((one) => one.revision === wanted);
    return found ? templateText(templateOf(info, found)) : failWith('unable to find the specified revision');
  }
  const lines = revisions.map((one) => `${one.revision}\t${one.changeCause || '<none>'}\n`).join('');
  return alignColumns(`REVISION\tCHANGE-CAUSE\n${lines}`);
}

function* show(k: Invocation, info: ResourceInfo, print: ObjectPrinter | undefined): Coroutine<void> {
  const wanted = k.flags.int('revision');
  const revisions = yield* revisionsOf(k, info);
  if (!revisions) failUnrolled(info.mapping, 'history');
  if (print) {
    const found = wanted > 0 ? revisions.filter((one) => one.revision === wanted) : revisions;
    if (wanted > 0 && found.length === 0) failWith('unable to find the specified revision');
    for (const one of found) yield* k.out(print(goTypedObject(objectOf(info, one))));
    return;
  }
  const title = wanted > 0 ? `with revision #${wanted}` : '';
  yield* printTyped(k, info.object, `${title}\n${historyText(info, revisions, wanted)}`);
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
    const { infos, errors } = yield* rolledOut(k);
    const print = outputFormat(k) === '' ? undefined : objectPrinter(k, '', [], true);
    const all: CommandError[] = [...errors];
    for (const info of infos) {
      const done = yield* attempt(show(k, info, print));
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
