import { isJsonObject, type JsonObject, type JsonValue } from '@seatrial/kernel';
import { handleHttp, type ApiRequest } from '@seatrial/apiserver';
import { DYN, adaptJson, compileCel } from '@seatrial/schema';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { MINIMAL_OBJECTS } from './minimal-objects.js';
import { ADMIN, startEmptyApiServer } from './empty-api-server.js';

const apiServer = startEmptyApiServer('bad');
const resources = apiServer.resources().filter(({ verbs }) => verbs.includes('create'));

const KEYS = ['__proto__', 'constructor', 'toString', 'metadata', 'spec', 'name', '', 'a.b', '\u0000', 'x'.repeat(300)];
const key = fc.oneof(fc.constantFrom(...KEYS), fc.string({ maxLength: 5 }));
const junk: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constantFrom<JsonValue>(
      null,
      true,
      '',
      0,
      -1,
      1e300,
      2 ** 53,
      'NaN',
      '\ud800',
      '🙂',
      '999999999999999999999Gi',
      '(a+)+$',
    ),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc
      .array(fc.tuple(key, tie('value')), { maxLength: 3 })
      .map((entries) => JSON.parse(JSON.stringify(Object.fromEntries(entries))) as JsonValue),
  ),
})).value;

/** Puts junk somewhere into an object: at the end of a path that `choices` picks. */
function spoil(value: JsonValue, choices: readonly number[], replacement: JsonValue): JsonValue {
  const [choice, ...rest] = choices;
  if (choice === undefined) return replacement;
  if (Array.isArray(value) && value.length > 0)
    return value.map((item, index) => (index === choice % value.length ? spoil(item, rest, replacement) : item));
  if (!isJsonObject(value)) return replacement;
  const names = Object.keys(value);
  if (names.length === 0) return replacement;
  const name = names[choice % names.length];
  return { ...value, [name]: spoil(value[name] ?? null, rest, replacement) };
}

function send(request: Omit<ApiRequest, 'user'>): number {
  const { code, body } = apiServer.handle({ ...request, user: ADMIN });
  expect(code).toBeGreaterThanOrEqual(200);
  expect(code).toBeLessThan(600);
  expect(typeof body).toBe('object');
  return code;
}

afterEach(() => {
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(({} as JsonObject).polluted).toBeUndefined();
});

/** Every place in a value, as a path. */
function* placesOf(value: JsonValue, path: readonly (string | number)[] = []): Generator<readonly (string | number)[]> {
  yield path;
  if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* placesOf(item, [...path, index]);
  else if (isJsonObject(value))
    for (const name of Object.keys(value)) yield* placesOf(value[name] ?? null, [...path, name]);
}

function replaced(value: JsonValue, path: readonly (string | number)[], replacement: JsonValue): JsonValue {
  const [head, ...rest] = path;
  if (head === undefined) return replacement;
  if (Array.isArray(value)) return value.map((item, at) => (at === head ? replaced(item, rest, replacement) : item));
  return isJsonObject(value) ? { ...value, [head]: replaced(value[head] ?? null, rest, replacement) } : value;
}

describe('requests of any kind', () => {
  it.each(resources)(
    '$group/$version $resource with any field wrong',
    ({ group, version, resource, kind, namespaced }) => {
      const minimal = MINIMAL_OBJECTS[group === 'events.k8s.io' ? 'Event.events.k8s.io' : kind] ?? {};
      const whole = {
        apiVersion: group === '' ? version : `${group}/${version}`,
        kind,
        ...minimal,
        metadata: { name: 'a', ...(minimal.metadata as JsonObject | undefined) },
      };
      const target = { group, version, resource, ...(namespaced && { namespace: 'default' }) };
      for (const place of placesOf(whole))
        for (const wrong of [null, {}, [null], 'x', 0, { a: null }]) {
          const body = replaced(whole, place, wrong);
          send({ verb: 'create', ...target, body, options: { dryRun: true } });
        }
    },
  );

  it('with spoiled objects end in an answer', () => {
    const choices = fc.array(fc.nat(20), { maxLength: 7 });
    fc.assert(
      fc.property(fc.nat(resources.length - 1), choices, junk, (index, path, replacement) => {
        const { group, version, resource, kind, namespaced } = resources[index];
        const { metadata, ...rest } = MINIMAL_OBJECTS[group === 'events.k8s.io' ? 'Event.events.k8s.io' : kind] ?? {};
        const whole = {
          apiVersion: group === '' ? version : `${group}/${version}`,
          kind,
          metadata: { name: 'a', ...(metadata as JsonObject | undefined) },
          ...rest,
        };
        const target = { group, version, resource, ...(namespaced && { namespace: 'default' }) };
        const body = spoil(whole, path, replacement);
        const options = { fieldManager: 'fuzz', fieldValidation: 'Warn' as const };
        send({ verb: 'create', ...target, body, options });
        send({ verb: 'update', ...target, name: 'a', body, options });
        for (const patchType of ['merge', 'strategic', 'apply', 'json'] as const)
          send({
            verb: 'patch',
            ...target,
            name: 'a',
            patchType,
            body: patchType === 'json' ? replacement : body,
            options,
          });
        send({ verb: 'list', ...target, options: { asTable: {} } });
      }),
      { numRuns: 400 },
    );
  });

  it('with random JSON patches end in an answer', () => {
    const name = fc.constantFrom(
      '/metadata/labels',
      '/data',
      '/data/a',
      '',
      '/',
      '/metadata/name',
      '/a~2',
      '/-',
      '/data/-1',
    );
    const operation = fc.record({
      op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test', 'nope'),
      path: name,
      from: name,
      value: junk,
    });
    const target = { group: '', version: 'v1', resource: 'configmaps', namespace: 'default' };
    send({ verb: 'create', ...target, body: { metadata: { name: 'patched' }, data: { a: 'b' } } });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 4 }), (body) => {
        send({ verb: 'patch', ...target, name: 'patched', patchType: 'json', body });
      }),
      { numRuns: 300 },
    );
  });

  it('over HTTP with random bytes end in a status', () => {
    const path = fc.constantFrom(
      '/api/v1/namespaces/default/configmaps',
      '/api/v1/namespaces/default/configmaps/a',
      '/apis/apps/v1/namespaces/default/deployments/a/scale',
      '/api/v1/%zz',
      '/apis//v1/x',
      '/api/v1/namespaces/default/pods/a/eviction?dryRun=x&timeout=%',
      '/',
    );
    const type = fc.constantFrom(
      'application/json',
      'application/apply-patch+yaml',
      'application/json-patch+json',
      'x',
      '',
    );
    fc.assert(
      fc.property(
        fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'BREW'),
        fc.oneof(
          path,
          fc.string({ unit: 'binary', maxLength: 40 }).map((text) => `/${text}`),
        ),
        type,
        fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.json({ maxDepth: 3 })),
        (method, target, contentType, body) => {
          const headers = new Map([['content-type', contentType]]);
          const answer = handleHttp(
            apiServer,
            'v1.35.4',
            { method, path: target, headers, body },
            { authenticated: ADMIN },
          );
          expect(answer.status).toBeGreaterThanOrEqual(200);
        },
      ),
      { numRuns: 400 },
    );
  });
});

const VARIABLES = new Map([['object', DYN]]);

describe('expressions', () => {
  it('of random text compile or complain, and end', () => {
    const word = fc.constantFrom(
      'object',
      '.name',
      '[0]',
      '(',
      ')',
      '{',
      '}',
      '[',
      ']',
      ' + ',
      ' == ',
      '!',
      '&&',
      '||',
      "'a'",
      '1',
      '1.5',
      'all(x, ',
      '.map(x, x)',
      'has(',
      'size(',
      '?',
      ':',
      'in',
      '\\',
      '"',
      'r"',
      '//',
      '.?a',
      'u',
      'b"',
      '\n',
      'self',
      'type(',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        const program = compileCel(words.join(''), VARIABLES);
        if (program.ok) program.value.evaluate({ object: () => adaptJson({ name: 'a', list: [1, 2] }) });
        else if (program.error.stage === 'compilation') expect(program.error.text).toMatch(/^ERROR: <input>:\d+:\d+: /);
      }),
      { numRuns: 1500 },
    );
  });

  it.each([
    "'a'.matches('(a+)+$')",
    "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.matches('^(a|aa)+$')",
    'object.list.all(a, object.list.all(b, object.list.all(c, object.list.all(d, object.list.all(e, a != b)))))',
    "object.list.map(a, object.list.map(b, object.list.map(c, 'x'.replace('x', 'xxxxxxxxxx'))))",
    `${'('.repeat(500)}1${')'.repeat(500)}`,
    `${'!'.repeat(3000)}true`,
    `[${'1,'.repeat(6000)}1].size() > 0`,
    'lists.range(1000000000).size() > 0',
    "'%s'.format([object.list.map(a, object.list.map(b, object.list))])",
  ])(
    'that cost too much end: %.60s',
    (expression) => {
      const list = Array.from({ length: 200 }, (_, index) => index);
      const program = compileCel(expression, VARIABLES);
      if (program.ok) program.value.evaluate({ object: () => adaptJson({ list }) });
      expect(program).toBeDefined();
    },
    5000,
  );
});
