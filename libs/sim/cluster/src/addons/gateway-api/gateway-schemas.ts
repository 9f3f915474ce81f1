import {
  text,
  integer,
  list,
  object,
  HOSTNAME,
  NAME,
  NAMESPACE,
  KIND,
  GROUP,
  PORT,
  SECTION,
  CONDITIONS,
  LOCAL,
} from './schema-parts.js';

const CERTIFICATE = object(
  { group: { ...GROUP, default: '' }, kind: { ...KIND, default: 'Secret' }, name: NAME, namespace: NAMESPACE },
  ['name'],
);
const SELECTOR = object({
  matchExpressions: list(object({ key: text(), operator: text(), values: list(text()) }, ['key', 'operator'])),
  matchLabels: { type: 'object', additionalProperties: text() },
});

const LISTENER = object(
  {
    allowedRoutes: object(
      {
        kinds: list(object({ group: { ...GROUP, default: 'gateway.networking.k8s.io' }, kind: KIND }, ['kind']), {
          maxItems: 8,
        }),
        namespaces: object(
          { from: text({ enum: ['All', 'Selector', 'Same'], default: 'Same' }), selector: SELECTOR },
          [],
          { default: { from: 'Same' } },
        ),
      },
      [],
      { default: { namespaces: { from: 'Same' } } },
    ),
    hostname: HOSTNAME,
    name: SECTION,
    port: PORT,
    protocol: text({ minLength: 1, maxLength: 255 }),
    tls: object({
      certificateRefs: list(CERTIFICATE, { maxItems: 64 }),
      mode: text({ enum: ['Terminate', 'Passthrough'], default: 'Terminate' }),
      options: { type: 'object', additionalProperties: text() },
    }),
  },
  ['name', 'port', 'protocol'],
);

const LISTENERS = list(LISTENER, {
  minItems: 1,
  maxItems: 64,
  'x-kubernetes-list-map-keys': ['name'],
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-validations': [
    {
      message: "tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']",
      rule: "self.all(l, l.protocol in ['HTTP', 'TCP', 'UDP'] ? !has(l.tls) : true)",
    },
    {
      message: 'tls mode must be Terminate for protocol HTTPS',
      rule: "self.all(l, (l.protocol == 'HTTPS' && has(l.tls)) ? (l.tls.mode == '' || l.tls.mode == 'Terminate') : true)",
    },
    {
      message: 'Listener name must be unique within the Gateway',
      rule: 'self.all(l1, self.exists_one(l2, l1.name == l2.name))',
    },
  ],
});

/** `spec` and `status` of Gateway. */
export const GATEWAY = {
  spec: object(
    {
      addresses: list(object({ type: text({ default: 'IPAddress' }), value: text() }), { maxItems: 16 }),
      gatewayClassName: NAME,
      infrastructure: object({
        annotations: { type: 'object', additionalProperties: text() },
        labels: { type: 'object', additionalProperties: text() },
        parametersRef: LOCAL,
      }),
      listeners: LISTENERS,
    },
    ['gatewayClassName', 'listeners'],
  ),
  status: object({
    addresses: list(object({ type: text({ default: 'IPAddress' }), value: text() }, ['value']), { maxItems: 16 }),
    conditions: CONDITIONS,
    listeners: list(
      object(
        {
          attachedRoutes: integer(),
          conditions: CONDITIONS,
          name: SECTION,
          supportedKinds: list(object({ group: GROUP, kind: KIND }, ['kind']), { maxItems: 8 }),
        },
        ['attachedRoutes', 'conditions', 'name'],
      ),
      { maxItems: 64 },
    ),
  }),
};

/** `spec` and `status` of GatewayClass. */
export const GATEWAY_CLASS = {
  spec: object(
    {
      controllerName: text({
        minLength: 1,
        maxLength: 253,
        pattern:
          "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\\/[A-Za-z0-9\\/\\-._~%!$&'()*+,;=:]+$",
      }),
      description: text({ maxLength: 64 }),
      parametersRef: object({ group: GROUP, kind: KIND, name: NAME, namespace: NAMESPACE }, ['group', 'kind', 'name']),
    },
    ['controllerName'],
  ),
  status: object({ conditions: CONDITIONS, supportedFeatures: list(object({ name: text() }, ['name'])) }),
};

/** `spec` of ReferenceGrant. */
export const REFERENCE_GRANT = {
  spec: object(
    {
      from: list(object({ group: GROUP, kind: KIND, namespace: NAMESPACE }, ['group', 'kind', 'namespace']), {
        minItems: 1,
        maxItems: 16,
      }),
      to: list(object({ group: GROUP, kind: KIND, name: NAME }, ['group', 'kind']), { minItems: 1, maxItems: 16 }),
    },
    ['from', 'to'],
  ),
};

/** `spec` of BackendTLSPolicy, which is stored but not acted on. */
export const BACKEND_TLS_POLICY = {
  spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
};
