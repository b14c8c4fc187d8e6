import { ask, type CameraStatus } from './camera-status.js';
import { CameraView } from './camera-view.js';
import { element, say } from './elements.js';
import { GridView } from './grid-view.js';
import type { View } from './view.js';

const TICK_MS = 250;
const RETRY_MS = 2000;

const main = document.querySelector<HTMLElement>('#main') ?? document.body;
const summary = document.querySelector<HTMLElement>('#summary') ?? element('p');
let cameras: readonly CameraStatus[] = [];
let view: View | undefined;

/** The view that the address names: one camera, or all of them. */
function show(): void {
  view?.pause();
  const id = decodeURIComponent(location.hash.slice(1));
  const camera = cameras.length === 1 ? cameras[0] : cameras.find((candidate) => candidate.id === id);
  view = camera === undefined ? new GridView(cameras) : new CameraView(camera);
  document.title = camera === undefined ? 'daylit' : `${camera.name} – daylit`;
  say(summary, camera === undefined ? `${cameras.length} cameras` : cameras.length === 1 ? '' : 'All cameras');
  summary.toggleAttribute('href', camera !== undefined && cameras.length > 1);
  if (summary.hasAttribute('href')) summary.setAttribute('href', '#');
  main.replaceChildren(view.root);
  if (!document.hidden) view.resume();
}

async function start(): Promise<void> {
  try {
    ({ cameras } = (await ask('api/cameras')) as { cameras: readonly CameraStatus[] });
  } catch {
    main.replaceChildren(element('p', { class: 'away' }, 'daylit does not answer. Trying again…'));
    setTimeout(() => void start(), RETRY_MS);
    return;
  }
  show();
  window.addEventListener('hashchange', show);
}

document.addEventListener('visibilitychange', () => {
  if (document.hidden) view?.pause();
  else view?.resume();
});
document.addEventListener('keydown', ({ key, target, ctrlKey, metaKey, altKey }) => {
  if (ctrlKey || metaKey || altKey || target instanceof HTMLInputElement) return;
  if (key === 'Escape' && location.hash !== '' && document.fullscreenElement === null) location.hash = '';
  else view?.key(key.toLowerCase());
});
setInterval(() => view?.tick(), TICK_MS);
void start();
