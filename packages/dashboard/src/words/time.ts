const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
export const MILLISECONDS_PER_DAY = DAY;

/** `3 min ago`, `in 2 days`, `just now`; beyond a year the date alone. Milliseconds since the epoch. */
export function relativeTime(at: number, now: number): string {
  const past = at <= now;
  // What was set to 90 days a moment ago is not yet "in 89 days".
  const distance = past ? now - at : at - now + Math.min(MINUTE, (at - now) / 60);
  if (distance < 5 * SECOND) return 'just now';
  if (distance >= 365 * DAY) return dateOnly(at);
  const words = span(distance);
  return past ? `${words} ago` : `in ${words}`;
}

/** How long ago, for a column that says so in its heading: `3 min`. */
export function age(since: number, now: number): string {
  return span(Math.max(0, now - since));
}

/** What is left of a life: `4 min 20 s`, `2 h 5 min`, `3 d 4 h`; `none` once it is over. */
export function timeLeft(until: number, now: number): string {
  const left = until - now;
  return left <= 0 ? 'none' : duration(left);
}

/** A length of time in its two largest units. Milliseconds in, `850 ms` to `3 d 4 h` out. */
export function duration(milliseconds: number): string {
  if (milliseconds < SECOND) return `${Math.max(0, Math.round(milliseconds))} ms`;
  if (milliseconds < 10 * SECOND) return `${(milliseconds / SECOND).toFixed(1)} s`;
  const [whole, part] = twoUnits(milliseconds);
  return part ? `${whole} ${part}` : whole;
}

/** The exact time, for the title of a relative one: `2026-07-29 14:05:09 UTC+02:00`, in the reader's zone. */
export function exactTime(at: number): string {
  const date = new Date(at);
  const offset = -date.getTimezoneOffset();
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.abs(offset) / 60)}:${two(Math.abs(offset) % 60)}`;
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${dateOnly(at)} ${clock} UTC${offset === 0 ? '' : zone}`;
}

export function dateOnly(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function span(distance: number): string {
  if (distance < MINUTE) return `${Math.floor(distance / SECOND)} s`;
  if (distance < HOUR) return `${Math.floor(distance / MINUTE)} min`;
  if (distance < DAY) return `${Math.floor(distance / HOUR)} h`;
  const days = Math.floor(distance / DAY);
  return days === 1 ? '1 day' : `${days} days`;
}

function twoUnits(milliseconds: number): [string, string | null] {
  const seconds = Math.floor(milliseconds / SECOND);
  if (milliseconds < MINUTE) return [`${seconds} s`, null];
  if (milliseconds < HOUR) return [`${Math.floor(seconds / 60)} min`, unit(seconds % 60, 's')];
  if (milliseconds < DAY)
    return [`${Math.floor(seconds / 3600)} h`, unit(Math.floor((seconds % 3600) / 60), 'min')];
  return [`${Math.floor(seconds / 86_400)} d`, unit(Math.floor((seconds % 86_400) / 3600), 'h')];
}

const unit = (count: number, name: string) => (count === 0 ? null : `${count} ${name}`);
const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
