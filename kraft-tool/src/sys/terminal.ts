/** Standard output and error, and whether they are a terminal. */

/** Whether a person reads standard error directly: progress is redrawn only then. */
export function isTerminal(): boolean {
  return process.stderr.isTTY && process.env["TERM"] !== "dumb";
}

/** Columns of the terminal. */
export function terminalColumns(): number {
  return process.stderr.columns || 80;
}

/** Results go to standard output. */
export function print(text: string): void {
  process.stdout.write(text);
}

/** Progress and errors go to standard error. */
export function printError(text: string): void {
  process.stderr.write(text);
}

/**
 * Ends the tool with the status of SIGPIPE once nobody reads its output any more, as `kraft run … | head` does; what it
 * has started ends with it.
 */
export function endWhenOutputIsGone(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", () => process.exit(141));
}

/** The status with which the tool will end. */
export function setExitStatus(status: number): void {
  process.exitCode = status;
}

/** Words of the command line behind the program's own name. */
export function commandLineWords(): string[] {
  return process.argv.slice(2);
}

/** Milliseconds since some start, for durations. */
export function nowMs(): number {
  return performance.now();
}

/** How many programs may run at once. */
export { availableParallelism } from "node:os";
