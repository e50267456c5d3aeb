/** Addresses of backtraces become functions and lines. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BacktraceFilter, parseSymboliser } from "./backtrace.ts";
import type { Symbolise } from "./backtrace.ts";

const symbolise: Symbolise = (addresses) =>
  Promise.resolve(
    addresses.map((address) =>
      address === 0x10n
        ? [
            { function: "inner", file: "a.ts", line: 3 },
            { function: "outer", file: "b.ts", line: 7 },
          ]
        : [],
    ),
  );

async function filtered(chunks: readonly string[]): Promise<string[]> {
  const filter = new BacktraceFilter(symbolise);
  const shown: string[] = [];
  for (const chunk of chunks) shown.push(await filter.push(chunk));
  shown.push(filter.end());
  return shown;
}

describe("the backtrace filter", () => {
  it("replaces frames, inlined functions included", async () => {
    const text = "PANIC a.ts:3: no\n  at 0x10\n  at 0xff\r\n at 0x10\n";
    expect((await filtered([text])).join("")).toBe(
      "PANIC a.ts:3: no\n  at inner a.ts:3\n  at outer b.ts:7\n  at 0xff\r\n at 0x10\n",
    );
  });

  it("shows a prompt at once and holds back only what may become a frame", async () => {
    expect(await filtered(["> ", "  at 0x", "10\n"])).toEqual(["> ", "  at 0x", "10\n", ""]);
    expect(await filtered(["\n  at", " 0x1", "0\nx"])).toEqual([
      "\n",
      "",
      "  at inner a.ts:3\n  at outer b.ts:7\nx",
      "",
    ]);
    expect(await filtered(["  at 0x1"])).toEqual(["", "  at 0x1"]);
  });

  it("changes nothing else, however the text is cut", async () => {
    const piece = fc.constantFrom(
      "  at ",
      "0x",
      "1",
      "\n",
      "\r",
      "x",
      " ",
      "  at 0xffffffffffffffffff\n",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece), async (pieces) => {
        const text = pieces.join("");
        expect((await filtered(pieces)).join("")).toBe((await filtered([text])).join(""));
        if (!/(^|\n) {2}at 0x10\r?\n/.test(text))
          expect((await filtered(pieces)).join("")).toBe(text);
      }),
    );
  });

  it("reads the symboliser's answer", () => {
    const output =
      '[{"Address":"0x1","Symbol":[{"FunctionName":"f","FileName":"./a.ts","Line":2}]},{"Address":"0x2","Symbol":[]}]\n';
    expect(parseSymboliser(output)).toEqual([[{ function: "f", file: "a.ts", line: 2 }], []]);
  });
});
