/**
 * Opens the files that `source` statements name.
 *
 * A path of `source` is relative to the current folder, else to `$srctree`, else to the folder of the first file; a path
 * of `rsource` to the file it stands in. All forms take patterns. A file that includes itself is an error that shows the
 * way, and the number of files is limited, so that files which include each other twice cannot multiply.
 * Source: Linux Documentation/kbuild/kconfig-language.rst, "source"; kconfiglib's documentation for `rsource`, `osource`.
 */
import { dirname } from "node:path";
import { KraftError } from "../diagnostics/error.ts";
import type { Place } from "../diagnostics/error.ts";
import { isPattern, matching } from "./glob.ts";
import type { KconfigHost } from "./host.ts";
import type { KconfigTree } from "./model.ts";

const MAXIMUM_DEPTH = 100;
const MAXIMUM_FILES = 50_000;
/** Characters of all files together; Linux has some five millions. */
const MAXIMUM_TEXT = 256 << 20;

interface OpenFile {
  readonly file: string;
  readonly from: Place;
}

/** Knows which files are being read. */
export class SourceFinder {
  private readonly tree: KconfigTree;
  private readonly host: KconfigHost;
  private readonly underway: OpenFile[] = [];
  private count = 0;
  private length = 0;

  constructor(tree: KconfigTree, host: KconfigHost) {
    this.tree = tree;
    this.host = host;
  }

  /** The files in order; the caller has to `close` each before it asks for the next one. */
  *open(
    place: Place,
    statement: string,
    path: string,
  ): Generator<{ readonly file: string; readonly text: string }> {
    for (const file of this.find(place, statement, path)) {
      const text = this.host.read(file);
      if (text === undefined) continue;
      this.check(place, file, text);
      this.underway.push({ file, from: place });
      this.tree.files.push(file);
      yield { file, text };
    }
  }

  close(): void {
    this.underway.pop();
  }

  private find(place: Place, statement: string, path: string): string[] {
    const candidates = statement.includes("rsource")
      ? [relativeTo(dirname(place.file), path)]
      : this.candidates(path);
    for (const candidate of new Set(candidates)) {
      const found = matching(this.host, candidate).filter(
        (file) => this.host.read(file) !== undefined,
      );
      if (found.length > 0) return found;
    }
    if (statement.startsWith("o")) return [];
    throw new KraftError({
      code: "KR3014",
      what: isPattern(path) ? `no file matches ${path}` : `${path} cannot be read`,
      why: `looked for ${[...new Set(candidates)].join(", ")}`,
      next: "correct the path, set srctree, or write `osource` where the file is optional",
      place,
    });
  }

  private candidates(path: string): string[] {
    const srctree = this.host.environment("srctree") ?? "";
    const top = dirname(this.tree.root.place.file);
    return [path, ...(srctree === "" ? [] : [relativeTo(srctree, path)]), relativeTo(top, path)];
  }

  private check(place: Place, file: string, text: string): void {
    const again = this.underway.findIndex((open) => open.file === file);
    if (again >= 0) {
      const way = this.underway
        .slice(again + 1)
        .map((open) => `${open.from.file}:${String(open.from.line)} includes ${open.file}`);
      throw new KraftError({
        code: "KR3015",
        what: `${file} includes itself`,
        why: [...way, `${place.file}:${String(place.line)} includes ${file}`].join(", "),
        next: "remove one of these lines",
        place,
      });
    }
    this.length += text.length;
    const tooMany = ++this.count > MAXIMUM_FILES || this.length > MAXIMUM_TEXT;
    if (this.underway.length < MAXIMUM_DEPTH && !tooMany) return;
    throw new KraftError({
      code: "KR3016",
      what: tooMany ? "the tree includes too many files" : "the files are nested too deeply",
      next: "look for files that include each other several times",
      place,
    });
  }
}

function relativeTo(folder: string, path: string): string {
  if (path.startsWith("/") || folder === "." || folder === "") return path;
  return folder.endsWith("/") ? folder + path : `${folder}/${path}`;
}
