import { findProfile } from '@seatrial/cluster';
import { beforeEach, describe, expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './workstation.js';

let workstation: Workstation;

beforeEach(() => {
  workstation = openWorkstation({ profile: findProfile('kubeadm')!, seed: 'redis-data' });
});

function run(command: string): string {
  const { stdout } = workstation.run(command);
  workstation.settle();
  return stdout;
}

const pod = (more = '', server = ''): string => `kubectl apply -f - <<E
apiVersion: v1
kind: Pod
metadata: { name: kv }
spec:
  nodeName: node2
  ${more}
  containers:
    - name: redis
      image: redis:7
      ${server}
      volumeMounts: [{ name: data, mountPath: /data }]
  volumes: [{ name: data, hostPath: { path: /var/tmp/kv, type: DirectoryOrCreate } }]
E`;

/** What redis-server 7.0.15 does with its directory. */
describe('the data of a redis server', () => {
  it('outlives the pod on a volume, and is written when the server ends', () => {
    run(pod());
    run('for c in "set city Lima" "rpush l a b" "expire city 900"; do kubectl exec kv -- redis-cli $c; done');
    expect(run('kubectl exec kv -- ls /data')).toBe('');
    run('kubectl delete pod kv');
    run(pod());
    expect(run('kubectl exec kv -- redis-cli get city; kubectl exec kv -- redis-cli lrange l 0 -1')).toBe(
      'Lima\na\nb\n',
    );
    expect(run('kubectl exec kv -- redis-cli ttl city')).toMatch(/^8\d\d\n$/);
    expect(run('kubectl logs kv')).toContain('* Done loading RDB, keys loaded: 2, keys expired: 0.\n');
  });

  it('is lost when the server is killed before it was saved, or keeps nothing', () => {
    run(pod());
    run('kubectl exec kv -- redis-cli set early 1; kubectl exec kv -- redis-cli save');
    run("kubectl exec kv -- redis-cli set late 1; kubectl exec kv -- redis-cli config set save ''");
    run('kubectl delete pod kv');
    run(pod());
    expect(run('kubectl exec kv -- redis-cli keys "*"')).toBe('early\n');
  });

  it('is written with every change to the append-only file', () => {
    run(pod('', 'args: [redis-server, --appendonly, "yes", --save, ""]'));
    expect(run('kubectl exec kv -- redis-cli set a 1; kubectl exec kv -- ls /data /data/appendonlydir')).toBe(
      'OK\n/data:\nappendonlydir\n\n/data/appendonlydir:\nappendonly.aof.1.base.rdb\nappendonly.aof.1.incr.aof\nappendonly.aof.manifest\n',
    );
    run('kubectl delete pod kv --force --grace-period=0');
    run(pod('', 'args: [redis-server, --appendonly, "yes", --save, ""]'));
    expect(run('kubectl exec kv -- redis-cli get a')).toBe('1\n');
  });

  it('cannot be saved where the server may not write: it does not end until it is killed', () => {
    run(pod('securityContext: { runAsUser: 1000 }'));
    expect(run('kubectl exec kv -- redis-cli save')).toMatch(/^ERR/);
    expect(run('kubectl exec kv -- redis-cli shutdown')).toContain('ERR Errors trying to SHUTDOWN. Check logs.');
    expect(run('kubectl logs kv | tail -3')).toContain("# Error trying to save the DB, can't exit.");
    expect(run('kubectl exec kv -- redis-cli shutdown nosave; sleep 3; kubectl get pod kv')).toMatch(/ 1 \(\d+s ago\)/);
  });
});
