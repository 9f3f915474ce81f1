import { recordedProfile } from '@seatrial/cluster';
import { describe, expect, it } from 'vitest';
import { openWorkstation, type StepResult } from '../index.js';

function typed(...commands: readonly string[]): StepResult[] {
  const workstation = openWorkstation({ profile: recordedProfile, seed: 'internet' });
  return commands.map((command) => {
    const step = workstation.run(command);
    workstation.settle();
    return step;
  });
}

describe('what the Internet has and the replay has not', () => {
  it.each([
    ['kubectl apply -f https://k8s.io/unknown/pod.yaml', 'k8s.io on the Internet'],
    ['curl -s -m 2 http://34.120.1.9/', '34.120.1.9 on the Internet'],
    ['ping -c 1 -W 1 34.120.1.9', '34.120.1.9 on the Internet'],
    [
      'curl -s https://raw.githubusercontent.com/acme/lab/main/a.yaml',
      'the file https://raw.githubusercontent.com/acme/lab/main/a.yaml',
    ],
    ['curl -s https://www.google.com', 'the page https://www.google.com/'],
    ['nc -z -w 1 google.com 22', 'port 22 of google.com on the Internet'],
  ])('%s is not simulated', (command, what) => {
    expect(typed(command)[0].unsupported).toEqual([what]);
  });

  it('counts to the command whose pod asks for it', () => {
    const [run] = typed('kubectl run out --image=busybox --restart=Never -- wget -qO- http://shop.acme.com', 'true');
    expect(run.unsupported).toEqual(['shop.acme.com on the Internet']);
  });
});

describe('what nobody has', () => {
  it.each(['curl -s http://web', 'nslookup web.default.svc.cluster.local', 'curl -s -m 1 http://10.96.200.200'])(
    '%s fails as it does on a real cluster',
    (command) => {
      const [step] = typed(command);
      expect(step.unsupported).toEqual([]);
      expect(step.exit).not.toBe(0);
    },
  );
});

describe('well-known hosts', () => {
  it('answer echoes from the distance', () => {
    const [step] = typed('ping -c 1 1.1.1.1');
    expect(step.stdout).toMatch(/64 bytes from 1\.1\.1\.1: icmp_seq=1 ttl=55 time=8\.\d\d ms/);
    expect(step.unsupported).toEqual([]);
  });

  it('resolve, and take connections', () => {
    const [lookup, open, page] = typed(
      'nslookup google.com',
      'nc -zv -w 2 google.com 443',
      'curl -sI http://google.com',
    );
    expect(lookup.stdout).toContain('Name:\tgoogle.com\nAddress: 142.250.184.14');
    expect(open.exit).toBe(0);
    expect(page.stdout).toMatch(/^HTTP\/1\.1 301 Moved Permanently\r\nLocation: http:\/\/www\.google\.com\//);
    expect([lookup, open, page].flatMap(({ unsupported }) => unsupported)).toEqual([]);
  });

  it('are out of reach where a policy forbids it', () => {
    const policy = JSON.stringify({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'in' },
      spec: { podSelector: {}, policyTypes: ['Egress'] },
    });
    const workstation = openWorkstation({ profile: { ...recordedProfile, networkPolicy: true }, seed: 'policy' });
    workstation.run(`kubectl apply -f - <<'EOF'\n${policy}\nEOF\nkubectl run out --image=busybox -- sleep 1000`);
    workstation.settle();
    const step = workstation.run('kubectl exec out -- ping -c 1 -W 1 8.8.8.8');
    expect(step.stdout).toContain('1 packets transmitted, 0 packets received');
    expect(step.unsupported).toEqual([]);
  });
});
