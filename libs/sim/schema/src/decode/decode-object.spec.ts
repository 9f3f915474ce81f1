import type { JsonObject } from '@seatrial/kernel';
import { describe, expect, it } from 'vitest';
import { decodeObject, schemaFor, type SchemaNode } from '../index.js';

const schema = (group: string, kind: string): SchemaNode => schemaFor({ group, version: 'v1', kind }) as SchemaNode;
const deployment = schema('apps', 'Deployment');
const pod = schema('', 'Pod');

const inPod = (spec: unknown): JsonObject => ({ spec }) as JsonObject;
const inDeployment = (spec: unknown): JsonObject => ({ spec: { template: { spec } } }) as unknown as JsonObject;

describe('decodeObject', () => {
  const errors: [string, SchemaNode, JsonObject, string][] = [
    [
      'a scalar',
      deployment,
      { spec: { replicas: 'three' } },
      'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
    [
      'below lists',
      deployment,
      inDeployment({ containers: [{ ports: [{ containerPort: '80' }] }] }),
      'json: cannot unmarshal string into Go struct field ContainerPort.spec.template.spec.containers.ports.containerPort of type int32',
    ],
    [
      'a map value is its map’s field',
      schema('', 'ConfigMap'),
      { data: { a: true } },
      'json: cannot unmarshal bool into Go struct field ConfigMap.data of type string',
    ],
    [
      'embedded structs are in the path',
      schema('networking.k8s.io', 'Ingress'),
      {
        spec: { rules: [{ http: { paths: [{ backend: { service: { port: { number: 'x' } } } }] } }] },
      },
      'json: cannot unmarshal string into Go struct field ServiceBackendPort.spec.rules.IngressRuleValue.http.paths.backend.service.port.number of type int32',
    ],
    [
      'a struct',
      pod,
      inPod({ affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [] } } }),
      'json: cannot unmarshal array into Go struct field NodeAffinity.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution of type v1.NodeSelector',
    ],
    [
      'a quantity stops decoding and wins over earlier type errors',
      pod,
      inPod({ activeDeadlineSeconds: 'x', containers: [{ resources: { limits: { memory: '1GB' } } }] }),
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
    ['base64', schema('', 'Secret'), { data: { a: 'ab c' } }, 'illegal base64 data at input byte 2'],
  ];
  it.each(errors)('%s', (_title, node, object, error) => {
    expect(decodeObject(object, node)).toEqual({ ok: false, error });
  });

  it('prunes unknown fields and names them', () => {
    const decoded = decodeObject({ spec: { replica: 1 }, metadata: { lables: {} } }, deployment);
    expect(decoded.ok && decoded.value.strictErrors).toEqual([
      'unknown field "spec.replica"',
      'unknown field "metadata.lables"',
    ]);
  });

  it('leaves zero values out as Go does, keeps those behind pointers, fills defaults in', () => {
    const decoded = decodeObject(
      { metadata: { labels: {} }, spec: { replicas: 0, minReadySeconds: 0, paused: false } },
      deployment,
    );
    expect(decoded.ok && decoded.value.object).toEqual({
      metadata: {},
      spec: { replicas: 0, strategy: {}, template: { metadata: {}, spec: {} } },
      status: {},
    });
  });

  it('canonicalizes quantities', () => {
    const decoded = decodeObject(
      inPod({ containers: [{ name: 'a', resources: { limits: { cpu: 0.5, memory: '1024Mi' } } }] }),
      pod,
    );
    const spec = decoded.ok ? (decoded.value.object.spec as { containers: { resources: unknown }[] }) : undefined;
    expect(spec?.containers[0].resources).toEqual({ limits: { cpu: '500m', memory: '1Gi' } });
  });
});
