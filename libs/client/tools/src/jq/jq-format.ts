import { decodeBase64, decodeUtf8, encodeBase64, encodeUtf8 } from '@seatrial/kernel';
import { JqError } from './jq-node.js';
import { COMPACT, jsonText, shortText, typeName } from './jq-value.js';

/** `tostring`: strings as they are, everything else as JSON. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : jsonText(value, COMPACT);
}

function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '<': '&lt;',
    '>': '&gt;',
    '&': '&amp;',
    "'": '&#39;',
    '"': '&quot;',
  };
  return text.replace(/[<>&'"]/g, (char) => entities[char]);
}

function escapeUri(text: string): string {
  return [...encodeUtf8(text)]
    .map((byte) =>
      /[A-Za-z0-9\-_.!~*'()]/.test(String.fromCharCode(byte)) && !"!*'()".includes(String.fromCharCode(byte))
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('');
}

function row(value: unknown, format: string, cell: (item: unknown) => string, separator: string): string {
  if (!Array.isArray(value))
    throw new JqError(`${typeName(value)} (${shortText(value)}) cannot be ${format}-formatted, only array`);
  return value.map(cell).join(separator);
}

function rowCell(format: string, quote: (text: string) => string): (item: unknown) => string {
  return (item) => {
    if (item === null) return '';
    if (typeof item === 'number' || typeof item === 'boolean') return textOf(item);
    if (typeof item === 'string') return quote(item);
    throw new JqError(`${typeName(item)} (${shortText(item)}) is not valid in a ${format} row`);
  };
}

function decode64(text: string): string {
  const compact = text.replace(/[=\s]+$/g, '').replace(/\s/g, '');
  const usable = compact.length % 4 === 1 ? compact.slice(0, -1) : compact;
  const decoded = decodeBase64(usable.padEnd(Math.ceil(usable.length / 4) * 4, '='));
  if (!('text' in decoded) || (compact.length === 1 && usable === ''))
    throw new JqError(`string (${shortText(text)}) is not valid base64 data`);
  return decodeUtf8(encodeUtf8(decoded.text));
}

/** `@name` of a value. */
export function formatValue(name: string, value: unknown): string {
  switch (name) {
    case 'text':
      return textOf(value);
    case 'json':
      return jsonText(value, COMPACT);
    case 'html':
      return escapeHtml(textOf(value));
    case 'uri':
      return escapeUri(textOf(value));
    case 'csv':
      return row(
        value,
        'csv',
        rowCell('csv', (text) => `"${text.replaceAll('"', '""')}"`),
        ',',
      );
    case 'tsv':
      return row(
        value,
        'tsv',
        rowCell('tsv', (text) =>
          text.replace(
            /[\t\n\r\\]/g,
            (char) => ({ '\t': '\\t', '\n': '\\n', '\r': '\\r', '\\': '\\\\' })[char] ?? char,
          ),
        ),
        '\t',
      );
    case 'sh': {
      const quote = (item: unknown): string => {
        if (typeof item === 'object' && item !== null)
          throw new JqError(`${typeName(item)} (${shortText(item)}) can not be escaped for shell`);
        return typeof item === 'string' ? `'${item.replaceAll("'", "'\\''")}'` : textOf(item);
      };
      return Array.isArray(value) ? value.map(quote).join(' ') : quote(value);
    }
    case 'base64':
      return encodeBase64(textOf(value));
    case 'base64d':
      return decode64(textOf(value));
    default:
      throw new JqError(`${name} is not a valid format`);
  }
}
