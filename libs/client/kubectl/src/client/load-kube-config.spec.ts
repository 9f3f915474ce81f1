import { describe, expect, it } from 'vitest';
import { CommandFailure, plainMessage } from '../command/failure.js';
import { parseKubeConfig } from './load-kube-config.js';

const HEAD = 'apiVersion: v1\nkind: Config\n';

function errorOf(text: string): string {
  try {
    parseKubeConfig(text, 'config');
  } catch (error) {
    if (error instanceof CommandFailure) return error.errors.map(plainMessage).join();
    throw error;
  }
  return '';
}

describe('a kubeconfig', () => {
  it.each([
    ['clusters: 3', 'json: cannot unmarshal number into Go struct field Config.clusters of type []v1.NamedCluster'],
    [
      'clusters:\n- name: a\n  cluster:\n    server: 3',
      'json: cannot unmarshal number into Go struct field Cluster.clusters.cluster.server of type string',
    ],
    [
      'users:\n- name: a\n  user:\n    exec:\n      env: [5]',
      'json: cannot unmarshal number into Go struct field ExecConfig.users.user.exec.env of type v1.ExecEnvVar',
    ],
    [
      'contexts:\n- name: a\n  context: {}\n- name: a\n  context: {user: b}',
      'error converting *[]NamedContext into *map[string]*api.Context: duplicate name "a" in list: [{a {   []}} {a { b  []}}]',
    ],
    ['users:\n- name: a\n  user:\n    client-key-data: "!!"', 'illegal base64 data at input byte 0'],
  ])('with %j is refused as client-go refuses it', (text, error) => {
    expect(errorOf(`${HEAD}${text}\n`)).toBe(error);
  });

  it('keeps the members of the type, in its order', () => {
    const data = parseKubeConfig(
      `${HEAD}users:\n- name: a\n  user: {password: p, exec: {command: x, apiVersion: client.authentication.k8s.io/v1beta1}, other: 1}\n`,
      'config',
    );
    expect(JSON.stringify(data.users.get('a'))).toBe(
      '{"password":"p","exec":{"command":"x","args":null,"env":null,"apiVersion":"client.authentication.k8s.io/v1beta1","provideClusterInfo":false,"interactiveMode":"IfAvailable"}}',
    );
  });
});
