import { describe, expect, it } from 'vitest';
import type { Process } from '@seatrial/kernel';
import { rootCommand } from '../verbs/registry.js';
import { applyKuberc } from './apply-kuberc.js';

const PREFERENCE = `apiVersion: kubectl.config.k8s.io/v1beta1
kind: Preference
defaults:
- command: delete
  options: [{name: interactive, default: "true"}]
aliases:
- name: getn
  command: get
  prependArgs: [nodes]
  appendArgs: [--no-headers]
  options: [{name: output, default: wide}]
`;

const processWith = (files: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}): Process =>
  ({
    cwd: '/home/ana',
    env: new Map(Object.entries({ HOME: '/home/ana', ...env })),
    machine: {
      files: {
        readFile: (path: string) =>
          Object.hasOwn(files, path) ? { ok: true, value: files[path] } : { ok: false, error: 'not-found' },
      },
    },
  }) as unknown as Process;

const FILE = { '/home/ana/.kube/kuberc': PREFERENCE };

describe('applyKuberc', () => {
  it.each([
    ['get pods', 'get pods'],
    ['getn', 'get --output=wide nodes --no-headers'],
    ['getn -o name', 'get nodes -o name --no-headers'],
    ['delete pod web', '--interactive=true delete pod web'],
    ['delete pod web --interactive=false', 'delete pod web --interactive=false'],
    ['delete pod web -i=false', 'delete pod web -i=false'],
  ])('makes %s into %s', (line, wanted) => {
    expect(applyKuberc(processWith(FILE), rootCommand, line.split(' '))).toEqual({
      line: wanted.split(' '),
      warnings: '',
    });
  });

  it.each([
    [{}, {}, ['version', '--kuberc'], { error: 'kuberc file is not found' }],
    [{}, { KUBERC: 'off' }, ['getn'], { line: ['getn'] }],
    [{}, { KUBERC: 'mine' }, ['version'], { error: 'kuberc error kuberc: open mine: no such file or directory' }],
    [
      { '/home/ana/.kube/kuberc': 'a: b\n' },
      {},
      ['version'],
      {
        warnings:
          'kuberc: no preferences loaded from /home/ana/.kube/kuberc: no valid preferences found in /home/ana/.kube/kuberc, use --v=5 to see details',
      },
    ],
    [
      { '/home/ana/.kube/kuberc': PREFERENCE.replace('getn', 'get1') },
      {},
      ['version'],
      { error: 'invalid alias name, can only include alphabetical characters' },
    ],
  ])('%#: files, environment and flags say where it is', (files, env, line, wanted) => {
    expect(applyKuberc(processWith(files, env), rootCommand, line)).toMatchObject(wanted);
  });
});
