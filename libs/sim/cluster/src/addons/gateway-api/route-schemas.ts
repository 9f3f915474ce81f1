import {
  type Schema,
  text,
  integer,
  list,
  object,
  HOSTNAME,
  PRECISE_HOSTNAME,
  NAME,
  NAMESPACE,
  GROUP,
  KIND,
  PORT,
  SECTION,
  CONDITIONS,
  LOCAL,
} from './schema-parts.js';

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
