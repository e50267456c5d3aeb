/**
 * A YAML document as a source of settings: values with their places, and the errors found in it.
 *
 * The YAML library keeps the position of each node, so that every message names line and column.
 */
import { isAlias, isPair, isScalar, LineCounter, parseDocument } from "yaml";
import type { Node, YAMLMap } from "yaml";
import { KraftError } from "../diagnostics/error.ts";
import type { Place } from "../diagnostics/error.ts";

/** One document; whoever reads it reports what is wrong and throws `errors` at the end. */
export class YamlSource {
  readonly errors: KraftError[] = [];
  private readonly lines = new LineCounter();
  private readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  /** The root node; syntax errors are in `errors`. */
  parse(text: string): unknown {
    const options = { lineCounter: this.lines, prettyErrors: false, uniqueKeys: true };
    const document = parseDocument(text, options);
    for (const error of document.errors) {
      const place = this.place(error.pos[0]);
      const what = `not valid YAML: ${error.message}`;
      this.errors.push(new KraftError({ code: "KR2002", what, place, next: "correct the line" }));
    }
    return document.contents;
  }

  /** The text of a plain value as written (`0x10` stays `0x10`); anything else is an error. */
  text(value: unknown, of: string): string | undefined {
    if (isScalar(value) && ["string", "number", "boolean", "bigint"].includes(typeof value.value)) {
      return value.source ?? String(value.value);
    }
    this.report("KR2015", value, `${of} is one word or number here`, "write a plain value");
    return undefined;
  }

  /** Keys with their nodes and values. */
  *entries(map: YAMLMap): Generator<[string, unknown, unknown]> {
    for (const item of map.items as unknown[]) {
      if (!isPair(item)) continue;
      const { key, value } = item;
      if (isScalar(key) && (typeof key.value === "string" || typeof key.value === "number")) {
        if (isAlias(value))
          this.report("KR2016", value, "aliases are not supported here", "write the value out");
        else yield [String(key.value), key, value];
      } else this.report("KR2015", key, "a key is one word", "write a plain word before the colon");
    }
  }

  /** Records an error at a node. */
  report(code: string, node: unknown, what: string, next: string): void {
    this.errors.push(new KraftError({ code, what, next, place: this.placeOf(node) }));
  }

  placeOf(node: unknown): Place {
    const range = (node as Node | null | undefined)?.range;
    return this.place(range?.[0] ?? 0);
  }

  private place(offset: number): Place {
    const { line, col } = this.lines.linePos(offset);
    return { file: this.file, line: Math.max(line, 1), column: Math.max(col, 1) };
  }
}
