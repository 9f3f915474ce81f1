import { findProfile } from '@seatrial/cluster';
import { beforeAll, describe, expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './workstation.js';

const PATH = '/api/v1/namespaces/w/configmaps';
let workstation: Workstation;
const stdout = (command: string): string => workstation.run(command).stdout;
const stderr = (query: string): string => workstation.run(`kubectl get --raw '${query}'`).stderr;
const names = (query: string): string =>
  stdout(`kubectl get --raw "${query}" | jq -c '[.items[].metadata.name]-["kube-root-ca.crt"]'`);

beforeAll(() => {
  workstation = openWorkstation({ profile: findProfile('kubeadm')!, seed: 'list-options' });
  workstation.run('kubectl create ns w; kubectl config set-context --current --namespace w');
  workstation.settle();
  workstation.run('kubectl delete cm kube-root-ca.crt; for n in a b c; do kubectl create cm $n; done');
  workstation.run(`RV=$(kubectl get --raw ${PATH} | jq -r .metadata.resourceVersion)`);
  workstation.run(`T=$(kubectl get --raw '${PATH}?limit=1' | jq -r .metadata.continue); kubectl create cm aa`);
});

describe('lists over HTTP', () => {
  it('go on from a token as the list was', () => {
    expect(stdout(`echo "$T===" | base64 -d 2> /dev/null | sed 's/"rv":[0-9]*/RV/'`)).toBe(
      '{"v":"meta.k8s.io/v1",RV,"start":"/a\\u0000"}',
    );
    expect(names(`${PATH}?limit=1&continue=$T`)).toBe('["b"]\n');
    expect(names(`${PATH}?continue=$T`)).toBe('["b","c"]\n');
  });

  it('show a revision, or the latest', () => {
    expect(names(`${PATH}?resourceVersion=$RV&resourceVersionMatch=Exact`)).toBe('["a","b","c"]\n');
    expect(names(`${PATH}?resourceVersion=$RV&resourceVersionMatch=NotOlderThan`)).toBe('["a","aa","b","c"]\n');
    expect(names(`${PATH}?resourceVersion=0&limit=1`)).toBe('["a","aa","b","c"]\n');
  });

  it.each([
    [
      '?continue=abc',
      "Error from server (BadRequest): invalid continue token: continue key is not valid: invalid character 'i' looking for beginning of value\n",
    ],
    [
      '?continue=@@',
      'Error from server (BadRequest): invalid continue token: continue key is not valid: illegal base64 data at input byte 0\n',
    ],
    [
      '?resourceVersion=abc',
      'Error from server (BadRequest): invalid resource version: resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax\n',
    ],
    [
      '?resourceVersionMatch=Exact',
      'The ListOptions "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided\n',
    ],
    [
      '?resourceVersion=1&resourceVersionMatch=Foo',
      'The ListOptions "" is invalid: resourceVersionMatch: Unsupported value: "Foo": supported values: "Exact", "NotOlderThan", ""\n',
    ],
    [
      '?sendInitialEvents=true',
      'The ListOptions "" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list\n',
    ],
    [
      '?watch=1&resourceVersion=abc',
      'Error from server: resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax\n',
    ],
    [
      '/a?resourceVersion=abc',
      'Error from server: resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax\n',
    ],
    [
      '?watch=1&resourceVersionMatch=Exact',
      'The ListOptions "" is invalid: \n* resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided\n* resourceVersionMatch: Unsupported value: "Exact": supported values: "NotOlderThan"\n',
    ],
  ])('%s is refused', (query, text) => {
    expect(stderr(PATH + query)).toBe(text);
  });

  it('are refused where they ask for what is yet to come', () => {
    expect(stderr(`${PATH}?resourceVersion=99999999`)).toMatch(
      /^Error from server \(Timeout\): Timeout: Too large resource version: 99999999, current: \d+\n$/,
    );
  });
});

describe('watches over HTTP', () => {
  const events = (query: string): string =>
    stdout(`kubectl get --raw "${query}" | jq -c '[.type,.object.metadata.name]'`);

  it('tell what is there, then what changes', () => {
    expect(events(`${PATH}?watch=1&timeoutSeconds=1&fieldSelector=metadata.name=a`)).toBe('["ADDED","a"]\n');
    expect(events(`/api/v1/watch/namespaces/w/configmaps/b?timeoutSeconds=1`)).toBe('["ADDED","b"]\n');
    expect(events(`${PATH}?watch=1&timeoutSeconds=1&resourceVersion=$RV`)).toBe('["ADDED","aa"]\n');
  });

  it('show each event as it comes', () => {
    expect(
      stdout(
        `kubectl proxy --port=8009 > /dev/null & sleep 1; (sleep 1; kubectl delete cm aa > /dev/null) & timeout 3 curl -sN 'localhost:8009${PATH}?watch=1&fieldSelector=metadata.name=aa' > events; kill %1; jq -c '[.type,.object.metadata.name]' events`,
      ),
    ).toMatch(/^\["ADDED","aa"\]\n\["DELETED","aa"\]\n/);
  });
});

it('kubectl proxy --www serves files beside the API', () => {
  const asked = (path: string): string =>
    stdout(
      `mkdir -p www/sub; echo hello > www/a.txt; kubectl proxy --port=8010 --www=www --www-prefix=/s > /dev/null & sleep 1; curl -s localhost:8010${path}; kill %1`,
    );
  expect([asked('/s/a.txt'), asked('/s/'), asked('/s/nope'), asked('/s'), asked('/s/%zz'), asked('/api/%')]).toEqual([
    'hello\n',
    '<!doctype html>\n<meta name="viewport" content="width=device-width">\n<pre>\n<a href="a.txt">a.txt</a>\n<a href="sub/">sub/</a>\n</pre>\n',
    '404 page not found\n',
    '<a href="/s/">Temporary Redirect</a>.\n\n',
    '400 Bad Request',
    '400 Bad Request',
  ]);
});

describe('answers over HTTP', () => {
  it.each([
    [
      'Accept: text/html',
      '"406: Not Acceptable\\n\\nAvailable representations: application/json, application/yaml, application/vnd.kubernetes.protobuf"\n',
    ],
    [
      'Accept: application/json;as=Table;v=v2;g=meta.k8s.io',
      '"only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf"\n',
    ],
    ['Accept: application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io', 'null\n'],
  ])('%s', (header, message) => {
    expect(
      stdout(
        `kubectl proxy --port=8009 > /dev/null & sleep 1; curl -s -H '${header}' localhost:8009${PATH}/a | jq -c .message; kill %1`,
      ),
    ).toBe(message);
  });

  it('come in the order of keys: a slash follows the namespace', () => {
    workstation.run('kubectl create ns w-b; kubectl create cm x -n w-b');
    expect(
      stdout(
        "kubectl get cm -A --field-selector metadata.name!=kube-root-ca.crt --no-headers | awk '/^w/ {print $1}' | uniq",
      ),
    ).toBe('w-b\nw\n');
  });

  it('have no managers where nothing was managed at first', () => {
    workstation.run('kubectl label cm b x=y; kubectl create cm full --from-literal=k=v; kubectl label cm full x=y');
    const managers = (name: string): string =>
      stdout(`kubectl get cm ${name} --show-managed-fields -o jsonpath='{.metadata.managedFields[*].manager}'`);
    expect([managers('b'), managers('full')]).toEqual(['', 'kubectl-create kubectl-label']);
  });

  it('have no time for who scaled', () => {
    workstation.run('kubectl create deploy d --image=nginx:1.25; kubectl scale deploy d --replicas=2');
    expect(
      stdout(
        `kubectl get deploy d --show-managed-fields -o json | jq -c '.metadata.managedFields|map(select(.subresource=="scale"))'`,
      ),
    ).toBe(
      '[{"apiVersion":"apps/v1","fieldsType":"FieldsV1","fieldsV1":{"f:spec":{"f:replicas":{}}},"manager":"kubectl","operation":"Update","subresource":"scale"}]\n',
    );
  });
});
