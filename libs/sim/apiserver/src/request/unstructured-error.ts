const SCALARS = new Set(['string', 'bool', 'int32', 'int64', 'float64']);

const goKind = (json: string, number: string | undefined): string => {
  switch (json) {
    case 'number':
      return number !== undefined && !/^-?\d+$/.test(number) ? 'float64' : 'int64';
    case 'object':
      return 'map';
    case 'array':
      return 'slice';
    default:
      return json;
  }
};

/** Which Go conversions exist between kinds, so that the converter gives its other complaint. */
const convertible = (from: string, to: string): boolean =>
  (from === 'int64' && to === 'string') || ((from === 'int64' || from === 'float64') && /^(int|float)/.test(to));

/**
 * A type error of decoding as the converter from unstructured objects words it
 * (k8s.io/apimachinery/pkg/runtime/converter.go), which strategic merge patches go through.
 */
export function unstructuredError(error: string): string {
  const match = /^json: cannot unmarshal (\S+?)(?: ([-\d.e+]+))? into Go (?:struct field \S+|value) of type (.+)$/.exec(
    error,
  );
  if (!match) return error.includes('base64') ? `error decoding from json: ${error}` : error;
  const [, json, number, type] = match;
  const from = goKind(json, number);
  const target = type.replace(/^\*/, '');
  if (SCALARS.has(target))
    return convertible(from, target) ? `cannot convert ${from} to ${target}` : `unrecognized type: ${target}`;
  if (target.startsWith('map[') || target === 'v1.ResourceList') return `cannot restore map from ${from}`;
  if (target.startsWith('[]')) return `cannot restore slice from ${from}`;
  return `cannot restore struct from: ${from}`;
}
