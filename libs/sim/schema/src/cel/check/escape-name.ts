/* Property names as identifiers of CEL (k8s.io/apiserver/pkg/cel/escaping.go). */

const RESERVED: ReadonlySet<string> = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

const MARKS: Readonly<Record<string, string>> = { __: 'underscores', '.': 'dot', '-': 'dash', '/': 'slash' };

/** The identifier of a property; undefined when it can have none. */
export function escapeName(name: string): string | undefined {
  if (name === '' || /^\d/.test(name) || /[^a-zA-Z0-9_./-]/.test(name)) return undefined;
  if (RESERVED.has(name)) return `__${name}__`;
  return name.replace(/__|[./-]/g, (mark) => `__${MARKS[mark]}__`);
}

/** The property of an identifier. */
export function unescapeName(identifier: string): string {
  return identifier.replace(/__([^_]+)__/g, (whole, word: string) => {
    const mark = Object.entries(MARKS).find(([, name]) => name === word)?.[0];
    if (mark !== undefined) return mark;
    return RESERVED.has(word) && whole === identifier ? word : whole;
  });
}
