const TOKEN = /^[A-Za-z0-9_-]{20,128}$/;

/** The set-up token in a fragment (`#token=…`), a whole link, or by itself; null when there is none. */
export function readSetupToken(text: string): string | null {
  const trimmed = text.trim();
  const token = /[#&]token=([^&\s]*)/.exec(trimmed)?.[1] ?? trimmed;
  return TOKEN.test(token) ? token : null;
}

/**
 * Takes the token out of the address, so that neither the history nor a glance at the screen keeps it. Called
 * before anything is drawn.
 */
export function takeSetupToken(location: Location, history: History): string | null {
  if (!location.hash.includes('token=')) return null;
  const token = readSetupToken(location.hash);
  history.replaceState(history.state, '', location.pathname + location.search);
  return token;
}
