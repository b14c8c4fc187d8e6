/**
 * Takes colour frames in one's own code: here the mean colour of each is printed.
 *
 *   node build/examples/custom-sink.js
 */
import { colorize, secondsOf, type ColourFrame, type Sink, type SinkReport } from 'daylit';

class MeanColour implements Sink {
  readonly target = 'mean colour';
  #frames = 0;

  write(frame: ColourFrame): Promise<void> {
    const sums = [0, 0, 0];
    frame.pixels.forEach((value, index) => (sums[index % 3] = (sums[index % 3] ?? 0) + value));
    const [red, green, blue] = sums.map((sum) => Math.round((3 * sum) / frame.pixels.length));
    console.log(`${secondsOf(frame).toFixed(2)} s  rgb(${red}, ${green}, ${blue})`);
    this.#frames += 1;
    return Promise.resolve();
  }

  finish(): Promise<SinkReport> {
    return Promise.resolve({ target: this.target, frames: this.#frames });
  }

  discard(): Promise<void> {
    return Promise.resolve();
  }
}

await colorize(
  { input: ['synthetic:street?size=320x256&frames=25'], references: ['synthetic:street'] },
  {},
  { sinks: [new MeanColour()] },
);
