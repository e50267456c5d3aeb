/**
 * Replaces the addresses of a backtrace by functions and lines while console output streams through.
 *
 * A program prints `  at 0xADDRESS` for each frame. Everything else passes at once, byte for byte; only the beginning of
 * a line that may still become such a line is held back until it is decided.
 */

/** One frame, innermost of inlined functions first. */
export interface Frame {
  readonly function: string;
  readonly file: string;
  /** 0 where it is not known. */
  readonly line: number;
}

/** Finds the frames of addresses; an empty list for what is not known. */
export type Symbolise = (addresses: readonly bigint[]) => Promise<readonly (readonly Frame[])[]>;

const PREFIX = "  at 0x";
const FRAME_LINE = /^ {2}at 0x([0-9a-fA-F]{1,16})\r?\n$/;
/** Longer lines are no frames. */
const MAXIMUM_LINE = PREFIX.length + 18;

/** A text filter: `push` gives what can be shown now, `end` the rest. */
export class BacktraceFilter {
  private held = "";
  private atLineStart = true;
  private readonly symbolise: Symbolise;

  constructor(symbolise: Symbolise) {
    this.symbolise = symbolise;
  }

  /** `latin1` text: one character for each byte, so that nothing is lost between chunks. */
  async push(chunk: string): Promise<string> {
    let shown = "";
    for (const piece of pieces(chunk)) {
      const text = this.held + piece;
      this.held = "";
      if (!this.atLineStart) {
        shown += text;
        this.atLineStart = text.endsWith("\n");
      } else if (text.endsWith("\n")) {
        shown += await this.line(text);
      } else if (mayBecomeFrame(text)) this.held = text;
      else {
        shown += text;
        this.atLineStart = false;
      }
    }
    return shown;
  }

  end(): string {
    const rest = this.held;
    this.held = "";
    return rest;
  }

  private async line(text: string): Promise<string> {
    const address = FRAME_LINE.exec(text)?.[1];
    if (address === undefined) return text;
    const [frames] = await this.symbolise([BigInt(`0x${address}`)]);
    if (frames === undefined || frames.length === 0) return text;
    const shown = frames.filter(concernsUser);
    return shown.map((frame) => `  at ${formatFrame(frame)}\n`).join("");
  }
}

/** `function file.ts:12`. */
export function formatFrame(frame: Frame): string {
  const place = frame.line > 0 ? ` ${frame.file}:${String(frame.line)}` : "";
  return Buffer.from(`${sourceName(frame.function)}${place}`, "utf8").toString("latin1");
}

/** What the compiler called `PACKAGE__MODULE__NAME` had NAME in the source; ThinLTO adds `.llvm.HASH`. */
function sourceName(name: string): string {
  return name.replace(/\.llvm\.\d+$/, "").replace(/^.*[a-z0-9_]__(?=[A-Za-z])/, "");
}

/** Frames of the panic itself and of the compiler's helpers say nothing about what went wrong. */
function concernsUser({ function: name, file }: Frame): boolean {
  return !file.includes("libs/core/panic/") && !name.startsWith("tk_");
}

function mayBecomeFrame(text: string): boolean {
  if (text.length > MAXIMUM_LINE) return false;
  const known = Math.min(text.length, PREFIX.length);
  return text.slice(0, known) === PREFIX.slice(0, known);
}

/** The lines of a chunk, each with its end; the last one may lack it. */
function pieces(chunk: string): string[] {
  return chunk.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Reads what `llvm-symbolizer --output-style=JSON` prints: an array with one object for each address. */
export function parseSymboliser(output: string): Frame[][] {
  let answers: unknown;
  try {
    answers = JSON.parse(output);
  } catch {
    return [];
  }
  if (!Array.isArray(answers)) return [];
  return (answers as SymboliserAnswer[]).map(({ Symbol: symbols }) =>
    (symbols ?? [])
      .filter(
        ({ FunctionName, StartAddress }) => (FunctionName ?? "") !== "" && StartAddress !== "0x0",
      )
      .map(({ FunctionName, FileName, Line }) => ({
        function: FunctionName ?? "",
        file: (FileName ?? "").replace(/^(\.\/)+/, ""),
        line: Line ?? 0,
      })),
  );
}

/** The part of an answer that matters here; what is not known is empty or absent. */
interface SymboliserAnswer {
  readonly Symbol?: readonly {
    FunctionName?: string;
    FileName?: string;
    Line?: number;
    /** 0 for functions that the linker left out: their debug information stays. */
    StartAddress?: string;
  }[];
}
