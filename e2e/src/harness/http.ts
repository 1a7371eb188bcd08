import type { TestServer } from './server.ts';

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed body; undefined when it is not JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers as a caller without types does
  json: any;
}

export interface CallOptions {
  key?: string;
  /** An object goes as JSON; text goes as it is, with the content type given in headers. */
  body?: unknown;
  headers?: Record<string, string>;
}

/** One HTTP request as curl would make it. Redirects are shown, not followed. */
export async function call(
  server: Pick<TestServer, 'url'>,
  method: string,
  path: string,
  options: CallOptions = {},
): Promise<Answer> {
  const { key, body, headers = {} } = options;
  const isJson = body !== undefined && typeof body !== 'string' && !(body instanceof FormData);
  const answer = await fetch(server.url + path, {
    method,
    redirect: 'manual',
    headers: {
      ...(key === undefined ? {} : { 'x-api-key': key }),
      ...(isJson ? { 'content-type': 'application/json' } : {}),
      ...headers,
    },
    ...(body === undefined ? {} : { body: isJson ? JSON.stringify(body) : (body as string | FormData) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, json: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
