import { defineVerb } from '../../command/command.js';
import { stringFlag } from '../../command/flag.js';
import { completeGenerator, createGenerated, generatedMetadata, GENERATOR_FLAGS } from './create-generated.js';
import { requireFlags } from './required-flags.js';

/** `kubectl create cronjob`. */
export const createCronJobCommand = defineVerb({
  name: 'cronjob',
  aliases: ['cj'],
  usage: "NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...] [flags]",
  short: 'Create a cron job with the specified name',
  flags: [
    ...GENERATOR_FLAGS,
    stringFlag('image', 'Image name to run.'),
    stringFlag('restart', "job's restart policy. supported values: OnFailure, Never"),
    stringFlag('schedule', 'A schedule in the Cron format the job should be run with.'),
  ],
  *run(k) {
    requireFlags(k, ...['image', 'schedule']);
    const name = yield* completeGenerator(k);
    const command = k.flags.argsLengthAtDash < 0 ? [] : k.args.slice(k.flags.argsLengthAtDash);
    const container = {
      name,
      image: k.flags.string('image'),
      ...(command.length > 0 ? { command } : {}),
      resources: {},
    };
    yield* createGenerated(
      k,
      { group: 'batch', version: 'v1', resource: 'cronjobs', kind: 'CronJob', namespaced: true, failure: 'cronjob:' },
      {
        kind: 'CronJob',
        apiVersion: 'batch/v1',
        metadata: generatedMetadata(k, name),
        spec: {
          schedule: k.flags.string('schedule'),
          jobTemplate: {
            metadata: { name },
            spec: {
              template: {
                metadata: {},
                spec: { containers: [container], restartPolicy: k.flags.string('restart') || 'OnFailure' },
              },
            },
          },
        },
        status: {},
      },
    );
    return 0;
  },
});
