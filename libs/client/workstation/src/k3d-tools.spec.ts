import { findProfile } from '@seatrial/cluster';
import { describe, expect, it } from 'vitest';
import { openWorkstation } from './workstation.js';

const FILES = {
  'k3d.yaml':
    'apiVersion: k3d.io/v1alpha5\nkind: Simple\nmetadata:\n  name: two\nagents: 1\nports:\n- port: 8081:80\n  nodeFilters: [loadbalancer]\noptions:\n  k3s:\n    extraArgs:\n    - arg: --disable=traefik\n      nodeFilters: [server:*]\n',
  'env.yaml': 'apiVersion: k3d.io/v1alpha5\nkind: Simple\nenv:\n- envVar: A=b\n',
};
const open = () => openWorkstation({ profile: findProfile('k3d')!, seed: 'k3d-tools', files: FILES });

describe('k3d', () => {
  it('keeps registries', () => {
    const workstation = open();
    const made = workstation.run('k3d registry create hub --port 5111');
    expect(made).toMatchObject({ exit: 0, unsupported: [] });
    expect(made.stdout).toContain('k3d cluster create --registry-use k3d-hub:5111\n');
    expect(made.stderr).toMatch(
      /Creating node 'k3d-hub' +\n.*Successfully created registry 'k3d-hub' +\n.*Starting node/,
    );
    const used = workstation.run(
      'docker pull -q nginx >log; docker tag nginx localhost:5111/web:1; docker push -q localhost:5111/web:1 >log; curl -s localhost:5111/v2/_catalog; k3d registry list',
    );
    expect(used.stdout).toMatch(
      /^\{"repositories":\["web"\]\}\nNAME +ROLE +CLUSTER +STATUS\nk3d-hub +registry +\* +running\n$/,
    );
    expect(workstation.run('k3d registry create hub')).toMatchObject({
      exit: 1,
      stderr: 'FATA[0000] Failed to create registry: A registry node with that name already exists \n',
    });
    expect(workstation.run('k3d registry rm k3d-hub; k3d registry ls').stdout).toBe('NAME   ROLE   CLUSTER   STATUS\n');
  });

  it('makes a cluster as a file has it', () => {
    const workstation = open();
    const made = workstation.run('k3d cluster create --config k3d.yaml');
    expect(made).toMatchObject({ exit: 0, unsupported: [] });
    expect(made.stderr).toContain('Using config file k3d.yaml (k3d.io/v1alpha5#simple)');
    const { stdout } = workstation.run(
      'k3d cluster ls two --no-headers; kubectl -n kube-system get deploy -o name; docker ps | grep -c 8081',
    );
    expect(stdout).toMatch(/two +1\/1 +1\/1 +true\n/);
    expect(stdout).not.toContain('traefik');
  });

  it.each([
    ['k3d cluster create -c none.yaml', 'FATA[0000] Failed to stat config file none.yaml: stat none.yaml: no such file or directory \n'],
    ['k3d registry delete', 'FATA[0000] Expecting at least one registry name if `--all` is not set \n'],
    ['k3d registry delete x', "FATA[0000] failed to get node 'x': failed to get container for node 'x': Didn't find container for node 'x' \n"],
    ['k3d cluster create --foo', 'Error: unknown flag: --foo\n'],
  ])('%s fails', (command, stderr) => {
    expect(open().run(command)).toMatchObject({ exit: 1, stderr, unsupported: [] });
  }); // prettier-ignore

  it('has aliases and help', () => {
    const { stdout, unsupported } = open().run('k3d node ls --no-headers | wc -l; k3d kubeconfig write; k3d cluster | head -1; k3d kubeconfig merge --help | grep -c /home/student/.kube/config');
    expect({ stdout, unsupported }).toEqual({
      stdout: '4\n/home/student/.config/k3d/kubeconfig-k3s-default.yaml\nManage cluster(s)\n2\n',
      unsupported: [],
    });
  }); // prettier-ignore

  it.each(['k3d cluster create --config env.yaml', 'k3d cluster edit two', 'k3d config init'])('not simulated: %s', (command) => {
    expect(open().run(command).unsupported).toHaveLength(1);
  }); // prettier-ignore
});
