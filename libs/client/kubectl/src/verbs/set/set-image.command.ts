import { isJsonObject } from '@seatrial/kernel';
import { defineVerb } from '../../command/command.js';
import { failWith, textError, type CommandError } from '../../command/failure.js';
import { requirePrinter } from '../../printers/object-printer.js';
import { listAt } from '../../resource/resource-info.js';
import { failOnErrors, resolveInfos } from '../../resource/resolve-infos.js';
import { changeAll, checkLocal, checkSetFlags, notAPod, podSpecOf, SET_FLAGS } from './pod-template.js';

/** Parts the arguments into resources and `key=value` pairs. */
export function resourcesAndPairs(
  args: readonly string[],
  what: string,
): { resources: string[]; pairs: [string, string][] } {
  const resources: string[] = [];
  const pairs: [string, string][] = [];
  for (const arg of args) {
    // `=x` counts as a resource (cmdutil.GetResourcesAndPairs).
    const equals = arg.startsWith('=') ? -1 : arg.indexOf('=');
    if (equals < 0 && pairs.length === 0) resources.push(arg);
    else if (equals < 0) failWith(`all resources must be specified before ${what} changes: ${arg}`);
    else pairs.push([arg.slice(0, equals), arg.slice(equals + 1)]);
  }
  return { resources, pairs };
}

/** `kubectl set image`. */
export const setImageCommand = defineVerb({
  name: 'image',
  usage: '(-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N',
  short: 'Update the image of a pod template',
  flags: SET_FLAGS,
  *run(k) {
    const { resources, pairs } = resourcesAndPairs(k.args, 'image');
    const dryRun = yield* k.dryRun();
    requirePrinter(k);
    const { flags } = k;
    checkLocal(k, resources);
    const { infos, errors } = yield* resolveInfos(k, {
      typed: true,
      args: resources,
      labelSelector: flags.string('selector'),
      allowEmptySelector: flags.bool('all'),
      local: flags.bool('local'),
    });
    failOnErrors(errors);
    if (resources.length === 0 && flags.list('filename').length === 0 && flags.string('kustomize') === '')
      failWith('one or more resources must be specified as <resource> <name> or <resource>/<name>');
    if (pairs.length === 0) failWith('at least one image update is required');
    if (pairs.length > 1 && pairs.some(([name]) => name === '*'))
      failWith('all containers are already specified by *, but saw more than one container_name=container_image pairs');
    checkSetFlags(k, dryRun);
    // The others are changed all the same.
    const missing: CommandError[] = [];
    const failed = yield* changeAll(k, infos, { what: 'image', operation: 'image updated', dryRun }, (object, info) => {
      const spec = podSpecOf(object);
      if (!spec) return [textError(notAPod(k, info))];
      for (const [name, image] of pairs) {
        const containers = [...listAt(spec, 'initContainers'), ...listAt(spec, 'containers')]
          .filter(isJsonObject)
          .filter((container) => name === '*' || container.name === name);
        for (const container of containers) container.image = image === '' ? undefined : image;
        if (containers.length === 0) missing.push(textError(`error: unable to find container named "${name}"`));
      }
      return [];
    });
    failOnErrors([...missing, ...failed]);
    return 0;
  },
});
