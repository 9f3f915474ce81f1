import { BOOL, DYN, INT, STRING, TIMESTAMP, listType, mapType, objectType, type CelType } from './check/cel-type.js';

/* The variables of admission expressions (k8s.io/apiserver/pkg/admission/plugin/cel compile.go, composition.go). */

const object = (name: string, fields: Readonly<Record<string, CelType>>): CelType =>
  objectType(name, new Map(Object.entries(fields)));

const KIND = object('kubernetes.GroupVersionKind', { group: STRING, version: STRING, kind: STRING });
const RESOURCE = object('kubernetes.GroupVersionResource', { group: STRING, version: STRING, resource: STRING });

const REQUEST = object('kubernetes.AdmissionRequest', {
  kind: KIND,
  resource: RESOURCE,
  subResource: STRING,
  requestKind: KIND,
  requestResource: RESOURCE,
  requestSubResource: STRING,
  name: STRING,
  namespace: STRING,
  operation: STRING,
  userInfo: object('kubernetes.UserInfo', {
    username: STRING,
    uid: STRING,
    groups: listType(STRING),
    extra: mapType(STRING, listType(STRING)),
  }),
  dryRun: BOOL,
  options: DYN,
});

const CONDITION = object('kubernetes.NamespaceCondition', {
  status: STRING,
  type: STRING,
  lastTransitionTime: TIMESTAMP,
  message: STRING,
  reason: STRING,
});

const NAMESPACE = object('kubernetes.Namespace', {
  metadata: object('kubernetes.NamespaceMetadata', {
    name: STRING,
    generateName: STRING,
    namespace: STRING,
    labels: mapType(STRING, STRING),
    annotations: mapType(STRING, STRING),
    UID: STRING,
    creationTimestamp: TIMESTAMP,
    deletionGracePeriodSeconds: INT,
    deletionTimestamp: TIMESTAMP,
    generation: INT,
    resourceVersion: STRING,
    finalizers: listType(STRING),
  }),
  spec: object('kubernetes.NamespaceSpec', { finalizers: listType(STRING) }),
  status: object('kubernetes.NamespaceStatus', { conditions: listType(CONDITION), phase: STRING }),
});

const AUTHORIZER = objectType('kubernetes.authorization.Authorizer');
const RESOURCE_CHECK = objectType('kubernetes.authorization.ResourceCheck');

/** What an admission expression may name; `variables` are those of its policy that come before it. */
export function admissionVariables(options: {
  readonly params: boolean;
  readonly authorizer: boolean;
  readonly variables?: ReadonlyMap<string, CelType> | undefined;
  /** The type of `object` and `oldObject`, where they are checked against a kind. */
  readonly object?: CelType | undefined;
}): ReadonlyMap<string, CelType> {
  const { params, authorizer, variables, object: typed = DYN } = options;
  return new Map([
    ['object', typed],
    ['oldObject', typed],
    ['namespaceObject', NAMESPACE],
    ['request', REQUEST],
    ...(params ? [['params', DYN] as const] : []),
    ...(authorizer
      ? ([
          ['authorizer', AUTHORIZER],
          ['authorizer.requestResource', RESOURCE_CHECK],
        ] as const)
      : []),
    ...(variables ? [['variables', objectType('kubernetes.variables', variables)] as const] : []),
  ]);
}
