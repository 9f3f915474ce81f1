import { isJsonObject, type JsonValue } from '@seatrial/kernel';
import { toYaml } from '@seatrial/manifest';

const isEmpty = (value: JsonValue): boolean =>
  isJsonObject(value) ? Object.keys(value).length === 0 : Array.isArray(value) && value.length === 0;

const scalar = (value: JsonValue): string => toYaml(value).trimEnd();

/** A value as go-yaml v3 writes it with an indent of two: items of lists stand below their key, indented. */
export function configYaml(value: JsonValue, indent = ''): string {
  if (Array.isArray(value))
    return value
      .map((each) => {
        if (isEmpty(each) || (!isJsonObject(each) && !Array.isArray(each))) return `${indent}- ${scalar(each)}\n`;
        return `${indent}- ${configYaml(each, `${indent}  `).slice(indent.length + 2)}`;
      })
      .join('');
  if (!isJsonObject(value)) return `${indent}${scalar(value)}\n`;
  return Object.entries(value)
    .map(([key, each]) => {
      const held = each ?? null;
      if (isEmpty(held) || (!isJsonObject(held) && !Array.isArray(held)))
        return `${indent}${scalar(key)}: ${scalar(held)}\n`;
      return `${indent}${scalar(key)}:\n${configYaml(held, `${indent}  `)}`;
    })
    .join('');
}
