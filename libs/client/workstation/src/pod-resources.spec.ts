import { invariant } from '@seatrial/kernel';
import { findProfile } from '@seatrial/cluster';
import { beforeEach, describe, expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './workstation.js';

const pod = (name: string, whole: string, container: string): string => `apiVersion: v1
kind: Pod
metadata: {name: ${name}}
spec:
  ${whole ? `resources: ${whole}` : 'restartPolicy: Always'}
  containers: [{name: c, image: nginx${container ? `, resources: ${container}` : ''}}]
`;

const FILES = {
  'plain.yaml': pod('plain', '', '{requests: {cpu: 100m}, limits: {cpu: 200m}}'),
  'whole.yaml': pod('whole', '{requests: {cpu: 200m}, limits: {cpu: 250m}}', ''),
  'wrong.yaml': pod(
    'wrong',
    '{requests: {cpu: 100m, pods: 1}, limits: {cpu: 150m}}',
    '{requests: {cpu: 110m}, limits: {cpu: 160m}}',
  ),
};

let workstation: Workstation;

function run(script: string): string {
  const { stdout, stderr } = workstation.run(script);
  workstation.settle();
  return stdout + stderr;
}

const resize = (requests: string, limits: string): string =>
  run(
    `kubectl patch pod plain --subresource resize -p '{"spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"${requests}"},"limits":{"cpu":"${limits}"}}}]}}'`,
  );

const used = (): string => run("kubectl get quota q -o jsonpath='{.status.used}'");

describe('resources of pods', () => {
  beforeEach(() => {
    const profile = findProfile('kind');
    invariant(profile, 'the profile exists');
    workstation = openWorkstation({ profile, seed: 'resources', files: FILES });
  });

  it('count against a quota when they are resized', () => {
    run('kubectl create quota q --hard=requests.cpu=500m; kubectl apply -f plain.yaml');
    expect(resize('600m', '700m')).toContain(
      'exceeded quota: q, requested: requests.cpu=500m, used: requests.cpu=100m, limited: requests.cpu=500m',
    );
    expect(resize('300m', '300m')).toBe('pod/plain patched\n');
    expect(used()).toBe('{"requests.cpu":"300m"}');
  });

  it('change alone in a resize', () => {
    run('kubectl apply -f plain.yaml');
    const patch = (type: string, body: string): string =>
      run(`kubectl patch pod plain --subresource resize --type=${type} -p '${body}'`);
    expect(patch('strategic', '{"spec":{"containers":[{"name":"c","image":"nginx:1.25"}]}}')).toBe(
      'pod/plain patched (no change)\n',
    );
    const container =
      '{"name":"own","image":"nginx","resizePolicy":[{"resourceName":"cpu","restartPolicy":"NotRequired"}]}';
    run(`kubectl run own --image=nginx --overrides='{"spec":{"containers":[${container}]}}'`);
    expect(
      run(`kubectl patch pod own --subresource resize -p '{"spec":{"containers":[{"name":"own","resizePolicy":[]}]}}'`),
    ).toBe('The Pod "own" is invalid: spec: Forbidden: only cpu and memory resources are mutable\n');
    expect(patch('json', '[{"op":"replace","path":"/spec/containers/0/name","value":"q"}]')).toBe(
      'The Pod "plain" is invalid: spec.containers[0].name: Forbidden: containers may not be renamed or reordered on resize\n',
    );
  });

  it('of a pod as a whole replace those of its containers', () => {
    run('kubectl create quota q --hard=requests.cpu=500m,limits.cpu=500m; kubectl apply -f whole.yaml');
    expect(used()).toBe('{"limits.cpu":"250m","requests.cpu":"200m"}');
  });

  it('of a pod as a whole are not resized', () => {
    run('kubectl apply -f whole.yaml');
    const patch = '{"spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"50m"}}}]}}';
    expect(run(`kubectl patch pod whole --subresource resize -p '${patch}'`)).toBe(
      'The Pod "whole" is invalid: []: Forbidden: resize of pods with pod-level resources is forbidden when InPlacePodLevelResourcesVerticalScalingEnabled feature gate is disabled\n',
    );
  });

  it('of a pod as a whole have room for its containers', () => {
    expect(run('kubectl apply -f wrong.yaml').split('\n').slice(1, -1)).toEqual([
      '* spec.resources.requests[pods]: Unsupported value: "pods": supported values: "cpu", "hugepages-", "memory"',
      '* spec.resources.requests[cpu]: Invalid value: "100m": must be greater than or equal to aggregate container requests of 110m',
      '* spec.resources.containers[0][cpu].limits: Invalid value: "160m": must be less than or equal to pod limits of 150m',
    ]);
  });
});
