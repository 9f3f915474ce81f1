/** pflag's value types that kubectl uses. `optional-string` is a string flag that may stand without a value. */
export type FlagType =
  | 'string'
  | 'bool'
  | 'int'
  | 'int32'
  | 'int64'
  | 'stringMap'
  | 'stringToString'
  | 'uint16'
  | 'float64'
  | 'duration'
  | 'stringSlice'
  | 'stringArray'
  | 'tristate';

/** One flag of a command (spf13/pflag). */
export interface FlagDefinition {
  readonly name: string;
  readonly type: FlagType;
  readonly shorthand?: string;
  readonly default?: string;
  /** The value when the flag stands without one (pflag NoOptDefVal). Bools have `true`. */
  readonly withoutValue?: string;
  /** Printed when the flag is used: `Flag --x has been deprecated, …`. */
  readonly deprecated?: string;
  readonly hidden?: boolean;
  /** Why a value is not taken, where only some are; undefined for those that are. */
  readonly complaint?: (value: string) => string | undefined;
  /** The environment's variable that has to be `true` for the flag to be there (cmdutil.FeatureGate). */
  readonly gate?: string;
  readonly usage?: string;
}

const flag =
  (type: FlagType) =>
  (name: string, usage = '', more: Partial<FlagDefinition> = {}): FlagDefinition => ({ name, type, usage, ...more });

export const stringFlag = flag('string');
export const boolFlag = flag('bool');
export const intFlag = flag('int');
export const int32Flag = flag('int32');
export const durationFlag = flag('duration');
export const stringSliceFlag = flag('stringSlice');
export const stringArrayFlag = flag('stringArray');
/** `key=value` pairs, comma-separated or repeated (component-base MapStringString). */
export const stringMapFlag = flag('stringMap');
/** `key=value` pairs, comma-separated or repeated (pflag's StringToString). */
export const stringToStringFlag = flag('stringToString');
