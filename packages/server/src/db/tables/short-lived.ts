/** Trust policies, exchanged keys and tokens of machines. */
// biome-ignore lint/complexity/noBannedTypes: filled in with its tables
export type ShortLivedTables = {};
