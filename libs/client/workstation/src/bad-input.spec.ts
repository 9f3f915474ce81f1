import { findProfile } from '@seatrial/cluster';
import { TextInput, TextOutput } from '@seatrial/kernel';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './index.js';

const profile = findProfile('kubeadm');
if (!profile) throw new Error('profile');

let workstation: Workstation;
beforeAll(() => {
  workstation = openWorkstation({ profile, seed: 'bad-input' });
});

/** Applies a text as a manifest; whatever it is, kubectl ends with 0 or 1 and says something. */
function apply(manifest: string): { readonly exit: number; readonly said: string } {
  workstation.machine.files.writeFile('/home/student/work/input.yaml', manifest);
  const { exit, stdout, stderr } = workstation.run('kubectl apply -f input.yaml');
  return { exit, said: stdout + stderr };
}

const pod = (spec: string): string => `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: ${spec}\n`;

describe('bad input', () => {
  it('never gets past an API error, however random', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 200 }), fc.string({ unit: 'binary', maxLength: 200 })), (text) => {
        const { exit, said } = apply(text);
        expect([0, 1]).toContain(exit);
        expect(said).not.toBe('');
      }),
      { numRuns: 150 },
    );
  });

  it('takes any JSON for a spec without harm', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        expect([0, 1]).toContain(apply(pod(JSON.stringify(value))).exit);
      }),
      { numRuns: 150 },
    );
  });

  it.each<[string, string]>([
    [
      'deep nesting',
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: d}\ndata: ${'['.repeat(20_000)}${']'.repeat(20_000)}`,
    ],
    [
      'an alias bomb',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
        .split('')
        .map(
          (name, i) =>
            `${name}: &${name} [${Array(9)
              .fill(`*${'abcdefg'.charAt(i)}`)
              .join()}]`,
        )
        .join('\n')}`,
    ],
    [
      'a __proto__ key',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n__proto__: {polluted: "yes"}\ndata: {constructor: {a: b}}',
    ],
    ['lone surrogates', `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: s}\ndata: {k: "\udcff\udc80"}`],
    ['a huge number', pod('{containers: [{name: a, image: b, ports: [{containerPort: 99999999999999999999}]}]}')],
    ['tabs', 'apiVersion: v1\nkind: Pod\n\tmetadata: x'],
    ['a name of 10,000 letters', `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${'a'.repeat(10_000)}}`],
  ])('answers %s', (_, manifest) => {
    expect(apply(manifest).exit).toBe(1);
    expect(Object.prototype).not.toHaveProperty('polluted');
  });

  it('refuses 10 MB in one object, as etcd does', () => {
    const { exit, said } = apply(
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: big}\ndata: {k: "${'x'.repeat(10_000_000)}"}`,
    );
    expect(exit).toBe(1);
    expect(said).toMatch(/Too long|too large|larger than/);
  });

  it.each([
    `kubectl get pods -o jsonpath='{range .items[*]}{range .items[*]}{range'`,
    `kubectl get pods -o jsonpath='{..a..b..c..d..e}'`,
    `kubectl get pods -o go-template='{{range $i := .items}}{{template "x"}}{{end}}{{define "x"}}{{template "x"}}{{end}}{{template "x"}}'`,
    `echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | grep -E '^(a+)+$b'`,
    `echo '[1]' | jq 'def f: f; f'`,
    `echo '[1]' | jq '[limit(5; repeat(1))] | length'`,
    `f() { f; }; f`,
    `echo {1..10}{1..10}{1..10} | wc -w`,
    `x=a; for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do x=$x$x; done; echo \${#x}`,
  ])('ends %s', (script) => {
    const { exit } = workstation.run(script, { timeoutMs: 5000 });
    expect(exit).toBeGreaterThanOrEqual(0);
    expect(workstation.run('echo still here').stdout).toBe('still here\n');
  });

  it('gives a process nothing of this machine', () => {
    process.env.SEATRIAL_CANARY = 'a secret of the host';
    const { stdout, stderr } = workstation.run(
      'env; cat /proc/self/environ; cat /etc/passwd; ls /; ls /work /root; curl -s -m 2 http://127.0.0.1:22',
    );
    expect(stdout + stderr).not.toContain('a secret of the host');
    expect(stdout).not.toContain('package.json');
  });

  it('keeps the text streams of the kernel apart from the host', () => {
    const output = new TextOutput(4);
    output.append('too long');
    expect([output.text, output.truncated, new TextInput('x').take()]).toEqual(['too ', true, 'x']);
  });
});
