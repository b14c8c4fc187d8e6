import { ask, signOut, whoAmI, type Caller } from './ask.js';
import type { CameraStatus } from './camera-status.js';
import { CameraView } from './camera-view.js';
import { element, say } from './elements.js';
import { GridView } from './grid-view.js';
import { findWays, type Way } from './playback.js';
import type { View } from './view.js';

const TICK_MS = 250;
const RETRY_MS = 2000;

const main = document.querySelector<HTMLElement>('#main') ?? document.body;
const summary = document.querySelector<HTMLElement>('#summary') ?? element('p');
let cameras: readonly CameraStatus[] = [];
let ways: readonly Way[] = ['jpeg'];
let caller: Caller = { role: 'view', by: 'open' };
let view: View | undefined;

/** The view that the address names: one camera, or all of them. */
function show(): void {
  view?.pause();
  const id = decodeURIComponent(location.hash.slice(1));
  const camera = cameras.length === 1 ? cameras[0] : cameras.find((candidate) => candidate.id === id);
  const mayChange = caller.role !== 'view';
  view = camera === undefined ? new GridView(cameras, ways, mayChange) : new CameraView(camera, ways, mayChange);
  document.title = camera === undefined ? 'daylit' : `${camera.name} – daylit`;
  say(summary, camera === undefined ? `${cameras.length} cameras` : cameras.length === 1 ? '' : 'All cameras');
  summary.toggleAttribute('href', camera !== undefined && cameras.length > 1);
  if (summary.hasAttribute('href')) summary.setAttribute('href', '#');
  main.replaceChildren(view.root);
  if (!document.hidden) view.resume();
}

/** Where keys mean what is typed. */
function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && target.type !== 'range');
}

async function start(): Promise<void> {
  try {
    caller = await whoAmI();
    ({ cameras } = (await ask('api/cameras')) as { cameras: readonly CameraStatus[] });
    ways = await findWays();
  } catch {
    main.replaceChildren(element('p', { class: 'away' }, 'daylit does not answer. Trying again…'));
    setTimeout(() => void start(), RETRY_MS);
    return;
  }
  document.querySelector('#sign-out')?.toggleAttribute('hidden', caller.by !== 'session');
  show();
  window.addEventListener('hashchange', show);
}

document.addEventListener('visibilitychange', () => {
  if (document.hidden) view?.pause();
  else view?.resume();
});
document.addEventListener('keydown', ({ key, target, ctrlKey, metaKey, altKey }) => {
  if (ctrlKey || metaKey || altKey || isField(target)) return;
  if (key === 'Escape' && location.hash !== '' && document.fullscreenElement === null) location.hash = '';
  else view?.key(key.toLowerCase());
});
document.querySelector('#sign-out')?.addEventListener('click', () => void signOut());
setInterval(() => view?.tick(), TICK_MS);
void start();
