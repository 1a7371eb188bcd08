import type { FastifyReply, FastifyRequest } from 'fastify';

/** What must not be seen in the time of an answer is done behind it. */
export function afterAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  work: () => Promise<unknown>,
): void {
  reply.raw.once('close', () => {
    work().catch((error: unknown) =>
      request.log.error({ err: error, request_id: request.id }, 'what follows an answer failed'),
    );
  });
}
