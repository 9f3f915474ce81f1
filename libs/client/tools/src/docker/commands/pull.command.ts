import { parseImageReference } from '@seatrial/images';
import { defineDockerCommand, notSimulated } from '../docker-command.js';
import { pullImage } from './pull-image.js';

export const pullCommand = defineDockerCommand({
  name: 'pull',
  usage: '[OPTIONS] NAME[:TAG|@DIGEST]',
  short: 'Download an image from a registry',
  flags: '-a --all-tags, --disable-content-trust, --platform=, -q --quiet',
  minimum: 1,
  maximum: 1,
  *run(call) {
    const [reference] = call.args;
    if (call.flags.on('all-tags')) notSimulated(call.process, 'docker pull --all-tags');
    const quiet = call.flags.on('quiet');
    const parsed = parseImageReference(reference);
    if (parsed?.digest !== undefined) notSimulated(call.process, 'docker pull by digest');
    if (parsed && parsed.tag === undefined && !quiet) yield* call.out('Using default tag: latest\n');
    const pulled = yield* pullImage(call.engine, reference, (text) => call.out(quiet ? '' : text));
    yield* call.out(`${pulled.name.repository}:${pulled.name.tag}\n`);
    return 0;
  },
});
