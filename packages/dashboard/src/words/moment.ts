/** An ISO time as an `<input type="datetime-local">` takes it: in the reader's own zone, without seconds. */
export function toLocalInput(iso: string | null): string {
  if (iso === null) return '';
  const date = new Date(iso);
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** What such an input gave, as the API takes it; null while it is empty or incomplete. */
export function fromLocalInput(text: string): string | null {
  const at = text === '' ? Number.NaN : new Date(text).getTime();
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}
