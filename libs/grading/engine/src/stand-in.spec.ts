import { fractionText } from '@seatrial/contracts';
import { describe, expect, it } from 'vitest';
import { grade, loadExercise, openSimulatedReplay } from './index.js';

function judge(cluster: string, transcript: string) {
  const exercise = `id: spec
title: { en: A, es: A }
text: { en: A, es: A }
cluster: ${cluster}
checks:
  - { id: web, type: scaling, title: { en: W, es: W }, points: 1, with: { name: web, replicas: 1 } }
  - { id: served, type: http, needs: [web], title: { en: S, es: S }, points: 1, with: { service: web, via: nodePort } }
`;
  const loaded = loadExercise(new Map([['exercise.yaml', exercise]]));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  const verdict = grade({ manifests: [], transcript }, loaded.value, { seed: 's', openReplay: openSimulatedReplay });
  return [verdict.outcome, fractionText(verdict.score), verdict.unsupported.map(({ what }) => what)];
}

const WEB =
  'kubectl create deployment web --image=nginx\nkubectl create service nodeport web --tcp=80 --node-port=30080\n';
const looked = (name: string): string =>
  `the checks looked at the ${name}: nothing was changed in the exercise's own cluster`;

describe('which cluster is graded', () => {
  it.each([
    ['kind', `kind create cluster\n${WEB}`, 'graded', '2', []],
    ['kind', `kind create cluster --name dev\n${WEB}`, 'needs_review', '2', [looked('kind cluster "dev"')]],
    [
      'kind',
      `kind delete cluster\nkind create cluster --name dev\n${WEB}`,
      'needs_review',
      '2',
      [looked('kind cluster "dev"')],
    ],
    ['{ profile: kind, name: dev }', `kind create cluster --name dev\n${WEB}`, 'graded', '2', []],
    ['{ profile: kind, name: dev }', `kubectl config use-context kind-dev\n${WEB}`, 'graded', '2', []],
    [
      'kind',
      `kind create cluster --name dev\nkubectl config use-context kind-kind\n${WEB}kind delete cluster --name dev\n`,
      'graded',
      '2',
      [],
    ],
    ['kind', `kubectl create namespace shop\nkind create cluster --name dev\n${WEB}`, 'graded', '0', []],
    ['minikube', `minikube start -p dev\n${WEB}`, 'needs_review', '2', [looked('minikube cluster "dev"')]],
    ['{ profile: minikube, name: dev }', `minikube start -p dev\n${WEB}minikube -p dev stop\n`, 'graded', '1', []],
    ['{ profile: k3d, name: dev }', `k3d cluster create dev\n${WEB}`, 'graded', '2', []],
    ['kubeadm', `kind create cluster\n${WEB}`, 'needs_review', '2', [looked('kind cluster "kind"')]],
  ] as const)('%s: %s', (cluster, transcript, outcome, score, unsupported) => {
    expect(judge(cluster, transcript)).toEqual([outcome, score, unsupported]);
  });

  it.each([
    ['{ profile: kubeadm, name: dev }', 'name: clusters of kubeadm have none'],
    ['{ profile: kind, name: Dev }', 'name: must be lower-case letters, digits and dashes'],
  ])('%s: %s', (cluster, message) => {
    expect(() => judge(cluster, WEB)).toThrow(message.replace('name: ', ''));
  });
});
