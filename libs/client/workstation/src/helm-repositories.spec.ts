import { findProfile } from '@seatrial/cluster';
import { invariant } from '@seatrial/kernel';
import { describe, expect, it } from 'vitest';
import { openWorkstation } from './workstation.js';

function open(): (script: string) => string {
  const profile = findProfile('kubeadm');
  invariant(profile, 'the profile exists');
  const workstation = openWorkstation({ profile, seed: 'helm-repositories', files: {} });
  return (script) => {
    const { stdout, stderr, unsupported } = workstation.run(script, { timeoutMs: 60_000 });
    workstation.settle();
    expect(unsupported).toEqual([]);
    return stdout + stderr;
  };
}

describe('charts from elsewhere', () => {
  it('come from a web server of the student’s own', () => {
    const run = open();
    run('helm create web; mkdir repo; helm package web -d repo; helm repo index repo --url http://localhost:8099');
    run('python3 -m http.server 8099 -d repo >/dev/null 2>&1 &');
    expect(
      run('helm repo add local http://localhost:8099; helm repo add local http://localhost:8099; helm repo list'),
    ).toBe(
      '"local" has been added to your repositories\n"local" already exists with the same configuration, skipping\nNAME \tURL                  \nlocal\thttp://localhost:8099\n',
    );
    expect(run('helm repo update')).toBe(
      'Hang tight while we grab the latest from your chart repositories...\n...Successfully got an update from the "local" chart repository\nUpdate Complete. ⎈Happy Helming!⎈\n',
    );
    expect(run('helm search repo web')).toBe(
      'NAME     \tCHART VERSION\tAPP VERSION\tDESCRIPTION                \nlocal/web\t0.1.0        \t1.16.0     \tA Helm chart for Kubernetes\n',
    );
    expect(run('helm pull local/web --version 9.9.9')).toBe(
      'Error: chart "web" matching 9.9.9 not found in local index. (try \'helm repo update\'): no chart version found for web-9.9.9\n',
    );
    expect(run('helm pull local/web --untar -d out; ls out/web')).toBe(
      'Chart.yaml\ncharts\ntemplates\nvalues.yaml\n'.replace('charts\n', ''),
    );
    expect(
      run(
        'helm install w local/web >/dev/null; helm list -q; helm template t web --repo http://localhost:8099 | grep -c kind:',
      ),
    ).toBe('w\n4\n');
    run('helm pull local/web');
    expect(run('helm install -g web-0.1.0.tgz --dry-run=client --hide-notes 2>/dev/null | head -1')).toMatch(
      /^NAME: web-0-\d+\n$/,
    );
    expect(run('helm repo remove local; helm repo list')).toBe(
      '"local" has been removed from your repositories\nno repositories to show\n',
    );
  });

  it('are applied on the client where that is asked for, and on the server from then on', () => {
    const run = open();
    run('helm create web; helm install x web --server-side=false');
    expect(run('helm get metadata x | tail -1')).toBe('APPLY_METHOD: client-side apply\n');
    const managers = `kubectl get deploy x-web -o jsonpath='{range .metadata.managedFields[?(@.manager=="helm")]}{.operation} {end}' --show-managed-fields`;
    expect(run(managers)).toBe('Update ');
    run('helm upgrade x web --set replicaCount=2');
    expect(run('helm get metadata x | tail -1')).toBe('APPLY_METHOD: client-side apply\n');
    run('helm upgrade x web --set replicaCount=3 --server-side=true');
    expect(
      run(`helm get metadata x | tail -1; ${managers}; kubectl get deploy x-web -o jsonpath={.spec.replicas}`),
    ).toBe('APPLY_METHOD: server-side apply\nApply 3');
    expect(run('helm upgrade x web --force-conflicts --force-replace')).toBe(
      'Error: if any flags in the group [force-replace force-conflicts] are set none of the others can be; [force-conflicts force-replace] were all set\n',
    );
    expect(
      run('KUBECONFIG=/none helm install y web --dry-run=client | head -1; KUBECONFIG=/none helm upgrade x web'),
    ).toBe(
      'NAME: y\nError: UPGRADE FAILED: kubernetes cluster unreachable: Get "http://localhost:8080/version": dial tcp 127.0.0.1:8080: connect: connection refused\n',
    );
  });
});
