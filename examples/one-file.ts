/**
 * Colours one recording.
 *
 *   node build/examples/one-file.js patrol.mp4 noon.jpg patrol-colour.mp4
 */
import { colorize } from 'daylit';

const [input = 'synthetic:street?frames=50', photo = 'synthetic:street', output = 'colour.mp4'] = process.argv.slice(2);

const { frames, elapsedMs } = await colorize(
  { input: [input], references: [photo], outputs: [output], overwrite: true },
  {
    notify: ({ message }) => {
      console.error(message);
    },
  },
);
console.log(`${frames} frames in ${(elapsedMs / 1000).toFixed(1)} s → ${output}`);
