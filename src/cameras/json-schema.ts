import { z } from 'zod';
import { camerasFileSchema } from './schema.js';

/** Where `server:` and the like may also be a variable, which editors would take for a word. */
const VARIABLE = { type: 'string', pattern: '^\\$\\{' } as const;

/** The JSON Schema (draft 7, which editors read) of a cameras file, made from the schema that checks it. */
export function camerasJsonSchema(): object {
  const schema = z.toJSONSchema(camerasFileSchema, {
    target: 'draft-7',
    io: 'input',
    override: ({ jsonSchema }) => {
      const { type, enum: choices, minimum, maximum, exclusiveMinimum } = jsonSchema;
      if (choices === undefined && type !== 'number' && type !== 'integer' && type !== 'boolean') return;
      for (const key of ['type', 'enum', 'minimum', 'maximum', 'exclusiveMinimum'] as const)
        Reflect.deleteProperty(jsonSchema, key);
      const bare = { type, enum: choices, minimum, maximum, exclusiveMinimum };
      jsonSchema.anyOf = [
        Object.fromEntries(Object.entries(bare).filter(([, value]) => value !== undefined)),
        VARIABLE,
      ];
    },
  });
  return { title: 'Cameras of daylit', ...schema };
}
