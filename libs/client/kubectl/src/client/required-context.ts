import { failWith } from '../command/failure.js';
import type { Invocation } from '../command/invocation.js';

/** Commands that look for the namespace before they connect: for that the whole configuration has to be valid. */
const NAMESPACE_FIRST =
  /^kubectl (?:annotate|attach|cp|create token|debug|delete|describe|edit|events|exec|get|label|logs|patch|port-forward|rollout [a-z]+|scale|set (?:image|resources|selector|serviceaccount|subject)|taint|top pod)$/;

/** Ends the command when --context names none; those that ask for the namespace first say so in other words. */
export function requireContext(k: Invocation): void {
  const { flags, path } = k;
  const name = flags.string('context');
  if (name === '' || k.kubeConfig().data.contexts.has(name)) return;
  const isRaw = flags.has('raw') && flags.string('raw') !== '';
  if (!NAMESPACE_FIRST.test(path) || isRaw || flags.string('namespace') !== '')
    failWith(`context ${JSON.stringify(name)} does not exist`);
}
