import { compilePattern, matchPattern } from '@seatrial/shell';

interface Rule {
  readonly negated: boolean;
  readonly folderOnly: boolean;
  readonly matches: (path: string) => boolean;
}

const baseOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

function ruleOf(line: string): Rule | undefined {
  let text = line.trim();
  if (text === '' || text.startsWith('#')) return undefined;
  const negated = text.startsWith('!');
  if (negated) text = text.slice(1);
  const folderOnly = text.endsWith('/');
  if (folderOnly) text = text.slice(0, -1);
  const rooted = text.startsWith('/');
  const pattern = compilePattern(rooted ? text.slice(1) : text);
  const whole = rooted || text.includes('/');
  return { negated, folderOnly, matches: (path) => matchPattern(pattern, whole ? path : baseOf(path)) };
}

/** The rules of a `.helmignore` (helm.sh/helm/v4/internal/ignore): whether a path of the chart is left out. */
export function ignoreRules(text: string): (path: string) => boolean {
  const rules = text.split('\n').flatMap((line) => ruleOf(line) ?? []);
  const ignored = (path: string, folder: boolean): boolean =>
    rules.some(
      (rule) => (!rule.folderOnly || folder) && rule.matches(path) !== rule.negated && (!rule.negated || !folder),
    );
  return (path) => {
    const parts = path.split('/');
    for (let length = 1; length < parts.length; length++)
      if (ignored(parts.slice(0, length).join('/'), true)) return true;
    return ignored(path, false);
  };
}
