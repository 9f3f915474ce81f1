import type { TemplateProblem } from '@seatrial/template';

const MARK = ['HELM_ERR_START', 'HELM_ERR_END'] as const;
/** A text of `required` or `fail`, which stands alone in the error. */
export const marked = (text: string): string => MARK[0] + text + MARK[1];

/** Helm's form of a parse error (parseTemplateError). */
export function parseError(path: string, problem: TemplateProblem): string {
  const parts = problem.message.split(': ');
  if (parts.length === 1) return `parse error in (${path}): ${problem.message}`;
  return `parse error at (${parts[1]}): ${parts.at(-1) ?? ''}`;
}

/** Helm 4's form of an execution error: place, what was executed, message, for each error in the chain. */
export function executionError(path: string, problem: TemplateProblem): string {
  const [, location = path, rest = ''] = /^[^:]*: (.*?): ([^]*)$/.exec(problem.message) ?? [];
  const start = rest.indexOf(MARK[0]);
  if (start >= 0) {
    const end = rest.lastIndexOf(MARK[1]);
    return `execution error at (${location}): ${rest.slice(start + MARK[0].length, end)}`;
  }
  const chain = [problem.message, ...problem.causes];
  // Helm takes an error apart only when everything that it wraps is a template's error.
  if (/>: error calling \w+: (?!template: )/.test(chain.at(-1) ?? '')) return problem.message;
  const blocks: string[] = [];
  for (const message of chain) {
    const block = errorBlock(message);
    if (block === undefined) return problem.message;
    if (blocks.at(-1) !== block) blocks.push(block);
  }
  return blocks.join('').trim();
}

function errorBlock(message: string): string | undefined {
  if (!message.startsWith('template: ')) return undefined;
  const rest = message.slice('template: '.length);
  if (rest.startsWith('no template ')) return `${message}\n`;
  const cut = (text: string): string => text.split(' template:')[0];
  const executing = /^(.*?): executing "(.*?)" at <([^]*?)>: ([^]*)$/.exec(rest);
  if (executing) {
    const [, location, name, node, text] = executing;
    return `${location}\n  executing "${name}" at <${node}>:\n    ${cut(text)}\n`;
  }
  const colon = rest.lastIndexOf(': ');
  return colon < 0 ? undefined : `${rest.slice(0, colon)}\n  ${cut(rest.slice(colon + 2))}\n`;
}
