/** Has it stop once this process is asked to end, which ends then. */
export function stopOnSignal(running: { stop(): Promise<void> }): void {
  const stop = (): void => {
    void running.stop().then(() => process.exit(0));
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}

/** By Ctrl-C, by the end of whoever reads, or by `kill`: what was asked to go on for ever ends, and nothing has failed. */
export function interruption(): AbortSignal {
  const control = new AbortController();
  const end = (): void => control.abort();
  process.once("SIGINT", end).once("SIGTERM", end);
  process.stdout.once("error", end).once("close", end);
  return control.signal;
}
