const OPENS = /^(?:for|while|if|switch|begin|function)\b/;

/** Whether fish waits for an `end` after these lines. */
export function isOpenInFish(text: string): boolean {
  let open = 0;
  for (const piece of text.split(/[\n;]/)) {
    const word = piece.trim();
    if (OPENS.test(word)) open++;
    else if (/^end\b/.test(word)) open--;
  }
  return open > 0;
}

/** fish's blocks, variables and substitutions as bash has them; what has no simple fellow stays. */
export function fromFish(text: string): string {
  const closers: string[] = [];
  const lines = text.split('\n').map((line) => {
    const lead = /^\s*/.exec(line)?.[0] ?? '';
    const body = line.trim();
    if (/^for\b/.test(body) || /^while\b/.test(body)) {
      closers.push('done');
      return `${lead}${body.replace(/;\s*$/, '')}; do`;
    }
    if (/^if\b/.test(body)) {
      closers.push('fi');
      return `${lead}${body}; then`;
    }
    if (/^else if\b/.test(body)) return `${lead}${body.replace(/^else if/, 'elif')}; then`;
    if (/^end\b/.test(body)) return `${lead}${body.replace(/^end/, closers.pop() ?? 'end')}`;
    const exported = /^set +(-\w+ +)?(\w+) +(.+)$/.exec(body);
    if (exported)
      return `${lead}${exported[1]?.includes('x') ? 'export ' : ''}${exported[2] ?? ''}=${exported[3] ?? ''}`;
    return line;
  });
  return lines.join('\n');
}
