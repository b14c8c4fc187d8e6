import { DaylitError } from '../core/errors.js';
import { isFolder } from '../core/file-entry.js';
import { containerOf } from './containers.js';
import { isPattern, pictureFormatOf } from './picture-names.js';

/** What sort of output a target names. */
export type TargetKind = 'stdout' | 'folder' | 'pattern' | 'picture' | 'video';

/** How each kind is told, first match first. */
const SIGNS: readonly (readonly [TargetKind, (target: string) => boolean])[] = [
  ['stdout', (target) => target === '-'],
  ['folder', (target) => /[/\\]$/.test(target) || isFolder(target)],
  ['pattern', isPattern],
  ['picture', (target) => pictureFormatOf(target) !== undefined],
  ['video', (target) => containerOf(target) !== undefined],
];

/** Tells from a target's spelling what it is; folders also from being there. Throws OUTPUT_UNSUPPORTED. */
export function kindOfTarget(target: string): TargetKind {
  const [kind] = SIGNS.find(([, matches]) => !target.includes('://') && matches(target)) ?? [];
  if (kind === undefined) throw new DaylitError('OUTPUT_UNSUPPORTED', target);
  return kind;
}
