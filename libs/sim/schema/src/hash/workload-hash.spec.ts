import { readFileSync, readdirSync } from 'node:fs';
import type { JsonObject } from '@seatrial/kernel';
import { describe, expect, it } from 'vitest';
import { controllerRevisionHash, dumpPodTemplate, podTemplateHash } from '../index.js';

interface Recorded {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Record<string, string> };
  readonly spec?: { readonly template?: JsonObject };
  readonly data?: JsonObject;
}

const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

const recordings = readdirSync('conformance/recorded', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.json'))
  .map((file) => ({ file, objects: (read(`conformance/recorded/${file}`) as { objects?: Recorded[] }).objects ?? [] }));

const withoutHash = (template: JsonObject): JsonObject => {
  const metadata = { ...(template.metadata as JsonObject) };
  const labels = { ...(metadata.labels as JsonObject) };
  delete labels['pod-template-hash'];
  return { ...template, metadata: { ...metadata, labels } };
};

describe('pod-template-hash', () => {
  const vectors = read('reference/kubernetes-1.35/pod-template-hash-vectors.json') as {
    dump: string;
    hash: string;
    template: JsonObject;
  }[];
  it.each(vectors)('is $hash', ({ dump, hash, template }) => {
    expect(dumpPodTemplate(template)).toBe(dump);
    expect(podTemplateHash(template)).toBe(hash);
  });

  it('takes the divisor that defaulting writes for a decimal quantity', () => {
    const resourceFieldRef = { resource: 'limits.cpu', divisor: '0' };
    const container = { name: 'c', image: 'x', env: [{ name: 'L', valueFrom: { resourceFieldRef } }] };
    expect(dumpPodTemplate({ spec: { containers: [container] } })).toContain(
      's:(string)0 Format:(resource.Format)DecimalSI',
    );
  });

  it('knows that a quantity of "0" is decimal', () => {
    expect(
      podTemplateHash({
        metadata: { labels: { app: 'web' } },
        spec: {
          containers: [
            {
              name: 'nginx',
              image: 'nginx:1.25',
              resources: { limits: { memory: '0' } },
              terminationMessagePath: '/dev/termination-log',
              terminationMessagePolicy: 'File',
              imagePullPolicy: 'IfNotPresent',
            },
          ],
          restartPolicy: 'Always',
          terminationGracePeriodSeconds: 30,
          dnsPolicy: 'ClusterFirst',
          securityContext: {},
          schedulerName: 'default-scheduler',
        },
      }),
    ).toBe('7fb5589c84');
  });

  it('agrees with every recorded ReplicaSet', () => {
    const wrong: string[] = [];
    let checked = 0;
    for (const { file, objects } of recordings) {
      for (const object of objects) {
        const hash = object.metadata.labels?.['pod-template-hash'];
        if (object.kind !== 'ReplicaSet' || !hash || !object.spec?.template) continue;
        checked++;
        if (podTemplateHash(withoutHash(object.spec.template)) !== hash) wrong.push(`${file} ${object.metadata.name}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(checked).toBeGreaterThan(100);
  });
});

describe('controller-revision-hash', () => {
  it('agrees with every recorded ControllerRevision', () => {
    const wrong: string[] = [];
    let checked = 0;
    for (const { file, objects } of recordings) {
      for (const object of objects) {
        if (object.kind !== 'ControllerRevision' || !object.data) continue;
        const hash = object.metadata.name.slice(object.metadata.name.lastIndexOf('-') + 1);
        const template = (object.data.spec as JsonObject | undefined)?.template as JsonObject | undefined;
        if (!template) continue;
        checked++;
        const plain = Object.fromEntries(Object.entries(template).filter(([key]) => key !== '$patch'));
        if (podTemplateHash(plain) !== hash && controllerRevisionHash(object.data) !== hash)
          wrong.push(`${file} ${object.metadata.name}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(checked).toBeGreaterThan(10);
  });
});
