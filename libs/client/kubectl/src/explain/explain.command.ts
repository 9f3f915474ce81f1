import { warnOfAmbiguity } from '../resource/resource-selection.js';
import type { KubeObject, ResourceType, ServedResource } from '@seatrial/apiserver';
import type { Coroutine } from '@seatrial/kernel';
import { customResourceSchema, parseApiVersion, schemaFor, type RawSchema } from '@seatrial/schema';
import type { ApiConnection } from '../client/api-connection.js';
import { groupResourceOf } from '../client/rest-mapper.js';
import { defineVerb } from '../command/command.js';
import { CommandFailure, failWith } from '../command/failure.js';
import { boolFlag, stringFlag } from '../command/flag.js';
import { documentedComponent, documentedSchemas } from './documented-schemas.js';
import { explainOpenApiV2 } from './explain-openapi-v2.js';
import { explainSchema } from './explain-schema.js';

interface CustomResourceDefinition extends KubeObject {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly plural: string };
    readonly versions: readonly {
      readonly name: string;
      readonly schema?: { readonly openAPIV3Schema?: RawSchema };
    }[];
  };
}

const DEFINITIONS: ResourceType<CustomResourceDefinition> = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  resource: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  namespaced: false,
};

/** The OpenAPI of the server: built-in kinds, and what definitions of custom ones say. */
function* schemaOf(api: ApiConnection, resource: ServedResource): Coroutine<RawSchema | undefined> {
  yield* api.roundTrip();
  if (!resource.custom) {
    const component = schemaFor(resource)?.component;
    return component === undefined ? undefined : documentedComponent(component);
  }
  const definition = api.server.store.get(DEFINITIONS, undefined, `${resource.resource}.${resource.group}`);
  const version = definition?.spec.versions.find(({ name }) => name === resource.version);
  return version && withObjectFields(customResourceSchema(version.schema?.openAPIV3Schema ?? { type: 'object' }).raw);
}

/** What the API server says about the fields that every custom resource has. */
function withObjectFields(schema: RawSchema): RawSchema {
  const fields = documentedComponent('io.k8s.api.core.v1.Pod')?.properties ?? {};
  const common = (name: string): RawSchema => {
    const description = fields[name]?.description;
    return { ...schema.properties?.[name], ...(description !== undefined && { description }) };
  };
  const properties = {
    ...schema.properties,
    apiVersion: common('apiVersion'),
    kind: common('kind'),
    metadata: common('metadata'),
  };
  return { ...schema, properties };
}

/** The first field of the JSONPath that an argument is. */
const resourceIn = (argument: string): string => argument.split(/[.[]/, 1)[0];

/** The resource that an argument begins with, and the fields that follow. */
function parseRequest(
  api: ApiConnection,
  argument: string,
): { readonly resource: ServedResource | undefined; readonly path: readonly string[] } {
  const typed = argument.replace(/\.$/, '');
  const [, ...path] = typed.split('.').filter((part) => part !== '');
  const found = api.restMapper().mappingFor(resourceIn(typed));
  const candidates = found ? api.restMapper().resources.filter(({ resource }) => resource === found.resource) : [];
  for (const resource of candidates) {
    const prefix = groupResourceOf(resource);
    if (!typed.startsWith(prefix)) continue;
    const rest = typed.slice(prefix.length).replace(/^\./, '');
    return { resource, path: rest === '' ? [] : rest.split('.') };
  }
  return { resource: found, path };
}

const FORMATS = ['plaintext', 'plaintext-openapiv2'];

/** `kubectl explain`. */
export const explainCommand = defineVerb({
  name: 'explain',
  usage: 'TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] [-o|--output=plaintext|plaintext-openapiv2]',
  short: 'Get documentation for a resource',
  flags: [
    stringFlag('api-version', 'Use given api-version (group/version) of the resource.'),
    stringFlag('output', 'Format in which to render the schema. Valid values are: (plaintext, plaintext-openapiv2).', {
      shorthand: 'o',
      default: 'plaintext',
    }),
    boolFlag('recursive', 'When true, print the name of all the fields recursively.'),
  ],
  *run(k) {
    if (k.args.length === 0)
      failWith(
        'You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.\n',
      );
    if (k.args.length > 1) failWith('We accept only this format: explain RESOURCE\n');
    const api = yield* k.api();
    if (k.args[0].startsWith('.')) failWith('invalid jsonpath syntax, first node must be field node');
    const { resource: found, path } = parseRequest(api, k.args[0]);
    yield* warnOfAmbiguity(k, resourceIn(k.args[0]));
    if (!found) {
      const text = `the server doesn't have a resource type "${resourceIn(k.args[0])}"`;
      throw new CommandFailure([{ type: 'text', text, bare: true }]);
    }
    // The path is JSONPath, of which only fields are taken.
    if (/\[|\.\.|\.\*/.test(k.args[0])) failWith('invalid jsonpath syntax, first node must be field node');
    const wanted = k.flags.string('api-version');
    const target = wanted === '' ? found : { ...found, ...parseApiVersion(wanted) };
    const mapper = api.restMapper();
    const resource = mapper.resources.find(
      (entry) => entry.resource === target.resource && entry.group === target.group && entry.version === target.version,
    );
    const schema = resource && (yield* schemaOf(api, resource));
    if (!schema) {
      const { group, version } = target;
      const served = mapper.resources.some((entry) => entry.group === group && entry.version === version);
      if (!resource && !served)
        failWith(`couldn't find resource for "${group}/${version}, Resource=${target.resource}"`);
      failWith(`GVR (${group}/${version}, Resource=${target.resource}) not found in OpenAPI schema`);
    }
    const format = k.flags.string('output');
    if (!FORMATS.includes(format)) failWith(`unrecognized format: ${format}`);
    const { group, version, kind } = target;
    const explain = format === 'plaintext' ? explainSchema : explainOpenApiV2;
    const { output, error } = explain(
      { group, version, kind, schema, path, recursive: k.flags.bool('recursive') },
      documentedSchemas,
    );
    yield* k.out(output);
    if (error !== undefined) failWith(error);
    return 0;
  },
});
