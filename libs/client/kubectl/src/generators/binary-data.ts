import { compareStrings, encodeBase64, setOwn } from '@seatrial/kernel';

/** Maps print in the order of their keys. */
const inOrder = (entries: ReadonlyMap<string, string>): [string, string][] =>
  [...entries].sort(([a], [b]) => compareStrings(a, b));

/** Whether a text holds bytes that are not UTF-8. */
export const hasRawBytes = (text: string): boolean =>
  /[\udc80-\udcff]/.test(text.replace(/[\ud800-\udbff][\udc00-\udfff]/g, ''));

/** A ConfigMap's two parts: text that is UTF-8, and the rest as base64. */
export function binaryAndText(entries: ReadonlyMap<string, string>): {
  readonly data: Record<string, string>;
  readonly binaryData: Record<string, string>;
} {
  const data: Record<string, string> = {};
  const binaryData: Record<string, string> = {};
  for (const [key, value] of inOrder(entries)) {
    if (hasRawBytes(value)) setOwn(binaryData, key, encodeBase64(value));
    else setOwn(data, key, value);
  }
  return { data, binaryData };
}

/** A Secret's data: every value as base64. */
export function encodedData(entries: ReadonlyMap<string, string>): Record<string, string> {
  const data: Record<string, string> = {};
  for (const [key, value] of inOrder(entries)) setOwn(data, key, encodeBase64(value));
  return data;
}
