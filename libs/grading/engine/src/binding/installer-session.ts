import type { KubeObject } from '@seatrial/apiserver';

/** A command as it is about to be run. */
interface TypedCommand {
  readonly text: string;
  /** The machine that its prompt names. */
  readonly terminal?: string;
  /** What the transcript shows as its output. */
  readonly output?: string;
}

const KUBEADM = /^kubeadm\s+(?:certs|init|join|reset|token|upgrade)\b/;
const JOIN = /^(?:sudo\s+)?kubeadm\s+join\b/;
const REFUSED = /user is not running as root|\[ERROR /;

const isControlPlane = ({ metadata }: KubeObject): boolean =>
  Object.hasOwn(metadata.labels ?? {}, 'node-role.kubernetes.io/control-plane');

/**
 * At whose terminal an installer's command was typed: where the transcript shows that it went well, it was root's, and a
 * `kubeadm join` was typed on a machine that had not joined yet, though no prompt says which.
 */
export function typedAsInstaller(
  command: TypedCommand,
  earlier: readonly string[],
  nodes: readonly KubeObject[],
): { readonly script: string; readonly terminal?: string } {
  const { text, terminal, output } = command;
  const here = { script: text, ...(terminal !== undefined && { terminal }) };
  if (output === undefined || REFUSED.test(output)) return here;
  if (JOIN.test(text) && terminal === undefined) {
    const workers = nodes.filter((node) => !isControlPlane(node)).map(({ metadata }) => metadata.name);
    const next = workers[earlier.filter((each) => JOIN.test(each)).length];
    if (next !== undefined) return { script: text, terminal: next };
  }
  return KUBEADM.test(text) ? { ...here, script: `sudo ${text}` } : here;
}
