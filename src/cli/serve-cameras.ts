import type { Command } from 'commander';
import type { Camera, CameraHooks } from '../camera.js';
import type { CameraSet } from '../cameras/camera-set.js';
import { FollowedFile, openNamedCameras } from '../cameras/open-cameras.js';
import { namesCamerasFile, readCamerasFile } from '../cameras/read.js';
import type { CameraSettings } from '../cameras/schema.js';
import type { ServerInput } from '../config.js';
import { DaylitError } from '../core/errors.js';
import type { Elsewhere } from '../server/elsewhere.js';
import { queueAccess } from './queue-options.js';

/** The cameras that are served, from a file or from the command line. */
export interface ServedCameras {
  readonly set: CameraSet | readonly Camera[];
  /** Of a fleet, whose cameras others run. */
  readonly elsewhere?: Elsewhere;
  /** Reads the file again, if there is one. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

/**
 * What a cameras file among these says about the server, before any camera is opened.
 * @throws DaylitError what is wrong with the file
 */
export async function serverOf(sources: readonly string[]): Promise<ServerInput> {
  const file = sources.find(namesCamerasFile);
  return file === undefined ? {} : (await readCamerasFile(file, process.env)).server;
}

/**
 * Opens what the arguments name: one cameras file, or any number of addresses with the same flags.
 * @param settings what the flags say about every camera
 * @throws DaylitError OPTION_INVALID, what is wrong with the file, what a camera cannot begin with
 */
export async function openServedCameras(
  sources: readonly string[],
  settings: Omit<CameraSettings, 'id' | 'input'>,
  hooks: CameraHooks,
  command: Command,
): Promise<ServedCameras> {
  const file = sources.find(namesCamerasFile);
  if (file === undefined) {
    const set = await openNamedCameras(
      sources.map((input) => ({ ...settings, input })),
      hooks,
    );
    return { set, reload: () => Promise.resolve(), close: () => set.close() };
  }
  if (sources.length > 1) throw new DaylitError('OPTION_INVALID', `${file} already says which cameras there are`);
  refuseCameraFlags(Object.keys(settings), command, file);
  return FollowedFile.open(file, { ...hooks, variables: process.env });
}

function refuseCameraFlags(names: readonly string[], command: Command, file: string): void {
  // Commander knows -r and --no-reference by the name of the flag.
  const given = [...names, 'reference'].find((name) => command.getOptionValueSource(name) === 'cli');
  if (given !== undefined) {
    throw new DaylitError('OPTION_INVALID', `${given}: of cameras in a file, this stands in ${file}`);
  }
}

/** The cameras of a fleet, which its workers run. @throws DaylitError OPTION_INVALID, QUEUE_UNREACHABLE */
export async function openFleetCameras(flags: Record<string, unknown>): Promise<ServedCameras> {
  const access = queueAccess(flags);
  // Only here: who serves cameras of its own need not wait for the queue's library.
  const { FleetPage } = await import('../fleet/fleet-page.js');
  const page = await FleetPage.open(access);
  return { set: [], elsewhere: page, reload: () => Promise.resolve(), close: () => page.close() };
}
