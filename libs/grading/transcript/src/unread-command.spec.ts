import { expect, it } from 'vitest';
import { commandIn } from './index.js';

it.each([
  ['   kubectl create deployment web --image=nginx', 'kubectl create deployment web --image=nginx'],
  ['2) Then I scale it: `kubectl scale deployment web --replicas=3`', 'kubectl scale deployment web --replicas=3'],
  ['- kubectl -n dev delete pod web', 'kubectl -n dev delete pod web'],
  ['a) helm install db ./chart', 'helm install db ./chart'],
])('finds the command in %j', (line, command) => {
  expect(commandIn(line)).toBe(command);
});

it.each([
  'deployment.apps/web created',
  '  kubectl create deployment NAME --image=image -- [COMMAND] [args...]',
  'kubectl apply is how you create the things of a file',
  'Run "kubectl apply -f [podnetwork].yaml" with one of the options listed at:',
  'I looked with: `kubectl get pods`',
  'Podría usar `kubectl edit deployment worker`, pero también `kubectl patch` con el YAML',
  'un contenedor de un solo uso: `kubectl run --restart=OnFailure` o `kubectl run --restart=Never`. Crearían pods.',
])('finds none in %j', (line) => {
  expect(commandIn(line)).toBeUndefined();
});
