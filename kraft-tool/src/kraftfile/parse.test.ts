/** Kraftfiles, right and wrong ones. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KraftErrors } from "../diagnostics/error.ts";
import { parseKraftfile } from "./parse.ts";

function errorsOf(text: string): string[] {
  try {
    parseKraftfile(text, "Kraftfile", "folder");
    return [];
  } catch (error) {
    if (!(error instanceof KraftErrors)) throw error;
    return error.errors.map(
      ({ code, place, next }) =>
        `${code} ${String(place?.line)}:${String(place?.column)} ${next ?? ""}`,
    );
  }
}

describe("a Kraftfile", () => {
  it("has defaults for everything but the spec", () => {
    expect(parseKraftfile("spec: v0.6\n", "Kraftfile", "folder")).toEqual({
      name: "folder",
      targets: ["qemu/x86_64"],
      libraries: [],
      kconfig: [],
      cmd: [],
      outdir: undefined,
    });
  });

  it("is read in its short and long forms", () => {
    const text = [
      'spec: "v0.6"',
      "name: web",
      "targets:",
      "  - qemu/x86_64",
      "  - { plat: linux, arch: x86_64 }",
      "  - kvm/x86_64",
      "libraries:",
      "  alloc-region:",
      "  '@typekraft/log':",
      "    kconfig:",
      "      CONFIG_LIB_LOG_LEVEL: 0x2",
      "kconfig: [LIB_TCP_PORTS=8]",
      "cmd: --port 80",
      "outdir: images",
    ].join("\n");
    const model = parseKraftfile(text, "Kraftfile", "folder");
    expect(model.targets).toEqual(["qemu/x86_64", "linux/x86_64"]);
    expect(model.libraries.map(({ name }) => name)).toEqual(["alloc-region", "@typekraft/log"]);
    expect(model.libraries[1]?.kconfig).toEqual([
      { symbol: "LIB_LOG_LEVEL", value: "0x2", place: { file: "Kraftfile", line: 11, column: 7 } },
    ]);
    expect(model.kconfig[0]).toMatchObject({ symbol: "LIB_TCP_PORTS", value: "8" });
    expect(model.cmd).toEqual(["--port", "80"]);
    expect(model.outdir).toBe("images");
  });

  it.each([
    ["", "KR2003 1:1"],
    ["name: x", "KR2006 1:1"],
    ["spec: v0.7", "KR2007 1:7"],
    ["spec: v0.6\nnmae: x", 'KR2005 2:1 did you mean "name"?'],
    ["spec: v0.6\nrootfs: ./x", "KR2004 2:1 remove it"],
    ["spec: v0.6\ntargets: [qemu/x86_65]", 'KR2010 2:11 did you mean "qemu/x86_64"?'],
    ["spec: v0.6\ntargets: []", "KR2009 2:10"],
    ["spec: v0.6\nname: ../x", "KR2008 2:7"],
    ["spec: v0.6\nlibraries:\n  musl: stable", "KR2012 3:9"],
    ["spec: v0.6\nlibraries:\n  musl: {source: x}", "KR2004 3:10"],
    ["spec: v0.6\nkconfig: {lower: 1}", "KR2013 2:11"],
    ["spec: v0.6\nname: x\nname: y", "KR2002 3:1"],
    ["spec: v0.6\nname: [", "KR2002 2:8"],
  ])("rejects %j", (text, expected) => {
    expect(errorsOf(text)[0]).toContain(expected);
  });

  it("reports every mistake at once", () => {
    expect(errorsOf("spec: v0.6\na: 1\nb: 2\ntargets: x")).toHaveLength(3);
  });

  it("survives any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        errorsOf(`spec: v0.6\n${text}`);
      }),
      { numRuns: 500 },
    );
  });
});
