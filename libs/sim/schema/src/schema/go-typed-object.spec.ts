import { describe, expect, it } from 'vitest';
import { goTypedObject } from './go-typed-object.js';

describe('an object in its Go type', () => {
  it('has the members in the order of the type, zero values where Go writes them', () => {
    const deployment = {
      spec: {
        template: { spec: { containers: [{ image: 'nginx', name: 'web', env: [] }] }, metadata: {} },
        selector: { matchLabels: { b: '1', a: '2' } },
        other: 1,
      },
      metadata: { name: 'web' },
      apiVersion: 'apps/v1',
      kind: 'Deployment',
    };
    expect(JSON.stringify(goTypedObject(deployment))).toBe(
      '{"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"web"},"spec":{"selector":{"matchLabels":{"a":"2","b":"1"}},"template":{"metadata":{},"spec":{"containers":[{"name":"web","image":"nginx","resources":{}}]}},"strategy":{}},"status":{}}',
    );
  });

  it('writes the null of a time and the 0 of a port', () => {
    expect(
      JSON.stringify(
        goTypedObject({
          apiVersion: 'v1',
          kind: 'Service',
          metadata: { name: 's' },
          spec: { ports: [{ port: 80 }] },
        }),
      ),
    ).toBe(
      '{"kind":"Service","apiVersion":"v1","metadata":{"name":"s"},"spec":{"ports":[{"port":80,"targetPort":0}]},"status":{"loadBalancer":{}}}',
    );
  });

  it('leaves objects of other types as they are', () => {
    const custom = { kind: 'Backup', apiVersion: 'example.com/v1', spec: { z: 1, a: 2 } };
    expect(goTypedObject(custom)).toBe(custom);
  });
});
