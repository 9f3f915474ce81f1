import type { ServedResource, Status } from '@seatrial/apiserver';
import { compareStrings, encodeBase64Bytes, sha256Hex, type Coroutine, type JsonObject } from '@seatrial/kernel';
import { goQuote } from '@seatrial/schema';
import { isFailure, requestFor } from '../../client/api-connection.js';
import { apiVersionOf, RestMapper } from '../../client/rest-mapper.js';
import {
  attempt,
  CommandFailure,
  failWith,
  isNotFound,
  plainMessage,
  textError,
  type CommandError,
} from '../../command/failure.js';
import type { DryRun, Invocation } from '../../command/invocation.js';
import { metadataOf, nameOf, stringMapAt, textOf, type ResourceInfo } from '../../resource/resource-info.js';
import { fetchObject, listObjects } from '../../resource/resolve-infos.js';
import { validationDirective } from '../../resource/write-object.js';
import { deletePruned, type Leftover } from './prune.js';

const PREFIX = 'applyset.kubernetes.io/';
const TOOLING = `${PREFIX}tooling`;
const NAMESPACES = `${PREFIX}additional-namespaces`;
const GROUP_RESOURCES = `${PREFIX}contains-group-resources`;
const GROUP_KINDS = `${PREFIX}contains-group-kinds`;
const ID = `${PREFIX}id`;
const PART_OF = `${PREFIX}part-of`;
const PARENT_TYPE = `${PREFIX}is-parent-type`;

const TOOL = 'kubectl';
const TOOL_VERSION = 'v1.35.4';
const FIELD_MANAGER = `${TOOL}-applyset`;

/** Kinds and namespaces of a set; kinds by `Kind.group`. */
interface Extent {
  readonly kinds: Map<string, ServedResource>;
  readonly namespaces: Set<string>;
}

const groupKind = ({ group, kind }: ServedResource): string => (group === '' ? kind : `${kind}.${group}`);

/** schema.GroupVersionResource's String(). */
const resourceText = (mapping: ServedResource): string =>
  `${mapping.group}/${mapping.version}, Resource=${mapping.resource}`;

const builtIn = ({ group, version, resource }: ServedResource): boolean =>
  group === '' && version === 'v1' && (resource === 'secrets' || resource === 'configmaps');

const splitGroup = (text: string): [string, string] => {
  const dot = text.indexOf('.');
  return dot < 0 ? [text, ''] : [text.slice(0, dot), text.slice(dot + 1)];
};

const listed = (items: Iterable<string>): string => [...items].sort(compareStrings).join(',');

/**
 * `apply --prune --applyset=[RESOURCE][.GROUP]/NAME` (kubectl/pkg/cmd/apply/applyset.go, alpha): a parent object remembers
 * which kinds and namespaces its members are in; members carry its id as a label, and what is no longer applied goes.
 */
export class ApplySet {
  private readonly current: Extent = { kinds: new Map(), namespaces: new Set() };
  private readonly updated: Extent = { kinds: new Map(), namespaces: new Set() };
  readonly id: string;

  private constructor(
    private readonly k: Invocation,
    private readonly mapper: RestMapper,
    private readonly parent: { readonly mapping: ServedResource; readonly name: string; readonly namespace: string },
  ) {
    const { name, namespace, mapping } = parent;
    const digest = sha256Hex([name, namespace, mapping.kind, mapping.group].join('.'));
    const bytes = new Uint8Array((digest.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)));
    const encoded = encodeBase64Bytes(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
    this.id = `applyset-${encoded}-v1`;
  }

  /** What --applyset names; undefined without the flag. */
  static *of(k: Invocation): Coroutine<ApplySet | undefined> {
    const text = k.flags.has('applyset') ? k.flags.string('applyset') : '';
    if (text === '') return undefined;
    const slash = text.indexOf('/');
    const [type, name] = slash < 0 ? ['secrets', text] : [text.slice(0, slash), text.slice(slash + 1)];
    const refuse = (why: string): never => failWith(`invalid parent reference ${goQuote(text)}: ${why}`);
    if (name === '') refuse('name cannot be blank');
    const mapper = (yield* k.api()).restMapper();
    const mapping = mapper.mappingFor(type);
    const [resource, group] = splitGroup(type);
    if (!mapping) return refuse(`no matches for ${group}/, Resource=${resource}`);
    const asked = k.namespace();
    const namespace = asked.enforced && mapping.namespaced ? asked.namespace : '';
    return new ApplySet(k, mapper, { mapping, name, namespace });
  }

  /** ApplySet.Validate: what may be the parent of a set. */
  *check(): Coroutine<void> {
    const { mapping, namespace } = this.parent;
    const errors: CommandError[] = [];
    if (mapping.namespaced && namespace === '')
      errors.push(textError('namespace is required to use namespace-scoped ApplySet'));
    if (!builtIn(mapping) && !(yield* this.isPermitted(mapping)))
      errors.push(textError(`resource ${goQuote(resourceText(mapping))} is not permitted as an ApplySet parent`));
    if (errors.length > 0) throw new CommandFailure(errors);
  }

  private *isPermitted({ resource, group }: ServedResource): Coroutine<boolean> {
    const definitions = this.mapper.forResource('apiextensions.k8s.io', 'customresourcedefinitions');
    if (!definitions) return false;
    const parents = yield* listObjects(this.k, { mapping: definitions, namespace: '' }, PARENT_TYPE, '');
    return parents.some((object) => nameOf(object) === `${resource}.${group}`);
  }

  /** The objects with the set's label. */
  labelled(infos: readonly ResourceInfo[]): readonly ResourceInfo[] {
    return infos.map((info) => {
      const labels = stringMapAt(info.object, 'metadata', 'labels');
      if (labels[PART_OF] !== undefined) failWith(`ApplySet label ${goQuote(PART_OF)} already set in input data`);
      const metadata = { ...metadataOf(info.object), labels: { ...labels, [PART_OF]: this.id } };
      return { ...info, object: { ...info.object, metadata } };
    });
  }

  /** Before anything is applied the parent covers what it had and what comes, so that nothing is lost on the way. */
  *begin(infos: readonly ResourceInfo[], dryRun: DryRun): Coroutine<void> {
    yield* this.readParent();
    for (const { mapping, namespace } of infos) {
      this.updated.kinds.set(groupKind(mapping), mapping);
      if (mapping.namespaced && namespace !== '') this.updated.namespaces.add(namespace);
    }
    yield* this.writeParent(
      {
        kinds: new Map([...this.current.kinds, ...this.updated.kinds]),
        namespaces: new Set([...this.current.namespaces, ...this.updated.namespaces]),
      },
      dryRun,
    );
  }

  /** Deletes the members that were not applied; then the parent covers only those that were. */
  *prune(applied: readonly JsonObject[], dryRun: DryRun): Coroutine<void> {
    this.k.printed.documents = 0;
    for (const member of yield* this.leftMembers(applied)) yield* deletePruned(this.k, member, dryRun);
    const written = yield* attempt(this.writeParent(this.updated, dryRun));
    if ('failure' in written)
      failWith(`apply and prune succeeded, but ApplySet update failed: ${plainMessage(written.failure.errors[0])}`);
  }

  private *leftMembers(applied: readonly JsonObject[]): Coroutine<readonly Leftover[]> {
    const kept = new Set(applied.map((object) => textOf(metadataOf(object).uid)));
    const found: Leftover[] = [];
    for (const [, mapping] of [...this.current.kinds].sort(([a], [b]) => compareStrings(a, b)))
      for (const namespace of mapping.namespaced ? [...this.current.namespaces].sort(compareStrings) : [''])
        for (const object of yield* listObjects(this.k, { mapping, namespace }, `${PART_OF}=${this.id}`, ''))
          if (!kept.has(textOf(metadataOf(object).uid))) found.push({ mapping, object });
    return found;
  }

  private *readParent(): Coroutine<void> {
    const { mapping, name, namespace } = this.parent;
    const fetched = yield* attempt(fetchObject(this.k, mapping, namespace, name));
    const shown = goQuote(`${mapping.resource}.${mapping.group}/${name}`);
    if ('failure' in fetched) {
      const [error] = fetched.failure.errors;
      if (!isNotFound(error)) failWith(`failed to fetch ApplySet parent object ${shown}: ${plainMessage(error)}`);
      if (!builtIn(mapping)) failWith('custom resource ApplySet parents cannot be created automatically');
      return;
    }
    const annotations = stringMapAt(fetched.value, 'metadata', 'annotations');
    const tool = annotations[TOOLING];
    if (tool === undefined)
      failWith(`ApplySet parent object ${shown} already exists and is missing required annotation ${goQuote(TOOLING)}`);
    const by = tool.includes('/') ? tool.slice(0, tool.lastIndexOf('/')) : tool;
    if (by !== TOOL)
      failWith(
        `ApplySet parent object ${shown} already exists and is managed by tooling ${goQuote(by)} instead of ${goQuote(TOOL)}`,
      );
    const id = stringMapAt(fetched.value, 'metadata', 'labels')[ID];
    if (id === undefined) failWith(`ApplySet parent object ${shown} exists and does not have required label ${ID}`);
    if (id !== this.id)
      failWith(
        `ApplySet parent object ${shown} exists and has incorrect value for label ${goQuote(ID)} (got: ${id}, want: ${this.id})`,
      );
    const kinds = this.readKinds(annotations, (why) => failWith(`parsing ApplySet annotation on ${shown}: ${why}`));
    for (const mapping of kinds) this.current.kinds.set(groupKind(mapping), mapping);
    const others = (annotations[NAMESPACES] ?? '').split(',').filter((one) => one !== '');
    for (const one of mapping.namespaced ? [...others, namespace] : others) this.current.namespaces.add(one);
  }

  private readKinds(
    { [GROUP_KINDS]: kinds, [GROUP_RESOURCES]: resources = '' }: Readonly<Record<string, string | undefined>>,
    refuse: (why: string) => never,
  ): readonly ServedResource[] {
    if (kinds === undefined && resources === '')
      refuse(`kubectl requires the ${goQuote(GROUP_KINDS)} annotation to be set on all ApplySet parent objects`);
    if (kinds === undefined)
      return resources.split(',').map((text) => {
        const [resource, group] = splitGroup(text);
        const what = `invalid group resource in ${goQuote(GROUP_RESOURCES)} annotation: no matches for ${group}/, Resource=${resource}`;
        return this.mapper.forResource(group, resource) ?? refuse(what);
      });
    return kinds
      .split(',')
      .filter(() => kinds !== '')
      .map((text) => {
        const [kind, group] = splitGroup(text);
        const what = `could not find mapping for kind in ${goQuote(GROUP_KINDS)} annotation: no matches for kind ${goQuote(kind)} in group ${goQuote(group)}`;
        return this.mapper.forGroupKind(group, kind) ?? refuse(what);
      });
  }

  /** The parent, by server-side apply; conflicts are overridden at the second try. */
  private *writeParent(extent: Extent, dryRun: DryRun): Coroutine<void> {
    if (dryRun === 'client') return;
    const refused = yield* this.sendParent(extent, dryRun, false);
    if (refused?.reason === 'Conflict')
      yield* this.k.klog(
        'W',
        'applyset.go:447',
        `WARNING: failed to update ApplySet: ${refused.message}\nApplySet field manager ${FIELD_MANAGER} should own these fields. Retrying with conflicts forced.`,
      );
    const failed = refused?.reason === 'Conflict' ? yield* this.sendParent(extent, dryRun, true) : refused;
    if (failed) failWith(`failed to update ApplySet: ${failed.message}`);
  }

  private *sendParent({ kinds, namespaces }: Extent, dryRun: DryRun, force: boolean): Coroutine<Status | undefined> {
    const { mapping, name, namespace } = this.parent;
    const body: JsonObject = {
      apiVersion: apiVersionOf(mapping),
      kind: mapping.kind,
      metadata: {
        name,
        ...(namespace === '' ? {} : { namespace }),
        annotations: {
          [NAMESPACES]: listed([...namespaces].filter((one) => one !== namespace)),
          [GROUP_KINDS]: listed(kinds.keys()),
          [TOOLING]: `${TOOL}/${TOOL_VERSION}`,
        },
        labels: { [ID]: this.id },
      },
    };
    const api = yield* this.k.api();
    const response = yield* api.send({
      ...requestFor(mapping, 'patch', { namespace, name }),
      patchType: 'apply',
      body,
      options: {
        ...(dryRun === 'server' ? { dryRun: true } : {}),
        fieldManager: FIELD_MANAGER,
        fieldValidation: validationDirective(this.k.flags.string('validate')),
        force,
      },
    });
    return isFailure(response) ? (response.body as Status) : undefined;
  }
}
