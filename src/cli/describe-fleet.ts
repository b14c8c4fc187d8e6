import type { FleetStatus } from '../fleet/fleet-status.js';

/** The fleet as text: workers with their cameras and jobs, then what waits and what was given up. */
export function describeFleet({ workers, jobs, progress, deadLetters, cameras }: FleetStatus): string {
  const lines = workers.flatMap((worker) => [
    `${worker.name}  ${worker.jobs.length}/${worker.room.jobs} jobs  ${worker.cameras.length}/${worker.room.cameras} cameras${worker.framesPerSecond === undefined ? '' : `  (${worker.framesPerSecond.toFixed(1)} frames/s measured)`}`,
    ...worker.cameras.map(({ id, fence, state, fps, dropped, ageMs }) => {
      const age = ageMs === undefined ? '' : `  age ${ageMs.toFixed(0)} ms`;
      return `  ${id} (token ${fence})  ${state}  ${fps.toFixed(1)} fps  ${dropped} dropped${age}`;
    }),
    ...worker.jobs.map((output) => `  ${output}`),
  ]);
  const frames = progress.reduce((sum, each) => sum + each.frames, 0);
  return [
    ...(lines.length === 0 ? ['no worker is alive'] : lines),
    `jobs: ${jobs.waiting} waiting, ${jobs.active} in hand (${frames} frames so far), ${jobs.done} done, ${jobs.dead} given up`,
    `cameras: ${cameras.wanted.length} wanted${cameras.without.length > 0 ? `, run by nobody: ${cameras.without.join(', ')}` : ''}`,
    ...deadLetters.map(({ id, reason }) => `given up: ${id}: ${reason}`),
  ].join('\n');
}
