/**
 * `tsx bench/boot/run.ts [--json]`: boot time, least memory and image size of examples/hello beside the floor, an almost
 * empty multiboot kernel. Both are booted alternately in the same run, so that the machine's load hits both.
 */
import { execFile } from "node:child_process";
import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "../../tools/kraft.ts";
import { root } from "../../tools/process.ts";
import { median } from "../statistics.ts";
import { bootMs, leastMemoryKib, type Kernel } from "./machine.ts";

const REPETITIONS = 15;
const MEMORY_KIB = 131_072;
const start = promisify(execFile);

/** Assembles and links the floor kernel. */
async function buildFloor(): Promise<string> {
  const out = join(root, "out/bench-boot");
  await mkdir(out, { recursive: true });
  const [object, image] = [join(out, "floor.o"), join(out, "floor.elf")];
  const here = join(root, "bench/boot");
  await start("clang", ["--target=i386-none-elf", "-c", join(here, "floor.S"), "-o", object]);
  const script = join(here, "floor.ld");
  await start("ld.lld", ["-m", "elf_i386", "-n", "-s", "-T", script, "-o", image, object]);
  return image;
}

const hello = await build("examples/hello", "--target", "qemu/x86_64");
const kernels: readonly (Kernel & { readonly name: string })[] = [
  { name: "floor", path: await buildFloor(), marker: /floor reached/ },
  { name: "hello", path: hello.path, marker: /hello/i },
];
const times = kernels.map(() => [] as number[]);
for (let repetition = 0; repetition < REPETITIONS; repetition++) {
  for (const [index, kernel] of kernels.entries()) {
    times[index]?.push(await bootMs(kernel, MEMORY_KIB));
  }
}
const rows = [];
for (const [index, kernel] of kernels.entries()) {
  rows.push({
    name: kernel.name,
    bootMs: Number(median(times[index] ?? []).toFixed(1)),
    leastMemoryKib: await leastMemoryKib(kernel),
    imageBytes: (await stat(kernel.path)).size,
  });
}
const [floorMs = Number.NaN, helloMs = Number.NaN] = rows.map((row) => row.bootMs);
const overFloorMs = Number((helloMs - floorMs).toFixed(1));
if (process.argv.includes("--json")) {
  process.stdout.write(
    `${JSON.stringify({ benchmark: "boot", repetitions: REPETITIONS, rows, overFloorMs })}\n`,
  );
} else {
  process.stdout.write("         boot ms  least memory KiB  image bytes\n");
  for (const { name, bootMs: ms, leastMemoryKib: memory, imageBytes } of rows) {
    const columns = [
      ms.toFixed(1).padStart(9),
      String(memory).padStart(18),
      String(imageBytes).padStart(13),
    ];
    process.stdout.write(`${name.padEnd(7)}${columns.join("")}\n`);
  }
  process.stdout.write(`hello boots ${String(overFloorMs)} ms after the floor (limit 25)\n`);
}
