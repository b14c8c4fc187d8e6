import type { Size } from '../../core/frame.js';
import type { GeoPoint, Telemetry } from '../../core/telemetry.js';
import { droneFlight, SINE, SPEED, SWATH } from './drone.js';

/** From the camera to the middle of the picture, in metres; the picture itself is drawn as from farther away. */
const SLANT_RANGE = 200;
/** Where the flight begins, far out at sea: nobody shall take it for a place. */
const START: GeoPoint = { latitude: 47, longitude: -27 };
/** 2026-06-01 10:00:00 UTC. */
const TAKE_OFF = 1_780_308_000_000_000;
/** Of the ground, above the sea. */
const GROUND = 120;
/** Metres that one degree of latitude spans on a sphere of the Earth's mean radius. */
const DEGREE = 111_195;

const inDegrees = (radians: number): number => (radians * 180) / Math.PI;

/** What the drone of `synthetic:drone` says of itself: it flies north and looks ahead, down at 53°. */
export function droneTelemetry(seconds: number, place: number, { width, height }: Size): Telemetry {
  const flown = droneFlight(seconds, place);
  const long = (SWATH * height) / width / SINE;
  const centre = flown + long / 2;
  const altitude = SLANT_RANGE * SINE;
  const behind = SLANT_RANGE * Math.sqrt(1 - SINE * SINE);
  const at = (north: number, east: number): GeoPoint => ({
    latitude: START.latitude + north / DEGREE,
    longitude: START.longitude + east / (DEGREE * Math.cos((START.latitude * Math.PI) / 180)),
  });
  const sensor = at(centre - behind, 0);
  const middle = at(centre, 0);
  const [near, far] = [flown, flown + long];
  return {
    provenance: 'synthetic',
    unixMicroseconds: TAKE_OFF + Math.round(seconds * 1e6),
    missionId: 'daylit synthetic:drone',
    imageSourceSensor: 'made up',
    platformHeading: 0,
    platformPitch: 0,
    platformRoll: 0,
    platformCourse: 0,
    platformGroundSpeed: SPEED,
    sensorLatitude: sensor.latitude,
    sensorLongitude: sensor.longitude,
    sensorAltitude: GROUND + altitude,
    heightAboveGround: altitude,
    sensorHorizontalFieldOfView: inDegrees(2 * Math.atan(SWATH / 2 / SLANT_RANGE)),
    sensorVerticalFieldOfView: inDegrees(2 * Math.atan((long * SINE) / 2 / SLANT_RANGE)),
    sensorRelativeAzimuth: 0,
    sensorRelativeElevation: -inDegrees(Math.asin(SINE)),
    sensorRelativeRoll: 0,
    slantRange: SLANT_RANGE,
    targetWidth: SWATH,
    frameCentreLatitude: middle.latitude,
    frameCentreLongitude: middle.longitude,
    frameCentreElevation: GROUND,
    corners: [at(far, -SWATH / 2), at(far, SWATH / 2), at(near, SWATH / 2), at(near, -SWATH / 2)],
  };
}
