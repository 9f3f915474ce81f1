import { recordedProfile } from '@seatrial/cluster';
import { beforeAll, describe, expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './workstation.js';

let workstation: Workstation;

beforeAll(() => {
  const files = { 'app.env': 'A=1 # one\n# B=2\n  C=two words\nD\n' };
  workstation = openWorkstation({ profile: recordedProfile, seed: 'course-forms', files });
  workstation.run('kubectl run box --image=busybox:1.36 -- sleep 3600');
  workstation.run('kubectl create deployment web --image=nginx');
  workstation.settle();
});

/** What kubectl 1.35.4 and OpenSSL 3.0 answered to forms of public exercises. */
describe('forms that exercise books use', () => {
  it.each([
    {
      run: "kubectl run one --image=busybox -i --rm --restart=Never -- sh -c 'echo no tide > /dev/termination-log; exit 4'",
      stdout: 'pod "one" deleted from default namespace\n',
      stderr: /pod default\/one terminated \(Error\)\nno tide\n$/,
    },
    {
      run: 'kubectl run two box --image=busybox -i --rm --restart=Never',
      stdout: 'pod "two" deleted from default namespace\n',
      stderr:
        /pod default\/two terminated \(StartError\)\n.*exec: "box": executable file not found in \$PATH: unknown\n$/,
    },
    {
      run: 'kubectl run a --image=nginx --pod-running-timeout=0 --dry-run=client',
      stderr: "error: --pod-running-timeout must be higher than zero\nSee 'kubectl run -h' for help and examples\n",
    },
    {
      run: 'kubectl run a --image=nginx --save-config --dry-run=client -o yaml | grep -c annotations',
      stdout: '0\n',
    },
    {
      run: `kubectl create ingress a --rule='x.org/=web:0' --rule='x.org/b=web:80=2' --dry-run=client -o jsonpath='{..backend}'`,
      stdout: '{"service":{"name":"web","port":{}}} {"service":{"name":"web","port":{"number":80}}}',
    },
    {
      run: `kubectl set env deploy/web - --dry-run=client -o jsonpath='{..env}' < app.env`,
      stdout: '[{"name":"A","value":"1 "},{"name":"  C","value":"two words"}]',
    },
    { run: 'kubectl cp box:/etc/passwd .', stderr: 'error: open .: is a directory\n' },
    { run: 'kubectl cp box:/etc/passwd copy', stdout: "tar: removing leading '/' from member names\n" },
    { run: 'kubectl cp box:/absent copy' },
    { run: "curl -s --data '{}' localhost:1 || echo $?", stdout: '7\n' },
    {
      run: `printf '{"apiVersion":"v1","kind":"Binding","metadata":{"name":"hand"},"target":{"kind":"Node","name":"node3"}}' > binding.json; kubectl run hand --image=nginx --overrides='{"spec":{"schedulerName":"by-hand"}}'; kubectl apply -f binding.json; kubectl get pod hand -o jsonpath={.spec.nodeName}`,
      stdout: 'pod/hand created\nnode3',
      stderr: 'error: object does not implement the Object interfaces\n',
    },
    {
      run: "printf hello | openssl base64 | tee h.b64; printf hello | openssl base64 -A | openssl base64 -d; openssl base64 -d -in h.b64; printf 'aGVsbG8=' | openssl base64 -d -A",
      stdout: 'aGVsbG8=\nhellohello',
    },
    {
      run: 'curl; curl -s',
      stderr:
        "curl: try 'curl --help' or 'curl --manual' for more information\ncurl: no URL specified!\ncurl: try 'curl --help' or 'curl --manual' for more information\n",
    },
    {
      run: "mkdir k; printf 'resources: [cm.yaml]\\nnamePrefix: x-\\n' > k/kustomization.yaml; kubectl create cm a --dry-run=client -o yaml > k/cm.yaml; kustomize build k | kubectl apply -f -; kustomize version; kustomize build; kustomize edit fix",
      stdout: 'configmap/x-a created\nv5.7.1\n',
      stderr:
        /^Error: unable to find one of 'kustomization\.yaml', 'kustomization\.yml' or 'Kustomization' in directory '\/home\/student\/work'\nError: Missing kustomization file 'kustomization\.yaml'\.\n\nUsage:\n {2}kustomize edit fix \[flags\]\n/,
    },
    {
      run: 'openssl base64 -in none; openssl base64 -d none',
      stderr: 'Can\'t open "none" for reading, No such file or directory\nbase64: Use -help for summary.\n',
    },
  ])('$run', ({ run, stdout = '', stderr = '' }) => {
    const answer = workstation.run(run);
    expect(answer.stdout).toBe(stdout);
    if (stderr instanceof RegExp) expect(answer.stderr).toMatch(stderr);
    else expect(answer.stderr).toBe(stderr);
  });
});

describe('the environment of a container with a terminal', () => {
  it('has TERM after PATH, and its own before that', () => {
    const order = (env: string): string => {
      workstation.run(`kubectl run term${env.length} --image=busybox --restart=Never ${env} -i -t -- env`);
      return workstation.run(`kubectl logs term${env.length} | grep -nE '^(PATH|TERM|HOSTNAME)=' | cut -c1-8`).stdout;
    };
    expect(order('')).toBe('1:PATH=/\n2:TERM=x\n3:HOSTNA\n');
    expect(order('--env=TERM=vt100')).toBe('1:PATH=/\n2:TERM=v\n3:HOSTNA\n');
  });
});

describe('chroot to the root of a node', () => {
  it('runs what the node has', () => {
    workstation.run("kubectl debug node/node2 --image=busybox -- chroot /host sh -c 'hostname; crictl ps | wc -l'");
    workstation.settle();
    expect(workstation.run('kubectl logs $(kubectl get pods -o name | grep debugger)').stdout).toMatch(
      /^node2\n\d+\n$/,
    );
  });

  it('says what it cannot run or enter as its userland does', () => {
    expect(workstation.run('kubectl exec box -- chroot /etc ls').stderr).toBe(
      "chroot: can't execute 'ls': No such file or directory\ncommand terminated with exit code 127\n",
    );
    expect(workstation.run('kubectl exec box -- chroot /absent ls').stderr).toBe(
      "chroot: can't change root directory to '/absent': No such file or directory\ncommand terminated with exit code 1\n",
    );
  });
});

describe('an object over HTTP', () => {
  it('has its members in the order of Go structs and its maps by key', () => {
    workstation.run('kubectl label pod box zone=b area=a');
    const { stdout } = workstation.run(
      "kubectl get --raw /api/v1/namespaces/default/pods/box | jq -c '(keys_unsorted, (.spec|keys_unsorted), .metadata.labels)'",
    );
    const [object, spec, labels] = stdout.split('\n');
    expect(object).toBe('["kind","apiVersion","metadata","spec","status"]');
    expect(spec).toMatch(/^\["volumes","containers","restartPolicy","terminationGracePeriodSeconds","dnsPolicy",/);
    expect(labels).toBe('{"area":"a","run":"box","zone":"b"}');
  });
});
