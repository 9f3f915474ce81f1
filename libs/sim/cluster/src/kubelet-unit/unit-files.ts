import type { FileSystem } from '@seatrial/kernel';

/** Where the packages and kubeadm put what the kubelet starts with. */
export const KUBELET_UNIT = '/usr/lib/systemd/system/kubelet.service';
export const KUBELET_DROP_IN = '/usr/lib/systemd/system/kubelet.service.d/10-kubeadm.conf';
export const KUBELET_PROGRAM = '/usr/bin/kubelet';
export const KUBELET_CONFIG = '/var/lib/kubelet/config.yaml';
export const KUBELET_KUBECONFIG = '/etc/kubernetes/kubelet.conf';

const DROP_IN_FOLDERS = ['/usr/lib/systemd/system/kubelet.service.d', '/etc/systemd/system/kubelet.service.d'];
const OWN_UNIT = '/etc/systemd/system/kubelet.service';

/** kubelet.service of the packages (kubernetes/release). */
export const KUBELET_UNIT_TEXT = `[Unit]
Description=kubelet: The Kubernetes Node Agent
Documentation=https://kubernetes.io/docs/
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=${KUBELET_PROGRAM}
Restart=always
StartLimitInterval=0
RestartSec=10

[Install]
WantedBy=multi-user.target
`;

/** kubeadm's drop-in of the packages (kubernetes/release). */
export const KUBELET_DROP_IN_TEXT = `# Note: This dropin only works with kubeadm and kubelet v1.11+
[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=${KUBELET_KUBECONFIG}"
Environment="KUBELET_CONFIG_ARGS=--config=${KUBELET_CONFIG}"
# This is a file that "kubeadm init" and "kubeadm join" generates at runtime, populating the KUBELET_KUBEADM_ARGS variable dynamically
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
# This is a file that the user can use for overrides of the kubelet args as a last resort. Preferably, the user should use
# the .NodeRegistration.KubeletExtraArgs object in the configuration files instead. KUBELET_EXTRA_ARGS should be sourced from this file.
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=${KUBELET_PROGRAM} $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
`;

/** containerd.service as Debian's package has it. */
export const CONTAINERD_UNIT_TEXT = `[Unit]
Description=containerd container runtime
Documentation=https://containerd.io
After=network.target local-fs.target

[Service]
ExecStartPre=-/sbin/modprobe overlay
ExecStart=/usr/bin/containerd

Type=notify
Delegate=yes
KillMode=process
Restart=always
RestartSec=5
# Having non-zero Limit*s causes performance problems due to accounting overhead
# in the kernel. We recommend using cgroups to do container-local accounting.
LimitNPROC=infinity
LimitCORE=infinity
LimitNOFILE=infinity
# Comment TasksMax if your systemd version does not supports it.
# Only systemd 226 and above support this version.
TasksMax=infinity
OOMScoreAdjust=-999

[Install]
WantedBy=multi-user.target
`;

/** A unit as systemd has loaded it: which files, and what they say. */
export interface LoadedUnit {
  readonly files: readonly (readonly [path: string, text: string])[];
}

function dropIns(files: FileSystem): string[] {
  const byName = new Map<string, string>();
  for (const folder of DROP_IN_FOLDERS) {
    const found = files.stat(folder);
    if (!found.ok || found.value.type !== 'directory') continue;
    for (const name of found.value.entries.keys()) if (name.endsWith('.conf')) byName.set(name, `${folder}/${name}`);
  }
  return [...byName.keys()].sort().map((name) => byName.get(name) ?? '');
}

/** The kubelet's unit as it is on disk now: what an administrator wrote goes before what the package brought (systemd.unit(5)). */
export function readUnit(files: FileSystem): LoadedUnit {
  const unit = files.exists(OWN_UNIT) ? OWN_UNIT : KUBELET_UNIT;
  const paths = [unit, ...dropIns(files)];
  return {
    files: paths.flatMap((path) => {
      const read = files.readFile(path);
      return read.ok ? [[path, read.value] as const] : [];
    }),
  };
}

export const sameUnit = (a: LoadedUnit, b: LoadedUnit): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Words as systemd and EnvironmentFile= split them: quotes keep blanks together. */
function wordsOf(text: string): string[] {
  return [...text.matchAll(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g)].map(([word]) => word.replaceAll(/["']/g, ''));
}

/** Settings `NAME=value` of an EnvironmentFile. */
function* settingsOf(text: string): Generator<[string, string]> {
  for (const line of text.split('\n')) {
    const found = /^\s*(?:export\s+)?([A-Za-z_]\w*)=(.*)$/.exec(line);
    if (found) yield [found[1], found[2].trim().replace(/^(["'])(.*)\1$/, '$2')];
  }
}

/** A unit's last ExecStart as it is written; undefined without one. */
export function execStartOf(unit: LoadedUnit): string | undefined {
  const lines = unit.files.flatMap(([, text]) => text.replaceAll(/\\\n/g, ' ').split('\n'));
  return lines.flatMap((line) => /^\s*ExecStart\s*=\s*(.*)$/.exec(line)?.[1] ?? []).at(-1);
}

/** What a unit starts: the words of its last ExecStart with the variables put in; undefined without one. */
export function commandOf(unit: LoadedUnit, files: FileSystem): readonly string[] | undefined {
  const variables = new Map<string, string>();
  const command = execStartOf(unit);
  for (const [, text] of unit.files)
    for (const line of text.replaceAll(/\\\n/g, ' ').split('\n')) {
      const [, key, value] = /^\s*(Environment|EnvironmentFile)\s*=\s*(.*)$/.exec(line) ?? [];
      if (key === 'Environment')
        for (const word of wordsOf(value)) {
          const equal = word.indexOf('=');
          if (equal > 0) variables.set(word.slice(0, equal), word.slice(equal + 1));
        }
      else if (key === 'EnvironmentFile') {
        const read = files.readFile(value.replace(/^-/, ''));
        if (read.ok) for (const [name, given] of settingsOf(read.value)) variables.set(name, given);
      }
    }
  if (command === undefined || command.trim() === '') return undefined;
  return wordsOf(command).flatMap((word) => {
    const whole = /^\$([A-Za-z_]\w*)$/.exec(word);
    if (whole) return wordsOf(variables.get(whole[1]) ?? '');
    return [word.replaceAll(/\$\{([A-Za-z_]\w*)\}/g, (_, name: string) => variables.get(name) ?? '')];
  });
}
