import { findProfile } from '@seatrial/cluster';
import { beforeAll, describe, expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './workstation.js';

let workstation: Workstation;

beforeAll(() => {
  workstation = openWorkstation({ profile: findProfile('kubeadm')!, seed: 'kubectl-verbosity' });
  workstation.run('kubectl get pods');
});

/** What klog says of requests and failures, without time and process. */
const said = (command: string): string =>
  workstation
    .run(command)
    .stderr.replace(/^[IWEF]\d{4} \S+ +\d+ /gm, '')
    .split('\n')
    .filter((line) => !/^(?:loader|envvar)\.go/.test(line))
    .join('\n')
    .replace(/milliseconds=\d+/g, 'milliseconds=N');

describe('kubectl -v', () => {
  it('shows requests, and from 7 on what get accepts', () => {
    const url = 'url="https://172.18.0.2:6443/api/v1/namespaces/default/pods?limit=500"';
    expect(said('kubectl get pods -v=6')).toBe(
      `round_trippers.go:632] "Response" verb="GET" ${url} status="200 OK" milliseconds=N\nNo resources found in default namespace.\n`,
    );
    expect(said('kubectl get pods -v=7')).toBe(
      `round_trippers.go:527] "Request" verb="GET" ${url} headers=<\n\tAccept: application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json\n\tUser-Agent: kubectl/v1.35.4 (linux/amd64) kubernetes/$Format\n >\nround_trippers.go:632] "Response" status="200 OK" milliseconds=N\nNo resources found in default namespace.\n`,
    );
    expect(said('kubectl version -v=6')).toContain('/version?timeout=32s" status="200 OK"');
  });

  it('shows what the server said of a failure', () => {
    expect(said('kubectl get pod nope -v=6')).toContain(
      'helpers.go:246] server response object: %s[{\n  "kind": "Status",\n  "apiVersion": "v1",\n  "metadata": {},\n  "status": "Failure",\n  "message": "pods \\"nope\\" not found",\n  "reason": "NotFound",\n  "details": {\n    "name": "nope",\n    "kind": "pods"\n  },\n  "code": 404\n}]\nError from server (NotFound): pods "nope" not found\n',
    );
    expect(said('kubectl get pod nope -v=5')).toBe('Error from server (NotFound): pods "nope" not found\n');
  });
});
