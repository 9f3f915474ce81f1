import { findProfile } from '@seatrial/cluster';
import { invariant } from '@seatrial/kernel';
import { describe, expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './workstation.js';

function sitDown(): Workstation {
  const profile = findProfile('kubeadm');
  invariant(profile, 'there is a kubeadm cluster');
  return openWorkstation({ profile, seed: 'tools' });
}

const workstation = sitDown();

describe('tools of the workstation', () => {
  it.each([
    ['echo "scale=2; 10/3" | bc', '3.33\n'],
    ['echo "2^10 - 1; 7/2; 7%4; -1/4" | bc', '1023\n3\n3\n0\n'],
    ['echo "1/4; sqrt(2)" | bc -l', '.25000000000000000000\n1.41421356237309504880\n'],
    ['echo "x=3; x*x; obase=16; 255" | bc', '9\nFF\n'],
    ['echo "1.5*2.25; 3 > 2" | bc', '3.37\n1\n'],
    [
      'echo "1 +" | bc; echo "1/0" | bc',
      '(standard_in) 2: syntax error\nRuntime error (func=(main), adr=3): Divide by zero\n',
    ],
    ['mkdir d; head -c 5000 /dev/zero > d/a; echo x > d/b; du d; du -sh d; du -sk d/a', '16\td\n16K\td\n8\td/a\n'],
    [
      'echo abc | tee /dev/stderr | wc -c; grep b /dev/stdin <<< abc; source /dev/stdin <<< "echo here"',
      '4\nabc\nhere\nabc\n',
    ],
    [
      'echo hello | kubectl create configmap piped --from-file=k=/dev/stdin; kubectl get configmap piped -o jsonpath={.data.k}',
      'configmap/piped created\nhello\n',
    ],
    ["touch -d '2020-01-01 10:00' then; stat -c %y then", '2020-01-01 10:00:00.000000000 +0000\n'],
    ['touch -d yesterday past; touch -r past past2; [ past -ot . ] && ! [ past2 -nt past ] && echo older', 'older\n'],
    [
      'touch -d rubbish t1; echo $?; touch -t 12 t1; touch -r nope t1; ls t1',
      "1\ntouch: invalid date format ‘rubbish’\ntouch: invalid date format ‘12’\ntouch: failed to get attributes of 'nope': No such file or directory\nls: cannot access 't1': No such file or directory\n",
    ],
    ['time -p true', 'real 0.00\nuser 0.00\nsys 0.00\n'],
    ['du nowhere', "du: cannot access 'nowhere': No such file or directory\n"],
    [
      'printf "a 1\\nb 2\\n" > l; printf "a x\\nc y\\n" > r; join l r; join -a1 l r; join -v2 l r',
      'a 1 x\na 1 x\nb 2\nc y\n',
    ],
    ['printf "1,a\\n" > l; printf "k,1\\n" > r; join -t, -1 1 -2 2 l r', '1,a,k\n'],
    ['echo hello > f; gzip f; ls f*; zcat f.gz; gunzip f.gz; cat f', 'f.gz\nhello\nhello\n'],
    ['echo piped | gzip -c | gzip -dc', 'piped\n'],
    ['gunzip l; echo $?', '2\ngunzip: l: unknown suffix -- ignored\n'],
    ['tar czf d.tgz d && rm -r d && tar tzf d.tgz && tar xf d.tgz && cat d/b', 'd/\nd/a\nd/b\nx\n'],
    [
      'kubectl create deployment api --image=nginx:1.25 --replicas=2 --dry-run=client -o yaml > dep.yaml; yq .spec.replicas dep.yaml',
      '2\n',
    ],
    ["yq '.spec.template.spec.containers[0].image' dep.yaml", 'nginx:1.25\n'],
    [
      "yq -i '.spec.replicas = 5 | .metadata.labels.tier = \"web\"' dep.yaml; yq '.metadata.labels, .spec.replicas' dep.yaml",
      'app: api\ntier: web\n5\n',
    ],
    [
      'printf "b: 1\\na:\\n- x: 1\\n  w: [1, two]\\n- z\\n---\\nb: 2\\n" > m.yaml; yq . m.yaml',
      'b: 1\na:\n  - x: 1\n    w:\n      - 1\n      - two\n  - z\n---\nb: 2\n',
    ],
    [
      "yq '.b' m.yaml; yq -o json '.a[0]' m.yaml | head -2; N=7 yq -n '.x = env(N) | .s = strenv(N)'",
      '1\n---\n2\n{\n  "x": 1,\nx: 7\ns: "7"\n',
    ],
    ['yq . nothing.yaml', 'Error: open nothing.yaml: no such file or directory\n'],
    ['kubectx', 'kubernetes-admin@kubernetes\n'],
    [
      'kubens kube-system; kubens -c; kubens -; kubens -c',
      'kube-system\ndefault\nContext "kubernetes-admin@kubernetes" modified.\nActive namespace is "kube-system".\nContext "kubernetes-admin@kubernetes" modified.\nActive namespace is "default".\n',
    ],
    [
      'factor 12 97 1 x; echo 360 | factor',
      '12: 2 2 3\n97: 97\n1:\n360: 2 2 2 3 3 5\nfactor: ‘x’ is not a valid positive integer\n',
    ],
    [
      'numfmt --to=iec 123456 1000 1024 1047552; numfmt --to=si 9999; numfmt --from=iec 2G; numfmt --to=iec-i --suffix=B 5000',
      '121K\n1000\n1.0K\n1023K\n10K\n2147483648\n4.9KiB\n',
    ],
    [
      'mkdir -p jail; chroot jail ls; sudo chroot jail ls; sudo chroot nowhere',
      "chroot: cannot change root directory to 'jail': Operation not permitted\nchroot: failed to run command ‘ls’: No such file or directory\nchroot: cannot change root directory to 'nowhere': No such file or directory\n",
    ],
    [
      "unshare -u hostname; sudo unshare -u sh -c 'hostname inner; hostname'; hostname",
      'inner\nnode1\nunshare: unshare failed: Operation not permitted\n',
    ],
    [
      'oc whoami; oc get node node2 -o name; oc frob',
      'kubernetes-admin\nnode/node2\nerror: unknown command "frob" for "oc"\n',
    ],
    ['kubens nowhere', 'error: no namespace exists with name "nowhere"\n'],
  ])('%s', (script, expected) => {
    const { stdout, stderr } = workstation.run(script);
    expect(stdout + stderr).toBe(expected);
  });
});

describe('load', () => {
  it('is sent to a service and summed up', () => {
    workstation.run('kubectl create deployment web --image=nginx:1.25; kubectl expose deployment web --port=80');
    workstation.run('kubectl wait deployment web --for=condition=Available');
    workstation.settle();
    const address = workstation.run("kubectl get svc web -o jsonpath='{.spec.clusterIP}'").stdout;
    const hey = workstation.run(`hey -n 100 -c 10 http://${address}/`);
    expect(hey.stdout).toMatch(
      /Requests\/sec:\t\d+\.\d{4}\n[\s\S]*Size\/request:\t615 bytes[\s\S]*\[200\]\t100 responses\n/,
    );
    const ab = workstation.run(`ab -n 40 -c 4 http://${address}/`);
    expect(ab.stdout).toMatch(/Document Length: +615 bytes\n[\s\S]*Complete requests: +40\nFailed requests: +0\n/);
    expect(workstation.run(`hey -z 5s -c 2 -q 10 http://${address}/`).stdout).toContain('[200]\t100 responses');
    expect(workstation.run('hey -n 4 -c 2 http://127.0.0.1:9/').stdout).toContain(
      'Error distribution:\n  [4]\tconnection refused',
    );
  });
});
