import type { ServedResource } from '@seatrial/apiserver';
import { compareStrings, type JsonObject } from '@seatrial/kernel';
import { apiVersionOf, groupResourceOf } from '../../client/rest-mapper.js';
import { defineVerb } from '../../command/command.js';
import { attempt, failWith } from '../../command/failure.js';
import { boolFlag, stringFlag, stringSliceFlag } from '../../command/flag.js';
import type { Invocation } from '../../command/invocation.js';
import { objectPrinter } from '../../printers/object-printer.js';
import { TABLE_LAYOUT, alignColumns } from '../../printers/tab-writer.js';

function selected(k: Invocation, resources: readonly ServedResource[]): ServedResource[] {
  const { flags } = k;
  const verbs = flags.list('verbs');
  const categories = flags.list('categories');
  const seen = new Set<string>();
  return resources.filter((resource) => {
    const id = groupResourceOf(resource);
    if (!resource.preferred || resource.verbs.length === 0 || seen.has(id)) return false;
    if (flags.changed('api-group') && resource.group !== flags.string('api-group')) return false;
    if (flags.changed('namespaced') && resource.namespaced !== flags.bool('namespaced')) return false;
    if (
      !verbs.every((verb) => resource.verbs.includes(verb)) ||
      !categories.every((category) => resource.categories.includes(category))
    )
      return false;
    seen.add(id);
    return true;
  });
}

function order(sortBy: string): (a: ServedResource, b: ServedResource) => number {
  if (sortBy === 'name') return (a, b) => compareStrings(a.resource, b.resource);
  if (sortBy === 'kind') return (a, b) => compareStrings(a.kind, b.kind);
  return (a, b) => compareStrings(a.group, b.group) || compareStrings(a.resource, b.resource);
}

/** What was selected as metav1.APIResourceList, its fields in the order of the Go type. */
const apiResourceList = (resources: readonly ServedResource[]): JsonObject => ({
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: '',
  resources: resources.map((resource) => ({
    name: resource.resource,
    singularName: resource.singular,
    namespaced: resource.namespaced,
    ...(resource.group === '' ? {} : { group: resource.group }),
    version: resource.version,
    kind: resource.kind,
    verbs: [...resource.verbs],
    ...(resource.shortNames.length > 0 ? { shortNames: [...resource.shortNames] } : {}),
    ...(resource.categories.length > 0 ? { categories: [...resource.categories] } : {}),
  })),
});

const FORMATS = ['json', 'kyaml', 'name', 'wide', 'yaml'];

/** `kubectl api-resources`. */
export const apiResourcesCommand = defineVerb({
  name: 'api-resources',
  usage: '[flags]',
  short: 'Print the supported API resources on the server',
  flags: [
    stringFlag('api-group', 'Limit to resources in the specified API group.'),
    boolFlag('cached', 'Use the cached list of resources if available.'),
    stringSliceFlag('categories', 'Limit to resources that belong to the specified categories.'),
    boolFlag('namespaced', 'If false, non-namespaced resources will be returned.', { default: 'true' }),
    boolFlag('no-headers', "Don't print headers."),
    boolFlag('show-managed-fields', 'Keep the managedFields when printing objects in JSON or YAML format.'),
    stringFlag('output', 'Output format. One of: (json, yaml, name, wide).', { shorthand: 'o' }),
    stringFlag('sort-by', 'If non-empty, sort list of resources using specified field (name, kind).'),
    stringSliceFlag('verbs', 'Limit to resources that support the specified verbs.'),
  ],
  *run(k) {
    if (k.args.length > 0) k.usageError(`unexpected arguments: [${k.args.join(' ')}]`);
    const output = k.flags.string('output');
    if (!['', ...FORMATS].includes(output))
      failWith(
        `unable to match a printer suitable for the output format ${JSON.stringify(output)}, allowed formats are: ${FORMATS.join(',')}`,
      );
    const sortBy = k.flags.string('sort-by');
    if (!['', 'name', 'kind'].includes(sortBy)) failWith('--sort-by accepts only name or kind');
    const api = yield* k.api();
    const resources = selected(k, (k.flags.bool('cached') ? api.restMapper() : api.resetRestMapper()).resources).sort(
      order(sortBy),
    );
    if (output === 'name') {
      yield* k.out(resources.map((resource) => `${groupResourceOf(resource)}\n`).join(''));
      return 0;
    }
    if (output !== '' && output !== 'wide') {
      yield* k.out(objectPrinter(k, '')(apiResourceList(resources)));
      return 0;
    }
    const wide = output === 'wide';
    const header = `NAME\tSHORTNAMES\tAPIVERSION\tNAMESPACED\tKIND${wide ? '\tVERBS\tCATEGORIES' : ''}\n`;
    const rows = resources.map((resource) => {
      const row = `${resource.resource}\t${resource.shortNames.join(',')}\t${apiVersionOf(resource)}\t${resource.namespaced}\t${resource.kind}`;
      return `${row}${wide ? `\t${resource.verbs.join(',')}\t${resource.categories.join(',')}` : ''}\n`;
    });
    yield* k.out(alignColumns(`${k.flags.bool('no-headers') ? '' : header}${rows.join('')}`, TABLE_LAYOUT));
    return 0;
  },
});

/** `kubectl api-versions`. */
export const apiVersionsCommand = defineVerb({
  name: 'api-versions',
  short: 'Print the supported API versions on the server, in the form of "group/version"',
  *run(k) {
    if (k.args.length > 0) k.usageError(`unexpected arguments: [${k.args.join(' ')}]`);
    const reached = yield* attempt(k.api());
    if ('failure' in reached) {
      const [error] = reached.failure.errors;
      if (error.type !== 'connection' || error.cause === undefined) throw reached.failure;
      failWith(
        `couldn't get available api versions from server: Get "${error.server ?? ''}/api?timeout=32s": ${error.cause}`,
      );
    }
    const versions = new Set(reached.value.resetRestMapper().resources.map(apiVersionOf));
    yield* k.out(
      [...versions]
        .sort(compareStrings)
        .map((version) => `${version}\n`)
        .join(''),
    );
    return 0;
  },
});
