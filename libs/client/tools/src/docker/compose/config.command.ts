import { compareStrings, isJsonObject, type JsonObject } from '@seatrial/kernel';
import { notSimulated } from '../docker-command.js';
import { DockerFailure } from '../docker-failure.js';
import { configDocument } from './config-document.js';
import { projectCommand } from './project-command.js';
import { blockYaml } from '../../tool/block-yaml.js';

/** In JSON members come by name, and a service without a command or an entrypoint says so (compose-go's ServiceConfig). */
function withNulls(document: JsonObject): JsonObject {
  const services = isJsonObject(document['services']) ? document['services'] : {};
  const whole = Object.entries(services).map(([name, service]) => {
    const given = { command: null, entrypoint: null, ...(isJsonObject(service) ? service : {}) };
    return [name, Object.fromEntries(Object.entries(given).sort(([a], [b]) => compareStrings(a, b)))] as const;
  });
  const sorted = Object.entries({ ...document, services: Object.fromEntries(whole) });
  return Object.fromEntries(sorted.sort(([a], [b]) => compareStrings(a, b)));
}

/** `docker compose config` and its older name `convert`. */
export const config = projectCommand(
  {
    name: 'config',
    aliases: ['convert'],
    usage: '[OPTIONS] [SERVICE...]',
    short: 'Parse, resolve and render compose file in canonical format',
    flags: '--format=, --images, -q --quiet, --services, --volumes, --networks, --profiles, --hash=, --no-consistency',
    unfollowed:
      '--environment, --lock-image-digests, --models, --no-env-resolution, --no-interpolate, --no-normalize, --no-path-resolution, ' +
      '-o --output=, --resolve-image-digests, --variables',
  },
  function* (project, call) {
    const { flags } = call;
    const { services, volumes, networks } = project.file;
    if (flags.on('quiet')) return 0;
    if (flags.has('hash')) notSimulated(call.process, 'docker compose config --hash');
    const used = new Set(services.flatMap((service) => [...service.networks.keys()]));
    const mounted = new Set(services.flatMap((service) => service.volumes.map((volume) => volume.split(':', 1)[0])));
    const lines = flags.on('services')
      ? services.map(({ name }) => name)
      : flags.on('images')
        ? services.map((service) => project.imageName(service))
        : flags.on('volumes')
          ? [...volumes.keys()].filter((name) => mounted.has(name))
          : flags.on('networks')
            ? [...networks.keys()].filter((name) => used.has(name))
            : flags.on('profiles')
              ? [...new Set(services.flatMap(({ profiles }) => profiles))].sort()
              : undefined;
    if (lines) {
      yield* call.out(lines.map((line) => `${line}\n`).join(''));
      return 0;
    }
    const wanted = call.args.length === 0 ? services : services.filter(({ name }) => call.args.includes(name));
    for (const name of call.args) project.service(name);
    const document = configDocument({ ...project.file, services: wanted });
    const format = flags.value('format') ?? 'yaml';
    if (format === 'json') yield* call.out(`${JSON.stringify(withNulls(document), null, 2)}\n`);
    else if (format === 'yaml') yield* call.out(blockYaml(document, '  '));
    else throw new DockerFailure(`unsupported format "${format}"`);
    return 0;
  },
);
