import { readAll, readLine, resolvePath, sleep } from '@seatrial/kernel';
import { parseImageReference } from '@seatrial/images';
import { storeCredentials } from '../../registry-client/stored-credentials.js';
import { defineDockerCommand, notSimulated, type DockerCall } from '../docker-command.js';
import { DockerFailure } from '../docker-failure.js';
import { demandLogin } from '../engine/registry-server.js';
import { pushImage } from './push-image.js';

const HUB = 'https://index.docker.io/v1/';

function configPath(call: DockerCall): string {
  return resolvePath(call.process.env.get('HOME') ?? '/root', '.docker/config.json');
}

const saveCredentials = (call: DockerCall, registry: string): void => {
  storeCredentials(call.process, configPath(call), new Map([[registry, call.engine.images.credentials.get(registry)]]));
};

const registryOf = (server: string | undefined): string =>
  server === undefined || /^(?:https:\/\/)?(?:index\.)?docker\.io(?:\/v1\/?)?$/.test(server)
    ? 'docker.io'
    : server.replace(/^https?:\/\//, '').replace(/\/$/, '');

export const loginCommand = defineDockerCommand({
  name: 'login',
  usage: '[OPTIONS] [SERVER]',
  short: 'Authenticate to a registry',
  flags: '-p --password=, --password-stdin, -u --username=',
  maximum: 1,
  *run(call) {
    const { flags, process } = call;
    const username = flags.value('username');
    let password = flags.value('password');
    if (password !== undefined) {
      yield* call.err('WARNING! Using --password via the CLI is insecure. Use --password-stdin.\n');
      if (flags.on('password-stdin')) throw new DockerFailure('--password and --password-stdin are mutually exclusive');
    }
    if (flags.on('password-stdin')) {
      if (username === undefined) throw new DockerFailure('Must provide --username with --password-stdin');
      password = (yield* readAll(process.stdin)).replace(/\r?\n$/, '');
    }
    if (username === undefined || password === undefined) {
      if (!process.stdin.isTerminal)
        throw new DockerFailure('Error: Cannot perform an interactive login from a non TTY device');
      if (username === undefined) notSimulated(process, 'docker login in a browser');
      yield* call.out('Password: ');
      password = (yield* readLine(process.stdin)) ?? '';
      yield* call.out('\n');
    }
    if (password === '') throw new DockerFailure('Error: Password Required');
    yield* sleep(500);
    const registry = registryOf(call.args[0]);
    yield* demandLogin(call.engine, { registry, username, password });
    call.engine.images.credentials.set(registry, { registry, username, password });
    saveCredentials(call, registry);
    yield* call.err(
      `\nWARNING! Your credentials are stored unencrypted in '${configPath(call)}'.\n` +
        'Configure a credential helper to remove this warning. See\nhttps://docs.docker.com/go/credential-store/\n\n',
    );
    yield* call.out('Login Succeeded\n');
    return 0;
  },
});

export const logoutCommand = defineDockerCommand({
  name: 'logout',
  usage: '[SERVER]',
  short: 'Log out from a registry',
  maximum: 1,
  *run(call) {
    const registry = registryOf(call.args[0]);
    const shown = registry === 'docker.io' ? HUB : registry;
    if (!call.engine.images.credentials.delete(registry)) {
      yield* call.out(`Not logged in to ${registry === 'docker.io' ? HUB : registry}\n`);
      return 0;
    }
    saveCredentials(call, registry);
    yield* call.out(`Removing login credentials for ${shown}\n`);
    return 0;
  },
});

export const pushCommand = defineDockerCommand({
  name: 'push',
  usage: '[OPTIONS] NAME[:TAG]',
  short: 'Upload an image to a registry',
  flags: '-a --all-tags, --disable-content-trust, --platform=, -q --quiet',
  minimum: 1,
  maximum: 1,
  *run(call) {
    if (call.flags.on('all-tags')) notSimulated(call.process, 'docker push --all-tags');
    const quiet = call.flags.on('quiet');
    const parsed = parseImageReference(call.args[0]);
    if (parsed && parsed.tag === undefined && !quiet) yield* call.out('Using default tag: latest\n');
    yield* pushImage(call.engine, call.args[0], (text) => call.out(quiet ? '' : text));
    if (quiet) yield* call.out(`${parsed?.repository ?? ''}:${parsed?.tag ?? 'latest'}\n`);
    return 0;
  },
});
