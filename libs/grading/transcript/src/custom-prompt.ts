import type { PromptForm } from './prompt-forms.js';

const STRONG_WORDS =
  /^(?:sudo |\w+=\S+ )*(?:apt|apt-get|awk|cat|cd|chmod|cp|curl|docker|docker-compose|echo|git|grep|helm|k|kind|kubeadm|kubectl|kubens|kubectx|ls|minikube|mkdir|mv|nano|oc|rm|ssh|systemctl|vi|vim|watch|wget)(?: |$)/;
const SIGN = /[$#%>❯➜»⇒❱▶λ:]$/u;
const LONGEST = 60;
const FOLDER = /(?:~|\.{0,2}\/)[^\s$#%>❯➜»⇒❱▶:|]*/gu;

/** What stands before the first well-known command of a line, if it ends with a sign as prompts do. */
function prefixOf(line: string): string | undefined {
  for (let at = 1; at < Math.min(line.length, LONGEST); at++) {
    const before = line.slice(0, at);
    if (!/[\s$#%>❯➜»⇒❱▶:]$/u.test(before) || !/\S/.test(line.charAt(at))) continue;
    if (SIGN.test(before.trimEnd()) && STRONG_WORDS.test(line.slice(at))) return before;
  }
  return undefined;
}

/** What stays of a prompt when the folder and the numbers in it change. */
function stem(prefix: string): string {
  return prefix.trim().replace(FOLDER, '\u0001').replace(/\d+/g, '\u0002');
}

/**
 * A prompt that somebody made for himself (`lab> `, `~/lab main* ❯ `): what stands before well-known commands at several
 * lines, ending with a sign. Undefined when there is none.
 */
export function findCustomPrompt(lines: readonly string[]): PromptForm | undefined {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const prefix = prefixOf(line);
    if (prefix !== undefined) counts.set(stem(prefix), (counts.get(stem(prefix)) ?? 0) + 1);
  }
  const [best] = [...counts].sort((a, b) => b[1] - a[1]);
  if (!best || best[1] < 2) return undefined;
  const escaped = best[0].replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const source = escaped.replaceAll('\u0001', `(?:${FOLDER.source})`).replaceAll('\u0002', '\\d+');
  return { pattern: new RegExp(`^${source}(?:\\s*(?=\\S)|$)`, 'u'), signature: 'custom' };
}
