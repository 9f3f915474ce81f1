/** A line as a terminal showed it: the prompt, and what was typed after it. */
export interface PromptedLine {
  readonly prompt: string;
  readonly typed: string;
}

/** Prompts that no other text looks like: `[node1 ~]$`, `ana@host:~/dir$`, `root@host:/#`, `~/work $`. */
const CLEAR_PROMPTS = [
  /^\[[^\]\s]+(?: [^\]]*)?\][$#%](?:\s|$)/,
  /^(?:\([^)\s]+\) ?)?[\w.-]+@[\w.-]+(?::[^\s$#]*| [^\s$#]+)? ?[$#%](?:\s|$)/,
  /^(?:bash-\d\.\d+|sh-\d\.\d+|controlplane|node\d+|minikube|ubuntu|student)(?::?[~/][^\s$#]*)? ?[$#](?:\s|$)/,
  /^[~/][\w./-]* [$#❯%](?:\s|$)/,
  /^[❯➜]\s+(?:~?[\w./-]*\s+(?=kubectl|docker|curl|ls|cd|cat|helm))?/,
  /^\$(?:\s|$)/,
];

/** `# ` is a prompt of root, or a comment. */
const ROOT_PROMPT = /^# /;

/** The prompt that a line begins with. `rootPrompts` says that `#` is one in this transcript. */
export function splitPrompt(line: string, rootPrompts: boolean): PromptedLine | undefined {
  const indented = line.replace(/^[ \t]{0,8}/, '');
  for (const pattern of rootPrompts ? [...CLEAR_PROMPTS, ROOT_PROMPT] : CLEAR_PROMPTS) {
    const match = pattern.exec(indented);
    if (match) return { prompt: match[0].trim(), typed: indented.slice(match[0].length).trimStart() };
  }
  return undefined;
}

/** What was typed after a continuation prompt `>`; undefined when there is none. */
export function splitContinuationPrompt(line: string): string | undefined {
  const match = /^[ \t]*> ?/.exec(line);
  return match ? line.slice(match[0].length) : undefined;
}
