/** Endpoints, deliveries and their attempts. */
// biome-ignore lint/complexity/noBannedTypes: filled in with its tables
export type WebhooksTables = {};
