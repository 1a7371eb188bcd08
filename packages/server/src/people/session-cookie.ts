import type { FastifyReply, FastifyRequest } from 'fastify';

export const SESSION_COOKIE = '__Host-instavm_session';

/** Kept for as long as the session lasts; what ends the session is decided here and not by the browser. */
const ATTRIBUTES = 'Path=/; HttpOnly; Secure; SameSite=Lax';

/** The browser's own value once more, for longer. Nothing when it sent none, or more than one. */
export function renewCookie(request: FastifyRequest, reply: FastifyReply, seconds: number): void {
  const values = [...(request.headers.cookie ?? '').matchAll(/(?:^|;\s*)__Host-instavm_session=([^;]*)/g)];
  if (values.length !== 1) return;
  reply.header(
    'set-cookie',
    `${SESSION_COOKIE}=${values[0]![1]}; Max-Age=${Math.max(0, Math.floor(seconds))}; ${ATTRIBUTES}`,
  );
}

export function clearCookie(reply: FastifyReply): void {
  reply.header('set-cookie', `${SESSION_COOKIE}=; Max-Age=0; ${ATTRIBUTES}`);
}
