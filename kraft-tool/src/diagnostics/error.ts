/**
 * The one error type that users see: what happened, why, and what to do next, under a permanent code.
 *
 * The first digit of a code says where it belongs: KR1 command line, KR2 Kraftfile, KR3 Kconfig, KR4 choice of libraries,
 * KR5 building, KR6 running, KR7 what is missing on this computer, KR8 tests.
 */

/** A position in a file that the user wrote; lines and columns from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What the shell gets: 1 the user's sources or settings, 2 the command line, 3 something missing on this computer. */
export const ExitStatus = {
  Ok: 0,
  Failed: 1,
  Usage: 2,
  Missing: 3,
  Timeout: 124,
  Panic: 134,
} as const;

/** What a `KraftError` is made of. */
export interface ErrorParts {
  /** `KR2001`. */
  readonly code: string;
  /** What happened, one sentence without a full stop. */
  readonly what: string;
  /** The reason, where `what` does not tell it. */
  readonly why?: string;
  /** What the user does next: a command, or what to write instead. */
  readonly next?: string;
  readonly place?: Place;
}

/** A failure to be shown to the user as it is, without a stack trace. */
export class KraftError extends Error {
  override readonly name = "KraftError";
  readonly code: string;
  readonly why: string | undefined;
  readonly next: string | undefined;
  readonly place: Place | undefined;

  constructor(parts: ErrorParts) {
    super(parts.what);
    this.code = parts.code;
    this.why = parts.why;
    this.next = parts.next;
    this.place = parts.place;
  }

  /** Usage errors have status 2, missing software 3, everything else 1. */
  get exitStatus(): number {
    if (this.code.startsWith("KR1")) return ExitStatus.Usage;
    return this.code.startsWith("KR7") ? ExitStatus.Missing : ExitStatus.Failed;
  }
}

/** Several errors found in one go, such as all mistakes of a Kraftfile. */
export class KraftErrors extends Error {
  override readonly name = "KraftErrors";
  readonly errors: readonly KraftError[];

  constructor(errors: readonly KraftError[]) {
    super(errors.map((error) => error.message).join("\n"));
    const position = ({ place }: KraftError): number =>
      (place?.line ?? 0) * 1e6 + (place?.column ?? 0);
    this.errors = [...errors].sort((a, b) => position(a) - position(b));
  }
}

/** The text for the terminal: `file(line,column): error KR2001: what`, then why and next, indented; `showPath` shortens paths. */
export function formatError(
  error: KraftError,
  showPath: (path: string) => string = (path) => path,
): string {
  const { place } = error;
  const where =
    place === undefined
      ? "kraft: "
      : `${showPath(place.file)}(${String(place.line)},${String(place.column)}): `;
  const lines = [`${where}error ${error.code}: ${error.message}`];
  if (error.why !== undefined) lines.push(indent("Why: ", error.why));
  if (error.next !== undefined) lines.push(indent("Next: ", error.next));
  return lines.join("\n");
}

function indent(label: string, text: string): string {
  const [first = "", ...others] = text.split("\n");
  return [
    `  ${label}${first}`,
    ...others.map((line) => `  ${" ".repeat(label.length)}${line}`),
  ].join("\n");
}

/** The compiler rejected the program; the text is its diagnostics as editors read them. */
export class SourceErrors extends Error {
  override readonly name = "SourceErrors";
}
