/** What reading trees says about mistakes, what explanations say, and the generated constants. */
import { describe, expect, it } from "vitest";
import { KraftError } from "../diagnostics/error.ts";
import { cHeader, typeScriptConstants } from "./constants.ts";
import { readDotConfig } from "./dotconfig.ts";
import { Configuration } from "./evaluate.ts";
import { explainSymbol, unmetDependencies } from "./explain.ts";
import { memoryHost } from "./host.ts";
import { readKconfig } from "./language.ts";
import { runMode } from "./modes.ts";

function configured(text: string, config = ""): Configuration {
  const configuration = new Configuration(readKconfig("Kconfig", memoryHost({ Kconfig: text })));
  readDotConfig(configuration, config, ".config");
  configuration.compute();
  return configuration;
}

function errorOf(files: Record<string, string> | string): KraftError {
  const all = typeof files === "string" ? { Kconfig: files } : files;
  try {
    readKconfig("Kconfig", memoryHost(all));
  } catch (error) {
    if (error instanceof KraftError) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

function placeOf({ code, place }: KraftError): string {
  return `${code} ${place?.file ?? ""}:${String(place?.line)}:${String(place?.column)}`;
}

describe("mistakes", () => {
  it.each([
    ["endmenu\n", "KR3011 Kconfig:1:1"],
    ['menu "x"\nendif\n', "KR3011 Kconfig:2:1"],
    ["config A\n\tboll\n", "KR3010 Kconfig:2:2"],
    ["config A\n\tdepends of B\n", "KR3010 Kconfig:2:10"],
    ["config A-B\n", "KR3007 Kconfig:1:8"],
    ['config A\n\tbool "x\n', "KR3002 Kconfig:2:7"],
    ["config A\n\tdepends on (B\n", "KR3003 Kconfig:2:15"],
    ["config A\n\tdepends on B C\n", "KR3005 Kconfig:2:15"],
    ["config A\n\tdefault %\n", "KR3001 Kconfig:2:10"],
    ['choice\n\tint "x"\nendchoice\n', "KR3010 Kconfig:2:2"],
    ["choice\nmenu\n", "KR3013 Kconfig:2:1"],
    ['source "gone"\n', "KR3014 Kconfig:1:1"],
    ["X = $(X)\nconfig $(X)\n", "KR3041 Kconfig:2:1"],
    ['config A\n\tbool "$(shell"\n', "KR3040 Kconfig:2:8"],
    ["$(error-if,y,stop)\n", "KR3044 Kconfig:1:1"],
    [`config A\n\tdepends on ${"(".repeat(100)}A\n`, "KR3004 Kconfig:2:77"],
    ["if A\n".repeat(1000), "KR3012 Kconfig:200:1"],
  ])("%j", (text, expected) => {
    expect(placeOf(errorOf(text))).toBe(expected);
  });

  it("shows how a file includes itself", () => {
    const files = { Kconfig: 'source "a"\n', a: '\nsource "b"\n', b: 'source "a"\n' };
    const error = errorOf(files);
    expect(placeOf(error)).toBe("KR3015 b:1:1");
    expect(error.why).toBe("a:2 includes b, b:1 includes a");
  });

  it("tells a circle step by step", () => {
    const text = `config A
	bool "a"
	depends on B
config B
	bool "b"
	select C
config C
	bool "c"
	default y if A
config B
	default y if C
`;
    const { code, why } = errorOf(text);
    expect(code).toBe("KR3021");
    expect(why?.split("\n")).toEqual([
      "A is shown depending on B (Kconfig:2)",
      "B has a default depending on C (Kconfig:11)",
      "C has a default depending on A (Kconfig:9)",
    ]);
  });
});

const NETWORK = `
config NET
	bool "Network"
config LIB_IP
	bool "IP"
	depends on NET
config LIB_TCP
	bool "TCP"
	depends on LIB_IP && !TINY
config TINY
	bool
config HTTP
	bool "HTTP"
	select LIB_TCP
`;

describe("explanations", () => {
  it("go down to what the user can turn on", () => {
    const off = configured(NETWORK);
    const symbol = off.tree.lookup("LIB_TCP");
    expect(explainSymbol(off, symbol)).toBe(
      [
        "LIB_TCP is off because it depends on LIB_IP, which does not hold",
        "  LIB_IP is off because it depends on NET, which does not hold",
        "    NET is off because it is off by default",
        "turn on NET",
      ].join("\n"),
    );
    const on = configured(NETWORK, "CONFIG_NET=y\nCONFIG_LIB_IP=y\nCONFIG_HTTP=y\n");
    expect(explainSymbol(on, on.tree.lookup("LIB_TCP"))).toBe(
      "LIB_TCP is on because HTTP selects it",
    );
  });

  it("name selections against dependencies", () => {
    const [warning] = unmetDependencies(configured(NETWORK, "CONFIG_HTTP=y\n"));
    expect(warning?.text).toBe(
      "LIB_TCP is y because HTTP selects it, although it depends on LIB_IP, which is off: " +
        "turn on LIB_IP, or turn off HTTP",
    );
    expect(warning?.place?.line).toBe(14);
  });
});

describe("outputs", () => {
  const text = `
config MODULES
	def_bool y
	modules
config B
	bool "b"
config T
	tristate "t"
config S
	string "s"
config I
	int "i"
config H
	hex "h"
config BIG
	hex "big"
config OFF
	bool "off"
`;
  const config = `CONFIG_B=y
CONFIG_T=m
CONFIG_S="a\\"b\\\\"
CONFIG_I=-7
CONFIG_H=1f
CONFIG_BIG=0xffffffffffffffff
`;

  it("has the kernel's header", () => {
    expect(cHeader(configured(text, config)).split("\n").slice(4)).toEqual([
      "#define CONFIG_MODULES 1",
      "#define CONFIG_B 1",
      "#define CONFIG_T_MODULE 1",
      '#define CONFIG_S "a\\"b\\\\"',
      "#define CONFIG_I -7",
      "#define CONFIG_H 0x1f",
      "#define CONFIG_BIG 0xffffffffffffffff",
      "",
    ]);
  });

  it("has TypeScript constants", () => {
    expect(typeScriptConstants(configured(text, config)).split("\n").slice(1)).toEqual([
      "export const MODULES = true;",
      "export const B = true;",
      'export const T = "m" as const;',
      'export const S = "a\\"b\\\\";',
      "export const I = -7;",
      "export const H = 0x1f;",
      "export const BIG = 0xffffffffffffffffn;",
      "export const OFF = false;",
      "",
    ]);
  });
});

describe("size", () => {
  it("takes chains of 20,000 symbols without running out of stack", () => {
    const symbols = Array.from({ length: 20_000 }, (_, index) => {
      const depends = index === 0 ? "" : `\tdepends on S${String(index - 1)}\n`;
      return `config S${String(index)}\n\tbool "s"\n\tdefault y\n${depends}`;
    });
    const configuration = configured(symbols.join(""));
    expect(runMode(configuration, "allyesconfig", undefined).text).toContain("CONFIG_S19999=y");
  });
});
