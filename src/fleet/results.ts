/** How a job makes its result. */
export interface Making<T> {
  /** Which job it is, so that a bucket tells its own result from another's. */
  readonly mark: string;
  /** Asked right before the result gets its name; a rejection keeps it from appearing. */
  readonly mayFinish: () => Promise<void>;
  readonly signal: AbortSignal;
  /** Writes the result to a path, and asks `mayFinish`, where it is given, before that path is a file. */
  readonly make: (path: string, mayFinish?: () => Promise<void>) => Promise<T>;
}

/** Where results go: folders that all workers share, or buckets. */
export interface Results {
  /** Bytes of what is known to be this job's own result, made already; undefined where it is not there. */
  made(target: string, mark: string): Promise<number | undefined>;

  /** Whether anything is there under this name. */
  isThere(target: string): Promise<boolean>;

  /**
   * Makes a result under this name, or none.
   * @throws DaylitError JOB_REFUSED, OUTPUT_*, and what `make` and `mayFinish` reject with
   */
  write<T>(target: string, making: Making<T>): Promise<T>;

  /**
   * Files of results that are read again.
   * @returns what `use` does with their paths; undefined, without a call, where one of them is missing
   */
  read<T>(
    targets: readonly string[],
    signal: AbortSignal,
    use: (paths: readonly string[]) => Promise<T>,
  ): Promise<T | undefined>;

  /** Removes results in a folder of their own, and the folder. @throws DaylitError JOB_REFUSED, OUTPUT_* */
  remove(folder: string, targets: readonly string[]): Promise<void>;
}
