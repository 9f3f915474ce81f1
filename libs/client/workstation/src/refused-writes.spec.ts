import { findProfile } from '@seatrial/cluster';
import { beforeAll, describe, expect, it } from 'vitest';
import { openWorkstation, type Workstation } from './index.js';

const profile = findProfile('kubeadm');
if (!profile) throw new Error('profile');

const definition = (plural: string, kind: string, shortName: string): string => `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ${plural}.rail.example.com}
spec:
  group: rail.example.com
  scope: Namespaced
  names: {plural: ${plural}, kind: ${kind}, shortNames: [${shortName}]}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
`;

describe('what a write is refused for, or not', () => {
  let workstation: Workstation;
  const said = (command: string): string => {
    const { stdout, stderr } = workstation.run(command);
    return stdout + stderr;
  };
  beforeAll(() => {
    workstation = openWorkstation({ profile, seed: 'refused-writes' });
    said('kubectl create cm one --from-literal=a=1; kubectl create service clusterip door --tcp=80');
  });

  it.each([
    [
      'one',
      '--type=merge',
      '{"metadata":{"uid":"x"}}',
      'The ConfigMap "one" is invalid: metadata.uid: Invalid value: "x": field is immutable\n',
    ],
    [
      'one',
      '--type=merge',
      '{"metadata":{"creationTimestamp":"2020-01-01T00:00:00Z"}}',
      'configmap/one patched (no change)\n',
    ],
    [
      'one',
      '--type=merge',
      '{"metadata":{"deletionTimestamp":"2020-01-01T00:00:00Z"}}',
      'The ConfigMap "one" is invalid: metadata.deletionTimestamp: Invalid value: "2020-01-01T00:00:00Z": field is immutable\n',
    ],
    [
      'one',
      '--type=merge',
      '{"metadata":{"resourceVersion":"x"}}',
      'Error from server: strconv.ParseUint: parsing "x": invalid syntax\n',
    ],
    ['one', '', '{"kind":"Pod"}', 'configmap/one patched (no change)\n'],
    [
      'one',
      '',
      '[]',
      'Error from server (BadRequest): json: cannot unmarshal array into Go value of type map[string]interface {}\n',
    ],
    [
      'one',
      '--type=json',
      '["x"]',
      'Error from server (BadRequest): error decoding patch: json: cannot unmarshal string into Go value of type handlers.jsonPatchOp\n',
    ],
  ])('patch %s %s %s', (name, type, patch, expected) => {
    expect(said(`kubectl patch cm ${name} ${type} -p '${patch}'`)).toBe(expected);
  });

  it('a list item without its merge key is an error of the server', () => {
    expect(said(`kubectl patch svc door -p '{"spec":{"ports":[{"name":"x"}]}}'`)).toBe(
      'Error from server: map: map[name:x] does not contain declared merge key: port\n',
    );
  });

  it('a name that is being given up is said to be', () => {
    said(`kubectl patch cm one --type=merge -p '{"metadata":{"finalizers":["example.com/x"]}}'`);
    said('kubectl delete cm one --wait=false');
    expect(said('kubectl create cm one')).toBe(
      'error: failed to create configmap: object is being deleted: configmaps "one" already exists\n',
    );
  });

  it('a definition keeps the names that nobody holds, and takes a short name once it is free', () => {
    workstation.machine.files.writeFile('/home/student/work/trains.yaml', definition('trains', 'Train', 'trn'));
    workstation.machine.files.writeFile('/home/student/work/trams.yaml', definition('trams', 'Tram', 'trn'));
    said('kubectl apply -f trains.yaml; sleep 1; kubectl apply -f trams.yaml; sleep 1');
    const status = `kubectl get crd trams.rail.example.com -o jsonpath='{.status.acceptedNames} {.status.conditions[0].message}'`;
    expect(said(status)).toBe(
      '{"kind":"Tram","listKind":"TramList","plural":"trams","singular":"tram"} "trn" is already in use',
    );
    said('kubectl delete crd trains.rail.example.com; sleep 1');
    expect(said(status)).toContain('"shortNames":["trn"]');
    expect(said('kubectl get trn')).toBe('No resources found in default namespace.\n');
  });
});

describe('what the API server answers to raw requests and to users with few rights', () => {
  let workstation: Workstation;
  const said = (command: string): string => {
    const { stdout, stderr } = workstation.run(command);
    return stdout + stderr;
  };
  beforeAll(() => {
    workstation = openWorkstation({ profile, seed: 'raw-requests' });
    said('kubectl run web --image=nginx:1.25; sleep 3; kubectl create deploy api --image=nginx:1.25 --replicas=0');
    said('kubectl create role look --verb=get,list --resource=pods');
    said('kubectl create rolebinding look --role=look --user=uma');
    said('kubectl create role drop --verb=get,delete --resource=configmaps');
    said('kubectl create rolebinding drop --role=drop --user=uma');
    said('kubectl create cm gone; kubectl run api --image=nginx:1.25');
  });

  it.each([
    [
      `kubectl get --raw /apis/apps/v1 | jq -c '[.resources[]|select(.name|startswith("deploy"))|[.name,.version,.storageVersionHash]]'`,
      '[["deployments",null,"8aSe+NMegvE="],["deployments/scale","v1",null],["deployments/status",null,null]]\n',
    ],
    [
      "kubectl get --raw '/readyz?verbose&exclude=etcd' | sed -n '3p;$p'",
      '[+]etcd excluded: ok\nreadyz check passed\n',
    ],
    [
      "kubectl get --raw '/api/v1/namespaces?labelSelector=kubernetes.io/metadata.name=default' | jq -r '.items[].metadata.name'",
      'default\n',
    ],
    [
      "kubectl get --raw '/api/v1/namespaces?limit=x'",
      'Error from server (BadRequest): strconv.ParseInt: parsing "x": invalid syntax\n',
    ],
    [
      'kubectl port-forward web 8080:80 --as=uma',
      'error: error upgrading connection: pods "web" is forbidden: User "uma" cannot create resource "pods/portforward" in API group "" in the namespace "default"\n',
    ],
    ['kubectl delete cm gone --as=uma', 'configmap "gone" deleted from default namespace\n'],
    ['kubectl auth can-i impersonate users --as=uma', 'no\n'],
    ['kubectl -n default gett pods', 'Error: flags cannot be placed before plugin name: -n\n'],
    [
      'kubectl label pod web api a=b --resource-version=1',
      'error: --resource-version may only be used with a single resource\n',
    ],
    [
      `kubectl create service nodeport door --tcp=80 --node-port=30777 >/dev/null; kubectl patch svc door --type=merge -p '{"spec":{"type":"ExternalName","externalName":"x.example","clusterIP":null}}'; kubectl get svc door -o jsonpath='{.spec.type}{.spec.clusterIP}'`,
      'service/door patched\nExternalName',
    ],
    ['kubectl auth can-i get /x --subresource=y', 'error: --subresource can not be used with NonResourceURL\n'],
    [
      `kubectl patch deploy api --subresource=scale --type=merge -p '{"spec":{"replicas":0}}'`,
      'scale.autoscaling/api patched\n',
    ],
  ])('%s', (command, expected) => {
    expect(said(command)).toBe(expected);
  });

  it('a load balancer status is looked at, and goes with its type', () => {
    said('kubectl create service loadbalancer lb --tcp=80');
    const status = (ingress: string, type = 'lb'): string =>
      said(
        `kubectl patch service ${type} --subresource=status --type=merge -p '{"status":{"loadBalancer":{"ingress":[${ingress}]}}}'`,
      );
    expect(status('{"ip":"x"}')).toBe(
      'The Service "lb" is invalid: status.loadBalancer.ingress[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)\n',
    );
    expect(status('{"hostname":"1.2.3.4"}')).toContain('must be a DNS name, not an IP address');
    expect(status('{"ip":"1.2.3.4"}', 'door')).toContain("may only be used when `spec.type` is 'LoadBalancer'");
    status('{"ip":"203.0.113.5"}');
    const shown = "kubectl get service lb -o jsonpath='{.status.loadBalancer}'";
    expect(said(shown)).toBe('{"ingress":[{"ip":"203.0.113.5","ipMode":"VIP"}]}');
    said(`kubectl patch service lb -p '{"spec":{"type":"ClusterIP"}}'`);
    expect(said(shown)).toBe('{}');
  });

  it('apply makes no members that are null', () => {
    said(`cat > crd.yaml <<'EOF'${definition('wagons', 'Wagon', 'wg').replace(
      '{type: object}',
      '{type: object, properties: {spec: {type: object, properties: {a: {type: string, nullable: true}, b: {type: integer}}}}}',
    )}EOF
kubectl apply -f crd.yaml`);
    said(
      'sleep 2; echo \'{"apiVersion":"rail.example.com/v1","kind":"Wagon","metadata":{"name":"w"},"spec":{"a":null,"b":1}}\' > w.json',
    );
    expect(said("kubectl apply -f w.json -o jsonpath='{.spec}'")).toBe('{"b":1}');
    expect(said("kubectl delete -f w.json > /dev/null; kubectl create -f w.json -o jsonpath='{.spec}'")).toBe(
      '{"a":null,"b":1}',
    );
  });

  it('server-side apply names an item by its keys, those by default too', () => {
    said(
      'echo \'{"apiVersion":"v1","kind":"Service","metadata":{"name":"door"},"spec":{"ports":[{"port":"x"}]}}\' > s.json',
    );
    expect(said('kubectl apply --server-side -f s.json')).toContain(
      '.spec.ports[port="x",protocol="TCP"].port: expected numeric (int or float), got string',
    );
  });
});
