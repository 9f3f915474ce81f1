import { isJsonObject, type JsonValue } from '@seatrial/kernel';
import { toYaml } from '@seatrial/manifest';

const scalar = (value: JsonValue): string => toYaml(value).trimEnd();

/** What is written beside its key: a scalar, or a collection without members. */
const isInline = (value: JsonValue): boolean =>
  Array.isArray(value) ? value.length === 0 : !isJsonObject(value) || Object.keys(value).length === 0;

/**
 * A value in YAML's block form with its members in their order and an indent of two. `sequences`: what lists below a key
 * are indented by (go-yaml v3: two blanks; ruamel.yaml: none).
 */
export function blockYaml(value: JsonValue, sequences: '' | '  ', indent = ''): string {
  if (isInline(value)) return `${indent}${scalar(value)}\n`;
  if (Array.isArray(value))
    return value
      .map((each) => `${indent}- ${blockYaml(each, sequences, `${indent}  `).slice(indent.length + 2)}`)
      .join('');
  return Object.entries(isJsonObject(value) ? value : {})
    .map(([key, each]) => {
      const held = each ?? null;
      if (isInline(held)) return `${indent}${scalar(key)}: ${scalar(held)}\n`;
      return `${indent}${scalar(key)}:\n${blockYaml(held, sequences, `${indent}${Array.isArray(held) ? sequences : '  '}`)}`;
    })
    .join('');
}
