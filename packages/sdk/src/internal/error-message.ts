interface Sentences {
  detail: string;
  reason?: string | null | undefined;
  hint?: string | null | undefined;
  requestId?: string | null | undefined;
}

/** What happened, why, what to do next, and by which number the server knows it. */
export function messageOf({ detail, reason, hint, requestId }: Sentences): string {
  const what = reason ? `${withoutStop(detail)} (${withoutStop(reason)})` : detail;
  const sentences = [what, hint].filter(Boolean).map((text) => `${withoutStop(text!)}.`);
  return sentences.join(' ') + (requestId ? ` [request ${requestId}]` : '');
}

/** Puts another hint into an error that nobody has seen yet. */
export function giveHint<E extends Error & Sentences>(error: E, hint: string): E {
  const message = messageOf({ ...error, hint });
  const stack = error.stack?.replace(error.message, () => message);
  return Object.assign(error, { hint, message, stack });
}

function withoutStop(text: string): string {
  return text.replace(/\.$/, '');
}
