import { escapeUrlQuery } from '@seatrial/kernel';
import { RegistrySession } from '../../registry-client/registry-session.js';
import { defineDockerCommand, notSimulated } from '../docker-command.js';
import { daemonFailure } from '../docker-failure.js';

const INDEX = 'index.docker.io';
const DEFAULT_LIMIT = 25;
const MAX_LIMIT = 100;

/** `docker search`: what Docker Hub has is not known here, but what it would not be asked is (moby, registry/search.go). */
export const searchCommand = defineDockerCommand({
  name: 'search',
  usage: '[OPTIONS] TERM',
  short: 'Search Docker Hub for images',
  flags: '-f --filter=?, --format=, --limit=#, --no-trunc',
  minimum: 1,
  maximum: 1,
  *run(call) {
    const [term] = call.args;
    if (/^[a-z]+:\/\//.test(term))
      daemonFailure(`invalid repository name: repository name (${term}) should not have a scheme`);
    const limit = Number(call.flags.value('limit') ?? 0) || DEFAULT_LIMIT;
    if (limit < 1 || limit > MAX_LIMIT) daemonFailure(`limit ${limit} is outside the range of [1, 100]`);
    const session = new RegistrySession(call.engine.host, { registry: INDEX, userAgent: 'docker' });
    const name = escapeUrlQuery(term.replace(/^library\//, ''));
    const asked = yield* session.ask({ method: 'GET', path: `/v1/search?q=${name}&n=${limit}` });
    return asked.ok ? notSimulated(call.process, 'docker search') : daemonFailure(asked.error);
  },
});
