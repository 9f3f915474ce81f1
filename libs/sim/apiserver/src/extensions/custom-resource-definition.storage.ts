import { jsonEqual } from '@seatrial/kernel';
import type { KubeObject } from '../contract/object.js';
import type { ServerState } from '../registry/server-state.js';
import type { StorageHook } from '../registry/storage-hook.js';
import { handleRequest } from '../request/handle-request.js';
import { timestamp } from '../request/request-scope.js';
import { acceptedNames } from './accepted-names.js';
import { APPROVED, approvalCondition, isProtectedGroup } from './api-approval.js';
import {
  CUSTOM_RESOURCE_DEFINITIONS,
  customType,
  isEstablished,
  serveGroup,
  type CustomResourceDefinition,
  type DefinitionCondition,
} from './custom-resources.js';

export const CLEANUP = 'customresourcecleanup.apiextensions.k8s.io';
/** How long the naming controller takes to accept names, and the finalizing one to begin, ms. */
const CONTROLLER_DELAY_MS = 5;
const CLEANUP_POLL_MS = 5000;

const NOTE = {
  manager: 'kube-apiserver',
  operation: 'Update' as const,
  subresource: 'status',
  apiVersion: 'apiextensions.k8s.io/v1',
};
type Change = Readonly<Record<'old' | 'object', CustomResourceDefinition | undefined>>;
const USER = { username: 'system:apiserver', groups: ['system:masters'] };

function setCondition(
  conditions: readonly DefinitionCondition[],
  next: DefinitionCondition,
): readonly DefinitionCondition[] {
  const at = conditions.findIndex(({ type }) => type === next.type);
  if (at < 0) return [...conditions, next];
  const { status, lastTransitionTime } = conditions[at];
  const condition = status === next.status ? { ...next, lastTransitionTime } : next;
  return conditions.map((old, i) => (i === at ? condition : old));
}

function writeStatus(
  server: ServerState,
  definition: CustomResourceDefinition,
  status: CustomResourceDefinition['status'],
): void {
  if (jsonEqual(definition.status, status)) return;
  const next: CustomResourceDefinition = { ...definition, metadata: { ...definition.metadata }, status };
  const stored = server.store.put(CUSTOM_RESOURCE_DEFINITIONS, next, NOTE);
  afterWrite(server, stored as CustomResourceDefinition, definition);
}

/** What the annotation of a definition in a community group says of it (apiapproval.calculateCondition). */
function noteApproval(server: ServerState, name: string): void {
  const definition = server.store.get(CUSTOM_RESOURCE_DEFINITIONS, undefined, name);
  if (!definition) return;
  const condition = approvalCondition(definition.metadata.annotations?.[APPROVED]);
  const conditions = definition.status?.conditions ?? [];
  const known = conditions.find(({ type }) => type === condition.type);
  if (known?.reason === condition.reason && known.message === condition.message) return;
  const lastTransitionTime = timestamp(server.simulation.now());
  writeStatus(server, definition, {
    ...definition.status,
    conditions: setCondition(conditions, { ...condition, lastTransitionTime }),
  });
}

function acceptNames(server: ServerState, name: string): void {
  const definition = server.store.get(CUSTOM_RESOURCE_DEFINITIONS, undefined, name);
  if (!definition) {
    reconsiderNames(server, name);
    return;
  }
  const { names } = definition.spec;
  if (jsonEqual(names, definition.status?.acceptedNames)) return;
  const { accepted, condition } = acceptedNames(definition, server.store.list(CUSTOM_RESOURCE_DEFINITIONS));
  const known = definition.status?.conditions?.find(({ type }) => type === 'NamesAccepted');
  const same =
    known?.status === condition.status && known.reason === condition.reason && known.message === condition.message;
  if (same && jsonEqual(definition.status?.acceptedNames, accepted)) return;
  const lastTransitionTime = timestamp(server.simulation.now());
  const ok = condition.status === 'True';
  const conditions = setCondition(definition.status?.conditions ?? [], { ...condition, lastTransitionTime });
  const established: DefinitionCondition = {
    type: 'Established',
    status: ok ? 'True' : 'False',
    lastTransitionTime,
    reason: ok ? 'InitialNamesAccepted' : 'NotAccepted',
    message: ok ? 'the initial names have been accepted' : 'not all names are accepted',
  };
  writeStatus(server, definition, {
    ...definition.status,
    conditions: isEstablished(definition) ? conditions : setCondition(conditions, established),
    acceptedNames: accepted,
  });
  reconsiderNames(server, name);
}

/** A definition took names or gave some back: the others of its group look again (requeueAllOtherGroupCRDs). */
function reconsiderNames(server: ServerState, name: string): void {
  const group = name.slice(name.indexOf('.') + 1);
  for (const { metadata, spec } of server.store.list(CUSTOM_RESOURCE_DEFINITIONS))
    if (spec.group === group && metadata.name !== name)
      server.simulation.after(CONTROLLER_DELAY_MS, () => acceptNames(server, metadata.name));
}

function markInProgress(server: ServerState, definition: CustomResourceDefinition): void {
  const { status } = definition;
  const known = status?.conditions?.find(({ type }) => type === 'Terminating');
  if (known?.reason === 'InstanceDeletionInProgress') return;
  writeStatus(server, definition, {
    ...status,
    conditions: setCondition(status?.conditions ?? [], {
      type: 'Terminating',
      status: 'True',
      lastTransitionTime: known?.lastTransitionTime ?? timestamp(server.simulation.now()),
      reason: 'InstanceDeletionInProgress',
      message: 'CustomResource deletion is in progress',
    }),
  });
}

/** Deletes the objects of a definition that is going, then lets it go (finalizer.crd_finalizer). */
function cleanUp(server: ServerState, name: string): void {
  const going = server.store.get(CUSTOM_RESOURCE_DEFINITIONS, undefined, name);
  if (!going?.metadata.finalizers?.includes(CLEANUP)) return;
  markInProgress(server, going);
  const definition = server.store.get(CUSTOM_RESOURCE_DEFINITIONS, undefined, name) ?? going;
  const type = customType(definition);
  for (const object of server.store.list(type)) {
    if (object.metadata.deletionTimestamp !== undefined) continue;
    const { namespace } = object.metadata;
    handleRequest(
      server,
      {
        verb: 'delete',
        group: type.group,
        version: type.version,
        resource: type.resource,
        name: object.metadata.name,
        user: USER,
        ...(namespace === undefined ? undefined : { namespace }),
      },
      true,
      'kube-apiserver',
    );
  }
  if (server.store.list(type).length > 0) {
    server.simulation.after(CLEANUP_POLL_MS, () => cleanUp(server, name));
    return;
  }
  const rest = (definition.metadata.finalizers ?? []).filter((finalizer) => finalizer !== CLEANUP);
  const next: KubeObject = { ...definition, metadata: { ...definition.metadata, finalizers: rest } };
  if (rest.length > 0) server.store.put(CUSTOM_RESOURCE_DEFINITIONS, next, NOTE);
  else {
    server.store.remove(CUSTOM_RESOURCE_DEFINITIONS, definition);
    serveGroup(server, definition.spec.group, definition);
    reconsiderNames(server, name);
  }
}

function afterWrite(
  server: ServerState,
  definition: CustomResourceDefinition,
  old: CustomResourceDefinition | undefined,
): void {
  const { name } = definition.metadata;
  if (definition.metadata.deletionTimestamp !== undefined && old?.metadata.deletionTimestamp === undefined)
    server.simulation.after(CONTROLLER_DELAY_MS, () => cleanUp(server, name));
  else {
    if (isProtectedGroup(definition.spec.group))
      server.simulation.after(CONTROLLER_DELAY_MS, () => noteApproval(server, name));
    if (!old || !jsonEqual(old.spec, definition.spec))
      server.simulation.after(CONTROLLER_DELAY_MS, () => acceptNames(server, name));
  }
  if (isEstablished(definition) || (old && isEstablished(old))) serveGroup(server, definition.spec.group, old);
}

/** Serves the kinds that CustomResourceDefinitions define (k8s.io/apiextensions-apiserver). */
export const customResourceDefinitionStorage: StorageHook = {
  group: CUSTOM_RESOURCE_DEFINITIONS.group,
  resource: CUSTOM_RESOURCE_DEFINITIONS.resource,
  beforeCreate: (_server, draft) => {
    const { spec } = draft as unknown as CustomResourceDefinition;
    const stored = spec.versions.filter(({ storage }) => storage).map(({ name }) => name);
    draft.status = { conditions: null, acceptedNames: { plural: '', kind: '' }, storedVersions: stored };
    return undefined;
  },
  markDeleted: (server, draft) => {
    const finalizers = (draft.metadata.finalizers ?? []) as string[];
    if (!finalizers.includes(CLEANUP)) draft.metadata.finalizers = [...finalizers, CLEANUP];
    const { status } = draft as unknown as CustomResourceDefinition;
    draft.status = {
      ...status,
      conditions: setCondition(status?.conditions ?? [], {
        type: 'Terminating',
        status: 'True',
        lastTransitionTime: timestamp(server.simulation.now()),
        reason: 'InstanceDeletionPending',
        message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
      }),
    } as never;
  },
  afterWrite: (server, object, old) =>
    afterWrite(server, object as CustomResourceDefinition, old as CustomResourceDefinition | undefined),
  afterDelete: (server, object) => {
    serveGroup(server, (object as CustomResourceDefinition).spec.group, object as CustomResourceDefinition);
    reconsiderNames(server, object.metadata.name);
  },
  afterRewind: (server, changes) => {
    for (const { old, object } of changes as unknown as readonly Change[]) {
      const definition = object ?? old;
      if (definition) serveGroup(server, definition.spec.group, old);
      if (object) afterWrite(server, object, old);
    }
  },
};
