import { expect, it } from 'vitest';
import { modelProblems } from './model-problems.js';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
const CONTAINER = 'io.k8s.api.core.v1.Container';
const AT = 'Deployment.spec.template.spec.containers[0]';

/** Asked of kubectl v1.35.4 with the same object in a List. */
it('finds what the client finds by the OpenAPI v2 model', () => {
  const container = {
    image: 3,
    ports: [{ containerPort: 'x' }, null, { name: 'y' }],
    resources: { limits: { cpu: 1, memory: {} }, requests: { cpu: null } },
    livenessProbe: { httpGet: { port: {} } },
    env: {},
    args: [1, [2], 1.5],
  };
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', labels: { a: 1, b: null }, annotations: ['x'], foo: 'bar' },
    spec: {
      replicas: '2',
      strategy: { rollingUpdate: { maxSurge: 1 } },
      template: { metadata: { creationTimestamp: 3 }, spec: { containers: [container] } },
    },
  };
  expect(modelProblems(deployment)).toEqual([
    `ValidationError(Deployment.metadata.annotations): invalid type for ${META}.annotations: got "array", expected "map"`,
    `ValidationError(Deployment.metadata): unknown field "foo" in ${META}`,
    'unknown object type "nil" in Deployment.metadata.labels.b',
    'ValidationError(Deployment.spec.replicas): invalid type for io.k8s.api.apps.v1.DeploymentSpec.replicas: got "string", expected "integer"',
    `ValidationError(${AT}.args[1]): invalid type for ${CONTAINER}.args: got "array", expected "string"`,
    `ValidationError(${AT}.env): invalid type for ${CONTAINER}.env: got "map", expected "array"`,
    `ValidationError(${AT}.livenessProbe.httpGet.port): invalid type for io.k8s.apimachinery.pkg.util.intstr.IntOrString: got "map", expected "string"`,
    `ValidationError(${AT}.ports[0].containerPort): invalid type for ${CONTAINER}Port.containerPort: got "string", expected "integer"`,
    `ValidationError(${AT}.ports): unknown object type "nil" in ${AT}.ports[1]`,
    `ValidationError(${AT}.ports[2]): missing required field "containerPort" in ${CONTAINER}Port`,
    `ValidationError(${AT}.resources.limits.memory): invalid type for io.k8s.apimachinery.pkg.api.resource.Quantity: got "map", expected "string"`,
    `unknown object type "nil" in ${AT}.resources.requests.cpu`,
    `ValidationError(${AT}): missing required field "name" in ${CONTAINER}`,
    'ValidationError(Deployment.spec): missing required field "selector" in io.k8s.api.apps.v1.DeploymentSpec',
  ]);
  expect(modelProblems({ apiVersion: 'example.com/v1', kind: 'Boat', x: 1 })).toEqual([]);
});
