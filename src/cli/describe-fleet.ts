import type { FleetStatus } from '../fleet/fleet-status.js';
import type { Whole } from '../fleet/whole-progress.js';

/** The fleet as text: workers with their cameras and jobs, then what waits and what was given up. */
export function describeFleet({ workers, jobs, whole, deadLetters, cameras }: FleetStatus): string {
  const lines = workers.flatMap((worker) => [
    `${worker.name}  ${worker.jobs.length}/${worker.room.jobs} jobs  ${worker.cameras.length}/${worker.room.cameras} cameras${worker.framesPerSecond === undefined ? '' : `  (${worker.framesPerSecond.toFixed(1)} frames/s measured)`}`,
    ...worker.cameras.map(({ id, fence, state, fps, dropped, ageMs }) => {
      const age = ageMs === undefined ? '' : `  age ${ageMs.toFixed(0)} ms`;
      return `  ${id} (token ${fence})  ${state}  ${fps.toFixed(1)} fps  ${dropped} dropped${age}`;
    }),
    ...worker.jobs.map((output) => `  ${output}`),
  ]);
  return [
    ...(lines.length === 0 ? ['no worker is alive'] : lines),
    `jobs: ${jobs.waiting} waiting, ${jobs.active} in hand, ${jobs.done} done, ${jobs.dead} given up`,
    ...(whole === undefined ? [] : [`frames: ${describeWhole(whole)}`]),
    `cameras: ${cameras.wanted.length} wanted${cameras.without.length > 0 ? `, run by nobody: ${cameras.without.join(', ')}` : ''}`,
    ...deadLetters.map(({ id, reason }) => `given up: ${id}: ${reason}`),
  ].join('\n');
}

function describeWhole({ frames, of, unknown, framesPerSecond, etaSeconds }: Whole): string {
  const share = of === 0 ? '' : ` (${Math.floor((100 * frames) / of)} %)`;
  const more = unknown === 0 ? '' : `, and ${unknown} jobs of unknown length`;
  const eta = etaSeconds === undefined ? '' : `, ${durationOf(etaSeconds)} to go`;
  return `${frames} of ${of}${share}${more}, ${framesPerSecond.toFixed(1)} a second${eta}`;
}

/** Two units, as people say it: beyond an hour nobody asks for seconds. */
function durationOf(seconds: number): string {
  const whole = Math.ceil(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}
