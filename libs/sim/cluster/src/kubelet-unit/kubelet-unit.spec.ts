import { FileSystem, ok, type JsonValue } from '@seatrial/kernel';
import { describe, expect, it } from 'vitest';
import { findProfile } from '../profile/profiles.js';
import { parseKubeletFlags } from './kubelet-flags.js';
import { KubeletUnit } from './kubelet-unit.js';
import {
  KUBELET_CONFIG,
  KUBELET_DROP_IN,
  KUBELET_DROP_IN_TEXT,
  KUBELET_UNIT,
  KUBELET_UNIT_TEXT,
} from './unit-files.js';

const CONFIG = { apiVersion: 'kubelet.config.k8s.io/v1beta1', kind: 'KubeletConfiguration' };
const SERVER = { clusters: [{ name: 'k', cluster: { server: 'https://172.18.0.2:6443' } }] };
const unsupported: string[] = [];

function unit(extra = '', changes: Readonly<Record<string, JsonValue>> = {}): KubeletUnit {
  const files = new FileSystem({ now: () => 0, onGrow: () => undefined });
  const profile = findProfile('kubeadm');
  if (!profile) throw new Error('profile');
  const place = (path: string, text: string): void => {
    files.makeDirectories(path.replace(/\/[^/]*$/, ''));
    files.writeFile(path, text);
  };
  place(KUBELET_UNIT, KUBELET_UNIT_TEXT);
  place(KUBELET_DROP_IN, KUBELET_DROP_IN_TEXT);
  place('/etc/default/kubelet', `KUBELET_EXTRA_ARGS="${extra}"\n`);
  place(KUBELET_CONFIG, JSON.stringify({ ...CONFIG, ...changes }));
  place('/etc/kubernetes/kubelet.conf', JSON.stringify(SERVER));
  const readYaml = (text: string) => ok(JSON.parse(text) as JsonValue);
  return new KubeletUnit({ files, profile, readYaml, onUnsupported: (what) => unsupported.push(what) });
}

describe('flags of the kubelet', () => {
  // What a kubelet v1.35.4 answered.
  it.each([
    ['--foo=1', 'failed to parse kubelet flag: unknown flag: --foo'],
    ['--network-plugin=cni', 'failed to parse kubelet flag: unknown flag: --network-plugin'],
    [
      '--container-runtime-endpoint',
      'failed to parse kubelet flag: flag needs an argument: --container-runtime-endpoint',
    ],
    ['-x', "failed to parse kubelet flag: unknown shorthand flag: 'x' in -x"],
    ['extra', 'unknown command extra'],
    ['--fail-swap-on false', 'unknown command false'],
    [
      '--v=abc',
      String.raw`failed to parse kubelet flag: invalid argument "abc" for "-v, --v" flag: strconv.ParseUint: parsing "abc": invalid syntax`,
    ],
    [
      '--max-pods=x',
      'failed to parse kubelet flag: invalid argument "x" for "--max-pods" flag: strconv.ParseInt: parsing "x": invalid syntax',
    ],
    [
      '--sync-frequency=5',
      'failed to parse kubelet flag: invalid argument "5" for "--sync-frequency" flag: time: missing unit in duration "5"',
    ],
    [
      '--eviction-hard=foo',
      'failed to parse kubelet flag: invalid argument "foo" for "--eviction-hard" flag: malformed pair, expect string<string',
    ],
    [
      '--address=foo',
      'failed to parse kubelet flag: invalid argument "foo" for "--address" flag: "foo" is not a valid IP address',
    ],
    [
      '--feature-gates=a=b',
      'failed to parse kubelet flag: invalid argument "a=b" for "--feature-gates" flag: invalid value of a: b, err: strconv.ParseBool: parsing "b": invalid syntax',
    ],
  ])('refuses %s', (line, error) => {
    expect(parseKubeletFlags(line.split(' '))).toEqual({ ok: false, error });
  });

  it('takes those that a unit has', () => {
    const parsed = parseKubeletFlags(['--config=/x', '--v', '2', '--node-ip=10.0.0.1', '--fail-swap-on=false']);
    expect(parsed.ok && [...parsed.value]).toEqual([
      ['config', '/x'],
      ['v', '2'],
      ['node-ip', '10.0.0.1'],
      ['fail-swap-on', 'false'],
    ]);
  });
});

describe('the start of the kubelet', () => {
  it('puts the command together of unit, drop-in and environment files', () => {
    expect(unit('--v=4 --node-ip=10.0.0.9').command()).toEqual([
      '/usr/bin/kubelet',
      '--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf',
      '--kubeconfig=/etc/kubernetes/kubelet.conf',
      '--config=/var/lib/kubelet/config.yaml',
      '--v=4',
      '--node-ip=10.0.0.9',
    ]);
    expect(unit().start()).toEqual({ outcome: 'started' });
  });

  it.each<[string, Readonly<Record<string, JsonValue>>, string]>([
    [
      'an authority that is not there',
      { authentication: { x509: { clientCAFile: '/etc/kubernetes/pki/WRONG-CA.crt' } } },
      'failed to construct kubelet dependencies: unable to load client CA file /etc/kubernetes/pki/WRONG-CA.crt: open /etc/kubernetes/pki/WRONG-CA.crt: no such file or directory',
    ],
    [
      'another kind',
      { kind: 'Foo', apiVersion: 'v1' },
      'failed to load kubelet config file, path: /var/lib/kubelet/config.yaml, error: failed to load Kubelet config file /var/lib/kubelet/config.yaml, error failed to decode: no kind "Foo" is registered for version "v1" in scheme "pkg/runtime/scheme.go:111"',
    ],
    [
      'a text for a number',
      { maxPods: 'abc' },
      'failed to load kubelet config file, path: /var/lib/kubelet/config.yaml, error: failed to load Kubelet config file /var/lib/kubelet/config.yaml, error failed to decode: json: cannot unmarshal string into Go struct field KubeletConfiguration.maxPods of type int32',
    ],
    [
      'a number out of range',
      { port: 99_999_999 },
      'failed to validate kubelet configuration, error: invalid configuration: port (--port) 99999999 must be between 1 and 65535, inclusive, path: &TypeMeta{Kind:,APIVersion:,}',
    ],
  ])('fails with %s in its configuration', (_, changes, error) => {
    expect(unit('', changes).start()).toEqual({ outcome: 'failed', error });
  });

  it('fails with a runtime that is not there, and with one kubeconfig less', () => {
    const endpoint = unit('--container-runtime-endpoint=unix:///run/wrong.sock').start();
    expect(endpoint).toMatchObject({ outcome: 'failed', error: expect.stringContaining('dial unix /run/wrong.sock: connect: no such file or directory') as string }); // prettier-ignore
    expect(unit('--kubeconfig=/nope').start()).toEqual({
      outcome: 'failed',
      error:
        'failed to run Kubelet: unable to load bootstrap kubeconfig: stat /etc/kubernetes/bootstrap-kubelet.conf: no such file or directory',
    });
  });

  it('says which flags it takes without doing what they say', () => {
    unsupported.length = 0;
    expect(unit('--max-pods=5').start()).toEqual({ outcome: 'started' });
    expect(unsupported).toEqual(["the kubelet's flag --max-pods"]);
  });
});
