import { redact } from './redact.js';

interface ErrorKind {
  /** What happened, in a few words; the detail of the case follows it. */
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
  /** Whether the same thing may go well a moment later. */
  readonly retryable: boolean;
  /** Exit status of the command line. */
  readonly exitStatus: number;
}

/** Exit statuses: 0 a normal end, 2 usage, 3 input, 4 reference, 5 output, 6 ffmpeg, 7 model, 8 fleet, 70 a fault of daylit's own, 130 interrupted. */
const kind = (exitStatus: number, message: string, hint: string, retryable = false): ErrorKind => ({
  message,
  hint,
  retryable,
  exitStatus,
});

/** Every error that daylit reports; docs/errors.md explains each. */
export const ERRORS = {
  OPTION_UNKNOWN: kind(2, 'Unknown option or command', 'Run the command with --help to see what it takes.'),
  OPTION_INVALID: kind(2, 'An option has a value that cannot be used', 'Run the command with --help to see its range.'),
  CONFIG_UNREADABLE: kind(2, 'The cameras file cannot be read or written', 'Check its path and who may read it.'),
  CONFIG_INVALID: kind(
    2,
    'The cameras file is not right',
    'Each line says what and where; `daylit config check` looks again.',
  ),
  VARIABLE_MISSING: kind(
    2,
    'The cameras file needs an environment variable',
    'Set it, or give a default in the file: ${NAME:-default}.',
  ),
  PROTOCOL_FORBIDDEN: kind(
    2,
    'This protocol is not let through',
    'Name files by their path, and cameras by rtsp, rtsps, udp, rtp, tcp, srt, http or https.',
  ),
  INPUT_NOT_FOUND: kind(3, 'Input not found', 'Check the path; quote globs so that the shell leaves them alone.'),
  INPUT_UNREADABLE: kind(
    3,
    'Input cannot be read as pictures',
    'Run `daylit probe` on it; the file may be of another type than its name says.',
  ),
  INPUT_DAMAGED: kind(
    3,
    'Input is damaged or cut off',
    'Repair or copy it again; --keep-partial keeps what could be read.',
  ),
  INPUT_EMPTY: kind(3, 'Input has no frames', 'Check that the file has a video track and is complete.'),
  INPUT_TOO_LARGE: kind(3, 'Picture is too large', 'Scale it down first; up to 8192 pixels a side are taken.'),
  INPUT_UNSUPPORTED: kind(
    3,
    'Input is of a kind that daylit does not read',
    'Export it as 16-bit PNG or TIFF, or as video.',
  ),
  PALETTE_UNKNOWN: kind(
    3,
    'Input is in false colours that cannot be mapped back',
    'Name the palette with --input-palette, or record in white-hot.',
  ),
  UNAUTHORIZED: kind(
    3,
    'The camera refuses the user name or password',
    'Check them in the address; write special characters as %40 and the like.',
  ),
  CERTIFICATE_REFUSED: kind(
    3,
    'The certificate of the other side is not trusted',
    'Check that it is the right machine; NODE_EXTRA_CA_CERTS=camera.pem trusts one that signs for itself.',
  ),
  STREAM_NOT_FOUND: kind(3, 'The camera has no stream of this name', 'Check the part of the address after the host.'),
  HOST_NOT_FOUND: kind(3, 'No machine of this name is known', 'Check the name, or give the IP address.', true),
  CONNECTION_REFUSED: kind(
    3,
    'Nothing listens at this address',
    'Check the port, and that the camera is switched on.',
    true,
  ),
  CONNECTION_LOST: kind(3, 'The connection has ended', 'Check the network between here and the camera.', true),
  STREAM_STALLED: kind(
    3,
    'No picture arrives',
    'Check the camera; --stall-timeout allows for longer pauses between pictures.',
    true,
  ),
  DEVICE_UNAVAILABLE: kind(
    3,
    'The capture device is not there or is in use',
    'Plug it in; end what else uses it.',
    true,
  ),
  REFERENCE_UNREADABLE: kind(
    4,
    'Reference photo cannot be read',
    'Give a JPEG, PNG, WebP, TIFF or AVIF photo taken in daylight.',
  ),
  OUTPUT_EXISTS: kind(5, 'Output already exists', 'Give another name, or --overwrite.'),
  OUTPUT_CONFLICT: kind(5, 'Two outputs, or an input and an output, share one name', 'Give each its own name.'),
  OUTPUT_UNSUPPORTED: kind(
    5,
    'Output format is not known or cannot hold this',
    'Use .mp4, .mkv, .mov, .ts, a folder ending in /, a picture name or -.',
  ),
  OUTPUT_UNWRITABLE: kind(5, 'Output cannot be written', 'Check that the folder exists and may be written to.'),
  OUTPUT_FULL: kind(5, 'The disk is full', 'Free some room or choose another disk; nothing half-written was left.'),
  OUTPUT_REFUSED: kind(
    5,
    'The receiver does not take the stream',
    'Check user name, password and path; the receiver must allow publishing.',
  ),
  OUTPUT_UNREACHABLE: kind(5, 'The receiver cannot be reached or takes nothing', 'Check that it runs.', true),
  OUTPUT_CLOSED: kind(0, 'The reader of the output has gone', 'Nothing is wrong: it took what it wanted (like head).'),
  REQUEST_REFUSED: kind(2, 'The request comes from elsewhere', 'Open the page by the address that daylit printed.'),
  SIGN_IN_REQUIRED: kind(
    2,
    'The server wants to know who asks',
    'Sign in at /login, or send a token as `Authorization: Bearer …`; `daylit token create` makes one.',
  ),
  NOT_ALLOWED: kind(2, 'The role of this user or token does not allow it', 'Ask for a token with the role it needs.'),
  TOO_MANY_ATTEMPTS: kind(2, 'Too many attempts to sign in', 'Wait a minute.', true),
  SERVER_FULL: kind(
    2,
    'The server has as many viewers or uploads as it takes',
    'Try again later, or close other pages.',
    true,
  ),
  REQUEST_INVALID: kind(2, 'The request cannot be used', 'The message says what is wrong with it.'),
  NOT_SERVED: kind(2, 'There is nothing at this address', '/api/cameras lists the cameras.'),
  NO_PICTURE: kind(3, 'The camera has shown no picture yet', '/api/cameras says why.', true),
  NO_TEMPERATURE: kind(
    3,
    'The camera measures no temperatures',
    'Only radiometric sources do; other pictures show warmer and colder, not how warm.',
  ),
  ADDRESS_REFUSED: kind(
    2,
    'The server does not connect to this address',
    'Its owner says with --camera-hosts which addresses a camera may be added at.',
  ),
  CHANGE_REFUSED: kind(2, 'This cannot be changed while the server runs', 'Change the cameras file, or start again.'),
  PORT_UNAVAILABLE: kind(
    2,
    'The server cannot listen at this address',
    'Choose another with --port or --host; another server may have it.',
  ),
  SERVER_OPEN: kind(
    2,
    'Other machines could watch and change the cameras',
    'Make a user or token and give --tls cert.pem key.pem; or say --insecure if that network is trusted.',
  ),
  AUTH_FILE_INVALID: kind(
    2,
    'The file with users and tokens cannot be used',
    'The message says why; `daylit token list` reads it too.',
  ),
  TLS_INVALID: kind(
    2,
    'The certificate or its key cannot be used',
    'Give the whole chain and the key that belongs to it, both as PEM.',
  ),
  FFMPEG_NOT_FOUND: kind(
    6,
    'No usable ffmpeg was found',
    'Install ffmpeg, set FFMPEG_PATH, or reinstall so that the bundled one is there.',
  ),
  FFMPEG_FAILED: kind(
    6,
    'ffmpeg stopped with an error',
    'The last lines it printed are shown; run `daylit doctor`.',
    true,
  ),
  FFMPEG_UNSUPPORTED: kind(
    6,
    'This ffmpeg cannot do that',
    'Install a newer ffmpeg; `daylit doctor` shows what the found one can do.',
  ),
  MODEL_NOT_FOUND: kind(7, 'Model folder not found', 'Leave --model out for the one that ships with daylit.'),
  MODEL_INVALID: kind(
    7,
    'Model folder is not one that this version reads',
    'Export it again with the matching version of train/.',
  ),
  MODEL_TAMPERED: kind(
    7,
    'A model file is not the one its model.json names',
    'Reinstall daylit, or export the model again.',
  ),
  MODEL_FAILED: kind(7, 'The model could not be run', 'Try --device cpu; `daylit doctor` tests the model.'),
  PROVIDER_UNAVAILABLE: kind(
    7,
    'The device asked for cannot run the model',
    'Leave --device out; `daylit doctor` says why each was refused.',
  ),
  WORKER_DIED: kind(
    70,
    'The inference thread died',
    'Run the job again; if it happens twice, report it with the output of `daylit doctor`.',
    true,
  ),
  QUEUE_UNREACHABLE: kind(
    8,
    'The queue cannot be reached',
    'Check the address, user name and password of Redis, and that this machine may connect to it.',
    true,
  ),
  JOB_REFUSED: kind(
    8,
    'A job of the fleet is not taken',
    'Its signature, its paths or its form are not what this worker allows; see docs/scale.md.',
  ),
  LEASE_LOST: kind(
    8,
    'Another worker has taken this over',
    'Nothing is wrong: what it had begun was left to the other.',
    true,
  ),
  INTERRUPTED: kind(130, 'Interrupted', 'Nothing half-written was left.'),
  INTERNAL: kind(70, 'Something went wrong inside daylit', 'Please report it with the output of `daylit doctor`.'),
} as const satisfies Record<string, ErrorKind>;

/** The stable name of an error; programs decide by it. */
export type ErrorCode = keyof typeof ERRORS;

/** The one error type that leaves daylit. Its text never holds credentials. */
export class DaylitError extends Error {
  override readonly name = 'DaylitError';
  readonly code: ErrorCode;
  /** What is special about this case, without credentials. */
  readonly detail: string;
  readonly hint: string;
  readonly retryable: boolean;
  readonly exitStatus: number;

  /**
   * @param detail what is special about this case: the path, the value, the last line of ffmpeg
   * @param options `cause`: the error underneath; `hint`: a better hint than the table's
   */
  constructor(code: ErrorCode, detail: string, options: { readonly cause?: unknown; readonly hint?: string } = {}) {
    const entry: ErrorKind = ERRORS[code];
    super(redact(`${entry.message}: ${detail}`), options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.detail = redact(detail);
    this.hint = options.hint ?? entry.hint;
    this.retryable = entry.retryable;
    this.exitStatus = entry.exitStatus;
  }

  /** Any thrown value as a DaylitError; what is none becomes INTERNAL with its message. */
  static from(thrown: unknown): DaylitError {
    if (thrown instanceof DaylitError) return thrown;
    return new DaylitError('INTERNAL', thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
  }
}
