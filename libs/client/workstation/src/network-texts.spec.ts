import { findProfile, recordedProfile, type ClusterProfile } from '@seatrial/cluster';
import { describe, expect, it } from 'vitest';
import { openWorkstation } from './workstation.js';

function open(profile: ClusterProfile, setup: string) {
  const workstation = openWorkstation({ profile, seed: 'network-texts', files: {}, internet: false });
  const run = (script: string) => {
    const { stdout, stderr, exit } = workstation.run(script);
    workstation.settle();
    return { text: stdout + stderr, exit };
  };
  run(setup);
  return run;
}

const EXEC_FAILED = 'command terminated with exit code 1\n';

describe('what clients print where nobody answers', () => {
  const run = open(
    recordedProfile,
    'kubectl create deployment web --image=nginx; kubectl expose deployment web --port=80; kubectl expose deployment web --name=alt --port=8080 --target-port=80; kubectl create service clusterip idle --tcp=80;' +
      'kubectl create deployment db --image=redis; kubectl run box --image=busybox:1.36 -- sleep 9999; kubectl run busy --image=nginx --overrides=\'{"spec":{"hostNetwork":true,"nodeName":"node2"}}\'',
  );
  const box = (command: string) => run(`kubectl exec box -- ${command}`).text;

  it.each([
    ['wget -qO- -T 3 http://idle', /^wget: can't connect to remote host \(10\.96\.\d+\.\d+\): Connection refused\n/],
    ['wget -qO- -T 3 http://nosuch', /^wget: bad address 'nosuch'\n/],
    ['wget -qO- -T 3 http://web:81', /^wget: download timed out\n/],
    ['wget -qO- http://web/nosuch', /^wget: server returned error: HTTP\/1\.1 404 Not Found\n/],
    [
      'wget -S -O /dev/null http://alt:8080/nosuch',
      /^Connecting to alt:8080 \(10\.96\.\d+\.\d+:8080\)\n {2}HTTP\/1\.1 404 Not Found\nwget: server returned/,
    ],
    [
      'wget -qO- https://kubernetes.default',
      /^wget: note: TLS certificate validation not implemented\nwget: TLS error from peer \(alert code 40\): handshake failure\n/,
    ],
    ['nc -w 2 idle 80', /^nc: can't connect to remote host \(10\.96\.\d+\.\d+\): Connection refused\n/],
    ['nc -w 2 web 81', /^nc: timed out\n/],
    ['ping -c 1 nosuch', /^ping: bad address 'nosuch'\n/],
    [
      'nslookup nosuch.default.svc.cluster.local',
      /\n\*\* server can't find nosuch\.default\.svc\.cluster\.local: NXDOMAIN\n/,
    ],
  ])('in a container: %s', (command, text) => {
    expect(box(command)).toMatch(text);
  });

  it.each([
    [
      'curl -sS http://172.18.0.2:81',
      7,
      /^curl: \(7\) Failed to connect to 172\.18\.0\.2 port 81 after 0 ms: Couldn't connect to server\n$/,
    ],
    ['curl -sS -m 2 http://10.96.200.200', 28, /^curl: \(28\) Connection timed out after 200\d milliseconds\n$/],
    ['curl -sS http://nosuch', 6, /^curl: \(6\) Could not resolve host: nosuch\n$/],
    ['curl http://nosuch', 6, /--:--:-- {5}0curl: \(6\) Could not resolve host: nosuch\n$/],
    ['curl http://172.18.0.2:81', 7, /--:--:-- {5}0\ncurl: \(7\) Failed to connect/],
    ['nc -zv 172.18.0.2 81', 1, /^nc: connect to 172\.18\.0\.2 port 81 \(tcp\) failed: Connection refused\n$/],
    [
      'wget -T 1 -t 2 http://10.96.200.200',
      4,
      /Retrying\.\n\n--\S+ \S+-- {2}\(try: 2\) {2}http:\/\/10\.96\.200\.200\/\nConnecting to 10\.96\.200\.200:80\.\.\. failed: Connection timed out\.\nGiving up\.\n\n$/,
    ],
    [
      'ping -c 2 172.18.0.77',
      1,
      /\nFrom 172\.18\.0\.2 icmp_seq=1 Destination Host Unreachable\nFrom 172\.18\.0\.2 icmp_seq=2 Destination Host Unreachable\n\n--- 172\.18\.0\.77 ping statistics ---\n2 packets transmitted, 0 received, \+2 errors, 100% packet loss/,
    ],
    ['redis-cli -h 172.18.0.3 ping', 1, /^Could not connect to Redis at 172\.18\.0\.3:6379: Connection refused\n$/],
    [
      'redis-cli -h $(kubectl get service web -o jsonpath={.spec.clusterIP}) -p 80 ping',
      1,
      /^Error: Protocol error, got "H" as reply type byte\n$/,
    ],
    ['dig @10.96.0.10 +short web.default.svc.cluster.local', 0, /^10\.96\.\d+\.\d+\n$/],
    [
      'dig @10.96.0.10 nosuch.default.svc.cluster.local',
      0,
      /status: NXDOMAIN[^]*;; AUTHORITY SECTION:\ncluster\.local\.\t\t30\tIN\tSOA\tns\.dns\.cluster\.local\. /,
    ],
  ] as const)('on a node: %s', (command, exit, text) => {
    const result = run(command);
    expect(result.text).toMatch(text);
    expect(result.exit).toBe(exit);
  });

  it('Endpoints that were deleted are made again', () => {
    expect(run('kubectl delete endpoints web && kubectl get endpoints web --no-headers').text).toMatch(
      /\nweb +10\.244\.\d\.\d+:80 +0s\n/,
    );
  });

  it('nginx gives up a port that is taken after five tries', () => {
    run('kubectl run second --image=nginx --overrides=\'{"spec":{"hostNetwork":true,"nodeName":"node2"}}\'');
    expect(run('kubectl logs second').text).toMatch(
      /^(nginx: \[emerg\] bind\(\) to 0\.0\.0\.0:80 failed \(98: Address already in use\)\n){5}nginx: \[emerg\] still could not bind\(\)\n$/,
    );
  });

  it('without a DNS pod questions are refused', () => {
    run('kubectl scale deployment coredns -n kube-system --replicas=0');
    expect(box('nslookup web')).toBe(
      `;; connection timed out; no servers could be reached\n\nnslookup: write to '10.96.0.10': Connection refused\n${EXEC_FAILED}`,
    );
    expect(box('wget -qO- -T 5 http://web')).toBe(`wget: bad address 'web'\n${EXEC_FAILED}`);
    const line = ';; communications error to 10.96.0.10#53: connection refused\n';
    expect(run('nslookup web.default.svc.cluster.local 10.96.0.10').text).toBe(
      `${line.repeat(3)};; no servers could be reached\n\n`,
    );
  });
});

const policy = (name: string, spec: string) =>
  `echo '{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"${name}"},"spec":${spec}}' | kubectl apply -f -`;

describe('NetworkPolicies where they are enforced', () => {
  const run = open(
    findProfile('kind')!,
    'kubectl run web --image=nginx --labels=app=web; kubectl expose pod web --port=80; kubectl run box --image=busybox --labels=app=box -- sleep 9999',
  );
  const web = () => run('kubectl exec box -- wget -qO- -T 3 http://web').text.split('\n')[0];

  it('isolate, admit by port, and keep names from being resolved', () => {
    expect(web()).toBe('<!DOCTYPE html>');
    run(policy('deny', '{"podSelector":{"matchLabels":{"app":"web"}},"policyTypes":["Ingress"]}'));
    expect(web()).toBe('wget: download timed out');
    expect(run('kubectl exec box -- ping -c 1 -W 1 $(kubectl get pod web -o jsonpath={.status.podIP})').exit).toBe(1);
    run(
      policy(
        'allow',
        '{"podSelector":{"matchLabels":{"app":"web"}},"ingress":[{"from":[{"podSelector":{}}],"ports":[{"port":80,"endPort":90}]}]}',
      ),
    );
    expect(web()).toBe('<!DOCTYPE html>');
    run(policy('egress', '{"podSelector":{"matchLabels":{"app":"box"}},"policyTypes":["Egress"]}'));
    expect(web()).toBe("wget: bad address 'web'");
    expect(run('kubectl exec box -- nslookup web').text).toBe(
      `;; connection timed out; no servers could be reached\n\n${EXEC_FAILED}`,
    );
    run(
      policy(
        'dns',
        '{"podSelector":{"matchLabels":{"app":"box"}},"policyTypes":["Egress"],"egress":[{"ports":[{"port":53,"protocol":"UDP"}]}]}',
      ),
    );
    expect(web()).toBe('wget: download timed out');
    expect(run('kubectl exec box -- wget -qO- -T 3 https://kubernetes.default').text).toMatch(
      /^wget: download timed out/,
    );
  });
});
