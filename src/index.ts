export { DaylitError, ERRORS, type ErrorCode } from './core/errors.js';
