/** `detail` of every 401: the published client's users know this sentence. The reason is in `code`. */
export const INVALID_CREDENTIAL_DETAIL = 'Invalid API key or session expired';
/** `detail` of every 410 `session_expired`. */
export const SESSION_EXPIRED_DETAIL = 'Session expired';
/** `detail` of every 429. */
export const RATE_LIMIT_DETAIL = 'Rate limit exceeded';

export interface ErrorInfo {
  status: number;
  /** The problem's `title`: the same for each occurrence. */
  title: string;
  /** One sentence: what has happened. */
  meaning: string;
  /** What the caller can do about it. */
  next: string;
}

/** Every `code` that the server can answer. docs/errors.md has one heading for each. */
export const ERRORS = {
  malformed_json: {
    status: 400,
    title: 'Malformed JSON',
    meaning: 'The body is not valid JSON.',
    next: 'Check quotes and commas, and that the whole body was sent.',
  },
  malformed_request: {
    status: 400,
    title: 'Malformed request',
    meaning:
      'The request cannot be read: its form or multipart body is broken, or its path is badly encoded.',
    next: 'Build the request with a client library instead of by hand.',
  },
  conflicting_credentials: {
    status: 400,
    title: 'Conflicting credentials',
    meaning: 'The request carries more than one credential, and they differ or one header came twice.',
    next: 'Send one key, in X-API-Key or as a bearer token.',
  },
  key_in_url: {
    status: 400,
    title: 'API key in the address',
    meaning: 'An API key is part of the address, where logs and histories keep it; it is never read there.',
    next: 'Send the key in X-API-Key, and rotate this one.',
  },
  invalid_subject_token: {
    status: 400,
    title: 'Token not accepted',
    meaning:
      'No trust policy accepts the token: its signature, issuer, audience, subject or times do not fit.',
    next: 'Compare the token with the trust policy; `error_description` names the first thing that differs.',
  },
  invalid_exchange_request: {
    status: 400,
    title: 'Invalid token exchange',
    meaning: 'The request is not a token exchange of RFC 8693 that this server knows.',
    next: 'Send grant_type urn:ietf:params:oauth:grant-type:token-exchange with a JSON Web Token as subject_token.',
  },
  invalid_api_key: {
    status: 401,
    title: 'Invalid API key',
    meaning: 'There is no key, or it is not one of this server.',
    next: 'Check the key offline with `instavm auth status`, or create a new one in the dashboard.',
  },
  session_required: {
    status: 401,
    title: 'Sign-in required',
    meaning: "The dashboard's session is missing or has ended.",
    next: 'Sign in again.',
  },
  sign_in_failed: {
    status: 401,
    title: 'Sign-in failed',
    meaning: 'The e-mail and the password do not belong together.',
    next: 'Check both; nobody here is told which of them is wrong.',
  },
  key_revoked: {
    status: 401,
    title: 'Key revoked',
    meaning: 'The key was revoked, which is final.',
    next: 'Create a new key and put it where this one was used.',
  },
  key_expired: {
    status: 401,
    title: 'Key expired',
    meaning: "The key's expiry has passed, or it was unused for longer than its idle expiry allows.",
    next: 'Create a new key; rotate keys before they expire.',
  },
  key_rotated: {
    status: 401,
    title: 'Key rotated',
    meaning: 'A successor has taken the place of this key.',
    next: 'Use the successor; whoever rotated the key has it.',
  },
  key_disabled: {
    status: 401,
    title: 'Key disabled',
    meaning: 'The key was switched off for now.',
    next: 'Ask its owner to enable it.',
  },
  key_not_yet_valid: {
    status: 401,
    title: 'Key not valid yet',
    meaning: "The key's start time lies in the future.",
    next: "Wait until its not_before time, and check this machine's clock.",
  },
  account_suspended: {
    status: 401,
    title: 'Account suspended',
    meaning:
      'The member or service account is suspended or was removed, or the whole account is suspended or closed.',
    next: "Ask an owner of the account, or the server's operator.",
  },
  address_not_allowed: {
    status: 403,
    title: 'Address not allowed',
    meaning: "The request came from an address outside the key's list.",
    next: 'Call from an allowed address, or add this one to allowed_cidrs of the key.',
  },
  permission_denied: {
    status: 403,
    title: 'Permission denied',
    meaning: 'The credential is valid but lacks the permission that this operation needs.',
    next: 'Use a key with the permission that the detail names, or ask who manages keys to widen the scopes.',
  },
  https_required: {
    status: 403,
    title: 'HTTPS required',
    meaning:
      'The request came from another machine without encryption, so others may have read what it held.',
    next: 'Send it to the https address of the server, and rotate the key that was sent.',
  },
  csrf_refused: {
    status: 403,
    title: 'Request refused',
    meaning: "The request did not come from this server's own pages.",
    next: 'Open the dashboard at its own address; programs use an API key under /v1.',
  },
  recent_sign_in_required: {
    status: 403,
    title: 'Recent sign-in required',
    meaning: 'What shows a secret or lets somebody in needs a password given within the last 12 hours.',
    next: 'Confirm the password with POST /app/auth/confirm, as the dashboard does, and send the request again.',
  },
  sign_up_closed: {
    status: 403,
    title: 'Sign-up closed',
    meaning: 'This server does not take new people by themselves.',
    next: 'Ask an owner of an account for an invitation, or the operator to change INSTAVM_SIGNUP.',
  },
  invitation_for_another: {
    status: 403,
    title: 'Invitation for another person',
    meaning: 'The invitation is for another e-mail than that of the person who is signed in.',
    next: 'Sign out, or open the link in another browser, and accept it as the person it is for.',
  },
  first_run_token_wrong: {
    status: 403,
    title: 'Wrong first-run token',
    meaning: 'The token of the first-run link does not fit.',
    next: 'Use the link that the server printed at its last start.',
  },
  not_found: {
    status: 404,
    title: 'Not found',
    meaning: 'Nothing lives at this path.',
    next: 'Compare the path with endpoints.txt; a slash at its end counts.',
  },
  key_not_found: {
    status: 404,
    title: 'Key not found',
    meaning: 'The account has no key with this id.',
    next: 'List the keys, those that ended included, with GET /v1/api-keys/?status=all.',
  },
  session_not_found: {
    status: 404,
    title: 'Session not found',
    meaning: 'The account has never had a session with this id.',
    next: 'Start a session and use the session_id of its answer.',
  },
  vm_not_found: {
    status: 404,
    title: 'Machine not found',
    meaning: 'The account has no machine with this id.',
    next: 'List the machines, those that ended included, with GET /v1/vms/.',
  },
  execution_not_found: {
    status: 404,
    title: 'Execution not found',
    meaning: 'The account has no execution with this id.',
    next: 'Use the task_id that POST /execute_async answered.',
  },
  file_not_found: {
    status: 404,
    title: 'File not found',
    meaning: 'The machine has no regular file at this path.',
    next: 'Check the path; list the folder by running `ls` in the session.',
  },
  ssh_key_not_found: {
    status: 404,
    title: 'SSH key not found',
    meaning: 'The account has no SSH key with this id.',
    next: 'List the SSH keys with GET /v1/ssh-keys.',
  },
  webhook_endpoint_not_found: {
    status: 404,
    title: 'Webhook endpoint not found',
    meaning: 'There is no such webhook endpoint in this account.',
    next: 'List endpoints; a deleted one does not come back.',
  },
  webhook_delivery_not_found: {
    status: 404,
    title: 'Webhook delivery not found',
    meaning: 'There is no such delivery in this account, or it is so old that it was forgotten.',
    next: 'List deliveries.',
  },
  anomaly_not_found: {
    status: 404,
    title: 'Anomaly not found',
    meaning: 'There is no such anomaly in this account.',
    next: 'List anomalies with status=all.',
  },
  trust_policy_not_found: {
    status: 404,
    title: 'Trust policy not found',
    meaning: 'There is no such trust policy in this account.',
    next: 'List trust policies; a deleted one does not come back.',
  },
  sandbox_token_not_found: {
    status: 404,
    title: 'Sandbox token not found',
    meaning: 'The machine has no such token.',
    next: "List the machine's tokens.",
  },
  audit_event_not_found: {
    status: 404,
    title: 'Audit event not found',
    meaning: 'The account has no audit event with this id.',
    next: 'List the events with GET /v1/audit/events.',
  },
  member_not_found: {
    status: 404,
    title: 'Member not found',
    meaning: 'The account has no member with this id.',
    next: 'List the members with GET /v1/members.',
  },
  service_account_not_found: {
    status: 404,
    title: 'Service account not found',
    meaning: 'The account has no service account with this id.',
    next: 'List the service accounts with GET /v1/service-accounts.',
  },
  invitation_not_found: {
    status: 404,
    title: 'Invitation not found',
    meaning: 'There is no invitation with this id or link.',
    next: 'Use the whole link as it was shown, or ask for a new one.',
  },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    meaning: 'The path exists, but not with this method.',
    next: 'Use one of the methods in the Allow header.',
  },
  label_taken: {
    status: 409,
    title: 'Label taken',
    meaning: 'Another live key of this environment has the same label.',
    next: 'Choose another label, or revoke the other key first.',
  },
  key_not_editable: {
    status: 409,
    title: 'Key not editable',
    meaning: 'The key has ended, which is final, or it came of a trust policy, which decides what it is.',
    next: 'Create a new key in its place.',
  },
  key_limit_reached: {
    status: 409,
    title: 'Too many keys',
    meaning: 'The account has as many live keys as this server allows.',
    next: 'Revoke keys that are no longer used, or ask the operator to raise INSTAVM_MAX_KEYS.',
  },
  rotation_conflict: {
    status: 409,
    title: 'Rotation not possible',
    meaning: 'The key is being rotated already, or what should be undone has been used or has ended.',
    next: 'Look at the key with GET /v1/api-keys/{id}: rotated_to names its successor.',
  },
  idempotency_key_reused: {
    status: 409,
    title: 'Idempotency key reused',
    meaning: 'The same Idempotency-Key came with another request before.',
    next: 'Give each request a key of its own; repeat a key only with the same body.',
  },
  mail_not_set_up: {
    status: 409,
    title: 'Mail not set up',
    meaning: 'The server sends no mail, because its operator has not set INSTAVM_SMTP_URL.',
    next: 'Ask the operator for a link: instavmd users reset-link --email E.',
  },
  idempotency_key_in_doubt: {
    status: 409,
    title: 'Outcome unknown',
    meaning: 'A request with this Idempotency-Key was cut off, so whether it was carried out is not known.',
    next: 'Look whether what it makes is there; if it is not, send it again with a new Idempotency-Key.',
  },
  idempotency_key_in_use: {
    status: 409,
    title: 'Still at work',
    meaning: 'The first request with this Idempotency-Key is still being carried out.',
    next: 'Ask again with the same key after the time in Retry-After; it is not done twice.',
  },
  idempotency_answer_not_kept: {
    status: 409,
    title: 'Answer not kept',
    meaning: 'The request with this Idempotency-Key was carried out; its answer was too large to be kept.',
    next: 'Read what it made. To have output again, let programs write it to a file and download that.',
  },
  ssh_key_exists: {
    status: 409,
    title: 'SSH key exists',
    meaning: 'This public key was added before.',
    next: 'Nothing: it is already in use. Delete the old entry first to add it anew.',
  },
  last_owner: {
    status: 409,
    title: 'Last owner',
    meaning: 'An account cannot be without an active owner.',
    next: 'Make another member owner first, or close the account.',
  },
  member_has_keys: {
    status: 409,
    title: 'Member has keys',
    meaning: 'API keys belong to the member, and nobody said what happens to them.',
    next: 'Send it again with keys=revoke, keys=member:ID or keys=service_account:ID.',
  },
  already_member: {
    status: 409,
    title: 'Already a member',
    meaning: 'The person is a member of the account.',
    next: 'Nothing: change their role or resume them if that is what was meant.',
  },
  name_taken: {
    status: 409,
    title: 'Name taken',
    meaning: 'Another one of the same kind has this name.',
    next: 'Choose another name.',
  },
  webhook_endpoint_disabled: {
    status: 409,
    title: 'Webhook endpoint disabled',
    meaning: 'Nothing is sent to the webhook endpoint: it is switched off or was deleted.',
    next: 'Switch it on with PATCH and enabled true; `disabled_reason` says why it was off.',
  },
  limit_reached: {
    status: 409,
    title: 'Too many',
    meaning: 'The account has as many of these as it may have; the detail says how many.',
    next: 'Remove some that are no longer needed.',
  },
  session_expired: {
    status: 410,
    title: 'Session expired',
    meaning:
      'The session has ended: nobody used it for its idle timeout, its lifetime is over, or it or its machine was stopped.',
    next: 'Start a new session. `timeout` says which time ended it and who set that; `timeouts` say where each can be changed; a session is renewed in time to keep it.',
  },
  invitation_ended: {
    status: 410,
    title: 'Invitation ended',
    meaning: 'The invitation was accepted or revoked before, or its time is over; the detail says which.',
    next: 'Ask whoever invited you for a new one, or sign in if you have accepted it.',
  },
  link_not_valid: {
    status: 410,
    title: 'Link not valid',
    meaning: 'The link was used, replaced by a newer one, or is too old.',
    next: 'Ask for a new link and use it within its time.',
  },
  first_run_closed: {
    status: 410,
    title: 'First run is over',
    meaning: 'This server has its first person already.',
    next: 'Sign in; the operator can add people with `instavmd users create`.',
  },
  payload_too_large: {
    status: 413,
    title: 'Payload too large',
    meaning: 'The body is larger than this operation takes.',
    next: 'Send less; the detail names the limit. Large files go through POST /upload.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'Unsupported media type',
    meaning: 'The body is of a type that this operation does not read.',
    next: 'Send the type that the detail names, with the matching Content-Type header.',
  },
  validation_failed: {
    status: 422,
    title: 'Validation failed',
    meaning: 'One or more fields are missing, unknown or outside their bounds.',
    next: 'The detail lists each field with what is wrong; correct them and send again.',
  },
  rate_limit_exceeded: {
    status: 429,
    title: 'Rate limit exceeded',
    meaning:
      'Too many requests, too many of them under way at once, or too many failed attempts to authenticate from this address.',
    next: 'Wait as long as Retry-After says; `reason` names the limit and who can raise it.',
  },
  quota_exceeded: {
    status: 429,
    title: 'Quota exceeded',
    meaning:
      'A quota of the key or the account is used up: machines at once, or seconds of machines or executions in this month.',
    next: 'End machines, wait for the new month, or ask whoever manages the account to raise the quota.',
  },
  header_fields_too_large: {
    status: 431,
    title: 'Header fields too large',
    meaning: 'The headers of the request are too large or too many.',
    next: 'Send fewer headers; cookies are not needed on /v1.',
  },
  internal_error: {
    status: 500,
    title: 'Internal error',
    meaning: 'The server failed in a way it did not foresee.',
    next: 'Try again; if it stays, give the operator the request id.',
  },
  not_built: {
    status: 501,
    title: 'Not built',
    meaning: 'The operation or the option is part of the published API, but this version does not have it.',
    next: 'See endpoints.txt for what is built.',
  },
  // 502 and not 503: 503 promises that waiting helps and carries Retry-After; a guest that fell silent makes
  // no such promise.
  guest_unreachable: {
    status: 502,
    title: 'Machine unreachable',
    meaning: 'The machine runs but its agent does not answer.',
    next: 'Try once more; if it stays, end the session and start another.',
  },
  engine_not_ready: {
    status: 503,
    title: 'Engine not ready',
    meaning: 'Machines cannot be made or reached yet; keys and lists work meanwhile.',
    next: 'Wait as long as Retry-After says; GET /readyz shows the progress.',
  },
  store_unavailable: {
    status: 503,
    title: 'Store unavailable',
    meaning:
      'The server cannot read or write its database: it accepts no key that it cannot confirm, and changes nothing.',
    next: 'Try again shortly; the operator sees more in `instavmd doctor`.',
  },
  issuer_unreachable: {
    status: 503,
    title: 'Issuer unreachable',
    meaning: "The keys of the token's issuer could not be read, so its signature could not be checked.",
    next: 'Try again as Retry-After says; the operator can check that the server reaches the issuer.',
  },
  capacity_full: {
    status: 503,
    title: 'Capacity full',
    meaning: 'There is no room: on the host for a machine of this size, or on the machine for the file.',
    next: 'End machines or delete files that are no longer used, ask for less, or try later.',
  },
} as const satisfies Record<string, ErrorInfo>;

export type ErrorCode = keyof typeof ERRORS;

export const ERROR_CODES = Object.keys(ERRORS) as readonly ErrorCode[];
