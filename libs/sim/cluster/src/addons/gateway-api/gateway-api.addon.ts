import { defineAddon, type ManifestObject } from '../addon.js';
import { BACKEND_TLS_POLICY, GATEWAY, GATEWAY_CLASS, REFERENCE_GRANT } from './gateway-schemas.js';
import { GATEWAY_GROUP } from './gateway-types.js';
import { GRPC_ROUTE, HTTP_ROUTE } from './route-schemas.js';

interface DefinitionOptions {
  readonly kind: string;
  readonly plural: string;
  readonly shortNames?: readonly string[];
  readonly namespaced?: boolean;
  readonly versions: readonly string[];
  readonly schema: { readonly spec: object; readonly status?: object };
  readonly columns?: readonly (readonly [name: string, jsonPath: string, type?: string, priority?: number])[];
}

const AGE = ['Age', '.metadata.creationTimestamp', 'date'] as const;

function definition(bundle: string, options: DefinitionOptions): ManifestObject {
  const { kind, plural, shortNames, namespaced = true, versions, schema, columns = [] } = options;
  const properties = {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: { type: 'object' },
    ...schema,
  };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      annotations: {
        'api-approved.kubernetes.io': 'https://github.com/kubernetes-sigs/gateway-api/pull/3328',
        'gateway.networking.k8s.io/bundle-version': bundle,
        'gateway.networking.k8s.io/channel': 'standard',
      },
      name: `${plural}.${GATEWAY_GROUP}`,
    },
    spec: {
      group: GATEWAY_GROUP,
      names: {
        categories: ['gateway-api'],
        kind,
        listKind: `${kind}List`,
        plural,
        ...(shortNames && { shortNames }),
        singular: kind.toLowerCase(),
      },
      scope: namespaced ? 'Namespaced' : 'Cluster',
      versions: versions.map((name, index) => ({
        additionalPrinterColumns: [...columns, AGE].map(([title, jsonPath, type = 'string', priority]) => ({
          jsonPath,
          name: title,
          ...(priority !== undefined && { priority }),
          type,
        })),
        name,
        schema: { openAPIV3Schema: { properties, required: ['spec'], type: 'object' } },
        served: true,
        storage: index === 0,
        ...(schema.status && { subresources: { status: {} } }),
      })),
    },
  };
}

/** The definitions of the standard channel of a release (`v1.4.0`), in the published order. */
export function gatewayApiDefinitions(bundle: string): ManifestObject[] {
  const minor = Number(bundle.split('.')[1]);
  const hostnames = ['Hostnames', '.spec.hostnames'] as const;
  const all: DefinitionOptions[] = [
    ...(minor >= 4
      ? [
          {
            kind: 'BackendTLSPolicy',
            plural: 'backendtlspolicies',
            shortNames: ['btlspolicy'],
            versions: ['v1'],
            schema: BACKEND_TLS_POLICY,
          },
        ]
      : []),
    {
      kind: 'GatewayClass',
      plural: 'gatewayclasses',
      shortNames: ['gc'],
      namespaced: false,
      versions: ['v1', 'v1beta1'],
      schema: GATEWAY_CLASS,
      columns: [
        ['Controller', '.spec.controllerName'],
        ['Accepted', '.status.conditions[?(@.type=="Accepted")].status'],
      ],
    },
    {
      kind: 'Gateway',
      plural: 'gateways',
      shortNames: ['gtw'],
      versions: ['v1', 'v1beta1'],
      schema: GATEWAY,
      columns: [
        ['Class', '.spec.gatewayClassName'],
        ['Address', '.status.addresses[*].value'],
        ['Programmed', '.status.conditions[?(@.type=="Programmed")].status'],
      ],
    },
    { kind: 'GRPCRoute', plural: 'grpcroutes', versions: ['v1'], schema: GRPC_ROUTE, columns: [hostnames] },
    {
      kind: 'HTTPRoute',
      plural: 'httproutes',
      versions: ['v1', 'v1beta1'],
      schema: HTTP_ROUTE,
      columns: [hostnames],
    },
    {
      kind: 'ReferenceGrant',
      plural: 'referencegrants',
      shortNames: ['refgrant'],
      versions: ['v1beta1'],
      schema: REFERENCE_GRANT,
    },
  ];
  return all.map((options) => definition(bundle, options));
}

export const GATEWAY_API_VERSION = 'v1.4.0';

/** The Gateway API's own kinds, without a controller. */
export const gatewayApiAddon = defineAddon({
  name: 'gateway-api',
  objects: () => gatewayApiDefinitions(GATEWAY_API_VERSION),
  published: [
    {
      host: 'github.com',
      path: /^\/kubernetes-sigs\/gateway-api\/releases\/download\/(v1\.\d+\.\d+)\/standard-install\.yaml$/,
      objects: ([, version]) => gatewayApiDefinitions(version),
    },
    {
      host: 'github.com',
      path: /^\/kubernetes-sigs\/gateway-api\/releases\/latest\/download\/standard-install\.yaml$/,
      objects: () => gatewayApiDefinitions(GATEWAY_API_VERSION),
    },
  ],
});
