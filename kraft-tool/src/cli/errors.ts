/** Turns whatever was thrown into a text for the user and an exit status. */
import { CommanderError } from "commander";
import {
  ExitStatus,
  formatError,
  KraftError,
  KraftErrors,
  SourceErrors,
} from "../diagnostics/error.ts";
import { shownPath } from "../sys/paths.ts";

/** How a command failed, ready to be printed. */
export interface Failure {
  readonly text: string;
  readonly status: number;
  /** What `--json` prints instead of the text. */
  readonly json: { readonly code: string; readonly message: string }[];
}

/** The failure that this thrown value means. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof KraftError) {
    return {
      text: formatError(error, shownPath),
      status: error.exitStatus,
      json: [{ code: error.code, message: error.message }],
    };
  }
  if (error instanceof KraftErrors) {
    return {
      text: error.errors.map((found) => formatError(found, shownPath)).join("\n"),
      status: ExitStatus.Failed,
      json: error.errors.map(({ code, message }) => ({ code, message })),
    };
  }
  if (error instanceof SourceErrors) {
    return {
      text: error.message,
      status: ExitStatus.Failed,
      json: [{ code: "KR5001", message: error.message }],
    };
  }
  if (error instanceof CommanderError) {
    // Commander has printed its message already.
    return { text: "", status: error.exitCode === 0 ? ExitStatus.Ok : ExitStatus.Usage, json: [] };
  }
  const { code, syscall, path, stack } = error as NodeJS.ErrnoException;
  if (code !== undefined && syscall !== undefined) {
    const what = `${syscall} ${path ?? ""} failed: ${code}`;
    return {
      text: `kraft: error KR7003: ${what}`,
      status: ExitStatus.Missing,
      json: [{ code: "KR7003", message: what }],
    };
  }
  const text = `kraft: error KR9001: a fault of the tool itself; please report it with this text\n${stack ?? String(error)}`;
  return { text, status: ExitStatus.Failed, json: [{ code: "KR9001", message: String(error) }] };
}
