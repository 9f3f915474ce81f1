/** Pieces of OpenAPI of the Gateway API's definitions (sigs.k8s.io/gateway-api v1.4, standard channel). */
export type Schema = Readonly<Record<string, unknown>>;

export const text = (more: Schema = {}): Schema => ({ type: 'string', ...more });
export const integer = (more: Schema = {}): Schema => ({ type: 'integer', format: 'int32', ...more });
export const list = (items: Schema, more: Schema = {}): Schema => ({ type: 'array', items, ...more });
export const object = (properties: Schema, required: readonly string[] = [], more: Schema = {}): Schema => ({
  type: 'object',
  properties,
  ...(required.length > 0 && { required }),
  ...more,
});

export const HOSTNAME = text({
  minLength: 1,
  maxLength: 253,
  pattern: '^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
});
export const PRECISE_HOSTNAME = text({
  minLength: 1,
  maxLength: 253,
  pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
});
export const NAME = text({ minLength: 1, maxLength: 253 });
export const NAMESPACE = text({ minLength: 1, maxLength: 63, pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$' });
export const KIND = text({ minLength: 1, maxLength: 63, pattern: '^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$' });
export const GROUP = text({
  maxLength: 253,
  pattern: '^$|^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
});
export const PORT = integer({ minimum: 1, maximum: 65535 });
export const SECTION = text({
  minLength: 1,
  maxLength: 253,
  pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
});

const CONDITION = object(
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
export const CONDITIONS = list(CONDITION, {
  maxItems: 8,
  'x-kubernetes-list-map-keys': ['type'],
  'x-kubernetes-list-type': 'map',
});

/** A reference to an object of the same namespace. */
export const LOCAL = object({ group: GROUP, kind: KIND, name: NAME }, ['group', 'kind', 'name']);
