import { toYaml } from '@seatrial/manifest';

type Mapping = Readonly<Record<string, unknown>>;

const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0;
const isBlock = (value: unknown): boolean =>
  (Array.isArray(value) && value.length > 0) || (isMapping(value) && Object.keys(value).length > 0);

/** A scalar, or an empty collection, as it stands behind `key:` or `-`; later lines are indented for `level`. */
function inline(value: unknown, pad: string): string {
  if (isEmpty(value)) return '[]';
  if (isMapping(value)) return '{}';
  const lines = toYaml({ k: value ?? null })
    .trimEnd()
    .slice(3)
    .split('\n');
  return lines.map((line, index) => (index === 0 || line === '' ? line : pad + line.slice(2))).join('\n');
}

const keyText = (key: string): string =>
  toYaml({ [key]: 1 })
    .trimEnd()
    .slice(0, -3);

function block(value: unknown, pad: string, step: string): string {
  if (Array.isArray(value))
    return value
      .map((item) => {
        if (!isBlock(item)) return `${pad}- ${inline(item, `${pad}  `)}\n`;
        const inner = block(item, `${pad}  `, step);
        return `${pad}- ${inner.slice(pad.length + 2)}`;
      })
      .join('');
  return Object.entries(value as Mapping)
    .map(([key, item]) => {
      const head = `${pad}${keyText(key)}:`;
      return isBlock(item) ? `${head}\n${block(item, pad + step, step)}` : `${head} ${inline(item, pad + step)}\n`;
    })
    .join('');
}

/** A value as yq v4 prints it: members in their order, sequences indented below their key. Ends with a line break. */
export function orderedYaml(value: unknown, indent: number): string {
  return isBlock(value) ? block(value, '', ' '.repeat(indent)) : `${inline(value, '')}\n`;
}
