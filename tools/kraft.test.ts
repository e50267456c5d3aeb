/** Reading what `./kraft build --json` says. */
import { expect, it } from "vitest";
import { parseBuild } from "./kraft.ts";

it("takes the image from the object, whatever notes stand before it", () => {
  const report = { targets: [{ target: "qemu/x86_64", image: { path: "/x/hello", bytes: 12 } }] };
  expect(parseBuild(`note: cached\n${JSON.stringify(report)}\n`)).toEqual({
    target: "qemu/x86_64",
    path: "/x/hello",
    bytes: 12,
  });
});

it("refuses a report without a target", () => {
  expect(() => parseBuild('{"targets":[]}')).toThrow("named no target");
});
