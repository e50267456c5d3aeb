/** How `kraft test` reads what test programs print. */
import { describe, expect, it } from "vitest";
import { failureReason, parseTestList } from "./test.ts";

describe("test programs", () => {
  it("list their tests", () => {
    expect(parseTestList("0 adds up\n1 checks bounds panics index 4 of 4\nnoise\n")).toEqual([
      { index: 0, name: "adds up", panics: undefined },
      { index: 1, name: "checks bounds", panics: "index 4 of 4" },
    ]);
  });

  it("pass by their status, or by the right panic", () => {
    const plain = { index: 0, name: "x", panics: undefined };
    expect(failureReason(plain, 0, "")).toBeUndefined();
    expect(failureReason(plain, 134, "")).toBe("it panicked");
    const panics = { ...plain, panics: "bounds" };
    expect(failureReason(panics, 134, "PANIC a.ts:1: out of bounds\n")).toBeUndefined();
    expect(failureReason(panics, 134, "PANIC a.ts:1: other\n")).toContain("other");
    expect(failureReason(panics, 0, "")).toContain("should panic");
    expect(failureReason(panics, 99, "AddressSanitizer: bounds")).toContain("status 99");
  });
});
