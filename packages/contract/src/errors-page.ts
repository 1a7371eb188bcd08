import { ERRORS, type ErrorInfo } from './errors.ts';

/** docs/errors.md: a heading for each code. */
export function errorsPage(): string {
  const entries = Object.entries<ErrorInfo>(ERRORS).map(
    ([code, { status, title, meaning, next }]) => `## ${code}\n\n${status} · ${title}. ${meaning} ${next}\n`,
  );
  return `# Errors

Every error is JSON with a \`detail\` in words, a stable \`code\` and a \`request_id\`
(RFC 9457, \`application/problem+json\`). Only 422 differs: its \`detail\` is a list of
\`{loc, msg, type}\`, one for each mistake.

This page is generated from \`packages/contract/src/errors.ts\`.

${entries.join('\n')}`;
}
