/**
 * Serves a page of one's own that reads frames in the browser. Pages of other sites are refused by daylit, so its API
 * and the page must come from one address: whatever is not the page is passed on, as nginx or Caddy would.
 *
 *   node build/examples/own-page.js examples/browser/frames.html http://127.0.0.1:8080 8090
 */
import { readFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { connect, type AddressInfo } from 'node:net';

const [file = 'examples/browser/frames.html', daylit = 'http://127.0.0.1:8080', port = '8090'] = process.argv.slice(2);
const page = readFileSync(file);
const { hostname, port: daylitPort } = new URL(daylit);

const server = createServer((asked, answer) => {
  if (asked.url === '/' || asked.url?.startsWith('/?') === true) {
    answer.setHeader('content-type', 'text/html; charset=utf-8');
    answer.end(page);
    return;
  }
  const { method, url: path, headers } = asked;
  const passed = request({ hostname, port: daylitPort, method, path, headers }, (got) => {
    answer.writeHead(got.statusCode ?? 502, got.headers);
    got.pipe(answer);
  });
  passed.on('error', () => answer.destroy());
  asked.pipe(passed);
});
server.on('upgrade', (asked, browser) => {
  const passed = connect(Number(daylitPort), hostname, () => {
    const lines = asked.rawHeaders.flatMap((name, at, all) => (at % 2 === 0 ? [`${name}: ${all[at + 1] ?? ''}`] : []));
    passed.write(`GET ${asked.url ?? '/'} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    passed.pipe(browser).pipe(passed);
  });
  passed.on('error', () => browser.destroy());
  browser.on('error', () => passed.destroy());
});
server.listen(Number(port), '127.0.0.1', () => {
  console.log(`Open http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
