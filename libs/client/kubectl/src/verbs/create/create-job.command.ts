import { isJsonObject, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { defineVerb } from '../../command/command.js';
import { failWith } from '../../command/failure.js';
import { stringFlag } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { fetchObject } from '../../resource/resolve-infos.js';
import { selectResources } from '../../resource/resource-selection.js';
import { metadataOf, nameOf, objectAt, stringMapAt, textOf } from '../../resource/resource-info.js';
import { completeGenerator, createGenerated, generatedMetadata, GENERATOR_FLAGS } from './create-generated.js';

function jobOf(k: Invocation, name: string, command: readonly string[]): JsonObject {
  return {
    kind: 'Job',
    apiVersion: 'batch/v1',
    metadata: generatedMetadata(k, name),
    spec: {
      template: {
        metadata: {},
        spec: {
          containers: [
            {
              name,
              image: k.flags.string('image'),
              ...(command.length > 0 ? { command: [...command] } : {}),
              resources: {},
            },
          ],
          restartPolicy: 'Never',
        },
      },
    },
    status: {},
  };
}

/** The Job that a CronJob would start, marked as started by hand (create_job.go createJobFromCronJob). */
function jobFromCronJob(k: Invocation, name: string, cronJob: JsonObject): JsonObject {
  const template = objectAt(cronJob, 'spec', 'jobTemplate') ?? {};
  const labels = stringMapAt(template, 'metadata', 'labels');
  return {
    kind: 'Job',
    apiVersion: 'batch/v1',
    metadata: {
      ...generatedMetadata(k, name),
      annotations: {
        ...stringMapAt(template, 'metadata', 'annotations'),
        'cronjob.kubernetes.io/instantiate': 'manual',
      },
      ...(Object.keys(labels).length > 0 ? { labels } : {}),
      ownerReferences: [
        {
          apiVersion: 'batch/v1',
          kind: 'CronJob',
          name: nameOf(cronJob),
          uid: textOf(metadataOf(cronJob).uid),
          controller: true,
        },
      ],
    },
    spec: isJsonObject(template.spec) ? template.spec : {},
    status: {},
  };
}

function* jobFrom(k: Invocation, name: string, from: string): Coroutine<JsonObject> {
  const selection = yield* selectResources(k, { args: [from] });
  if (selection.length !== 1) failWith('from must be an existing cronjob');
  const [{ mapping, namespace, name: source = '' }] = selection;
  const object = yield* fetchObject(k, mapping, namespace, source);
  if (mapping.kind !== 'CronJob') failWith(`unknown object type *v1.${mapping.kind}`);
  return jobFromCronJob(k, name, object);
}

/** `kubectl create job`. */
export const createJobCommand = defineVerb({
  name: 'job',
  usage: 'NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]',
  short: 'Create a job with the specified name',
  flags: [
    ...GENERATOR_FLAGS,
    stringFlag('from', 'The name of the resource to create a Job from (only cronjob is supported).'),
    stringFlag('image', 'Image name to run.'),
  ],
  *run(k) {
    const name = yield* completeGenerator(k);
    const from = k.flags.string('from');
    const image = k.flags.string('image');
    if ((image === '') === (from === '')) failWith('either --image or --from must be specified');
    const command = k.flags.argsLengthAtDash < 0 ? [] : k.args.slice(k.flags.argsLengthAtDash);
    if (from !== '' && command.length > 0) failWith('cannot specify --from and command');
    const object = from === '' ? jobOf(k, name, command) : yield* jobFrom(k, name, from);
    yield* createGenerated(
      k,
      { group: 'batch', version: 'v1', resource: 'jobs', kind: 'Job', namespaced: true, failure: 'job:' },
      object,
    );
    return 0;
  },
});
