import type { Compilable, CompiledQuery, DialectAdapter, Kysely } from 'kysely';
import type { Database } from './schema.ts';

/**
 * A statement whose SQL is built once for a dialect: building takes longer than SQLite takes to run it, which counts
 * in what every change does. `build` gives its parameters any values; the function takes the real ones, in the order
 * in which the statement has them.
 */
export function builtOnce<Row>(build: (db: Kysely<Database>) => Compilable<Row>) {
  const built = new WeakMap<DialectAdapter, CompiledQuery>();
  return async (db: Kysely<Database>, parameters: readonly unknown[]): Promise<Row[]> => {
    const { adapter } = db.getExecutor();
    let statement = built.get(adapter);
    if (!statement) {
      statement = build(db).compile();
      if (statement.parameters.length !== parameters.length) {
        throw new Error(`${statement.sql} takes ${statement.parameters.length} parameters`);
      }
      built.set(adapter, statement);
    }
    return (await db.executeQuery({ ...statement, parameters })).rows as Row[];
  };
}
