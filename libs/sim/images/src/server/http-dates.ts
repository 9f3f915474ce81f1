const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
const two = (value: number): string => String(value).padStart(2, '0');

/** `Sat, 21 Nov 2026 04:00:00 GMT` (RFC 9110). */
export function httpDate(ms: number): string {
  const date = new Date(ms);
  return `${DAYS[date.getUTCDay()]}, ${two(date.getUTCDate())} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()} ${clock(date)} GMT`;
}

/** `21/Nov/2026:04:00:00 +0000`, as access logs have it. */
export function logDate(ms: number): string {
  const date = new Date(ms);
  return `${two(date.getUTCDate())}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}:${clock(date)} +0000`;
}

/** `2026/11/21 04:00:00`, as Go's log package and nginx' error log have it. */
export function slashDate(ms: number): string {
  const date = new Date(ms);
  return `${date.getUTCFullYear()}/${two(date.getUTCMonth() + 1)}/${two(date.getUTCDate())} ${clock(date)}`;
}

/** `Sat Nov 21 04:00:00 UTC 2026`, as date(1). */
export function unixDate(ms: number): string {
  const date = new Date(ms);
  return `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)} ${clock(date)} UTC ${date.getUTCFullYear()}`;
}

/** `Sat Nov 21 04:00:00.000000 2026`, as Apache's own log has it. */
export function apacheDate(ms: number): string {
  const date = new Date(ms);
  const micros = String(date.getUTCMilliseconds()).padStart(3, '0') + '000';
  return `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${two(date.getUTCDate())} ${clock(date)}.${micros} ${date.getUTCFullYear()}`;
}

/** `21 Nov 2026 04:00:00.000`, as redis logs. */
export function redisDate(ms: number): string {
  const date = new Date(ms);
  return `${two(date.getUTCDate())} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()} ${clock(date)}.${String(date.getUTCMilliseconds()).padStart(3, '0')}`;
}

function clock(date: Date): string {
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
}
