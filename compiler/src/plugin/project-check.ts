/**
 * Checks a project of an editor as the compiler does, some time after the last change, and keeps what was found until the
 * next time. A check takes longer than a keystroke, so that nobody waits for it: `of` gives what is known, and `changed`
 * is called when there is more.
 */
import { resolve } from "node:path";
import { compileProgram, type Diagnostic } from "../driver/index.ts";
import type { Workspace } from "./workspace.ts";

/** What the editor knows about the project. */
export interface EditorProject {
  /** Grows with every change of any file. */
  version(): string;
  /** Absolute paths of the project's own modules. */
  files(): readonly string[];
  /** The text as the editor has it, saved or not; undefined for files that are not open or in the project. */
  text(path: string): string | undefined;
  /** Called when a check found something else than the one before. */
  changed(): void;
  /** Called with the message of an error in the compiler itself. */
  failed(message: string): void;
}

const NONE: readonly Diagnostic[] = [];

/** What every program has, so that the functions that the compiler calls are there. */
const ALWAYS = ["@typekraft/panic", "@typekraft/log"];

export class ProjectCheck {
  private checked = "";
  private wanted = "";
  private timer: NodeJS.Timeout | undefined;
  private found = new Map<string, readonly Diagnostic[]>();

  /** A check runs after `delayMs` of quiet; with 0 every question checks first. */
  constructor(
    private readonly workspace: Workspace,
    private readonly project: EditorProject,
    private readonly delayMs: number,
  ) {}

  /** The compiler's errors in a file. */
  of(path: string): readonly Diagnostic[] {
    const version = this.project.version();
    if (version !== this.checked && version !== this.wanted) {
      this.wanted = version;
      clearTimeout(this.timer);
      if (this.delayMs === 0) this.run(version);
      else
        this.timer = setTimeout(() => {
          this.run(version);
        }, this.delayMs).unref();
    }
    return this.found.get(path) ?? NONE;
  }

  /** No check runs any more. */
  dispose(): void {
    clearTimeout(this.timer);
  }

  private run(version: string): void {
    this.checked = version;
    const before = JSON.stringify([...this.found]);
    try {
      this.found = this.check();
    } catch (error) {
      this.project.failed(error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
    if (this.delayMs > 0 && JSON.stringify([...this.found]) !== before) this.project.changed();
  }

  private check(): Map<string, readonly Diagnostic[]> {
    const { base, packages, prelude, config, own } = this.workspace;
    const always = packages.filter((p) => ALWAYS.includes(p.name)).map((p) => p.entry);
    const files = this.project.files();
    const { diagnostics } = compileProgram({
      packages,
      roots: [...always, ...files],
      bindings: new Map(),
      config,
      checks: "debug",
      prelude,
      base,
      check: [own],
      readFile: (path) => this.project.text(path),
    });
    const found = new Map<string, Diagnostic[]>();
    for (const d of diagnostics) {
      if (d.code === "TK9001") this.project.failed(d.message);
      if (d.file === undefined || !d.code.startsWith("TK")) continue;
      const path = resolve(base, d.file);
      found.set(path, [...(found.get(path) ?? []), d]);
    }
    return found;
  }
}
