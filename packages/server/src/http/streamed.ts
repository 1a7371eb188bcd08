import type { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** An answer that is sent while it is made, with headers of its own. */
export class StreamedAnswer {
  readonly body: Readable;
  readonly headers: Record<string, string>;
  constructor(body: Readable, headers: Record<string, string>) {
    this.body = body;
    this.headers = headers;
  }
}

/** An answer that is JSON already. */
export class JsonText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** Sends what a handler answered. */
export function sendAnswer(reply: FastifyReply, status: number, answer: unknown): FastifyReply {
  reply.code(status);
  if (answer instanceof StreamedAnswer) return reply.headers(answer.headers).send(answer.body);
  if (answer instanceof JsonText) return reply.type('application/json; charset=utf-8').send(answer.text);
  return reply.send(answer);
}
