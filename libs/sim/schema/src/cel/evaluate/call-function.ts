import { findFunction, type Overload } from '../check/declarations.js';
import type { CelType } from '../check/cel-type.js';
import { addressLibrary } from '../library/address.library.js';
import { authorizerLibrary } from '../library/authorizer.library.js';
import type { CelLibrary } from '../library/cel-library.js';
import { formatLibrary } from '../library/format.library.js';
import { listLibrary } from '../library/list.library.js';
import { optionalLibrary } from '../library/optional.library.js';
import { quantityLibrary } from '../library/quantity.library.js';
import { matchPattern, regexLibrary } from '../library/regex.library.js';
import { semverLibrary } from '../library/semver.library.js';
import { stringLibrary } from '../library/string.library.js';
import { urlLibrary } from '../library/url.library.js';
import { ARITHMETIC, negate } from './arithmetic.js';
import { NO_OVERLOAD, celEqual, compareCel } from './compare.js';
import { convert, isConversion } from './conversions.js';
import { TIME_PARTS, timePart } from './instants.js';
import type { CelMeter } from './meter.js';
import {
  CelDuration,
  CelError,
  CelTimestamp,
  isError,
  isList,
  isMap,
  sizeOf,
  typeNameOf,
  type CelValue,
} from './values.js';

/* Calls: operators by name, the libraries' functions by the overload that their arguments fit. */

const LIBRARIES: CelLibrary = {
  ...addressLibrary,
  ...authorizerLibrary,
  ...formatLibrary,
  ...listLibrary,
  ...optionalLibrary,
  ...quantityLibrary,
  ...regexLibrary,
  ...semverLibrary,
  ...stringLibrary,
  ...urlLibrary,
};

type Call = (args: readonly CelValue[]) => CelValue;

const noSuch = (name: string): CelError => new CelError(`no such overload: ${name}`);

const ordered =
  (name: string, holds: (order: number) => boolean): Call =>
  ([a, b]) => {
    const order = compareCel(a, b);
    if (order === undefined) return noSuch(name);
    return isError(order) ? order : holds(order);
  };

const textual =
  (test: (text: string, part: string) => CelValue): Call =>
  ([text, part]) =>
    typeof text === 'string' && typeof part === 'string' ? test(text, part) : NO_OVERLOAD;

function isIn(item: CelValue, container: CelValue): CelValue {
  if (isList(container)) return container.some((other) => celEqual(item, other));
  return isMap(container) ? container.get(item) !== undefined : NO_OVERLOAD;
}

/** Functions whose one implementation looks at its arguments itself. */
const BY_NAME: Readonly<Record<string, Call | undefined>> = {
  '!_': ([value]) => (typeof value === 'boolean' ? !value : NO_OVERLOAD),
  '-_': ([value]) => negate(value),
  '@in': ([item, container]) => isIn(item, container),
  '@not_strictly_false': ([value]) => (typeof value === 'boolean' ? value : true),
  '_!=_': ([a, b]) => !celEqual(a, b),
  '_<=_': ordered('_<=_', (order) => order <= 0),
  '_<_': ordered('_<_', (order) => order < 0),
  '_==_': ([a, b]) => celEqual(a, b),
  '_>=_': ordered('_>=_', (order) => order >= 0),
  '_>_': ordered('_>_', (order) => order > 0),
  contains: textual((text, part) => text.includes(part)),
  endsWith: textual((text, part) => text.endsWith(part)),
  matches: textual(matchPattern),
  size: ([value]) => {
    const size = sizeOf(value);
    return size === undefined ? noSuch('size') : BigInt(size);
  },
  startsWith: textual((text, part) => text.startsWith(part)),
};

/** Whether a value can be given where a type is declared (types.Type.IsAssignableRuntimeType). */
function fits(value: CelValue, type: CelType): boolean {
  switch (type.kind) {
    case 'dyn':
    case 'parameter':
      return true;
    case 'list':
      return isList(value) && (value.length === 0 || fits(value[0], type.parameters[0]));
    case 'map':
      return isMap(value);
    case 'duration':
      return value instanceof CelDuration;
    case 'timestamp':
      return value instanceof CelTimestamp;
    case 'type':
      return typeNameOf(value) === 'type';
    default:
      return typeNameOf(value) === type.name;
  }
}

/** Lists that are flat already are taken, too: their types do not tell. */
function flattenCall(list: CelValue, args: readonly CelValue[], meter: CelMeter): CelValue {
  const depth = args.slice(1);
  if (isList(list) && depth.every((level) => typeof level === 'bigint'))
    return LIBRARIES[depth.length === 0 ? 'list_flatten' : 'list_flatten_int'](args, meter);
  return new CelError(`no such overload: ${typeNameOf(list)}.flatten(${depth.map(typeNameOf).join(', ')})`);
}

function dispatch(
  name: string,
  overloads: readonly Overload[],
): (args: readonly CelValue[], meter: CelMeter) => CelValue {
  return (args, meter) => {
    const [first] = args;
    if (name === 'flatten') return flattenCall(first, args, meter);
    for (const overload of overloads)
      if (overload.args.length === args.length && overload.args.every((type, index) => fits(args[index], type)))
        return LIBRARIES[overload.id](args, meter);
    if ((name === 'find' || name === 'findAll') && typeof args[0] !== 'string') return NO_OVERLOAD;
    return new CelError(`no such overload: ${name}(${args.map(typeNameOf).join(', ')})`);
  };
}

function conversion(name: string): Call {
  const declared = findFunction(name) ?? [];
  return ([value]) =>
    declared.some(({ args }) => fits(value, args[0]))
      ? convert(name, value)
      : new CelError(`no such overload: ${name}(${typeNameOf(value)})`);
}

/** What a call does, by its name and the overloads that the checker left it. */
export function functionOf(
  name: string,
  overloads: readonly string[],
): (args: readonly CelValue[], meter: CelMeter) => CelValue {
  const own = Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined;
  if (own) return own;
  if (Object.hasOwn(ARITHMETIC, name)) return ([a, b]) => ARITHMETIC[name](a, b);
  if (name === 'dyn' || name === 'type') return ([value]) => convert(name, value);
  if (isConversion(name)) return conversion(name);
  if (TIME_PARTS.has(name)) return ([value, zone]) => timePart(name, value, zone);
  const declared = findFunction(name) ?? [];
  return dispatch(
    name,
    declared.filter(({ id }) => overloads.includes(id)),
  );
}
