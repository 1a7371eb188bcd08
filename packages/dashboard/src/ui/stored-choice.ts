/** A choice of this browser, such as the theme. Never anything secret. Storage may be off: then it lasts for the page. */
export function readChoice(name: string): string | null {
  try {
    return localStorage.getItem(`instavm.${name}`);
  } catch {
    return null;
  }
}

export function writeChoice(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`instavm.${name}`);
    else localStorage.setItem(`instavm.${name}`, value);
  } catch {
    // Nothing to keep it in.
  }
}
