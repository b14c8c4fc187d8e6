import type { Command } from 'commander';
import { present } from '../core/present.js';
import { encodeReferences } from '../index.js';
import { failWith } from './failure.js';

const EXAMPLES = `
Encodings are kept by picture and model, so a photo is encoded once, whatever job uses it later.

Examples:
  $ daylit reference encode noon.jpg
  $ daylit reference encode noon.jpg dusk.jpg --model models/mine
`;

/** `daylit reference encode`: fills the cache ahead of time and checks that photos can be used. */
export function addReferenceCommand(program: Command): void {
  const reference = program
    .command('reference')
    .description('work with reference photos')
    .addHelpText('afterAll', EXAMPLES);
  reference
    .command('encode')
    .description('encode daylight photos ahead of time, and check that they can be used')
    .argument('<photo...>', 'JPEG, PNG, WebP, TIFF or AVIF')
    .option('--model <folder>', 'another model')
    .option('--json', 'as JSON')
    .action(async (photos: string[], { json, model }: { json?: true; model?: string }) => {
      try {
        for (const encoded of await encodeReferences(photos, present({ modelFolder: model }))) {
          process.stdout.write(
            json === true
              ? `${JSON.stringify(encoded)}\n`
              : `${encoded.photo}: ${encoded.tokens} tokens, ${encoded.from === 'cache' ? 'already cached' : 'encoded'}\n`,
          );
        }
      } catch (thrown) {
        failWith(thrown);
      }
    });
}
