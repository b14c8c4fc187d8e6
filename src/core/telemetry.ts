/** A place on the WGS 84 ellipsoid, in degrees; north and east are positive. */
export interface GeoPoint {
  /** From -90 to 90. */
  readonly latitude: number;
  /** From -180 to 180. */
  readonly longitude: number;
}

/**
 * Where a camera was and where it looked, as its aircraft or its own sensors say. Metres, metres a second, kelvin,
 * pascal, kilograms; angles in degrees. What the source does not tell, or marks as unknown, is left out.
 *
 * Names and meanings are those of MISB ST 0601; other sources fill what they have. docs/telemetry.md lists the tags.
 */
export interface Telemetry {
  /** Who says so. */
  readonly provenance: 'misb-st-0601' | 'dji-srt' | 'synthetic';
  /** Of KLV: whether the packet is as it was sent. A packet whose checksum is wrong has no values. */
  readonly checksum?: 'right' | 'wrong' | 'missing';
  /** Microseconds since 1970 (UTC): when this was so. A safe integer. */
  readonly unixMicroseconds?: number;
  /** The same by a clock whose time zone is not known: `2022-05-01T15:01:58.531`. */
  readonly localTime?: string;

  readonly missionId?: string;
  readonly platformTailNumber?: string;
  readonly platformDesignation?: string;
  readonly platformCallSign?: string;
  /** Which of its cameras the picture comes from. */
  readonly imageSourceSensor?: string;
  readonly imageCoordinateSystem?: string;
  /** As the packet's security set (ST 0102) has it. */
  readonly securityClassification?: 'unclassified' | 'restricted' | 'confidential' | 'secret' | 'top secret';
  /** Version of ST 0601 that the packet was written by. */
  readonly standardVersion?: number;

  /** Clockwise from true north, 0 to 360. */
  readonly platformHeading?: number;
  /** Nose above the horizon, -90 to 90. */
  readonly platformPitch?: number;
  /** Right wing down, -90 to 90 (-50 to 50 in the short form). */
  readonly platformRoll?: number;
  /** 0 to 360. */
  readonly platformMagneticHeading?: number;
  /** Direction of flight over ground, 0 to 360. */
  readonly platformCourse?: number;
  readonly platformAngleOfAttack?: number;
  readonly platformSideslip?: number;
  readonly platformTrueAirspeed?: number;
  readonly platformIndicatedAirspeed?: number;
  readonly platformGroundSpeed?: number;
  /** Upwards positive, -180 to 180. */
  readonly platformVerticalSpeed?: number;
  readonly platformFuel?: number;

  /** Of the camera, -90 to 90. */
  readonly sensorLatitude?: number;
  /** Of the camera, -180 to 180. */
  readonly sensorLongitude?: number;
  /** Above mean sea level, -900 to 19000. */
  readonly sensorAltitude?: number;
  /** Above the ellipsoid, -900 to 40000. */
  readonly sensorEllipsoidHeight?: number;
  /** Above the ground below, -900 to 40000. */
  readonly heightAboveGround?: number;
  /** Above the place of take-off. */
  readonly heightAboveTakeOff?: number;
  /** Whole width of the picture, 0 to 180. */
  readonly sensorHorizontalFieldOfView?: number;
  /** Whole height of the picture, 0 to 180. */
  readonly sensorVerticalFieldOfView?: number;
  /** Of the camera against the platform's nose, clockwise from above, 0 to 360. */
  readonly sensorRelativeAzimuth?: number;
  /** Of the camera against the platform's plane, downwards negative, -180 to 180. */
  readonly sensorRelativeElevation?: number;
  /** Of the picture about the line of sight, 0 to 360. */
  readonly sensorRelativeRoll?: number;
  readonly sensorNorthVelocity?: number;
  readonly sensorEastVelocity?: number;

  /** From the camera to the middle of the picture, 0 to 5,000,000. */
  readonly slantRange?: number;
  /** From below the camera to the middle of the picture, 0 to 5,000,000. */
  readonly groundRange?: number;
  /** What the picture's middle row spans on the ground, 0 to 1,500,000 (to 10,000 in the short form). */
  readonly targetWidth?: number;
  readonly frameCentreLatitude?: number;
  readonly frameCentreLongitude?: number;
  /** Above mean sea level. */
  readonly frameCentreElevation?: number;
  readonly frameCentreEllipsoidHeight?: number;
  /** What the picture's corners show: upper left, upper right, lower right, lower left. */
  readonly corners?: readonly [GeoPoint, GeoPoint, GeoPoint, GeoPoint];
  readonly targetLatitude?: number;
  readonly targetLongitude?: number;
  readonly targetElevation?: number;
  /** 90 % circular error of the target's place. */
  readonly targetHorizontalError?: number;
  /** 90 % linear error of the target's elevation. */
  readonly targetVerticalError?: number;
  /** Of the tracker's gate, in pixels. */
  readonly targetGateWidth?: number;
  readonly targetGateHeight?: number;

  /** Where the wind comes from, 0 to 360. */
  readonly windDirection?: number;
  readonly windSpeed?: number;
  readonly staticPressure?: number;
  readonly outsideAirTemperature?: number;
  /** Percent, 0 to 100. */
  readonly relativeHumidity?: number;
  readonly densityAltitude?: number;
}

/** One message of a source's telemetry and when it was said. */
export interface TelemetryPacket {
  /** Presentation time in seconds, in the source's own time, as its pictures' are. */
  readonly seconds: number;
  readonly telemetry: Telemetry;
  /** The KLV packet as it came, where it came as one: what is handed on is this, to the byte. */
  readonly klv?: Uint8Array;
}

/** Telemetry of a source as it comes: packets are numbered from 0, and the last of them are kept. */
export interface TelemetryLog {
  /** Packets that have come so far. */
  readonly count: number;
  /** Number of the oldest that is still kept. */
  readonly first: number;
  /** The packets from this number on that are still kept, in the order in which they came. */
  since(number: number): readonly TelemetryPacket[];
}

/** Telemetry beside a frame. */
export interface FrameTelemetry {
  /** The newest at or before the frame; of the source's first frames, which may come before any, undefined. */
  readonly newest?: Telemetry;
  /** By how many seconds the frame is later than `newest`; 0 or more. */
  readonly ageSeconds?: number;
  /** The frame's time in the source's own time, in which packets count; its `pts` may have been moved since. */
  readonly frameSeconds: number;
  /** Where an output finds all packets, also those beside frames that it never saw. */
  readonly log: TelemetryLog;
}
