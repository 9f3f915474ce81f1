/** Pieces of OpenAPI of the Gateway API's definitions (sigs.k8s.io/gateway-api v1.4, standard channel). */
type Schema = Readonly<Record<string, unknown>>;

export const text = (more: Schema = {}): Schema => ({ type: 'string', ...more });
const integer = (more: Schema = {}): Schema => ({ type: 'integer', format: 'int32', ...more });
export const list = (items: Schema, more: Schema = {}): Schema => ({ type: 'array', items, ...more });
export const object = (properties: Schema, required: readonly string[] = [], more: Schema = {}): Schema => ({
  type: 'object',
  properties,
  ...(required.length > 0 && { required }),
  ...more,
});

const HOSTNAME = text({
  minLength: 1,
  maxLength: 253,
  pattern: '^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
});
const PRECISE_HOSTNAME = text({
  minLength: 1,
  maxLength: 253,
  pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
});
const NAME = text({ minLength: 1, maxLength: 253 });
const NAMESPACE = text({ minLength: 1, maxLength: 63, pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$' });
const KIND = text({ minLength: 1, maxLength: 63, pattern: '^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$' });
const GROUP = text({
  maxLength: 253,
  pattern: '^$|^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
});
const PORT = integer({ minimum: 1, maximum: 65535 });
const SECTION = text({
  minLength: 1,
  maxLength: 253,
  pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
});

export const CONDITION = object(
  {
    lastTransitionTime: text({ format: 'date-time' }),
    message: text({ maxLength: 32768 }),
    observedGeneration: { type: 'integer', format: 'int64', minimum: 0 },
    reason: text({ minLength: 1, maxLength: 1024 }),
    status: text({ enum: ['True', 'False', 'Unknown'] }),
    type: text({ maxLength: 316 }),
  },
  ['lastTransitionTime', 'message', 'reason', 'status', 'type'],
);
const CONDITIONS = list(CONDITION, {
  maxItems: 8,
  'x-kubernetes-list-map-keys': ['type'],
  'x-kubernetes-list-type': 'map',
});

const PARENT = object(
  {
    group: { ...GROUP, default: 'gateway.networking.k8s.io' },
    kind: { ...KIND, default: 'Gateway' },
    name: NAME,
    namespace: NAMESPACE,
    port: PORT,
    sectionName: SECTION,
  },
  ['name'],
);

const HEADER = object(
  {
    name: text({ minLength: 1, maxLength: 256, pattern: "^[A-Za-z0-9!#$%&'*+\\-.^_\\x60|~]+$" }),
    value: text({ minLength: 1, maxLength: 4096 }),
  },
  ['name', 'value'],
);
const HEADERS = list(HEADER, { maxItems: 16, 'x-kubernetes-list-map-keys': ['name'], 'x-kubernetes-list-type': 'map' });
const MODIFIER = object({
  add: HEADERS,
  remove: list(text(), { maxItems: 16, 'x-kubernetes-list-type': 'set' }),
  set: HEADERS,
});
const PATH_MODIFIER = object(
  {
    replaceFullPath: text({ maxLength: 1024 }),
    replacePrefixMatch: text({ maxLength: 1024 }),
    type: text({ enum: ['ReplaceFullPath', 'ReplacePrefixMatch'] }),
  },
  ['type'],
);
const LOCAL = object({ group: GROUP, kind: KIND, name: NAME }, ['group', 'kind', 'name']);
const BACKEND_FIELDS = {
  group: { ...GROUP, default: '' },
  kind: { ...KIND, default: 'Service' },
  name: NAME,
  namespace: NAMESPACE,
  port: PORT,
};

const FILTER = object(
  {
    extensionRef: LOCAL,
    requestHeaderModifier: MODIFIER,
    requestMirror: object(
      { backendRef: object(BACKEND_FIELDS, ['name']), percent: integer({ minimum: 0, maximum: 100 }) },
      ['backendRef'],
    ),
    requestRedirect: object({
      hostname: PRECISE_HOSTNAME,
      path: PATH_MODIFIER,
      port: PORT,
      scheme: text({ enum: ['http', 'https'] }),
      statusCode: { type: 'integer', enum: [301, 302], default: 302 },
    }),
    responseHeaderModifier: MODIFIER,
    type: text({
      enum: [
        'RequestHeaderModifier',
        'ResponseHeaderModifier',
        'RequestMirror',
        'RequestRedirect',
        'URLRewrite',
        'ExtensionRef',
      ],
    }),
    urlRewrite: object({ hostname: PRECISE_HOSTNAME, path: PATH_MODIFIER }),
  },
  ['type'],
  {
    'x-kubernetes-validations': [
      'RequestRedirect',
      'URLRewrite',
      'RequestHeaderModifier',
      'ResponseHeaderModifier',
    ].map((type) => {
      const field = type === 'URLRewrite' ? 'urlRewrite' : type.charAt(0).toLowerCase() + type.slice(1);
      return {
        message: `filter.${field} must be specified for ${type} filter.type`,
        rule: `!(!has(self.${field}) && self.type == '${type}')`,
      };
    }),
  },
);
const FILTERS = list(FILTER, { maxItems: 16 });

const valueMatch = (types: readonly string[]): Schema =>
  object(
    {
      name: text({ minLength: 1, maxLength: 256 }),
      type: text({ enum: types, default: 'Exact' }),
      value: text({ minLength: 1, maxLength: 4096 }),
    },
    ['name', 'value'],
  );
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'];

const MATCH = object({
  headers: list(valueMatch(['Exact', 'RegularExpression']), { maxItems: 16 }),
  method: text({ enum: METHODS }),
  path: object(
    {
      type: text({ enum: ['Exact', 'PathPrefix', 'RegularExpression'], default: 'PathPrefix' }),
      value: text({ maxLength: 1024, default: '/' }),
    },
    [],
    {
      default: { type: 'PathPrefix', value: '/' },
      'x-kubernetes-validations': [
        {
          message: "value must be an absolute path and start with '/' when type one of ['Exact', 'PathPrefix']",
          rule: "(self.type in ['Exact','PathPrefix']) ? self.value.startsWith('/') : true",
        },
      ],
    },
  ),
  queryParams: list(valueMatch(['Exact', 'RegularExpression']), { maxItems: 16 }),
});

const BACKEND = object(
  { ...BACKEND_FIELDS, filters: FILTERS, weight: integer({ minimum: 0, maximum: 1000000, default: 1 }) },
  ['name'],
  {
    'x-kubernetes-validations': [
      {
        message: 'Must have port for Service reference',
        rule: "(size(self.group) == 0 && self.kind == 'Service') ? has(self.port) : true",
      },
    ],
  },
);

const routeStatus = (): Schema =>
  object(
    {
      parents: list(
        object({ conditions: CONDITIONS, controllerName: text(), parentRef: PARENT }, ['controllerName', 'parentRef']),
        { maxItems: 32 },
      ),
    },
    ['parents'],
  );

const rule = (matches: Schema): Schema =>
  object({
    backendRefs: list(BACKEND, { maxItems: 16 }),
    filters: FILTERS,
    matches,
    name: SECTION,
    timeouts: object({ backendRequest: text(), request: text() }),
  });

/** `spec` and `status` of HTTPRoute. */
export const HTTP_ROUTE = {
  spec: object({
    hostnames: list(HOSTNAME, { maxItems: 16 }),
    parentRefs: list(PARENT, { maxItems: 32 }),
    rules: list(rule(list(MATCH, { maxItems: 64, default: [{ path: { type: 'PathPrefix', value: '/' } }] })), {
      maxItems: 16,
      default: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }] }],
    }),
  }),
  status: routeStatus(),
};

/** `spec` and `status` of GRPCRoute. */
export const GRPC_ROUTE = {
  spec: object({
    hostnames: list(HOSTNAME, { maxItems: 16 }),
    parentRefs: list(PARENT, { maxItems: 32 }),
    rules: list(
      rule(
        list(
          object({
            headers: list(valueMatch(['Exact', 'RegularExpression'])),
            method: object({ method: text(), service: text(), type: text({ default: 'Exact' }) }),
          }),
        ),
      ),
      { maxItems: 16 },
    ),
  }),
  status: routeStatus(),
};

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
