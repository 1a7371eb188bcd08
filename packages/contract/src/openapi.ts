import { ERRORS } from './errors.ts';
import { type JsonSchema, SchemaWriter } from './json-schema.ts';
import type { CredentialPlace, Operation } from './operation.ts';
import { problem, validationProblem } from './schemas/problem.ts';
import { codesOf, errorStatuses } from './statuses.ts';

const MEDIA_TYPES = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
  multipart: 'multipart/form-data',
} as const;

const REASONS = { 200: 'Done', 201: 'Created', 202: 'Started' } as const;

const KEY_IN_HEADER = [{ apiKey: [] }, { bearer: [] }];

const SECURITY: Record<CredentialPlace, Record<string, string[]>[]> = {
  header: KEY_IN_HEADER,
  // OpenAPI has no scheme for a field of a body: the empty one says that the headers may be left out.
  body: [...KEY_IN_HEADER, {}],
  query: [...KEY_IN_HEADER, { apiKeyInQuery: [] }],
  none: [],
};

const SECURITY_SCHEMES = {
  apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
  bearer: { type: 'http', scheme: 'bearer', description: 'The same API key as a bearer token.' },
  apiKeyInQuery: {
    type: 'apiKey',
    in: 'query',
    name: 'api_key',
    description: 'On the two sockets alone, where the published client sends no header.',
  },
};

const DESCRIPTION = [
  'Send the API key in `X-API-Key` or as a bearer token; `POST /v1/sessions/session` alone also takes it as the',
  'field `api_key` of its body. Errors are problem details (RFC 9457) with a stable `code`; a 422 lists each',
  'field that is wrong. Operations marked as not built answer 501. Slashes at the end of a path count.',
].join('\n');

interface ParameterObject {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  schema: JsonSchema;
  description?: string;
}

const IDEMPOTENCY_KEY: ParameterObject = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'Any text of up to 255 printable characters. The same key with the same request gives the same answer to the same caller for ten minutes, marked with `Idempotency-Replayed: true`.',
  schema: { type: 'string', maxLength: 255 },
};

export type OpenApiDocument = ReturnType<typeof buildOpenApi>;

/** The whole API as an OpenAPI 3.1 document. */
export function buildOpenApi(operations: readonly Operation[], version: string) {
  const schemas = new SchemaWriter();
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of operations) {
    const methods = paths[operation.path] ?? {};
    methods[operation.method.toLowerCase()] = describe(operation, schemas);
    paths[operation.path] = methods;
  }
  const errorResponses = describeErrors(operations, schemas);
  return {
    openapi: '3.1.0',
    info: {
      title: 'InstaVM, self-hosted',
      version,
      description: DESCRIPTION,
      license: { name: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(operations.map(nounOf))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: SECURITY_SCHEMES,
      responses: errorResponses,
      schemas: Object.fromEntries(Object.entries(schemas.components).sort(([a], [b]) => (a < b ? -1 : 1))),
    },
  };
}

function describe(operation: Operation, schemas: SchemaWriter) {
  const { id, published, permission, sandboxPermission, built, summary, credential, socket } = operation;
  const parameters = [
    ...pathParameters(operation, schemas),
    ...queryParameters(operation, schemas),
    ...(operation.isRepeatable ? [IDEMPOTENCY_KEY] : []),
  ];
  return {
    operationId: id,
    tags: [nounOf(operation)],
    summary,
    ...(built ? {} : { description: 'Not built in this version.' }),
    'x-built': built,
    'x-permission': permission,
    ...(sandboxPermission && { 'x-sandbox-permission': sandboxPermission }),
    'x-published-id': published,
    ...(socket && { 'x-websocket': true }),
    security: SECURITY[credential],
    ...(parameters.length > 0 && { parameters }),
    ...requestBody(operation, schemas),
    responses: {
      ...success(operation, schemas),
      ...Object.fromEntries(
        errorStatuses(operation).map((status) => [status, { $ref: `#/components/responses/Error${status}` }]),
      ),
    },
  };
}

function pathParameters({ path, request }: Operation, schemas: SchemaWriter): ParameterObject[] {
  const known = request?.params ? propertiesOf(schemas.write(request.params)) : {};
  return Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => ({
    name: name!,
    in: 'path',
    required: true,
    schema: known[name!] ?? { type: 'string' },
  }));
}

function queryParameters({ request }: Operation, schemas: SchemaWriter): ParameterObject[] {
  if (!request?.query) return [];
  const json = schemas.write(request.query);
  return Object.entries(propertiesOf(json)).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: json.required?.includes(name) ?? false,
    ...(description !== undefined && { description }),
    schema,
  }));
}

function requestBody({ request }: Operation, schemas: SchemaWriter) {
  if (!request?.body) return {};
  const { bodyType = 'json', orJson } = request;
  const { default: _, ...schema } = schemas.write(request.body);
  return {
    requestBody: {
      required: !request.body.safeParse(undefined).success,
      content: {
        [MEDIA_TYPES[bodyType]]: { schema: bodyType === 'multipart' ? withFilePart(schema) : schema },
        ...(orJson && { [MEDIA_TYPES.json]: { schema } }),
      },
    },
  };
}

function withFilePart(fields: JsonSchema): JsonSchema {
  const file: JsonSchema = { type: 'string', contentMediaType: 'application/octet-stream' };
  return { allOf: [fields, { type: 'object', properties: { file }, required: ['file'] }] };
}

function success({ response, socket, built }: Operation, schemas: SchemaWriter) {
  if (socket && built) return { 101: { description: 'Switching to the WebSocket protocol' } };
  if (!response) return {};
  return {
    [response.status]: {
      description: REASONS[response.status],
      content: Object.fromEntries(
        (response.mediaTypes ?? ['application/json']).map((type) => [
          type,
          { schema: schemas.write(response.body) },
        ]),
      ),
    },
  };
}

/** One shared response for each status that any operation can answer, with the codes it can carry. */
function describeErrors(operations: readonly Operation[], schemas: SchemaWriter) {
  const statuses = new Set(operations.flatMap(errorStatuses));
  const validation = { 'application/json': { schema: schemas.write(validationProblem) } };
  const other = { 'application/problem+json': { schema: schemas.write(problem) } };
  return Object.fromEntries(
    [...statuses]
      .sort((a, b) => a - b)
      .map((status) => [
        `Error${status}`,
        {
          description: codesOf(status)
            .map((code) => `\`${code}\`: ${ERRORS[code].meaning} ${ERRORS[code].next}`)
            .join('\n\n'),
          ...(status === 429 || status === 503 ? { headers: retryAfter } : {}),
          content: status === 422 ? validation : other,
        },
      ]),
  );
}

const retryAfter = { 'Retry-After': { schema: { type: 'integer' }, description: 'Seconds.' } };

function nounOf({ id }: Operation): string {
  return id.slice(0, id.indexOf('.'));
}

function propertiesOf(json: JsonSchema): Record<string, JsonSchema> {
  return (json.properties ?? {}) as Record<string, JsonSchema>;
}
