/** The part of a logger that a host uses; pino's has it. */
export interface HostLog {
  info(detail: object, message: string): void;
  warn(detail: object, message: string): void;
}
