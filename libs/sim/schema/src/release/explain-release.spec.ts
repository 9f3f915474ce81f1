import { describe, expect, it } from 'vitest';
import { explainRelease } from './explain-release.js';
import { compareReleases } from './release-change.js';

const unmapped = (kind: string, apiVersion: string) =>
  `error: resource mapping not found for name: "x" namespace: "" from "f.yaml": no matches for kind "${kind}" in version "${apiVersion}"\nensure CRDs are installed first\n`;

describe('explainRelease', () => {
  it.each([
    ['kubectl apply -f f.yaml', unmapped('Deployment', 'extensions/v1beta1'), 'v1.16', /apps\/v1$/],
    ['kubectl apply -f f.yaml', unmapped('Ingress', 'extensions/v1beta1'), 'v1.22', /networking\.k8s\.io\/v1$/],
    ['kubectl apply -f f.yaml', unmapped('StatefulSet', 'apps/v1beta1'), 'v1.16', /apps\/v1$/],
    ['kubectl apply -f f.yaml', unmapped('CronJob', 'batch/v1beta1'), 'v1.25', /batch\/v1$/],
    ['kubectl apply -f f.yaml', unmapped('PodDisruptionBudget', 'policy/v1beta1'), 'v1.25', /policy\/v1$/],
    ['kubectl apply -f f.yaml', unmapped('PodSecurityPolicy', 'policy/v1beta1'), 'v1.25', /Pod Security Admission/],
    [
      'kubectl apply -f f.yaml',
      unmapped('HorizontalPodAutoscaler', 'autoscaling/v2beta2'),
      'v1.26',
      /autoscaling\/v2$/,
    ],
    ['kubectl get psp', 'error: the server doesn\'t have a resource type "psp"\n', 'v1.25', /no PodSecurityPolicy/],
    ['kubectl run web --image=nginx --replicas=3', 'error: unknown flag: --replicas\n', 'v1.18', /single Pod/],
    ['kubectl -n a run web --image=x --requests=cpu=1', 'error: unknown flag: --requests\n', 'v1.24', /--overrides/],
    ['kubectl get deploy web --export -o yaml', 'error: unknown flag: --export\n', 'v1.18', /no --export/],
    ['kubectl get pods -a', "error: unknown shorthand flag: 'a' in -a\n", 'v1.14', /--show-all/],
    ['kubectl rolling-update a b', 'error: unknown command "rolling-update" for "kubectl"\n', 'v1.18', /rollout/],
    [
      'kubectl scale deploy web --replicas=3',
      'error: deployments.apps "web" not found\n',
      'v1.18',
      /create deployment/,
    ],
    ['kubectl exec x ls', 'error: exec [POD] [COMMAND] is not supported anymore. Use …\n', 'v1.31', /“--” only/],
  ])('%s', (command, stderr, release, text) => {
    const changes = explainRelease({ command, stderr }, ['kubectl run web --image=nginx']);
    expect(changes.map((change) => change.release)).toEqual([release]);
    expect(changes[0].text.en).toMatch(text);
    expect(changes[0].text.es).toContain(`desde Kubernetes ${release} `);
  });

  it.each([
    ['kubectl get pods', '', []],
    [
      'kubectl get deploy other',
      'Error from server (NotFound): deployments.apps "other" not found\n',
      ['kubectl run web --image=nginx'],
    ],
    ['kubectl get pods --exprot', 'error: unknown flag: --exprot\n', []],
    ['kubectl apply -f f.yaml', unmapped('Widget', 'example.com/v1'), []],
  ])('says nothing of what never was: %s', (command, stderr, earlier) => {
    expect(explainRelease({ command, stderr }, earlier)).toEqual([]);
  });

  it('orders releases by number', () => {
    expect(['v1.35.4', 'v1.9', 'v1.24', 'v1.35'].sort(compareReleases)).toEqual(['v1.9', 'v1.24', 'v1.35', 'v1.35.4']);
  });
});
