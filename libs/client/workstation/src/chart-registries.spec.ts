import { findProfile } from '@seatrial/cluster';
import { declareImage } from '@seatrial/images';
import { invariant } from '@seatrial/kernel';
import { describe, expect, it } from 'vitest';
import { openWorkstation } from './workstation.js';

function open(): (script: string, unsupported?: readonly string[]) => string {
  const profile = findProfile('kubeadm');
  const app = declareImage({
    name: 'registry.acme.test/team/app',
    tags: ['1'],
    private: { username: 'ana', password: 'secret' },
  });
  invariant(profile && app, 'the profile and the image exist');
  const workstation = openWorkstation({ profile, seed: 'chart-registries', files: {}, images: [app] });
  return (script, expected = []) => {
    const { stdout, stderr, unsupported } = workstation.run(`{ ${script}\n} 2>&1`, { timeoutMs: 60_000 });
    workstation.settle();
    expect(unsupported).toEqual(expected);
    return `${stdout}${stderr}`.replaceAll(/sha256:[0-9a-f]{64}/g, 'DIGEST');
  };
}

const AT = 'oci://localhost:5000/charts';
const packed = (version: string): string =>
  `sed -i 's/^version: .*/version: ${version}/' web/Chart.yaml; helm package web >/dev/null; helm push web-${version}.tgz ${AT} --plain-http`;

describe('charts in a registry of the student’s own', () => {
  const run = open();
  run('docker run -d -p 5000:5000 --name registry registry:2 >/dev/null; helm create web >/dev/null');

  it('are pushed, without TLS where that is asked for', () => {
    run('helm package web');
    expect(run(`helm push web-0.1.0.tgz ${AT}`)).toBe(
      'Error: failed to perform "Exists" on destination: Head "https://localhost:5000/v2/charts/web/manifests/DIGEST": http: server gave HTTP response to HTTPS client\n',
    );
    expect(run(packed('0.1.0'))).toBe('Pushed: localhost:5000/charts/web:0.1.0\nDigest: DIGEST\n');
    expect(run(packed('0.3.0'))).toContain('Pushed: localhost:5000/charts/web:0.3.0\n');
    expect(run(packed('0.4.0-rc1'))).toContain('Pushed: localhost:5000/charts/web:0.4.0-rc1\n');
    expect(run(packed('0.2.0+b5'))).toContain(
      'localhost:5000/charts/web:0.2.0_b5 contains an underscore.\n\nOCI artifact',
    );
    expect(run('curl -s localhost:5000/v2/_catalog; curl -s localhost:5000/v2/charts/web/tags/list')).toBe(
      '{"repositories":["charts/web"]}\n{"name":"charts/web","tags":["0.1.0","0.2.0_b5","0.3.0","0.4.0-rc1"]}\n',
    );
  });

  it.each([
    [`web-0.1.0.tgz localhost:5000/charts`, 'scheme "localhost" not supported'],
    [`web ${AT}`, 'cannot push directory, must provide chart archive (.tgz)'],
    [`nope.tgz ${AT}`, 'nope.tgz: no such file'],
    [`web-0.1.0.tgz oci://localhost:5000/Charts`, 'invalid reference: invalid repository "Charts/web"'],
    [`web-0.1.0.tgz ${AT}:1`, 'invalid reference: invalid tag "1/web:0.1.0"'],
  ])('helm push %s is refused', (args, error) => {
    expect(run(`helm push ${args} --plain-http`)).toBe(`Error: ${error}\n`);
  });

  it.each([
    ['', 'Pulled: localhost:5000/charts/web:0.3.0\nDigest: DIGEST\nweb-0.3.0.tgz\n'],
    ['--devel', 'Pulled: localhost:5000/charts/web:0.4.0-rc1\nDigest: DIGEST\nweb-0.4.0-rc1.tgz\n'],
    ['--version 0.1.0', 'Pulled: localhost:5000/charts/web:0.1.0\nDigest: DIGEST\nweb-0.1.0.tgz\n'],
    [
      '--version 0.1',
      'Error: failed to perform "FetchReference" on source: localhost:5000/charts/web:0.1: not found\n',
    ],
    ['--version ">9"', 'Error: could not locate a version matching provided version string >9\n'],
    ['--version nope', 'Error: improper constraint: nope\n'],
  ])('are pulled: %s', (flags, answer) => {
    expect(run(`rm -rf p; mkdir p; cd p; helm pull ${AT}/web --plain-http ${flags}; ls; cd ..`)).toBe(answer);
  });

  it('are unpacked below both folders', () => {
    expect(
      run(`helm pull ${AT}/web --plain-http --untar --untardir x -d y >/dev/null 2>&1; ls y/x/web | head -1`),
    ).toBe('Chart.yaml\n');
    expect(run(`helm pull ${AT}/web --plain-http --untar 2>&1 | tail -1`)).toBe(
      'Error: failed to untar: a file or directory with the name web already exists\n',
    );
  });

  it('are installed, upgraded and shown', () => {
    expect(
      run(`helm install w ${AT}/web --plain-http --version 0.1.0 | head -1; helm list | tail -1 | cut -f6`),
    ).toContain('web-0.1.0');
    expect(run(`helm upgrade w ${AT}/web --plain-http 2>/dev/null | head -1`)).toBe(
      'Release "w" has been upgraded. Happy Helming!\n',
    );
    expect(run(`helm show chart ${AT}/web --plain-http 2>/dev/null | tail -2`)).toBe('version: 0.3.0\n\n');
    expect(run(`helm template ${AT}/nope --plain-http`)).toBe(
      'Error: GET "http://localhost:5000/v2/charts/nope/tags/list": response status code 404: name unknown: repository name not known to registry: map[name:charts/nope]\n',
    );
  });

  it('are dependencies', () => {
    run('helm create parent >/dev/null; rm -rf parent/templates/*');
    const wanting = (version: string): string =>
      `printf 'apiVersion: v2\\nname: parent\\nversion: 0.1.0\\ndependencies:\\n- name: web\\n  version: "${version}"\\n  repository: ${AT}\\n' > parent/Chart.yaml`;
    expect(run(`${wanting('0.x')}; helm dependency update parent --plain-http; ls parent/charts`)).toBe(
      `Saving 1 charts\nDownloading web from repo ${AT}\nPulled: localhost:5000/charts/web:0.3.0\nDigest: DIGEST\nDeleting outdated charts\nweb-0.3.0.tgz\n`,
    );
    expect(run('rm -rf parent/charts; helm dependency build parent --plain-http | head -1')).toContain(
      'Saving 1 charts\n',
    );
    expect(run('rm -rf parent/charts; helm package parent -u --plain-http; ls parent/charts')).toBe(
      'Pulled: localhost:5000/charts/web:0.3.0\nDigest: DIGEST\nSuccessfully packaged chart and saved it to: /home/student/work/parent-0.1.0.tgz\nweb-0.3.0.tgz\n',
    );
    expect(run(`${wanting('9.x')}; helm dependency update parent --plain-http 2>&1 | tail -1`)).toBe(
      `Error: could not download ${AT}/web: could not locate a version matching provided version string 9.x\n`,
    );
    expect(run(`${wanting('abc')}; helm dependency update parent --plain-http`)).toBe(
      'Error: dependency "web" has an invalid version/constraint format: improper constraint: abc\n',
    );
  });

  it('are gone with the registry, and back with it', () => {
    expect(run(`docker stop registry; helm pull ${AT}/web --plain-http`)).toBe(
      'registry\nError: Get "http://localhost:5000/v2/charts/web/tags/list": dial tcp 127.0.0.1:5000: connect: connection refused\n',
    );
    expect(run(`docker start registry; helm show chart ${AT}/web --plain-http 2>/dev/null | tail -2`)).toBe(
      'registry\nversion: 0.3.0\n\n',
    );
  });
});

describe('a dependency of a repository that is reached', () => {
  it('is fetched by its index, whether the repository was added or not', () => {
    const run = open();
    run(
      'helm create web >/dev/null; mkdir repo; helm package web -d repo; helm repo index repo --url http://localhost:8099',
    );
    run('python3 -m http.server 8099 -d repo >/dev/null 2>&1 &');
    run(
      'mkdir parent; printf \'apiVersion: v2\\nname: parent\\nversion: 0.1.0\\ndependencies:\\n- name: web\\n  version: "0.x"\\n  repository: http://localhost:8099\\n\' > parent/Chart.yaml',
    );
    expect(run('helm dependency update parent; ls parent/charts')).toBe(
      'Getting updates for unmanaged Helm repositories...\n...Successfully got an update from the "http://localhost:8099" chart repository\nSaving 1 charts\nDownloading web from repo http://localhost:8099\nDeleting outdated charts\nweb-0.1.0.tgz\n',
    );
    run('helm repo add own http://localhost:8099; sed -i \'s#http://localhost:8099#"@own"#\' parent/Chart.yaml');
    expect(run('helm dependency update parent')).toBe(
      'Hang tight while we grab the latest from your chart repositories...\n...Successfully got an update from the "own" chart repository\nUpdate Complete. ⎈Happy Helming!⎈\nSaving 1 charts\nDownloading web from repo http://localhost:8099\nDeleting outdated charts\n',
    );
  });
});

describe('registries outside', () => {
  const run = open();
  run('helm create web >/dev/null; helm package web');

  it('of an exercise want their credentials', () => {
    const login = (password: string): string =>
      `echo ${password} | helm registry login registry.acme.test -u ana --password-stdin`;
    expect(run('helm push web-0.1.0.tgz oci://registry.acme.test/charts')).toBe(
      'Error: failed to perform "Exists" on destination: HEAD "https://registry.acme.test/v2/charts/web/manifests/DIGEST": basic credential not found\n',
    );
    expect(run(login('wrong'))).toBe(
      'Error: authenticating to "registry.acme.test": GET "https://registry.acme.test/v2/": response status code 401: unauthorized: authentication required\n',
    );
    expect(run(login('secret'))).toBe('Login Succeeded\n');
    expect(run('helm push web-0.1.0.tgz oci://registry.acme.test/charts')).toBe(
      'Pushed: registry.acme.test/charts/web:0.1.0\nDigest: DIGEST\n',
    );
    expect(run('helm registry logout registry.acme.test; helm pull oci://registry.acme.test/charts/web')).toBe(
      'Removing login credentials for registry.acme.test\nError: GET "https://registry.acme.test/v2/charts/web/tags/list": basic credential not found\n',
    );
  });

  it('of the world take what is pushed with Docker’s credentials, and have what nobody here knows', () => {
    expect(run('helm push web-0.1.0.tgz oci://registry-1.docker.io/ana')).toBe(
      'Error: failed to perform "Exists" on destination: HEAD "https://registry-1.docker.io/v2/ana/web/manifests/DIGEST": response status code 401: Unauthorized\n',
    );
    run('docker login -u ana -p token');
    expect(run('helm push web-0.1.0.tgz oci://registry-1.docker.io/ana')).toContain(
      'Pushed: registry-1.docker.io/ana/web:0.1.0\n',
    );
    expect(run('helm show chart oci://registry-1.docker.io/ana/web 2>/dev/null | tail -2')).toBe('version: 0.1.0\n\n');
    run('helm pull oci://registry-1.docker.io/acmecharts/nginx', [
      'acmecharts/nginx in the registry registry-1.docker.io',
    ]);
  });
});

describe('images in a registry of the student’s own', () => {
  it('are pushed to it and pulled from it', () => {
    const run = open();
    run('docker pull -q busybox; docker tag busybox localhost:5000/app:v1');
    expect(run('docker push -q localhost:5000/app:v1')).toBe(
      'Error response from daemon: Get "http://localhost:5000/v2/": dial tcp 127.0.0.1:5000: connect: connection refused\n',
    );
    run('docker run -d -p 5000:5000 --name registry registry:2 >/dev/null');
    expect(run('docker push localhost:5000/app:v1 | tail -1')).toBe('v1: digest: DIGEST size: 528\n');
    expect(run('curl -s localhost:5000/v2/app/tags/list')).toBe('{"name":"app","tags":["v1"]}\n');
    run('docker rmi localhost:5000/app:v1');
    expect(run('docker run --rm localhost:5000/app:v1 echo hi | tail -1')).toContain('hi\n');
    expect(run('docker pull localhost:5000/app:v2')).toBe(
      'Error response from daemon: manifest for localhost:5000/app:v2 not found: manifest unknown: manifest unknown\n',
    );
    expect(
      run(
        'helm pull oci://localhost:5000/app@$(docker inspect -f "{{index .RepoDigests 0}}" localhost:5000/app:v1 | cut -d@ -f2) --plain-http',
      ),
    ).toBe('Error: manifest does not contain minimum number of descriptors (2), descriptors found: 0\n');
  });
});
