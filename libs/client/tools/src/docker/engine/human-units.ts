/** A length of time as go-units' HumanDuration says it. */
export function humanDuration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 1) return 'Less than a second';
  if (seconds === 1) return '1 second';
  if (seconds < 60) return `${seconds} seconds`;
  const minutes = Math.floor(seconds / 60);
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return `${minutes} minutes`;
  const hours = Math.floor(seconds / 3600 + 0.5);
  if (hours === 1) return 'About an hour';
  if (hours < 48) return `${hours} hours`;
  if (hours < 24 * 7 * 2) return `${Math.floor(hours / 24)} days`;
  if (hours < 24 * 30 * 2) return `${Math.floor(hours / 24 / 7)} weeks`;
  if (hours < 24 * 365 * 2) return `${Math.floor(hours / 24 / 30)} months`;
  return `${Math.floor(seconds / 3600 / 24 / 365)} years`;
}

const DECIMAL = ['B', 'kB', 'MB', 'GB', 'TB'];
const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

function scaled(bytes: number, base: number, names: readonly string[], digits: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= base && unit < names.length - 1) {
    value /= base;
    unit++;
  }
  return `${String(Number(value.toPrecision(digits)))}${names[unit]}`;
}

/** A size as go-units' HumanSize says it: powers of 1000, four digits or as many as asked for. */
export function humanSize(bytes: number, digits = 4): string {
  return scaled(bytes, 1000, DECIMAL, digits);
}

/** A size as go-units' BytesSize says it: powers of 1024. */
export function binarySize(bytes: number): string {
  return scaled(bytes, 1024, BINARY, 4);
}

/** RFC 3339 with nanoseconds, as the engine's API has times. */
export function apiTime(ms: number): string {
  return ms === 0 ? '0001-01-01T00:00:00Z' : `${new Date(ms).toISOString().slice(0, 23)}000000Z`;
}

/** A time as Go prints it, in UTC. */
export function goTime(ms: number): string {
  const iso = new Date(ms).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} +0000 UTC`;
}
