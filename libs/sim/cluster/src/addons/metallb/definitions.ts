import type { ManifestObject } from '../addon.js';
import { METALLB_GROUP } from './metallb-types.js';

type Schema = Readonly<Record<string, unknown>>;

const TEXT: Schema = { type: 'string' };
const FLAG = (value: boolean): Schema => ({ default: value, type: 'boolean' });
const COUNT: Schema = { format: 'int64', type: 'integer' };
const list = (items: Schema, more: Schema = {}): Schema => ({ items, type: 'array', ...more });
const object = (properties: Schema, required: readonly string[] = [], more: Schema = {}): Schema => ({
  properties,
  ...(required.length > 0 && { required }),
  type: 'object',
  ...more,
});

const SELECTORS = list(
  object(
    {
      matchExpressions: list(
        object({ key: TEXT, operator: TEXT, values: list(TEXT, { 'x-kubernetes-list-type': 'atomic' }) }, [
          'key',
          'operator',
        ]),
        { 'x-kubernetes-list-type': 'atomic' },
      ),
      matchLabels: { additionalProperties: TEXT, type: 'object' },
    },
    [],
    { 'x-kubernetes-map-type': 'atomic' },
  ),
);

interface Definition {
  readonly kind: string;
  readonly plural?: string;
  readonly version?: string;
  readonly spec: Schema;
  readonly specRequired?: boolean;
  readonly status?: Schema;
  readonly columns?: readonly (readonly [name: string, jsonPath: string, type?: string, priority?: number])[];
}

const ANYTHING: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

const STATUS = object({ assignedIPv4: COUNT, assignedIPv6: COUNT, availableIPv4: COUNT, availableIPv6: COUNT }, [
  'assignedIPv4',
  'assignedIPv6',
  'availableIPv4',
  'availableIPv6',
]);

const POOL_SPEC = object(
  {
    addresses: list(TEXT),
    autoAssign: FLAG(true),
    avoidBuggyIPs: FLAG(false),
    serviceAllocation: object({
      namespaceSelectors: SELECTORS,
      namespaces: list(TEXT),
      priority: { type: 'integer' },
      serviceSelectors: SELECTORS,
    }),
  },
  ['addresses'],
);

const DEFINITIONS: readonly Definition[] = [
  { kind: 'BFDProfile', spec: ANYTHING },
  { kind: 'BGPAdvertisement', spec: ANYTHING },
  { kind: 'BGPPeer', version: 'v1beta2', spec: ANYTHING },
  { kind: 'Community', plural: 'communities', spec: ANYTHING },
  {
    kind: 'IPAddressPool',
    spec: POOL_SPEC,
    specRequired: true,
    status: STATUS,
    columns: [
      ['Auto Assign', '.spec.autoAssign', 'boolean'],
      ['Avoid Buggy IPs', '.spec.avoidBuggyIPs', 'boolean'],
      ['Addresses', '.spec.addresses'],
    ],
  },
  {
    kind: 'L2Advertisement',
    spec: object({
      interfaces: list(TEXT),
      ipAddressPoolSelectors: SELECTORS,
      ipAddressPools: list(TEXT),
      nodeSelectors: SELECTORS,
    }),
    columns: [
      ['IPAddressPools', '.spec.ipAddressPools'],
      ['IPAddressPool Selectors', '.spec.ipAddressPoolSelectors'],
      ['Interfaces', '.spec.interfaces'],
      ['Node Selectors', '.spec.nodeSelectors', 'string', 10],
    ],
  },
  { kind: 'ServiceBGPStatus', plural: 'servicebgpstatuses', spec: ANYTHING },
  {
    kind: 'ServiceL2Status',
    plural: 'servicel2statuses',
    spec: ANYTHING,
    status: object({
      interfaces: list(object({ name: TEXT })),
      node: TEXT,
      serviceName: TEXT,
      serviceNamespace: TEXT,
    }),
    columns: [
      ['Allocated Node', '.status.node'],
      ['Service Name', '.status.serviceName'],
      ['Service Namespace', '.status.serviceNamespace'],
    ],
  },
];

/** MetalLB's CustomResourceDefinitions; BGP's kinds are there, their work is not simulated. */
export const METALLB_DEFINITIONS: readonly ManifestObject[] = DEFINITIONS.map(
  ({ kind, plural = `${kind.toLowerCase()}s`, version = 'v1beta1', spec, specRequired, status, columns = [] }) => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      annotations: { 'controller-gen.kubebuilder.io/version': 'v0.17.2' },
      name: `${plural}.${METALLB_GROUP}`,
    },
    spec: {
      group: METALLB_GROUP,
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase() },
      scope: 'Namespaced',
      versions: [
        {
          ...(columns.length > 0 && {
            additionalPrinterColumns: columns.map(([name, jsonPath, type = 'string', priority]) => ({
              jsonPath,
              name,
              ...(priority !== undefined && { priority }),
              type,
            })),
          }),
          name: version,
          schema: {
            openAPIV3Schema: object(
              { apiVersion: TEXT, kind: TEXT, metadata: { type: 'object' }, spec, status: status ?? ANYTHING },
              specRequired ? ['spec'] : [],
            ),
          },
          served: true,
          storage: true,
          subresources: { status: {} },
        },
      ],
    },
  }),
);
