/** The engine cannot be made on this machine as it is now. The message says what and what to do. */
export class EngineUnavailable extends Error {
  override name = 'EngineUnavailable';
}
