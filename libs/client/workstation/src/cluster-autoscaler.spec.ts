import { configureProfile, findProfile } from '@seatrial/cluster';
import { invariant } from '@seatrial/kernel';
import { describe, expect, it } from 'vitest';
import { openWorkstation } from './workstation.js';

describe('the cluster autoscaler', () => {
  const eks = findProfile('eks');
  invariant(eks, 'there is an EKS cluster');
  const nodeGroup = { minSize: 2, maxSize: 5 };
  const profile = configureProfile(eks, { addons: ['cluster-autoscaler'], nodeGroup });
  invariant(profile.ok, 'the settings go with it');
  const workstation = openWorkstation({ profile: profile.value, seed: 'autoscaler' });
  const run = (script: string): string => {
    const { stdout, stderr } = workstation.run(script, { timeoutMs: 3_600_000 });
    return stdout + stderr;
  };
  const nodes = (): number => run('kubectl get nodes -o name').trim().split('\n').length;
  const messages = (reason: string): string[] =>
    run(`kubectl get events -A --field-selector reason=${reason} -o jsonpath='{range .items[*]}{.message}{"\\n"}{end}'`)
      .trim()
      .split('\n');

  it('adds nodes for pods that fit nowhere, and says why it does not', () => {
    run(
      'kubectl create deployment web --image=nginx; kubectl set resources deployment web --requests=cpu=800m; sleep 20; kubectl scale deployment web --replicas=10; sleep 20',
    );
    expect(messages('TriggeredScaleUp')[0]).toMatch(
      /^pod triggered scale-up: \[\{eks-workers-\S+ 3->5 \(max: 5\)\}\]$/,
    );
    expect(nodes()).toBe(3);
    expect(
      run('kubectl run picky --image=nginx --overrides=\'{"spec":{"nodeSelector":{"disk":"ssd"}}}\'; sleep 100'),
    ).toContain('created');
    expect(nodes()).toBe(5);
    expect(run('kubectl get deployment web -o jsonpath={.status.readyReplicas}')).toBe('10');
    expect(messages('NotTriggerScaleUp')).toEqual(["pod didn't trigger scale-up: 1 max node group size reached"]);
  });

  it('gives back what has not been needed for ten minutes, never below the least size', () => {
    run('kubectl delete pod picky; kubectl scale deployment web --replicas=1; sleep 540');
    expect(nodes()).toBe(5);
    run('sleep 900');
    expect(nodes()).toBe(3);
    expect(messages('ScaleDownEmpty')[0]).toMatch(/^Scale-down: removing empty node "ip-192-168-90-\d+\./);
    expect(
      run("kubectl get configmap -n kube-system cluster-autoscaler-status -o jsonpath='{.data.status}'"),
    ).toContain('cloudProviderTarget: 3\n    minSize: 2\n    maxSize: 5\n');
  });

  it('does nothing while it does not run', () => {
    run(
      'kubectl scale deployment cluster-autoscaler -n kube-system --replicas=0; kubectl scale deployment web --replicas=11; sleep 120',
    );
    expect(nodes()).toBe(3);
  });
});
