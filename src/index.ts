/**
 * daylit shows thermal video in daylight colour, guided by a daylight photo of the place.
 *
 * `colorize` runs a whole job, `stream` a camera until it is stopped. `sources`, `Colorizer` and `sinks` are its parts, for programs that bring their own
 * frames or take them themselves; `sources.fromFrames` and any object that fits `Sink` join in.
 *
 * @packageDocumentation
 */
export { colorize, type Hooks, type Parts } from './create-daylit.js';
export { stream, type StreamControls, type StreamHooks, type StreamParts } from './stream.js';
export { examine, type Check, type ExamineOptions } from './examine.js';
export { probeSource, type SourceReport } from './probe-source.js';
export { savePhoto } from './reference.js';
export { sinks, sources, Colorizer, type SinkSettings, type SourceSettings } from './parts.js';
export type { JobInput, JobOptions, StreamInput, StreamOptions } from './config.js';
export type { ColorizerOptions, ModelInfo, OnnxColorizer } from './model/colorizer.js';
export { encodeReferences, type EncodedReference } from './model/examine-model.js';
export type { Reference, RgbPicture } from './model/reference-photo.js';
export type { SinkFailure } from './pipeline/fan-out.js';
export type { Progress, Summary } from './pipeline/run.js';
export type { LiveOutputStatus } from './pipeline/live-output.js';
export type { LiveTarget } from './pipeline/live-outputs.js';
export type { LiveStatus, RunningStream } from './pipeline/run-live.js';
export type { PaletteName } from './thermal/palettes.js';
export type { ColorizerStream, Delivery, OtherTracks, Sink, SinkReport, Source, SourceInfo } from './core/contracts.js';
export { DaylitError, ERRORS, type ErrorCode } from './core/errors.js';
export {
  byteLengthOf,
  secondsOf,
  type ColourFrame,
  type Frame,
  type FrameMarks,
  type PixelFormat,
  type Radiometry,
  type Rational,
  type Size,
} from './core/frame.js';
export type { FrameTelemetry, GeoPoint, Telemetry, TelemetryLog, TelemetryPacket } from './core/telemetry.js';
export { parseKlv } from './telemetry/klv.js';
export { parseDjiSrt } from './telemetry/dji-srt.js';
export type { OnState, StateChange, StreamState } from './core/states.js';
export type { Notice, Notify } from './core/notices.js';
export type { OnStep, Stage, StageTimes } from './core/stage-meter.js';
