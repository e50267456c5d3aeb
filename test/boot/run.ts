/** Runs small programs by `./kraft run`, as a user does, and gives what they printed and their exit status. */
import { run, type Finished } from "../../tools/process.ts";

/** Builds and runs `test/boot/programs/NAME.ts` on a target. The machine is ended after 30 s at the latest. */
export function runProgram(
  name: string,
  target: "qemu/x86_64" | "linux/x86_64",
  ...options: readonly string[]
): Promise<Finished> {
  const file = `test/boot/programs/${name}.ts`;
  return run(["./kraft", "run", file, "--target", target, "--timeout", "30s", ...options], {
    timeoutMs: 100_000,
  });
}
