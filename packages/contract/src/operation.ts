import type { z } from 'zod';
import type { Permission, SandboxPermission } from './permissions.ts';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS' | 'HEAD';

/**
 * Where the credential of an operation is read on `/v1`: `header` (X-API-Key or Bearer), `body` (field
 * `api_key`, SES-1 alone), `query` (the two terminal sockets alone), `none`.
 */
export type CredentialPlace = 'header' | 'body' | 'query' | 'none';

/** One HTTP operation or socket, as data. `Id` is the name everywhere: handler file, client method, docs. */
export interface Operation {
  /** `<noun>.<verb>`, e.g. `vms.create`. */
  id: string;
  /** The id in the published client's contract, e.g. `VM-1`; null for what we add. */
  published: string | null;
  method: HttpMethod;
  /**
   * With parameters in braces: `/v1/vms/{vm_id}`; `{path}` alone takes the rest, slashes included, and
   * may be empty. A slash at the end counts, a colon is literal.
   */
  path: string;
  socket?: true;
  credential: CredentialPlace;
  /** null only where `credential` is `none`. */
  permission: Permission | null;
  /**
   * What a sandbox token needs here instead, which reaches its own machine alone. Absent: no such token may ask it,
   * so an operation is closed to them until its handler narrows what it finds to one machine.
   */
  sandboxPermission?: SandboxPermission;
  /** False: answers 501 after the credential was checked. */
  built: boolean;
  summary: string;
  /** Absent for an operation that is not built. */
  request?: RequestSchemas;
  /** Status of success and its body. Error answers are derived, see `openapi.ts`. */
  response?: {
    status: 200 | 201 | 202;
    body: z.ZodType;
    /** Instead of `application/json`: what a streamed answer can be. */
    mediaTypes?: readonly string[];
  };
  /** Takes `Idempotency-Key`: the same key with the same request gives the same answer for ten minutes. */
  isRepeatable?: true;
  /** Fields of the body in which a whole API key may stand; anywhere else it is refused and stored nowhere. */
  keyFields?: readonly string[];
  /** `oauth`: an error also has `error` and `error_description` (RFC 6749), and a wrong parameter is 400. */
  errorShape?: 'oauth';
  /** Statuses of errors that this operation gives beside 401, 403, 422, 429, 500. */
  errors?: readonly number[];
}

export interface RequestSchemas {
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** `json` unless said. A multipart body's file part is handed to the handler as a stream. */
  bodyType?: 'json' | 'form' | 'multipart';
  /** Of a form: the same fields as JSON are taken too. */
  orJson?: true;
}

/** Keeps the exact types of the schemas, so that a handler's input is `z.output<typeof op.request.body>`. */
export function operation<const T extends Operation>(definition: T): T {
  return definition;
}

/** An operation that answers 501 for now; one line of the table. */
export function unbuilt(
  id: string,
  published: string | null,
  method: HttpMethod,
  path: string,
  permission: Permission | null,
  summary: string,
): Operation {
  return {
    id,
    published,
    method,
    path,
    credential: permission ? 'header' : 'none',
    permission,
    built: false,
    summary,
  };
}
