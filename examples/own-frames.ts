/**
 * Colours pictures that come from one's own code: here a warm disc that crosses a cold field, 14-bit counts as a
 * camera core gives them.
 *
 *   node build/examples/own-frames.js disc.mkv
 */
import { colorize, sources, type Size } from 'daylit';

const [output = 'disc.mkv'] = process.argv.slice(2);
const size = { width: 160, height: 128 };
const frameCount = 50;

async function* camera(): AsyncGenerator<{ pixels: Uint8Array<ArrayBuffer> }> {
  for (let index = 0; index < frameCount; index++) {
    // A real camera would be awaited here.
    yield await Promise.resolve({ pixels: disc(size, index / frameCount) });
  }
}

function disc({ width, height }: Size, progress: number): Uint8Array<ArrayBuffer> {
  const counts = new Uint16Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const distance = Math.hypot(x - progress * width, y - height / 2);
      counts[y * width + x] = distance < 20 ? 9000 : 7000 + y;
    }
  }
  return new Uint8Array(counts.buffer);
}

const source = sources.fromFrames(camera(), { size, format: 'gray16le', frameCount });
await colorize({ references: ['synthetic:street'], outputs: [output], overwrite: true }, {}, { source });
console.log(`→ ${output}`);
