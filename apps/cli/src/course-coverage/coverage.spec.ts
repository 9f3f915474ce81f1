import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCourseCommands } from './course-commands.js';
import { COVERAGE_CLASSES, tryCommand } from './try-command.js';

const docs = new URL('../../../../docs/', import.meta.url);
const corpus = readFileSync(new URL('course-commands.txt', docs), 'utf8');
const document = readFileSync(new URL('course-coverage.md', docs), 'utf8');
const commands = readCourseCommands(corpus);

describe('the course commands', () => {
  it('are all in the document', () => {
    const lines = corpus.split('\n').filter((line) => line.trim() !== '' && !/^#/.test(line));
    expect(lines.filter((line) => !document.includes(line))).toEqual([]);
    expect(commands.flatMap(({ lines: own }) => own)).toEqual(lines);
  });

  it('are counted in the document, each in one class', () => {
    const count = (name: string): number => Number(new RegExp(`\\| ${name} \\| (\\d+) \\|`).exec(document)?.[1]);
    expect(COVERAGE_CLASSES.map(count).reduce((sum, each) => sum + each, 0)).toBe(commands.length);
    expect(count('all')).toBe(commands.length);
  });

  it.each([
    ['kubectl get nodes', 'works'],
    ['kubeclt get pods   # ! typo', 'prose'],
    ['sudo kubeadm init --pod-network-cidr=10.244.0.0/16', 'works'],
    ['kubeadm init', 'own error'],
    ['minikube start', 'works'],
    ['minikube dashboard', 'works'],
    ['etcdctl lock leader', 'not simulated'],
    ['[node1 ~]$ kubectl get nodes -o json |\n>       jq .kind   # PS1 + PS2 prompt prefixes to strip', 'works'],
  ])('%s: %s', (text, coverage) => {
    const [command, ...others] = readCourseCommands(`### notes\n${text}\n`);
    expect(others).toEqual([]);
    expect(tryCommand(command).coverage).toBe(coverage);
  });
});
