import type { Telemetry } from '../core/telemetry.js';
import { balanced, imapb, signedByte, spread, whole, type NumberCode } from './fixed-point.js';

/** The fields of telemetry that hold a value of this type. */
type FieldsOf<T> = {
  [K in keyof Telemetry]-?: T extends Exclude<Telemetry[K], undefined> ? K : never;
}[keyof Telemetry];

export type NumberField = FieldsOf<number>;
export type TextField = FieldsOf<string>;

/** Tags of MISB ST 0601 that are read for themselves; the others follow below. */
export const Tag = { checksum: 1, time: 2, security: 48, version: 65 } as const;

/** Text, in ISO 7 or UTF-8. */
export const TEXT_TAGS: readonly (readonly [tag: number, field: TextField])[] = [
  [3, 'missionId'],
  [4, 'platformTailNumber'],
  [10, 'platformDesignation'],
  [11, 'imageSourceSensor'],
  [12, 'imageCoordinateSystem'],
  [59, 'platformCallSign'],
];

const LATITUDE = balanced(4, 90);
const LONGITUDE = balanced(4, 180);
const ALTITUDE = spread(2, -900, 19_000);
const HIGH = imapb(3, -900, 40_000);

/** Numbers. Where two tags give one field, the later row is the finer one and wins. */
export const NUMBER_TAGS: readonly (readonly [tag: number, field: NumberField, code: NumberCode])[] = [
  [Tag.time, 'unixMicroseconds', whole(8)],
  [5, 'platformHeading', spread(2, 0, 360)],
  [6, 'platformPitch', balanced(2, 20)],
  [90, 'platformPitch', balanced(4, 90)],
  [7, 'platformRoll', balanced(2, 50)],
  [91, 'platformRoll', balanced(4, 90)],
  [8, 'platformTrueAirspeed', whole(1)],
  [9, 'platformIndicatedAirspeed', whole(1)],
  [13, 'sensorLatitude', LATITUDE],
  [14, 'sensorLongitude', LONGITUDE],
  [15, 'sensorAltitude', ALTITUDE],
  [16, 'sensorHorizontalFieldOfView', spread(2, 0, 180)],
  [17, 'sensorVerticalFieldOfView', spread(2, 0, 180)],
  [18, 'sensorRelativeAzimuth', spread(4, 0, 360)],
  [19, 'sensorRelativeElevation', balanced(4, 180)],
  [20, 'sensorRelativeRoll', spread(4, 0, 360)],
  [21, 'slantRange', spread(4, 0, 5_000_000)],
  [22, 'targetWidth', spread(2, 0, 10_000)],
  [96, 'targetWidth', imapb(3, 0, 1_500_000)],
  [23, 'frameCentreLatitude', LATITUDE],
  [24, 'frameCentreLongitude', LONGITUDE],
  [25, 'frameCentreElevation', ALTITUDE],
  [35, 'windDirection', spread(2, 0, 360)],
  [36, 'windSpeed', spread(1, 0, 100)],
  [37, 'staticPressure', spread(2, 0, 500_000)],
  [38, 'densityAltitude', ALTITUDE],
  [103, 'densityAltitude', HIGH],
  [39, 'outsideAirTemperature', signedByte(273.15)],
  [40, 'targetLatitude', LATITUDE],
  [41, 'targetLongitude', LONGITUDE],
  [42, 'targetElevation', ALTITUDE],
  [43, 'targetGateWidth', whole(1, 2)],
  [44, 'targetGateHeight', whole(1, 2)],
  [45, 'targetHorizontalError', spread(2, 0, 4095)],
  [46, 'targetVerticalError', spread(2, 0, 4095)],
  [50, 'platformAngleOfAttack', balanced(2, 20)],
  [92, 'platformAngleOfAttack', balanced(4, 90)],
  [51, 'platformVerticalSpeed', balanced(2, 180)],
  [52, 'platformSideslip', balanced(2, 20)],
  [93, 'platformSideslip', balanced(4, 180)],
  [55, 'relativeHumidity', spread(1, 0, 100)],
  [56, 'platformGroundSpeed', whole(1)],
  [57, 'groundRange', spread(4, 0, 5_000_000)],
  [58, 'platformFuel', spread(2, 0, 10_000)],
  [64, 'platformMagneticHeading', spread(2, 0, 360)],
  [Tag.version, 'standardVersion', whole(1)],
  [75, 'sensorEllipsoidHeight', ALTITUDE],
  [104, 'sensorEllipsoidHeight', HIGH],
  [78, 'frameCentreEllipsoidHeight', ALTITUDE],
  [79, 'sensorNorthVelocity', balanced(2, 327)],
  [80, 'sensorEastVelocity', balanced(2, 327)],
  [112, 'platformCourse', imapb(2, 0, 360)],
  [113, 'heightAboveGround', HIGH],
];

/** Latitude and longitude of each corner, upper left first and then clockwise. */
export const CORNER_TAGS = [
  [82, 83],
  [84, 85],
  [86, 87],
  [88, 89],
] as const;
export const CORNER_CODES = [LATITUDE, LONGITUDE] as const;

/** The same as offsets from the frame's centre. */
export const CORNER_OFFSET_TAGS = [
  [26, 27],
  [28, 29],
  [30, 31],
  [32, 33],
] as const;
export const CORNER_OFFSET_CODE = balanced(2, 0.075);

/** Names of the classes in the security set (ST 0102, tag 1), from 1. */
export const CLASSIFICATIONS = ['unclassified', 'restricted', 'confidential', 'secret', 'top secret'] as const;
