/** What can go wrong between this host and a guest. The first group comes from a service, the second from the link. */
export const guestErrorCodes = [
  'not_found',
  'is_directory',
  'not_a_file',
  'no_parent',
  'permission_denied',
  'no_space',
  'incomplete',
  'invalid_request',
  'guest_failed',
  'too_many_channels',
  'output_too_large',
  'timed_out',
  'cancelled',
  'protocol_violation',
  'version_mismatch',
  'link_lost',
] as const;

export type GuestErrorCode = (typeof guestErrorCodes)[number];

export class GuestError extends Error {
  override name = 'GuestError';
  readonly code: GuestErrorCode;
  constructor(code: GuestErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const MAX_MESSAGE = 1000;

/** Makes an error of what a guest says about itself: any code but ours, any text, any length. */
export function errorFromGuest(text: Buffer): GuestError {
  let code: GuestErrorCode = 'guest_failed';
  let message = 'The guest agent gave no reason.';
  try {
    const value: unknown = JSON.parse(text.toString('utf8'));
    if (isRecord(value)) {
      const known = guestErrorCodes.find((each) => each === value.code);
      if (known !== undefined) code = known;
      if (typeof value.message === 'string') message = printable(value.message);
    }
  } catch {
    // Not JSON: the reason stays unknown.
  }
  return new GuestError(code, message);
}

export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.slice(0, MAX_MESSAGE).replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
