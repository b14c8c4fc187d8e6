/**
 * Reads frames of a served camera, always the newest, and says how old each is. Needs nothing of daylit but what
 * docs/protocol.md says.
 *
 *   node build/examples/frames-client.js ws://127.0.0.1:8080 street 5
 */
import { WebSocket } from 'ws';

const [server = 'ws://127.0.0.1:8080', camera = 'street', count = '5'] = process.argv.slice(2);
const socket = new WebSocket(`${server}/api/cameras/${camera}/frames?format=rgb24&which=colour`);
const askForOne = (): void => {
  socket.send(JSON.stringify({ credit: 1 }));
};
let left = Number(count);

socket.on('open', askForOne);
socket.on('message', (data, isBinary) => {
  const message = data as Buffer;
  // Text says where the camera stands, or what was wrong.
  if (!isBinary) return;
  const sequence = Number(message.readBigUInt64BE(8));
  const age = Date.now() - Number(message.readBigInt64BE(24)) / 1000;
  const [width, height] = [message.readUInt16BE(40), message.readUInt16BE(42)];
  const pixels = message.subarray(48 + message.readUInt32BE(44));
  const middle = 3 * (Math.floor(height / 2) * width + Math.floor(width / 2));
  const [red, green, blue] = pixels.subarray(middle, middle + 3);
  console.log(`frame ${sequence}: ${width}x${height}, ${age.toFixed(0)} ms old, rgb(${red}, ${green}, ${blue})`);
  left -= 1;
  if (left > 0) askForOne();
  else socket.close();
});
socket.on('unexpected-response', (_, { statusCode = 0 }) => {
  console.error(`refused: HTTP ${statusCode}`);
  process.exitCode = 1;
});
