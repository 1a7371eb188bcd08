import { ERRORS, type ErrorCode } from '@instavm/contract';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';

export interface ErrorOptions {
  headers?: Record<string, string>;
  /** Members beside the standard ones, e.g. when a session ended and why. */
  extra?: Record<string, unknown>;
  /** The request may have been carried out: repeated, it is not taken for a new one. */
  isOutcomeUnknown?: true;
}

/** An answer that is an error. `detail` is for the caller: what happened, why, what to do next. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly code: ErrorCode;
  readonly options: ErrorOptions;
  constructor(code: ErrorCode, detail: string, options: ErrorOptions = {}) {
    super(detail);
    this.code = code;
    this.options = options;
  }
}

export function sendError(
  reply: FastifyReply,
  error: ApiError,
  mediaType = 'application/problem+json',
): FastifyReply {
  const { status, title } = ERRORS[error.code];
  reply.request.errorCode = error.code;
  return reply
    .code(status)
    .headers(error.options.headers ?? {})
    .type(mediaType)
    .send({
      type: `/docs/errors#${error.code}`,
      title,
      status,
      detail: error.message,
      code: error.code,
      request_id: reply.request.id,
      ...error.options.extra,
    });
}

export interface ValidationIssue {
  loc: (string | number)[];
  msg: string;
  type: string;
}

/** 422 in the published API's shape: `detail` is a list. */
export function sendValidationError(reply: FastifyReply, issues: ValidationIssue[]): FastifyReply {
  const { status, title } = ERRORS.validation_failed;
  reply.request.errorCode = 'validation_failed';
  return reply
    .code(status)
    .type('application/json')
    .send({ title, status, code: 'validation_failed', detail: issues, request_id: reply.request.id });
}

export class ValidationError extends Error {
  override name = 'ValidationError';
  readonly issues: ValidationIssue[];
  constructor(issues: ValidationIssue[]) {
    super('validation failed');
    this.issues = issues;
  }
}

/** One mistake in the body, found by a rule that no schema holds. */
export function invalidField(field: string, message: string): ValidationError {
  return new ValidationError([{ loc: ['body', field], msg: message, type: 'value_error' }]);
}

/** As `invalidField`, in the query. */
export function invalidQuery(field: string, message: string): ValidationError {
  return new ValidationError([{ loc: ['query', field], msg: message, type: 'value_error' }]);
}

export function issuesOf(place: 'query' | 'body', error: z.ZodError): ValidationIssue[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        loc: [place, ...path, key],
        msg: 'this field does not exist or cannot be set',
        type: 'unknown_field',
      }));
    }
    return [{ loc: [place, ...path], msg: issue.message, type: issue.code }];
  });
}

const NOT_FOUND = {
  anomalies: ['anomaly_not_found', 'Anomaly not found'],
  apiKeys: ['key_not_found', 'API key not found'],
  audit: ['audit_event_not_found', 'Audit event not found'],
  executions: ['execution_not_found', 'Execution not found'],
  invitations: ['invitation_not_found', 'Invitation not found'],
  members: ['member_not_found', 'Member not found'],
  serviceAccounts: ['service_account_not_found', 'Service account not found'],
  sessions: ['session_not_found', 'Session not found'],
  sshKeys: ['ssh_key_not_found', 'SSH key not found'],
  sandboxTokens: ['sandbox_token_not_found', 'Sandbox token not found'],
  trustPolicies: ['trust_policy_not_found', 'Trust policy not found'],
  vms: ['vm_not_found', 'Machine not found'],
  webhookDeliveries: ['webhook_delivery_not_found', 'Webhook delivery not found'],
  webhooks: ['webhook_endpoint_not_found', 'Webhook endpoint not found'],
} as const satisfies Record<string, readonly [ErrorCode, string]>;

/** The same answer for what never was, what is another account's, and an id that cannot be one. */
export function notFound(noun: string): ApiError {
  const [code, detail] = Object.hasOwn(NOT_FOUND, noun)
    ? NOT_FOUND[noun as keyof typeof NOT_FOUND]
    : (['not_found', 'Not found'] as const);
  return new ApiError(code, detail);
}
