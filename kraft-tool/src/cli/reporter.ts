/** Shows progress: on a terminal one line that is redrawn, elsewhere one line for each step. */
import pc from "picocolors";
import type { Progress } from "../sys/execute.ts";
import { isTerminal, printError, terminalColumns } from "../sys/terminal.ts";

/** Progress on standard error, so that results can be piped. */
export class Reporter implements Progress {
  private readonly redraws = isTerminal();
  private readonly verbose: boolean;
  private readonly quiet: boolean;
  private drawn = false;
  private lastTitle = "";

  /** `quiet` for `--json`, where only errors are shown. */
  constructor(verbose: boolean, quiet: boolean) {
    this.verbose = verbose;
    this.quiet = quiet;
  }

  readonly step = (title: string, done: number, total: number): void => {
    if (this.quiet) return;
    const counter = total > 1 ? `[${String(done + 1)}/${String(total)}] ` : "";
    if (this.redraws) {
      const text = `${counter}${title}`.slice(0, Math.max(terminalColumns() - 1, 20));
      printError(`\r\u001b[2K${pc.dim(text)}`);
      this.drawn = true;
    } else if (title !== this.lastTitle) printError(`${counter}${title}\n`);
    this.lastTitle = title;
  };

  readonly detail = (text: string): void => {
    if (this.verbose) this.line(text);
  };

  /** A line that stays. */
  readonly line = (text: string): void => {
    this.clear();
    printError(`${text}\n`);
  };

  /** Takes the redrawn line away. */
  readonly clear = (): void => {
    if (this.drawn) printError("\r\u001b[2K");
    this.drawn = false;
  };
}
