import { defineVerb } from '../../command/command.js';
import { int32Flag, stringSliceFlag } from '../../command/flag.js';
import { failWith } from '../../command/failure.js';
import { imageBaseName } from '../../generators/image-name.js';
import {
  completeGenerator,
  createGenerated,
  generatedMetadata,
  GENERATOR_FLAGS,
  type GeneratedTarget,
} from './create-generated.js';
import { requireFlags } from './required-flags.js';

const TARGET: GeneratedTarget = {
  group: 'apps',
  version: 'v1',
  resource: 'deployments',
  kind: 'Deployment',
  namespaced: true,
  failure: 'deployment:',
};

/** `kubectl create deployment`. */
export const createDeploymentCommand = defineVerb({
  name: 'deployment',
  aliases: ['deploy'],
  usage: 'NAME --image=image -- [COMMAND] [args...]',
  short: 'Create a deployment with the specified name',
  flags: [
    ...GENERATOR_FLAGS,
    { ...stringSliceFlag('image', 'Image names to run.'), type: 'stringArray' },
    { name: 'port', type: 'int32', default: '-1', usage: 'The port that this container exposes.' },
    int32Flag('replicas', 'Number of replicas to create.', { shorthand: 'r', default: '1' }),
  ],
  *run(k) {
    requireFlags(k, 'image');
    const name = yield* completeGenerator(k);
    const { flags } = k;
    const images = flags.list('image').flatMap((value) => (value === '' ? [] : value.split(',')));
    const command = flags.argsLengthAtDash < 0 ? [] : k.args.slice(flags.argsLengthAtDash);
    if (images.length > 1 && command.length > 0) failWith('cannot specify multiple --image options and command');
    const random = k.process.machine.simulation.random.split(`create/${k.now()}/${k.pid}`);
    const ports =
      flags.int('port') >= 0 && flags.changed('port') ? { ports: [{ containerPort: flags.int('port') }] } : {};
    const containers = images.map((image, index) => ({
      name: imageBaseName(image, () => random.characters(5)),
      image,
      ...(command.length > 0 ? { command } : {}),
      // Only the first container gets the port.
      ...(index === 0 ? ports : {}),
      resources: {},
    }));
    const labels = { app: name };
    yield* createGenerated(k, TARGET, {
      kind: 'Deployment',
      apiVersion: 'apps/v1',
      metadata: Object.assign(generatedMetadata(k, name), { labels }),
      spec: {
        replicas: flags.int('replicas'),
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers } },
        strategy: {},
      },
      status: {},
    });
    return 0;
  },
});
