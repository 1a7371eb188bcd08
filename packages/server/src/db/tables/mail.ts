/** Mail that waits to be sent, and what was announced of keys. */
// biome-ignore lint/complexity/noBannedTypes: filled in with its tables
export type MailTables = {};
