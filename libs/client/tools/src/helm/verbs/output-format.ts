import { stringFlag } from '@seatrial/kubectl';
import { toStructJson, toYaml } from '@seatrial/manifest';
import { failHelm } from '../helm-failure.js';
import { plainValues } from '../values/values.js';

export const OUTPUT = stringFlag('output', '', { shorthand: 'o', default: 'table' });

/** Data as the `-o` flag asks (JSON in a struct's order, YAML by name); undefined for a table, which the caller prints. */
export function formatted(output: string, data: unknown): string | undefined {
  if (output === 'json') return `${toStructJson(plainValues(data))}\n`;
  if (output === 'yaml') return toYaml(plainValues(data));
  if (output !== 'table') failHelm(`invalid argument "${output}" for "-o, --output" flag: invalid format type`);
  return undefined;
}
