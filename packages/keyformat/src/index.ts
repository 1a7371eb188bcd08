export * from './check.ts';
export * from './format.ts';
