import { findProfile } from '@seatrial/cluster';
import { beforeAll, describe, expect, it } from 'vitest';
import { openWorkstation, type Workstation } from '../workstation.js';
import { openInteractiveSession, type InteractiveSession } from './interactive-session.js';

let workstation: Workstation;

beforeAll(() => {
  const files = { 'web.yaml': '', 'manifests/a.yaml': '' };
  workstation = openWorkstation({ profile: findProfile('kubeadm')!, seed: 'interactive', files });
  workstation.run('kubectl create deployment web --image=nginx --replicas=2; kubectl run clock --image=jpetazzo/clock');
  workstation.settle();
});

function open(terminal?: string): { session: InteractiveSession; screen: () => string } {
  let screen = '';
  const options = { onOutput: (text: string) => (screen += text), ...(terminal !== undefined && { terminal }) };
  const session = openInteractiveSession(workstation, options);
  const taken = (): string => {
    const text = screen;
    screen = '';
    return text;
  };
  return { session, screen: taken };
}

describe('an interactive session', () => {
  it('keeps its shell from line to line', () => {
    const { session, screen } = open();
    expect([session.state, session.prompt, screen()]).toEqual([
      'prompt',
      'student@node1:~/work$ ',
      'student@node1:~/work$ ',
    ]);
    session.submit('x=5; cd /tmp');
    session.submit('echo "$x in $PWD"');
    expect(screen()).toBe('x=5; cd /tmp\nstudent@node1:/tmp$ echo "$x in $PWD"\n5 in /tmp\nstudent@node1:/tmp$ ');
    expect(session.workingDirectory).toBe('/tmp');
    session.submit('exit');
    expect([session.state, screen()]).toEqual(['ended', 'exit\nexit\n']);
  });

  it('asks for the rest of a command', () => {
    const { session, screen } = open();
    session.submit('for i in 1 2; do');
    expect([session.state, session.prompt]).toEqual(['continuation', '> ']);
    session.submit('echo $i; done');
    expect([session.state, screen().includes('\n1\n2\n')]).toEqual(['prompt', true]);
    session.submit('echo "half');
    session.interrupt();
    expect([session.state, screen().endsWith('> ^C\nstudent@node1:~/work$ ')]).toEqual(['prompt', true]);
  });

  it('shows a follow as time passes, until Ctrl-C', () => {
    const { session, screen } = open();
    session.submit('kubectl logs -f clock --tail=0');
    expect(session.state).toBe('running');
    screen();
    session.advance(3500);
    expect(screen().trim().split('\n').length).toBeGreaterThanOrEqual(3);
    session.interrupt();
    expect([session.state, screen()]).toEqual(['prompt', '^C\nstudent@node1:~/work$ ']);
    session.submit('echo $?');
    expect(screen()).toContain('\n130\n');
  });

  it('shows a watch while something else happens', () => {
    const { session, screen } = open();
    const other = open();
    session.submit('kubectl get pods -w -l app=web --no-headers');
    screen();
    other.session.submit('kubectl scale deployment web --replicas=3');
    session.advance(5000);
    expect(screen()).toMatch(/^web-\S+ +0\/1 +Pending/);
    session.interrupt();
    expect(session.state).toBe('prompt');
  });

  it('gives what is typed to the program that reads', () => {
    const { session, screen } = open();
    session.submit('kubectl exec -it deploy/web -- sh');
    expect([session.state, screen().endsWith('/ # ')]).toEqual(['input', true]);
    session.submit('hostname; exit');
    expect([session.state, screen()]).toEqual([
      'prompt',
      expect.stringMatching(/hostname; exit\nweb-\S+\nstudent@node1/),
    ]);
    session.submit('cat');
    session.submit('line');
    session.endOfInput();
    expect([session.state, screen()]).toEqual(['prompt', 'cat\nline\nline\nstudent@node1:~/work$ ']);
  });

  it('ends a command that runs away and goes on', () => {
    const { session, screen } = open();
    session.submit('while :; do :; done', { maxMs: 10_800_000 });
    expect([session.state, screen()]).toEqual([
      'prompt',
      expect.stringContaining('stopped: a command may use 100000 commands\n'),
    ]);
    session.submit('f() { f; }; f');
    expect(screen()).toContain('stopped: a command may use 200 functions inside each other\n');
    session.submit('echo still here');
    expect(screen()).toContain('\nstill here\n');
  });

  it('is root on another node', () => {
    const { session, screen } = open('node2');
    session.submit('hostname');
    expect(screen()).toContain('root@node2:~# hostname\nnode2\n');
    session.close();
    expect(session.state).toBe('ended');
  });
});

describe('completion', () => {
  it.each([
    ['kubectl', ['kubectl']],
    ['helm', ['helm']],
    ['kubectl desc', ['describe']],
    ['kubectl get dep', ['deployments']],
    ['kubectl get deploy ', ['web']],
    ['kubectl describe pod cl', ['clock']],
    ['kubectl get pods/cl', ['pods/clock']],
    ['kubectl logs cl', ['clock']],
    ['kubectl -n kube-s', ['kube-system']],
    ['kubectl get pods --namespace=kube-p', ['--namespace=kube-public']],
    ['kubectl get svc -n kube-system kube', ['kube-dns']],
    ['kubectl get pods --all-', ['--all-namespaces']],
    ['kubectl get pods -o ya', ['yaml']],
    ['kubectl rollout st', ['status']],
    ['kubectl rollout status deploy w', ['web']],
    ['kubectl apply -f m', ['manifests/']],
    ['kubectl apply -f manifests/', ['manifests/a.yaml']],
    ['cat we', ['web.yaml']],
    ['kubectl get pods | gre', ['grep']],
    ['kubectl cordon node2; kubectl uncordon node', ['node1', 'node2', 'node3']],
    ['kubectl nonsense x', []],
  ])('of %j', (line, candidates) => {
    const { session } = open();
    expect(session.complete(line).candidates).toEqual(candidates);
  });

  it('says where the word begins and what all candidates share', () => {
    const { session } = open();
    expect(session.complete('kubectl drain no')).toEqual({
      from: 14,
      candidates: ['node1', 'node2', 'node3'],
      common: 'node',
    });
    expect(session.complete('kubectl get pods', 8).candidates).toContain('get');
  });
});
