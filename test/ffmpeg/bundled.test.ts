import { findFfmpeg } from '../../src/ffmpeg/binary.js';
import { ffmpegContract } from '../fakes/ffmpeg-contract.js';

ffmpegContract('the bundled build of 2018', () => findFfmpeg({ env: {} }));
