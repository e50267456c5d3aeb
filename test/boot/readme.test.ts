/** The program in README.md builds as it stands there. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { build } from "../../tools/kraft.ts";
import { root } from "../../tools/process.ts";

it("the README's server becomes an image", async () => {
  const [, program] = /```ts\n([^]*?)```/.exec(readFileSync(join(root, "README.md"), "utf8")) ?? [];
  expect(program).toContain("export function main");
  const folder = mkdtempSync(join(tmpdir(), "typekraft-readme-"));
  try {
    const file = join(folder, "server.ts");
    writeFileSync(file, program ?? "");
    const image = await build(file, "--target", "qemu/x86_64");
    expect(image.bytes).toBeLessThan(204_800);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
