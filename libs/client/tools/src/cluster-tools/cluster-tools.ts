import type { CommandDefinition } from '../command.js';
import { apt, aptGet, aptKey } from './apt.command.js';
import { crictl } from './crictl.command.js';
import { git } from './git.command.js';
import { kubeadm } from './kubeadm.command.js';
import { ssh } from './ssh.command.js';
import { journalctl, systemctl } from './systemctl.command.js';

/** The tools around a cluster: its installers, its nodes' services and the machines' own administration, by name. */
export const CLUSTER_TOOL_COMMANDS: readonly CommandDefinition[] = [
  apt,
  aptGet,
  aptKey,
  crictl,
  git,
  journalctl,
  kubeadm,
  ssh,
  systemctl,
];
