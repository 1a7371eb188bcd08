/** Usage, rolled up. */
// biome-ignore lint/complexity/noBannedTypes: filled in with its tables
export type UsageTables = {};
