/** Proposals for misspelt names: near ones are found, far ones are not made up. */
import { describe, expect, it } from "vitest";
import { didYouMean, nearest } from "./suggest.ts";

describe("the nearest name", () => {
  it.each([
    ["lenght", "length"],
    ["Length", "length"],
    ["sbu", "sub"],
    ["extren", "extern"],
    ["unsave", "unsafe"],
    ["devices", "device"],
    ["LIB_LOG_LEVL", "LIB_LOG_LEVEL"],
  ])("of %s is %s", (wrong, right) => {
    expect(nearest(wrong, ["other", right, "something"])).toBe(right);
  });

  it("is none where too much differs", () => {
    expect(nearest("push", ["length", "sub"])).toBeUndefined();
    expect(didYouMean("x", ["count"])).toBe("");
    expect(nearest("returns", ["extern", "init"])).toBeUndefined();
  });

  it("does not propose what was written", () => {
    expect(nearest("same", ["same"])).toBeUndefined();
  });

  it("stands at the end of a message", () => {
    expect(didYouMean("cuont", ["count"])).toBe("; did you mean count?");
  });
});
