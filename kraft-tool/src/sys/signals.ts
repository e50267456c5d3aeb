/** Ctrl-C and its relatives, for the commands that have something to end first. */

const ENDING = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Calls `onEnd` with the exit status for the signal at each signal that asks us to end; the result undoes it. */
export function onEndingSignal(onEnd: (status: number) => void): () => void {
  const handlers = Object.entries(ENDING).map(([signal, status]) => {
    const handler = (): void => {
      onEnd(status);
    };
    process.on(signal, handler);
    return { signal, handler };
  });
  return () => {
    for (const { signal, handler } of handlers) process.off(signal, handler);
  };
}
