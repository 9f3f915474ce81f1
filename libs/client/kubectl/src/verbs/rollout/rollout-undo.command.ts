import { jsonEqual, type Coroutine, type JsonObject } from '@seatrial/kernel';
import type { ServedResource } from '@seatrial/apiserver';
import { applyStrategicMergePatch } from '@seatrial/merge';
import { requestFor } from '../../client/api-connection.js';
import { defineVerb } from '../../command/command.js';
import { attempt, failWith, type CommandError } from '../../command/failure.js';
import { intFlag } from '../../command/flag.js';
import type { DryRun, Invocation } from '../../command/invocation.js';
import { DRY_RUN_FLAG, newPrinter, PRINT_FLAGS, printTyped } from '../../printers/object-printer.js';
import { failOnErrors } from '../../resource/resolve-infos.js';
import { metadataOf, objectAt, stringMapAt, type ResourceInfo } from '../../resource/resource-info.js';
import { strategicSchema } from '../../resource/strategic-schema.js';
import { LAST_APPLIED } from '../../resource/write-object.js';
import { FILENAME_FLAGS, SELECTOR_FLAG } from '../get/get-options.js';
import { failUnrolled, rolledOut } from './rollout-kinds.js';
import { revisionNotFound, revisionsOf, REVISION, type Revision } from './revision-history.js';
import { requireResource, templateText } from './rollout-history.command.js';

const SKIPPED = new Set([
  LAST_APPLIED,
  REVISION,
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
]);

function withoutHash(template: JsonObject): JsonObject {
  const metadata = metadataOf(template);
  const { 'pod-template-hash': _, ...labels } = stringMapAt(template, 'metadata', 'labels');
  return { ...template, metadata: { ...metadata, labels } };
}

function annotationsFor(current: JsonObject, target: JsonObject): Record<string, string> {
  const own = Object.entries(stringMapAt(current, 'metadata', 'annotations')).filter(([key]) => SKIPPED.has(key));
  const from = Object.entries(stringMapAt(target, 'metadata', 'annotations')).filter(([key]) => !SKIPPED.has(key));
  return Object.fromEntries([...own, ...from]);
}

const matches = (revision: number): string =>
  `skipped rollback (current template already matches revision ${revision})`;

function* undoDeployment(
  k: Invocation,
  info: ResourceInfo,
  target: Revision,
  wanted: number,
  dryRun: DryRun,
): Coroutine<string> {
  if (objectAt(info.object, 'spec')?.paused === true)
    failWith("you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again");
  const template = withoutHash(target.template);
  const current = objectAt(info.object, 'spec', 'template') ?? {};
  if (jsonEqual(template, withoutHash(current))) return matches(wanted);
  const api = yield* k.api();
  yield* api.request({
    ...requestFor(info.mapping, 'patch', { namespace: info.namespace, name: info.name }),
    patchType: 'json',
    body: [
      { op: 'replace', path: '/spec/template', value: template },
      { op: 'replace', path: '/metadata/annotations', value: annotationsFor(info.object, target.holder) },
    ],
    options: { fieldManager: 'kubectl-rollout', ...(dryRun === 'server' ? { dryRun: true } : {}) },
  });
  return 'rolled back';
}

function alreadyAt(mapping: ServedResource, object: JsonObject, patch: JsonObject): boolean {
  const schema = strategicSchema(mapping);
  const applied = schema && applyStrategicMergePatch(object, patch, schema);
  return applied?.ok === true && jsonEqual(applied.value, object);
}

function* undoByRevision(
  k: Invocation,
  info: ResourceInfo,
  target: Revision,
  wanted: number,
  dryRun: DryRun,
): Coroutine<string> {
  const patch = objectAt(target.holder, 'data') ?? {};
  if (alreadyAt(info.mapping, info.object, patch)) return matches(wanted);
  const api = yield* k.api();
  yield* api.request({
    ...requestFor(info.mapping, 'patch', { namespace: info.namespace, name: info.name }),
    patchType: 'strategic',
    body: patch,
    options: { fieldManager: 'kubectl-rollout', ...(dryRun === 'server' ? { dryRun: true } : {}) },
  });
  return 'rolled back';
}

function targetOf(info: ResourceInfo, revisions: readonly Revision[], wanted: number): Revision {
  if (wanted > 0) return revisions.find((one) => one.revision === wanted) ?? revisionNotFound(wanted);
  const previous = revisions.at(-2);
  if (previous) return previous;
  return failWith(
    info.mapping.kind === 'Deployment'
      ? `no rollout history found for deployment "${info.name}"`
      : 'no last revision to roll back to',
  );
}

function* undo(k: Invocation, info: ResourceInfo, dryRun: DryRun): Coroutine<void> {
  const wanted = k.flags.int('to-revision');
  const revisions = yield* revisionsOf(k, info);
  if (!revisions) failUnrolled(info.mapping, 'rollbacker');
  if (wanted < 0) revisionNotFound(wanted);
  const target = targetOf(info, revisions, wanted);
  const done =
    dryRun === 'client'
      ? `${info.mapping.kind === 'Deployment' ? '' : 'will roll back to '}${templateText(target.template)}`
      : info.mapping.kind === 'Deployment'
        ? yield* undoDeployment(k, info, target, wanted, dryRun)
        : yield* undoByRevision(k, info, target, wanted, dryRun);
  newPrinter(k);
  yield* printTyped(k, info.object, done, dryRun);
}

/** `kubectl rollout undo`. */
export const rolloutUndoCommand = defineVerb({
  name: 'undo',
  usage: '(TYPE NAME | TYPE/NAME) [flags]',
  short: 'Undo a previous rollout',
  flags: [
    ...FILENAME_FLAGS,
    ...PRINT_FLAGS,
    SELECTOR_FLAG,
    DRY_RUN_FLAG,
    intFlag('to-revision', 'The revision to rollback to. Default to 0 (last revision).'),
  ],
  *run(k) {
    const dryRun = yield* k.dryRun();
    requireResource(k);
    const { infos, errors } = yield* rolledOut(k);
    const all: CommandError[] = [...errors];
    for (const info of infos) {
      const done = yield* attempt(undo(k, info, dryRun));
      if ('failure' in done) all.push(...done.failure.errors);
    }
    failOnErrors(all);
    return 0;
  },
});
