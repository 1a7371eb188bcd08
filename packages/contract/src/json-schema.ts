import { z } from 'zod';

export type JsonSchema = z.core.JSONSchema.JSONSchema;

const REF_IN_SCHEMA = '#/$defs/';
const REF_IN_DOCUMENT = '#/components/schemas/';

/** Collects the named schemas it meets; the rest is written where it is used. */
export class SchemaWriter {
  readonly components: Record<string, JsonSchema> = {};

  /** What goes over the wire, as JSON Schema 2020-12; `$ref` points into the document's components. */
  write(schema: z.ZodType): JsonSchema {
    const { $schema: _, $defs = {}, ...json } = z.toJSONSchema(schema, { io: 'input', override: plain });
    for (const [name, definition] of Object.entries($defs)) {
      // A named schema knows its own name; as a member of the document it need not repeat it.
      const { id: __, ...rest } = definition as JsonSchema;
      this.components[name] = movedRefs(rest);
    }
    return movedRefs(json);
  }
}

/** Leaves out what tells a reader nothing: the bounds of exact integers, and the pattern behind a named format. */
function plain({ jsonSchema }: { jsonSchema: JsonSchema }): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
}

function movedRefs<T>(value: T): T {
  if (Array.isArray(value)) return value.map(movedRefs) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === '$ref' && typeof inner === 'string'
        ? inner.replace(REF_IN_SCHEMA, REF_IN_DOCUMENT)
        : movedRefs(inner),
    ]),
  ) as T;
}
